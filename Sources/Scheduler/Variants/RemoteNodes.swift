import ClusterTypes

/// What can be said about the connection to a remote node.
private enum RemoteState { case unknown, alive, resting, failed, stopped }

extension Scheduling {
    private func remoteState(_ node: NodeIndex, _ index: ResourceIndex) -> RemoteState {
        let connection = state.resources[index]
        let host = state.currentNode(of: index)
        let hostFlags = host.map { state.nodes[$0].flags } ?? []
        if connection.nextRole == .stopped || connection.assignedNode == nil {
            if host != nil, hostFlags.contains(.unclean) { return .failed }
            if !connection.flags.contains(.failed) { return .stopped }
            if connection.nextRole == .stopped, connection.remoteReconnect > 0,
                state.nodes[node].flags.contains(.remoteFenced), !shutdownRequested(node)
            {
                return .unknown
            }
            return .failed
        }
        if host == nil { return .unknown }
        if hostFlags.contains(.unclean) || !hostFlags.contains(.online) { return .resting }
        if connection.activeNodes.count > 1, connection.migrationSource != nil, connection.migrationTarget != nil {
            return .resting
        }
        return .alive
    }

    func isFailedRemoteNode(_ node: NodeIndex) -> Bool {
        guard state.isPlainRemote(node), let connection = state.nodes[node].connection else { return false }
        return remoteState(node, connection) == .failed
    }

    // MARK: - Orderings

    /// Actions on remote and guest nodes go through a connection, which must stand for as long.
    mutating func orderRemoteConnections() {
        guard state.hasRemoteNodes else { return }
        for index in plan.actions.indices.reversed() {
            let action = plan.actions[index]
            guard let resource = action.resource else { continue }
            if state.resources[resource].flags.contains(.remoteConnection), action.task == .clearFailCount {
                addOrdering(end(index), end(resource, .start), .ordered)
                continue
            }
            guard let node = action.node, state.nodes[node].isRemoteKind, !action.flags.contains(.pseudo),
                let connection = state.nodes[node].connection
            else { continue }
            if action.task == .start {
                for other in plan.actions(of: resource)
                where plan.actions[other].node != node && plan.actions[other].task == .stop {
                    addOrdering(end(connection, .start), end(other), .ordered)
                }
            }
            if let launcher = state.resources[connection].launcher {
                orderGuestAction(index, node, connection, launcher)
            } else {
                orderRemoteAction(index, node, connection)
            }
        }
    }

    private mutating func orderAfterStart(of first: ResourceIndex, _ then: ActionIndex, _ extra: Relation) {
        addOrdering(end(first, .start), end(then), [.guestAllowed, .unrunnableFirstBlocks, extra])
    }

    private mutating func orderBeforeStop(_ first: ActionIndex, of then: ResourceIndex, _ extra: Relation) {
        addOrdering(end(first), end(then, .stop), extra.union(.guestAllowed))
    }

    private func effectiveTask(_ action: ActionIndex) -> Task {
        let task = plan.actions[action].task
        return task == .migrateTo || task == .migrateFrom ? .stop : task
    }

    private mutating func orderRemoteAction(_ index: ActionIndex, _ node: NodeIndex, _ connection: ResourceIndex) {
        let remote = remoteState(node, connection)
        switch effectiveTask(index) {
        case .start, .promote: orderAfterStart(of: connection, index, remote == .failed ? .firstImpliesThen : [])
        case .stop:
            if remote == .alive {
                orderBeforeStop(index, of: connection, .thenImpliesFirst)
            } else if remote == .failed {
                fence(node, because: "resources are active but connection is unrecoverable")
            } else if state.resources[connection].nextRole == .stopped {
                orderBeforeStop(index, of: connection, .thenImpliesFirst)
            } else {
                orderAfterStart(of: connection, index, [])
            }
        case .demote:
            if remote == .resting || remote == .unknown { orderAfterStart(of: connection, index, []) }
        default:
            if plan.actions[index].isRecurring {
                orderAfterStart(of: connection, index, .firstImpliesThen)
                return
            }
            if effectiveTask(index) == .monitor, remote == .failed {
                fence(node, because: "resources are in unknown state and connection is unrecoverable")
            }
            if state.currentNode(of: connection) != nil, remote == .stopped {
                orderBeforeStop(index, of: connection, .unrunnableFirstBlocks)
            } else {
                orderAfterStart(of: connection, index, [])
            }
        }
    }

    private mutating func orderGuestAction(
        _ index: ActionIndex, _ node: NodeIndex, _ connection: ResourceIndex, _ launcher: ResourceIndex
    ) {
        let hasFailed = state.resources[launcher].flags.contains(.failed)
        if hasFailed { fence(node, because: "container failed") }
        switch effectiveTask(index) {
        case .start, .promote:
            orderAfterStart(of: launcher, index, .firstImpliesThen)
            orderAfterStart(of: connection, index, [])
        case .stop, .demote: if !hasFailed { orderBeforeStop(index, of: connection, []) }
        case .monitor where plan.actions[index].isRecurring:
            orderAfterStart(of: connection, index, .firstImpliesThen)
        default: if !plan.actions[index].isRecurring { orderAfterStart(of: connection, index, []) }
        }
    }

    // MARK: - Graph

    /// The cluster node through whose connection an action on a remote node runs.
    func connectionHost(for index: ActionIndex) -> NodeIndex? {
        guard let node = plan.actions[index].node, state.nodes[node].isRemoteKind else { return nil }
        let action = plan.actions[index]
        guard action.task != .fence,
            let connection = state.nodes[node].connection
        else { return nil }
        let remote = state.resources[connection]
        guard let began = state.currentNode(of: connection) else { return remote.assignedNode }
        guard let ended = remote.assignedNode, ended != began else { return began }
        let isPartial = remote.launcher == nil && remote.migrationTarget != nil
        var task = plan.name(of: action.task)
        if action.task == .notify { task = action.metaValue("notify_operation") ?? "" }
        let leaves = ["cancel", "stop", "demote", "migrate_from", "migrate_to"].contains(task)
        let canBegin =
            options.repeatsIncumbent
            || state.nodes[began].flags.contains(.online) && !state.nodes[began].flags.contains(.unclean)
        return leaves && !isPartial && canBegin ? began : ended
    }

    /// Tells an agent in a guest where its host is.
    func addGuestMeta(_ index: ActionIndex, _ values: inout [String: String]) {
        let action = plan.actions[index]
        guard let node = action.node, let launcher = state.guestLauncher(of: node), let resource = action.resource
        else {
            return
        }
        var task = plan.name(of: action.task)
        if action.task == .notify || action.task == .notified { task = action.metaValue("notify_operation") ?? "" }
        let host: NodeIndex?
        switch task {
        case "stop", "stopped", "demote", "demoted": host = state.currentNode(of: launcher)
        case "start", "running", "monitor", "promote", "promoted": host = state.resources[launcher].assignedNode
        default: host = nil
        }
        guard let host else { return }
        if let target = state.resources[resource].meta["container-attribute-target"] {
            values["CRM_meta_container_attribute_target"] = target
        }
        values["CRM_meta_physical_host"] = state.nodes[host].name
    }
}
