import Agents
import ClusterTypes

// Probes: one monitor of every resource on every node where its state is unknown.

extension Scheduling {
    mutating func planProbes() {
        for node in state.nodeOrder {
            let flags = state.nodes[node].flags
            if !flags.contains(.online) {
                if isFailedRemoteNode(node) { fence(node, because: "the connection is unrecoverable") }
                continue
            }
            if flags.contains(.unclean) || !flags.contains(.probesAllowed) { continue }
            _ = probe(state.topLevel, on: node)
        }
    }

    /// Whether any probe was planned.
    mutating func probe(_ resources: [ResourceIndex], on node: NodeIndex) -> Bool {
        var any = false
        for resource in resources where probe(resource, on: node) { any = true }
        return any
    }

    mutating func probe(_ index: ResourceIndex, on node: NodeIndex) -> Bool {
        switch state.resources[index].variant {
        case .primitive, .group: probePrimitiveOrGroup(index, on: node)
        case .clone: probeClone(index, on: node)
        case .bundle: probeBundle(index, on: node)
        }
    }

    private mutating func probePrimitiveOrGroup(_ index: ResourceIndex, on node: NodeIndex) -> Bool {
        guard state.options.startupProbes else { return false }
        let flags = state.resources[index].flags
        let top = state.top(of: index)
        if state.nodes[node].isRemoteKind {
            if flags.contains(.fenceDevice) || flags.contains(.remoteConnection) { return false }
            if state.isGuest(node), guestConnection(in: index) != nil { return false }
        }
        if !state.resources[index].children.isEmpty { return probe(state.resources[index].children, on: node) }
        if state.resources[index].launcher != nil, !flags.contains(.remoteConnection) { return false }
        if flags.contains(.removed) || state.resources[index].probedNodes.contains(node) { return false }
        let cell = placement[index, node]
        let isExclusive =
            flags.contains(.exclusiveProbes) || state.resources[top].flags.contains(.exclusiveProbes)
        if isExclusive, !cell.isPresent || cell.probeMode != .exclusive { return false }
        if (cell.isPresent ? cell.probeMode : state.nodes[node].probeMode) == .never { return false }
        if let launcher = state.guestLauncher(of: node), skipsProbe(of: top, on: node, launcher) { return false }
        addProbe(index, top, on: node)
        return true
    }

    private mutating func skipsProbe(of top: ResourceIndex, on node: NodeIndex, _ guest: ResourceIndex) -> Bool {
        if state.resources[guest].currentRole == .stopped {
            if let host = state.resources[guest].assignedNode, !state.resources[guest].probedNodes.contains(host) {
                order(guest, .monitor, top, .start, .ordered)
            }
            return true
        }
        if guestWillStop(node, guest) {
            order(guest, .stop, top, .start, .ordered)
            return true
        }
        return false
    }

    private func guestWillStop(_ node: NodeIndex, _ guest: ResourceIndex) -> Bool {
        let resource = state.resources[guest]
        if !state.nodes[node].flags.isDisjoint(with: [.remoteReset, .unclean]) { return true }
        if resource.flags.contains(.failed) || resource.nextRole == .stopped { return true }
        guard resource.currentRole > .stopped, let host = resource.assignedNode else { return false }
        return !resource.activeNodes.contains(host)
    }

    func guestConnection(in index: ResourceIndex) -> ResourceIndex? {
        guard state.hasRemoteNodes else { return nil }
        return state.resources[index].launched.first { state.resources[$0].flags.contains(.remoteConnection) }
    }

    private mutating func addProbe(_ index: ResourceIndex, _ top: ResourceIndex, on node: NodeIndex) {
        let probe = action(index, ActionKey(.monitor), .monitor, on: node, optional: false)
        plan.actions[probe].flags.remove(.optional)
        orderAfterUnfencing(index, node, probe, .ordered)
        if !state.resources[index].activeNodes.contains(node) {
            plan.actions[probe].expected = .notRunning
        } else if state.resources[index].currentRole == .promoted {
            plan.actions[probe].expected = .runningPromoted
        }
        let target = state.resources[top].isClone ? top : index
        var relation: Relation = .ordered
        if !plan.actions[probe].flags.contains(.runnable), state.resources[target].activeNodes.isEmpty {
            relation.insert(.unrunnableFirstBlocks)
        }
        addOrdering(end(probe), end(target, .start), relation)
        if plan.findOne(target, ActionKey(.reloadAgent)) != nil {
            addOrdering(end(probe), end(target, .reloadAgent), .ordered)
        }
    }
}
