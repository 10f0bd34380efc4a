import Agents
import ClusterTypes
import Executor
import Fencing
import TransitionGraph
import XMLTree

extension Controller {
    /// Starts what the graph allows, in its order, within the limits of cluster and nodes.
    mutating func startReadyActions(in surroundings: Surroundings, into effects: inout [Effect]) {
        guard var run, !run.ready.isEmpty else { return }
        let held = heldComponents(of: run, in: surroundings)
        // An operation ended that the graph knows nothing of: the next graph says what follows from it.
        let isNews = !staleComponents.isEmpty
        var limits = ActionLimits(run: run, inFlight: surroundings.inFlight, options: surroundings.options)
        while true {
            let busyNodes = busyNodes(in: run, surroundings)
            let actions = run.takeReady { action in
                if let resource = action.resource, action.kind != .pseudo, !held.isEmpty,
                    let component = surroundings.dependencies.component(of: resource.id), held.contains(component)
                {
                    return false
                }
                if action.operation == "do_shutdown", isNews || busyNodes.contains(action.node ?? "") { return false }
                return limits.admit(action)
            }
            if actions.isEmpty { break }
            for action in actions { start(action, of: &run, in: surroundings, into: &effects) }
        }
        self.run = run
    }

    /// The components that wait: those of actions in flight that are not this graph's, and those whose state is newer
    /// than the graph.
    private func heldComponents(of run: TransitionRun, in surroundings: Surroundings) -> Set<Int> {
        var held = staleComponents
        for entry in surroundings.inFlight.entries
        where entry.controller != surroundings.settings.node || entry.transition != Int64(run.id) {
            if let component = surroundings.dependencies.component(of: entry.resource) { held.insert(component) }
        }
        return held
    }

    /// The nodes that must not be let go yet: where an operation runs, whichever graph ordered it, or is about to.
    private func busyNodes(in run: TransitionRun, _ surroundings: Surroundings) -> Set<String> {
        var names = Set(surroundings.inFlight.entries.compactMap { surroundings.settings.name(of: $0.node) })
        for (action, state) in zip(run.graph.actions, run.states) where state == .ready || state == .running {
            if action.kind == .resource, let node = action.node { names.insert(node) }
        }
        return names
    }

    private mutating func start(
        _ action: TransitionGraph.Action, of run: inout TransitionRun, in surroundings: Surroundings,
        into effects: inout [Effect]
    ) {
        switch action.kind {
        case .pseudo: run.confirm(action.id)
        // The history of a resource that is gone is the document's; no agent takes part.
        case .resource where action.operation == "delete":
            startClusterAction(action, of: &run, in: surroundings, into: &effects)
        case .resource: execute(action, of: &run, in: surroundings, into: &effects)
        case .cluster: startClusterAction(action, of: &run, in: surroundings, into: &effects)
        }
    }

    private func execute(
        _ action: TransitionGraph.Action, of run: inout TransitionRun, in surroundings: Surroundings,
        into effects: inout [Effect]
    ) {
        guard let order = order(for: action, of: run, in: surroundings) else {
            effects.append(
                .report(.error, "action \(action.operationKey) of transition \(run.id) names no known node or agent"))
            run.fail(action.id)
            return
        }
        effects.append(.execute(order))
        let deadline = order.request.timeout + order.request.startDelay + surroundings.options.clusterDelay
        effects.append(.arm(.action(key: order.request.transitionKey), after: deadline))
    }

    private func order(
        for action: TransitionGraph.Action, of run: TransitionRun, in surroundings: Surroundings
    ) -> ExecutionOrder? {
        guard let resource = action.resource, let standard = AgentStandard(rawValue: resource.standard),
            let node = action.node.flatMap({ surroundings.settings.node(named: $0) })
        else { return nil }
        let expected = action["CRM_meta_op_target_rc"].flatMap { Int32($0) } ?? 0
        let name = resource.recordedName(in: surroundings.document.histories(of: node))
        let request = OperationRequest(
            resource: name, agent: AgentReference(standard, provider: resource.provider, resource.type),
            operation: action.operation, attributes: action.parameters,
            transitionKey: "\(action.id):\(run.id):\(expected):\(transitionUUID)")
        var cancelled: OperationKey?
        if action.operation == "cancel" {
            cancelled = OperationKey(
                resource: name, operation: action["CRM_meta_operation"] ?? "monitor",
                interval: request.interval)
        }
        return ExecutionOrder(
            node: node, transition: Int64(run.id), action: Int64(action.id.rawValue), request: request,
            cancels: cancelled)
    }

    /// How long an action that an earlier controller ordered may still take.
    func deadline(of entry: InFlightActions.Entry, in surroundings: Surroundings) -> Duration {
        entry.timeout + surroundings.options.clusterDelay
    }
}

// MARK: - What the controller does itself

extension Controller {
    private mutating func startClusterAction(
        _ action: TransitionGraph.Action, of run: inout TransitionRun, in surroundings: Surroundings,
        into effects: inout [Effect]
    ) {
        let node = action.node ?? ""
        let histories = surroundings.settings.node(named: node).flatMap { surroundings.document.histories(of: $0) }
        switch (action.operation, action.resource?.recordedName(in: histories)) {
        case ("stonith", _):
            startFencing(action, of: &run, in: surroundings, into: &effects)
            return
        case ("do_shutdown", _): effects.append(.letGo(node: node))
        case ("clear_failcount", _?):
            if let resource = action.resource { effects.append(.clearFailCount(resource: resource, node: node)) }
        case ("delete", let resource?), ("lrm_delete", let resource?):
            effects.append(.deleteHistory(resource: resource, node: node))
        default:
            effects.append(.report(.error, "the schedule holds the unknown cluster action \(action.operation)"))
            run.fail(action.id)
            return
        }
        run.confirm(action.id)
    }

    private mutating func startFencing(
        _ action: TransitionGraph.Action, of run: inout TransitionRun, in surroundings: Surroundings,
        into effects: inout [Effect]
    ) {
        let target = action.node ?? ""
        guard let kind = FencingAction(rawValue: action["CRM_meta_stonith_action"] ?? "reboot") else {
            effects.append(
                .report(.error, "the schedule asks for the unknown fencing action of \(action.operationKey)"))
            run.fail(action.id)
            return
        }
        guard failureCount(of: target) < surroundings.options.fencingMaxAttempts else {
            effects.append(
                .report(
                    .error,
                    "fencing of \(target) failed \(failureCount(of: target)) times; it is tried again at the next recheck, "
                        + "or when an operator confirms that the node is down"))
            run.fail(action.id)
            return
        }
        let delay = action["CRM_meta_priority_fencing_delay"].flatMap { ClusterOptions.duration($0) }
        let request = FencingRequest(
            id: FencingRequest.ID("\(action.id):\(run.id):\(transitionUUID)"), target: target, action: kind,
            timeout: surroundings.options.fencingTimeout, delay: delay ?? .zero,
            origin: surroundings.settings.nodeName, client: "controller")
        fencings.append((request.id, action.id))
        effects.append(.publish(.fencingRequested(target: target, action: kind.rawValue, reason: "scheduled")))
        effects.append(.fence(request))
    }

    func failureCount(of target: String) -> Int { fencingFailures.first { $0.target == target }?.count ?? 0 }
}
