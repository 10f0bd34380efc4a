import ClusterTypes
import TransitionGraph
import XMLTree

// Phase 6: what is required and possible becomes the transition graph.

extension Scheduling {
    mutating func buildGraph() -> TransitionGraph {
        var graph = TransitionGraph()
        graph.settings = graphSettings()
        graph.actions.reserveCapacity(plan.actions.count)
        graph.synapses.reserveCapacity(plan.actions.count)
        takeActiveForStarted()
        for resource in state.topLevel { addActions(of: resource, to: &graph) }
        addMaintenanceUpdate()
        for action in plan.actions.indices.reversed() { addToGraph(action, &graph) }
        settleStalled(&graph)
        return graph
    }

    /// What a history calls stopped may be active elsewhere, after a failed migration: those who are told and those who read
    /// the summary take it for started.
    private mutating func takeActiveForStarted() {
        for index in state.resources.indices
        where state.resources[index].currentRole == .stopped && state.resources[index].isPrimitive
            && !state.resources[index].activeNodes.isEmpty
        {
            state.resources[index].currentRole = .started
        }
    }

    private func graphSettings() -> [XMLElement.Attribute] {
        var settings: [XMLElement.Attribute] = [
            .init("cluster-delay", state.options.clusterDelay), .init("fencing-timeout", state.options.fencingTimeout),
            .init("failed-stop-offset", "INFINITY"),
            .init("failed-start-offset", state.options.startFailureIsFatal ? "INFINITY" : "1"),
            .init("batch-limit", state.options.batchLimit), .init("transition_id", String(options.transitionID)),
        ]
        if let limit = state.options.migrationLimit { settings.append(.init("migration-limit", limit)) }
        if let recheck = state.recheckAt { settings.append(.init("recheck-by", String(recheck))) }
        return settings
    }

    mutating func addActions(of index: ResourceIndex, to graph: inout TransitionGraph) {
        switch state.resources[index].variant {
        case .primitive, .group: addOwnActions(of: index, to: &graph)
        case .clone:
            for action in plan.actions(of: index) { _ = actionFlags(action, nil) }
            planNotifications(index)
            for child in state.resources[index].children { addActions(of: child, to: &graph) }
            addOwnActions(of: index, to: &graph)
        case .bundle: addBundleActions(of: index, to: &graph)
        }
    }

    mutating func addOwnActions(of index: ResourceIndex, to graph: inout TransitionGraph) {
        for action in plan.actions(of: index) { addToGraph(action, &graph) }
        for child in state.resources[index].children { addActions(of: child, to: &graph) }
    }

    /// The executors of remote nodes are told when maintenance begins or ends there.
    private mutating func addMaintenanceUpdate() {
        if nodesWithChangedMaintenance().isEmpty { return }
        let update = pseudoAction(named: "maintenance_nodes")
        plan.actions[update].flags.insert(.alwaysInGraph)
    }

    func nodesWithChangedMaintenance() -> [NodeIndex] {
        state.nodeOrder.filter {
            let flags = state.nodes[$0].flags
            return state.nodes[$0].isRemoteKind && flags.contains(.maintenance) != flags.contains(.remoteMaintenance)
        }
    }

    // MARK: - Actions

    private mutating func addToGraph(_ action: ActionIndex, _ graph: inout TransitionGraph) {
        if !plan.actions[action].flags.contains(.deduplicated) {
            mergeInputs(of: action)
            plan.actions[action].flags.insert(.deduplicated)
        }
        if plan.actions[action].flags.contains(.inGraph) || !belongsInGraph(action) { return }
        plan.actions[action].flags.insert(.inGraph)
        var priority = plan.actions[action].resource.map { state.resources[$0].priority } ?? .zero
        priority = max(priority, plan.actions[action].priority)
        var inputs: [TransitionGraph.ActionID] = []
        var next = plan.firstEdge(before: action)
        while let edge = next {
            next = plan.nextBefore(edge)
            guard isInputOfGraph(edge, of: action) else { continue }
            plan.edges[edge].isGraphed = true
            inputs.append(graphID(plan.edges[edge].first))
        }
        graph.synapses.append(
            TransitionGraph.Synapse(
                id: graph.synapses.count, priority: Int(priority.value), actions: [graphID(action)], inputs: inputs))
        graph.actions.append(graphAction(action))
    }

    func graphID(_ action: ActionIndex) -> TransitionGraph.ActionID { TransitionGraph.ActionID(action.int + 1) }

    /// Sorts the inputs by action and joins those of the same action.
    private mutating func mergeInputs(of action: ActionIndex) {
        guard let newest = plan.firstEdge(before: action) else { return }
        if plan.nextBefore(newest) == nil {
            plan.edges[newest].isGraphed = false
            return
        }
        var edges: [EdgeIndex] = []
        edges.reserveCapacity(Int(plan.actions[action].beforeCount))
        var next: EdgeIndex? = newest
        while let edge = next {
            edges.append(edge)
            next = plan.nextBefore(edge)
        }
        edges.sort { (plan.edges[$0].first, $0) < (plan.edges[$1].first, $1) }
        var kept: [EdgeIndex] = []
        for edge in edges {
            if let last = kept.last, plan.edges[last].first == plan.edges[edge].first {
                plan.edges[last].relation.formUnion(plan.edges[edge].relation)
            } else {
                kept.append(edge)
            }
        }
        plan.actions[action].firstBefore = kept.first
        plan.actions[action].beforeCount = Int32(kept.count)
        for (position, edge) in kept.enumerated() {
            plan.edges[edge].nextBefore = position + 1 < kept.count ? kept[position + 1] : nil
            plan.edges[edge].isGraphed = false
        }
    }

    func belongsInGraph(_ index: ActionIndex) -> Bool {
        let (actionFlags, task) = (plan.actions[index].flags, plan.actions[index].task)
        guard actionFlags.contains(.runnable) else { return false }
        if actionFlags.contains(.optional), !actionFlags.contains(.alwaysInGraph) { return false }
        if let resource = plan.actions[index].resource, !state.resources[resource].isManaged, task != .monitor,
            !plan.actions[index].isRecurring
        {
            return false
        }
        if actionFlags.contains(.pseudo) || task == .fence || task == .shutdown { return true }
        guard let node = plan.actions[index].node else { return false }
        if actionFlags.contains(.onController) { return true }
        let flags = state.nodes[node].flags
        if state.isGuest(node), !flags.contains(.remoteReset) { return true }
        return flags.contains(.online) && !flags.contains(.unclean)
    }

    // MARK: - Inputs

    /// Whether an ordering matters for the actions that are in the graph.
    mutating func isInputOfGraph(_ edge: EdgeIndex, of action: ActionIndex) -> Bool {
        if plan.edges[edge].isGraphed { return true }
        let relation = plan.edges[edge].relation
        let first = plan.edges[edge].first
        if relation.isEmpty { return false }
        let (inputFlags, inputNode) = (plan.actions[first].flags, plan.actions[first].node)
        let isRunnable = inputFlags.contains(.runnable)
        let isStop = plan.actions[first].key == ActionKey(.stop)
        let onlyOrders = relation.isSubset(of: [.thenImpliesFirstGraphed, .firstImpliesThenGraphed, .ordered])
        if !isRunnable, onlyOrders || relation.contains(.minimumRunnable) || relation.contains(.unmigratableThenBlocks)
        {
            return false
        }
        if relation.contains(.ifFirstUnmigratable), inputFlags.contains(.migratable) { return false }
        if relation == .ordered, inputFlags.contains(.migratable), isStop { return false }
        if relation == .ifSameNodeOrTarget {
            let target: NodeIndex?
            if let resource = plan.actions[action].resource, plan.actions[action].task == .migrateTo {
                target = state.resources[resource].assignedNode
                if inputNode == nil || inputNode != target { return drop(edge) }
                return true
            }
            if inputNode == nil || inputNode != plan.actions[action].node { return drop(edge) }
            if inputFlags.contains(.optional) { return drop(edge) }
            return true
        }
        if relation == .ifRequiredOnSameNode {
            if let a = inputNode, let b = plan.actions[action].node, a != b { return drop(edge) }
            if inputFlags.contains(.optional) { return drop(edge) }
            return true
        }
        if let inputResource = plan.actions[first].resource, inputResource != plan.actions[action].resource,
            state.resources[inputResource].flags.contains(.failed), !state.resources[inputResource].isManaged, isStop,
            let resource = plan.actions[action].resource, state.resources[resource].isClone
        {
            return false
        }
        if inputFlags.contains(.optional), inputFlags.isDisjoint(with: [.alwaysInGraph, .inGraph]),
            !belongsInGraph(first)
        {
            return false
        }
        return true
    }

    private mutating func drop(_ edge: EdgeIndex) -> Bool {
        plan.edges[edge].relation = []
        return false
    }
}
