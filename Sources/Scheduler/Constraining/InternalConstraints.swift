import ClusterTypes

// What follows from the nature of each kind of resource, whatever is configured.

extension Scheduling {
    mutating func addInternalConstraints() {
        for resource in state.topLevel { addInternalConstraints(resource) }
    }

    mutating func addInternalConstraints(_ index: ResourceIndex) {
        switch state.resources[index].variant {
        case .primitive: addPrimitiveConstraints(index)
        case .group(let traits): addGroupConstraints(index, traits)
        case .clone(let traits): addCloneConstraints(index, traits)
        case .bundle: addBundleConstraints(index)
        }
    }

    // MARK: - Primitives

    private mutating func addPrimitiveConstraints(_ index: ResourceIndex) {
        let resource = state.resources[index]
        guard resource.isManaged else { return }
        order(index, .stop, index, .start, [.ordered, .firstImpliesThen, .intermediateStop])
        if state.resources[state.top(of: index)].flags.contains(.promotable) || resource.currentRole > .unpromoted {
            order(index, .demote, index, .stop, .promotedThenImpliesFirst)
            order(index, .start, index, .promote, .unrunnableFirstBlocks)
        }
        order(index, .clearHistory, index, .monitor, [.ifSameNode, .thenCancelsFirst])
        let allowed = state.nodeOrder.filter { placement[index, $0].isPresent }
        if !resource.flags.contains(.fenceDevice), state.options.needsUnfencing,
            resource.flags.contains(.needsUnfencing)
        {
            for node in allowed { orderRestartAroundUnfencing(index, node) }
        }
        if !resource.utilization.isEmpty, state.options.placementStrategy != .standard {
            addUtilizationOrderings(index, allowed)
        }
        if let launcher = resource.launcher { addLauncherConstraints(index, launcher, allowed) }
        if resource.flags.contains(.remoteConnection) || resource.flags.contains(.fenceDevice) {
            keepOffRemoteNodes(index)
        }
    }

    private mutating func orderRestartAroundUnfencing(_ index: ResourceIndex, _ node: NodeIndex) {
        let unfencing = fencingAction(on: node, "on", optional: true, because: nil)
        addOrdering(end(index, .stop), end(unfencing), [.ordered, .ifSameNode])
        addOrdering(end(unfencing), end(index, .start), [.firstImpliesSameNodeThen, .ifSameNode])
    }

    private mutating func keepOffRemoteNodes(_ index: ResourceIndex) {
        for node in state.nodeOrder where placement[index, node].isPresent && state.nodes[node].connection != nil {
            placement[index, node].score = .minusInfinity
            ledger?.record(index, node, .minusInfinity, .remoteNode)
        }
    }

    private mutating func addLauncherConstraints(
        _ index: ResourceIndex, _ launcher: ResourceIndex, _ allowed: [NodeIndex]
    ) {
        let flags = state.resources[index].flags
        var remote: ResourceIndex?
        if flags.contains(.remoteConnection) {
            if !flags.contains(.remoteNestingAllowed) { keepOffRemoteNodes(launcher) }
            order(launcher, .monitor, index, .stop, .ordered)
        } else if state.resources[launcher].flags.contains(.remoteConnection) {
            remote = launcher
        } else {
            remote = state.resources[launcher].launched.first { state.resources[$0].flags.contains(.remoteConnection) }
        }
        if let remote {
            for node in allowed where state.nodes[node].connection != remote {
                placement[index, node].score = .minusInfinity
                ledger?.record(index, node, .minusInfinity, .container)
            }
            return
        }
        order(launcher, .start, index, .start, [.firstImpliesThen, .unrunnableFirstBlocks])
        order(index, .stop, launcher, .stop, .thenImpliesFirst)
        let score = flags.contains(.remoteNestingAllowed) ? Score(10_000) : .infinity
        colocate(
            "#resource-with-container", index, launcher, score, attribute: nil, dependentRole: nil, primaryRole: nil,
            flags: .influence)
    }

    private mutating func addUtilizationOrderings(_ index: ResourceIndex, _ allowed: [NodeIndex]) {
        for node in state.resources[index].activeNodes {
            let released = loadStoppedAction(node)
            addOrdering(end(index, .stop), end(released), .ifSameNodeOrTarget)
        }
        for node in allowed {
            let released = loadStoppedAction(node)
            addOrdering(end(released), end(index, .start), .ifSameNodeOrTarget)
            addOrdering(end(released), end(index, .migrateTo), .ifSameNodeOrTarget)
        }
    }

    /// The point at which a node has been relieved of what leaves it.
    private mutating func loadStoppedAction(_ node: NodeIndex) -> ActionIndex {
        let index = pseudoAction(named: "load_stopped_\(state.nodes[node].name)")
        if plan.actions[index].node == nil {
            plan.actions[index].node = node
            plan.actions[index].flags.remove(.optional)
        }
        return index
    }

    // MARK: - Groups

    private mutating func addGroupConstraints(_ group: ResourceIndex, _ traits: GroupTraits) {
        order(group, .stop, group, .stopped, .unrunnableFirstBlocks)
        order(group, .stopped, group, .start, .ordered)
        order(group, .start, group, .running, .unrunnableFirstBlocks)
        let isPromotable = state.resources[state.top(of: group)].flags.contains(.promotable)
        var previous: ResourceIndex?
        var lastActive: ResourceIndex?
        for member in state.resources[group].children {
            addInternalConstraints(member)
            let isFirst = previous == nil
            if let previous, traits.isColocated {
                colocate(
                    "#group-members", member, previous, .infinity, attribute: nil, dependentRole: nil, primaryRole: nil,
                    flags: state.resources[member].flags.contains(.critical) ? .influence : [])
            }
            orderMemberWithGroup(member, group, isFirstOrdered: isFirst && traits.isOrdered, isPromotable)
            if !traits.isOrdered {
                let relation: Relation = [.firstImpliesThen, .unrunnableFirstBlocks, .thenImpliesFirstGraphed]
                order(group, .start, member, .start, relation)
                if isPromotable { order(group, .promote, member, .promote, relation) }
            } else if let previous {
                orderMembers(previous, member, isPromotable)
            }
            if !state.resources[member].activeNodes.isEmpty {
                if traits.isOrdered, let previous, state.resources[previous].activeNodes.isEmpty, let lastActive {
                    order(member, .stop, lastActive, .stop, .ordered)
                }
                lastActive = member
            }
            previous = member
        }
    }

    private mutating func orderMemberWithGroup(
        _ member: ResourceIndex, _ group: ResourceIndex, isFirstOrdered: Bool, _ isPromotable: Bool
    ) {
        let down: Relation = isFirstOrdered ? [.thenImpliesFirstGraphed, .ordered] : .thenImpliesFirstGraphed
        let postDown: Relation = isFirstOrdered ? .firstImpliesThen : .firstImpliesThenGraphed
        let up: Relation = [.unrunnableFirstBlocks, .firstImpliesThen, .firstImpliesThenGraphed]
        if isPromotable {
            order(group, .demote, member, .demote, down)
            order(member, .demote, group, .demoted, postDown)
            order(member, .promote, group, .promoted, up)
            order(group, .promote, member, .promote, .thenImpliesFirstGraphed)
        }
        order(group, .stop, member, .stop, down)
        order(member, .stop, group, .stopped, postDown)
        order(group, .start, member, .start, .thenImpliesFirstGraphed)
        order(member, .start, group, .running, up)
    }

    private mutating func orderMembers(_ previous: ResourceIndex, _ member: ResourceIndex, _ isPromotable: Bool) {
        order(previous, .start, member, .start, [.firstImpliesThen, .unrunnableFirstBlocks])
        order(member, .stop, previous, .stop, [.ordered, .intermediateStop])
        // A member that is active although an earlier one is not must stop before the earlier one starts.
        if !state.resources[member].activeNodes.isEmpty, state.resources[previous].activeNodes.isEmpty {
            order(member, .stop, previous, .start, [.thenImpliesFirst, .unrunnableFirstBlocks])
        }
        if isPromotable {
            order(previous, .promote, member, .promote, [.firstImpliesThen, .unrunnableFirstBlocks])
            order(member, .demote, previous, .demote, .ordered)
        }
    }
}
