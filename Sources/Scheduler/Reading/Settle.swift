import ClusterTypes
import XMLTree

extension Scheduling {
    /// Draws the conclusions once a resource's whole history on a node is read: activity, failure response, fencing.
    mutating func settle(_ index: ResourceIndex, on node: NodeIndex, _ combined: FailureResponse) {
        let knownActive = state.resources[index].currentRole > .stopped
        noteProbed(index, on: node)
        if knownActive { fenceIfLost(index, on: node) }
        let response = state.nodes[node].flags.contains(.unclean) ? .ignore : combined
        respond(to: response, index, on: node, knownActive: knownActive)
        let flags = state.resources[index].flags
        if flags.contains(.failed), flags.contains(.remoteConnection),
            let remote = state.node(named: state.resources[index].id),
            state.nodes[remote].flags.contains(.unclean)
        {
            state.nodes[remote].flags.insert(.seen)
        }
        if knownActive {
            addRunning(index, on: node, failed: combined != .ignore)
            switch response {
            case .ignore: break
            case .demote, .block: state.resources[index].flags.insert(.failed)
            case .restart, .resetRemote, .restartContainer, .ban, .stop, .standby, .fence:
                state.resources[index].flags.formUnion([.failed, .stopIfFailed])
            }
        } else if state.resources[index].historyID?.contains(":") == true {
            // Only active anonymous instances keep the number that the node knows them by.
            state.resources[index].historyID = nil
        } else {
            for stop in plan.find(index, ActionKey(.stop), on: node) { plan.actions[stop].flags.insert(.optional) }
        }
        if state.resources[index].currentRole == .stopped, !state.resources[index].activeNodes.isEmpty,
            state.resources[index].migrationTarget != nil, state.resources[index].migrationSource == node
        {
            state.resources[index].currentRole = .started
        }
    }

    private mutating func noteProbed(_ index: ResourceIndex, on node: NodeIndex) {
        guard state.resources[index].currentRole != .unknown else { return }
        var current: ResourceIndex? = index
        while let resource = current {
            state.resources[resource].probedNodes.insert(node)
            if state.resources[resource].flags.contains(.unique) { break }
            current = state.resources[resource].parent
        }
    }

    private mutating func fenceIfLost(_ index: ResourceIndex, on node: NodeIndex) {
        let nodeFlags = state.nodes[node].flags
        guard !nodeFlags.contains(.online), !nodeFlags.contains(.maintenance), state.resources[index].isManaged else {
            return
        }
        let id = state.resources[index].id
        if state.isGuest(node) {
            state.resources[index].flags.formUnion([.failed, .stopIfFailed])
            fence(node, because: "\(id) is thought to be active there")
        } else if state.options.isFencingEnabled {
            var reason = "\(id) is thought to be active there"
            if state.isPlainRemote(node), let connection = state.nodes[node].connection,
                !state.resources[connection].flags.contains(.failed)
            {
                state.nodes[node].flags.remove(.seen)
                reason =
                    "\(id) is active there (fencing will be revoked if remote connection can be re-established elsewhere)"
            }
            fence(node, because: reason)
        }
    }

    private mutating func respond(
        to response: FailureResponse, _ index: ResourceIndex, on node: NodeIndex, knownActive: Bool
    ) {
        switch response {
        case .ignore: break
        case .demote:
            state.resources[index].flags.insert(.failed)
            _ = action(index, ActionKey(.demote), .demote, on: node, optional: false)
        case .fence: fence(node, because: "\(state.resources[index].id) failed there")
        case .standby: state.nodes[node].flags.formUnion([.standby, .failStandby])
        case .block:
            state.resources[index].flags.remove(.managed)
            state.resources[index].flags.insert(.blocked)
        case .ban: addScore(index, on: node, .minusInfinity, because: .failure(.banned))
        case .stop: state.resources[index].nextRole = .stopped
        case .restart:
            if knownActive {
                state.resources[index].flags.formUnion([.failed, .stopIfFailed])
                _ = stopAction(index, on: node, optional: false)
            }
        case .restartContainer:
            state.resources[index].flags.formUnion([.failed, .stopIfFailed])
            if let launcher = state.resources[index].launcher {
                if state.isBundled(index) {
                    state.stopNeeded.insert(launcher, at: 0)
                } else {
                    _ = stopAction(launcher, on: node, optional: false)
                }
            } else if knownActive {
                _ = stopAction(index, on: node, optional: false)
            }
        case .resetRemote: resetRemote(index, on: node, knownActive: knownActive)
        }
    }

    private mutating func resetRemote(_ index: ResourceIndex, on node: NodeIndex, knownActive: Bool) {
        state.resources[index].flags.formUnion([.failed, .stopIfFailed])
        if state.options.isFencingEnabled, state.resources[index].flags.contains(.remoteConnection),
            let remote = state.node(named: state.resources[index].id), state.isPlainRemote(remote),
            !state.nodes[remote].flags.contains(.remoteFenced)
        {
            fence(remote, because: "remote connection is unrecoverable")
        }
        if knownActive { _ = stopAction(index, on: node, optional: false) }
        if state.resources[index].remoteReconnect > 0 { state.resources[index].nextRole = .stopped }
    }

    /// Records that a resource is active on a node, with what follows from that (priorities, multiple activity).
    mutating func addRunning(_ index: ResourceIndex, on node: NodeIndex, failed: Bool) {
        if state.resources[index].activeNodes.contains(node) { return }
        state.resources[index].activeNodes.append(node)
        if state.resources[index].isPrimitive {
            state.nodes[node].runningResources.append(index)
            addPriority(of: index, to: node, failed: failed)
            if state.nodes[node].flags.contains(.maintenance) {
                state.resources[index].flags.remove(.managed)
                state.resources[index].flags.insert(.maintenance)
            }
        }
        guard state.resources[index].isManaged else {
            addScore(index, on: node, .infinity, because: .unmanaged)
            var ancestor = state.resources[index].parent
            while let parent = ancestor {
                state.resources[parent].activeNodes.append(node)
                ancestor = state.resources[parent].parent
            }
            return
        }
        if isMultiplyActive(index) { applyMultipleActive(index) }
        if let parent = state.resources[index].parent { addRunning(parent, on: node, failed: false) }
    }

    private mutating func addPriority(of index: ResourceIndex, to node: NodeIndex, failed: Bool) {
        let base = Int(state.resources[index].priority.value)
        guard base != 0, !failed else { return }
        let priority = state.resources[index].currentRole == .promoted ? base + 1 : base
        state.nodes[node].priority += priority
        if let launcher = state.guestLauncher(of: node) {
            for host in state.resources[launcher].activeNodes { state.nodes[host].priority += priority }
        }
    }

    private func isMultiplyActive(_ index: ResourceIndex) -> Bool {
        guard state.resources[index].isPrimitive else { return false }
        let activity = state.activity(of: index)
        return (state.resources[index].flags.contains(.needsFencing) ? activity.all : activity.clean) > 1
    }

    private mutating func applyMultipleActive(_ index: ResourceIndex) {
        switch state.resources[index].multipleActive {
        case .stopOnly:
            for node in state.nodeOrder {
                placement[index, node] = NodeScore(
                    score: .minusInfinity, probeMode: state.nodes[node].probeMode, isPresent: true)
                ledger?.record(index, node, .minusInfinity, .multiplyActive)
            }
        case .block:
            state.resources[index].flags.remove(.managed)
            state.resources[index].flags.insert(.blocked)
            if let parent = state.resources[index].parent,
                state.resources[parent].isGroup || state.resources[parent].isBundle,
                state.resources[parent].multipleActive == .block
            {
                for child in state.resources[parent].children {
                    state.resources[child].flags.remove(.managed)
                    state.resources[child].flags.insert(.blocked)
                }
            }
        case .stopStart, .stopUnexpected: break
        }
    }
}
