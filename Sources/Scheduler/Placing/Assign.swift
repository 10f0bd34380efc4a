import Agents
import ClusterTypes

extension Scheduling {
    /// Chooses a node for a resource and everything in it.
    ///
    /// - Parameter stopIfFailed: whether a resource without node is to be stopped, or left undecided for another try.
    mutating func assign(_ index: ResourceIndex, prefer: NodeIndex?, stopIfFailed: Bool) -> NodeIndex? {
        switch state.resources[index].variant {
        case .primitive: assignPrimitive(index, prefer: prefer, stopIfFailed: stopIfFailed)
        case .group(let traits): assignGroup(index, traits, prefer: prefer, stopIfFailed: stopIfFailed)
        case .clone: assignClone(index, prefer: prefer, stopIfFailed: stopIfFailed)
        case .bundle: assignBundle(index, prefer: prefer, stopIfFailed: stopIfFailed)
        }
    }

    // MARK: - Primitives

    private mutating func assignPrimitive(_ index: ResourceIndex, prefer: NodeIndex?, stopIfFailed: Bool) -> NodeIndex?
    {
        if let parent = state.resources[index].parent, !state.resources[parent].flags.contains(.assigning) {
            _ = assign(parent, prefer: prefer, stopIfFailed: stopIfFailed)
        }
        guard state.resources[index].flags.contains(.unassigned) else { return state.resources[index].assignedNode }
        if state.resources[index].flags.contains(.assigning) { return nil }
        state.resources[index].flags.insert(.assigning)
        applyColocations(index)
        let roles = state.resources[index]
        if roles.nextRole == .stopped {
            addScore(index, on: nil, .minusInfinity, because: .targetRole)
        } else if roles.nextRole > roles.currentRole, !state.options.isQuorate, state.options.quorumPolicy == .freeze {
            state.resources[index].nextRole = roles.currentRole
        }
        showScores(index, "pcmk__primitive_assign")
        if state.options.isFencingEnabled, !state.options.hasFencing { state.resources[index].flags.remove(.managed) }
        if !state.resources[index].isManaged {
            state.resources[index].nextRole = state.resources[index].currentRole
            noteChoice(index, state.currentNode(of: index), [], forced: .unmanaged)
            setNode(index, state.currentNode(of: index), force: true, stopIfFailed: stopIfFailed)
        } else if state.options.stopAllResources {
            noteChoice(index, nil, [], forced: .stopAll)
            setNode(index, nil, force: true, stopIfFailed: stopIfFailed)
        } else {
            assignBestNode(index, prefer: prefer, stopIfFailed: stopIfFailed)
        }
        state.resources[index].flags.remove(.assigning)
        if state.resources[index].flags.contains(.remoteConnection) { connectionAssigned(index) }
        return state.resources[index].assignedNode
    }

    /// Mandatory colocations first, then the others; each time what it depends on, then what depends on it.
    private mutating func applyColocations(_ index: ResourceIndex) {
        let ofThis = colocationsOfThis(index)
        let withThis = colocationsWithThis(index)
        for mandatory in [true, false] {
            for position in ofThis where constraints.colocations[position].isMandatory == mandatory {
                applyDependence(constraints.colocations[position], index)
            }
            for position in withThis where constraints.colocations[position].isMandatory == mandatory {
                addDependentScores(position, index)
            }
        }
    }

    private mutating func applyDependence(_ colocation: Colocation, _ index: ResourceIndex) {
        let isOptionalApart = colocation.score < .zero && !colocation.score.isMinusInfinite
        let saved = colocation.dependentRole >= .promoted || isOptionalApart ? placement[row: index] : nil
        if state.resources[colocation.primary].flags.contains(.unassigned) {
            _ = assign(colocation.primary, prefer: nil, stopIfFailed: true)
        }
        let mark = ledger?.mark
        ledger?.colocation = colocation
        _ = applyColocationScore(dependent: index, primary: colocation.primary, colocation, forDependent: true)
        if let saved, !anyAvailable(placement[row: index]) {
            placement[row: index] = saved
            if let mark { ledger?.withdraw(since: mark, of: [index]) }
        }
    }

    private mutating func assignBestNode(_ index: ResourceIndex, prefer: NodeIndex?, stopIfFailed: Bool) {
        let mostFree = banInsufficientCapacity(index)
        let preferred = prefer ?? mostFree
        guard state.resources[index].flags.contains(.unassigned) else { return }
        let sorted = sortedNodes(placement[row: index], active: state.currentNode(of: index))
        var chosen: NodeIndex?
        if let preferred, let best = sorted.first, placement[index, preferred].isPresent,
            placement[index, preferred].score >= placement[index, best].score, isAllowed(index, preferred)
        {
            chosen = preferred
        }
        if chosen == nil, let best = sorted.first {
            chosen = best
            let isUniqueInstance = state.resources[index].parent.map { state.resources[$0].isUniqueClone } ?? false
            if !isUniqueInstance, placement[index, best].score > .zero, state.isAvailable(best),
                let running = state.currentNode(of: index), isRunningNodeUsable(running)
            {
                // Staying is preferred among equals.
                for node in sorted.dropFirst() {
                    guard placement[index, node].score == placement[index, best].score else { break }
                    if node == running { chosen = node }
                }
            }
        }
        noteChoice(index, chosen, sorted, preferred: preferred)
        setNode(index, chosen, force: false, stopIfFailed: stopIfFailed)
    }

    private func isRunningNodeUsable(_ node: NodeIndex) -> Bool {
        state.isAvailable(node) && state.nodes[node].score >= .zero
    }

    private mutating func connectionAssigned(_ index: ResourceIndex) {
        guard let node = state.node(named: state.resources[index].id) else { return }
        if state.resources[index].assignedNode != nil, state.resources[index].nextRole != .stopped {
            state.nodes[node].flags.insert(.online)
            if !state.nodes[node].flags.contains(.seen) { state.nodes[node].flags.remove(.unclean) }
        } else {
            state.nodes[node].flags.insert(.shutdown)
        }
    }

    // MARK: - Setting

    /// Puts a resource on a node (or on none); whether that changes anything.
    @discardableResult
    mutating func setNode(_ index: ResourceIndex, _ wanted: NodeIndex?, force: Bool, stopIfFailed: Bool) -> Bool {
        guard state.resources[index].children.isEmpty else {
            var changed = false
            for child in state.resources[index].children {
                if setNode(child, wanted, force: force, stopIfFailed: stopIfFailed) { changed = true }
            }
            return changed
        }
        var node = wanted
        if !force, let candidate = wanted {
            let score = placement[index, candidate].score
            if score < .zero || (!state.isAvailable(candidate) && !state.isGuest(candidate)) {
                if stopIfFailed { state.resources[index].nextRole = .stopped }
                node = nil
            }
        }
        let changed = state.resources[index].assignedNode != node
        unassign(index)
        state.resources[index].flags.remove(.unassigned)
        guard let node else {
            if stopIfFailed { stopUnplaced(index) }
            return changed
        }
        state.resources[index].assignedNode = node
        state.resources[index].assignedScore = force ? state.nodes[node].score : placement[index, node].score
        state.nodes[node].assignedCount += 1
        placement[index, node].count += 1
        consumeCapacity(of: node, by: index)
        showUtilization(of: index, on: node)
        return changed
    }

    /// What was already planned for a resource that has no node: its stop is needed, the rest impossible.
    private mutating func stopUnplaced(_ index: ResourceIndex) {
        state.resources[index].nextRole = .stopped
        for action in plan.actions(of: index) {
            switch plan.actions[action].task {
            case .stop: plan.actions[action].flags.remove(.optional)
            case .start: plan.actions[action].flags.remove(.runnable)
            default:
                if plan.actions[action].isRecurring, plan.actions[action].expected != .notRunning {
                    plan.actions[action].flags.remove(.runnable)
                }
            }
        }
    }

    mutating func unassign(_ index: ResourceIndex) {
        state.resources[index].flags.insert(.unassigned)
        guard state.resources[index].children.isEmpty else {
            for child in state.resources[index].children { unassign(child) }
            return
        }
        guard let old = state.resources[index].assignedNode else { return }
        state.resources[index].assignedNode = nil
        state.nodes[old].assignedCount -= 1
        releaseCapacity(of: old, by: index)
    }

    // MARK: - Groups

    private mutating func assignGroup(
        _ index: ResourceIndex, _ traits: GroupTraits, prefer: NodeIndex?, stopIfFailed: Bool
    ) -> NodeIndex? {
        guard state.resources[index].flags.contains(.unassigned) else { return state.resources[index].assignedNode }
        if state.resources[index].flags.contains(.assigning) { return nil }
        guard let first = state.resources[index].children.first else {
            state.resources[index].flags.remove(.unassigned)
            return nil
        }
        state.resources[index].flags.insert(.assigning)
        state.resources[index].currentRole = state.resources[first].currentRole
        showScores(index, "pcmk__group_assign")
        var chosen: NodeIndex?
        for member in state.resources[index].children {
            let node = assign(member, prefer: prefer, stopIfFailed: stopIfFailed)
            if chosen == nil { chosen = node }
        }
        state.resources[index].nextRole = state.resources[first].nextRole
        state.resources[index].flags.subtract([.assigning, .unassigned])
        return traits.isColocated ? chosen : nil
    }
}
