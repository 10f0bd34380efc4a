import ClusterTypes

extension Scheduling {
    /// Fences unclean nodes and shuts down those that asked for it; the designated controller comes last.
    mutating func planFencingAndShutdowns() {
        let anyManaged = state.topLevel.contains { isManaged($0) }
        var lastAction: ActionIndex?
        var fencings: [ActionIndex] = []
        var shutdowns: [ActionIndex] = []
        for node in state.nodeOrder {
            let flags = state.nodes[node].flags
            let isController = node == state.designatedController
            if state.isGuest(node) {
                if flags.contains(.remoteReset), anyManaged, canFence(node) { fenceGuest(node) }
                continue
            }
            var isFenced = false
            if anyManaged, flags.contains(.unclean), canFence(node) {
                isFenced = true
                let fencing = fencingAction(on: node, optional: false, because: "node is unclean")
                orderAround(fencing)
                if isController {
                    lastAction = fencing
                } else {
                    if !state.options.concurrentFencing, let previous = fencings.first {
                        plan.order(previous, fencing, .ordered)
                    }
                    fencings.insert(fencing, at: 0)
                }
            } else if !state.nodes[node].isRemoteKind, flags.contains(.online), flags.contains(.shutdown) {
                let shutdown = shutdownAction(node)
                if isController { lastAction = shutdown } else { shutdowns.insert(shutdown, at: 0) }
            }
            if !isFenced, flags.contains(.unclean) {
                state.unfenceable.append(node)
                state.warn("Node \(state.nodes[node].name) is unclean but cannot be fenced")
            }
        }
        guard let lastAction else { return }
        if plan.actions[lastAction].task == .shutdown {
            for shutdown in shutdowns { plan.order(shutdown, lastAction, .ordered) }
        }
        if state.options.concurrentFencing {
            for fencing in fencings { plan.order(fencing, lastAction, .ordered) }
        } else if let previous = fencings.first {
            plan.order(previous, lastAction, .ordered)
        }
    }

    /// Whether the cluster is able to fence the node.
    ///
    /// - Parameter guests: the guests whose hosts are asked for, so that guests recorded as running in each other end.
    func canFence(_ node: NodeIndex, for guests: [NodeIndex] = []) -> Bool {
        if let launcher = state.guestLauncher(of: node) {
            if guests.contains(node) { return false }
            return state.resources[launcher].activeNodes.allSatisfy {
                state.nodes[$0].flags.contains(.online) || canFence($0, for: guests + [node])
            }
        }
        guard state.options.isFencingEnabled, state.options.hasFencing else { return false }
        if state.options.isQuorate || state.options.quorumPolicy == .ignore { return true }
        return state.nodes[node].flags.contains(.online) && !mayBeInOtherPartition(node)
    }

    /// Whether the connection to a remote node may run on a node that is not in this partition, which has no quorum.
    private func mayBeInOtherPartition(_ node: NodeIndex) -> Bool {
        guard !state.options.fenceRemoteWithoutQuorum, let connection = state.nodes[node].connection else {
            return false
        }
        return state.nodeOrder.contains {
            placement[connection, $0].isPresent && !state.nodes[$0].flags.contains(.online)
        }
    }

    private func isManaged(_ index: ResourceIndex) -> Bool {
        state.resources[index].isManaged || state.resources[index].children.contains { isManaged($0) }
    }

    private mutating func shutdownAction(_ node: NodeIndex) -> ActionIndex {
        let shutdown = clusterAction(
            named: "do_shutdown-\(state.nodes[node].name)", .shutdown, on: node, optional: false)
        for index in plan.actions.indices.reversed() {
            let action = plan.actions[index]
            guard action.node == node, action.task == .stop, let resource = action.resource else { continue }
            let flags = state.resources[resource].flags
            if flags.contains(.maintenance) || state.nodes[node].flags.contains(.maintenance) { continue }
            if flags.isDisjoint(with: [.managed, .blocked]) { continue }
            plan.actions[index].flags.remove(.optional)
            addOrdering(end(index), end(shutdown), [.ordered, .unrunnableFirstBlocks])
        }
        plan.actions[shutdown].setMeta("op_no_wait", "true")
        return shutdown
    }

    private mutating func fenceGuest(_ node: NodeIndex) {
        guard let connection = state.nodes[node].connection, let launcher = state.resources[connection].launcher else {
            return
        }
        let stop = plan.newest(launcher, .stop)
        let operation = plan.newest(launcher, .start) == nil ? "off" : "reboot"
        let fencing = fencingAction(on: node, operation, optional: false, because: "guest is unclean")
        plan.actions[fencing].flags.formUnion([.pseudo, .runnable])
        if let stop {
            if plan.actions[stop].flags.contains(.pseudo), let host = plan.actions[stop].node {
                let hostFencing = fencingAction(on: host, optional: false, because: nil)
                plan.order(hostFencing, fencing, [.unrunnableFirstBlocks, .firstImpliesThen])
            } else {
                plan.order(stop, fencing, [.unrunnableFirstBlocks, .firstImpliesThen])
            }
        } else if let connectionStop = plan.newest(connection, .stop) {
            plan.order(connectionStop, fencing, .ordered)
        }
        orderAround(fencing)
    }

    // MARK: - What fencing means for resources

    private mutating func orderAround(_ fencing: ActionIndex) {
        for resource in state.topLevel { orderAround(fencing, resource) }
    }

    private mutating func orderAround(_ fencing: ActionIndex, _ index: ResourceIndex) {
        guard state.resources[index].children.isEmpty else {
            for child in state.resources[index].children { orderAround(fencing, child) }
            return
        }
        guard state.resources[index].isManaged, let target = plan.actions[fencing].node else { return }
        orderStarts(index, after: fencing, of: target)
        orderStops(index, after: fencing, of: target)
    }

    /// Nothing that needs fencing starts anywhere before it; with quorum only, nothing whose state there is unknown.
    private mutating func orderStarts(_ index: ResourceIndex, after fencing: ActionIndex, of target: NodeIndex) {
        for action in plan.actions(of: index) {
            switch plan.actions[action].needs {
            case .nothing: break
            case .fencing: plan.order(fencing, action, .ordered)
            case .quorum:
                if plan.actions[action].task == .start, placement[index, target].isPresent, !isKnown(index, on: target)
                {
                    plan.order(fencing, action, [.ordered, .unrunnableFirstBlocks])
                }
            }
        }
    }

    private func isKnown(_ index: ResourceIndex, on node: NodeIndex) -> Bool {
        let resource = state.resources[index]
        if resource.probedNodes.contains(node) { return true }
        guard resource.isPrimitive, let parent = resource.parent, state.resources[parent].isAnonymousClone else {
            return false
        }
        return state.resources[parent].probedNodes.contains(node)
    }

    /// Fencing stops whatever ran on the node: the stops there become points in the order.
    private mutating func orderStops(_ index: ResourceIndex, after fencing: ActionIndex, of target: NodeIndex) {
        let flags = state.resources[index].flags
        let isImplied = flags.contains(.needsFencing) || state.isGuest(target)
        let isBundled = state.isBundled(index)
        let stops = plan.find(index, ActionKey(.stop), on: target)
        var parentStop: ActionIndex?
        if !stops.isEmpty, isImplied { parentStop = plan.newest(state.top(of: index), .stop) }
        for stop in stops {
            plan.actions[stop].flags.formUnion([.pseudo, .runnable])
            if isImplied {
                if !isBundled { plan.order(fencing, stop, .guestAllowed) }
                if let parentStop { plan.order(fencing, parentStop, .guestAllowed) }
            }
            if flags.contains(.notify) { notifyAfterFencing(stop, index, fencing) }
        }
        for demote in plan.find(index, ActionKey(.demote), on: target) {
            guard let node = plan.actions[demote].node else { continue }
            let nodeFlags = state.nodes[node].flags
            guard !nodeFlags.contains(.online) || nodeFlags.contains(.unclean) || flags.contains(.failed) else {
                continue
            }
            plan.actions[demote].flags.formUnion([.pseudo, .runnable])
            if !isBundled, isImplied { plan.order(fencing, demote, [.guestAllowed, .ordered]) }
        }
    }
}
