import ClusterTypes
import XMLTree

// Phase 4: the actions that take every resource from where it is to where it was placed.

extension Scheduling {
    mutating func planActions() {
        checkDelayedParameters()
        if state.options.startupProbes { planProbes() }
        if state.options.stopRemovedResources {
            for resource in state.topLevel { clearFailCountsIfRemoved(resource) }
        }
        for resource in state.topLevel { planActions(resource) }
        orderRemoteConnections()
        planFencingAndShutdowns()
    }

    mutating func planActions(_ index: ResourceIndex) {
        switch state.resources[index].variant {
        case .primitive: planPrimitive(index)
        case .group: planGroup(index)
        case .clone: planClone(index)
        case .bundle: planBundle(index)
        }
    }

    private mutating func clearFailCountsIfRemoved(_ index: ResourceIndex) {
        guard state.resources[index].flags.contains(.removed) else { return }
        for node in state.nodeOrder where state.nodes[node].flags.contains(.online) {
            guard failCount(of: index, on: node).count != .zero else { continue }
            let clear = clearFailCount(of: index, on: node, because: .removed)
            addOrdering(end(clear), end(index, .stop), .ordered)
        }
    }

    private mutating func planGroup(_ index: ResourceIndex) {
        for member in state.resources[index].children { planActions(member) }
        var tasks: [Task] = [.start, .running, .stop, .stopped]
        if TextValue.isTrue(state.resources[index].meta["promotable"]) {
            tasks += [.demote, .demoted, .promote, .promoted]
        }
        for task in tasks { _ = pseudoAction(index, task, optional: true, runnable: true) }
    }

    // MARK: - Primitives

    private mutating func planPrimitive(_ index: ResourceIndex) {
        if state.resources[index].nextRole == .unknown {
            state.resources[index].nextRole = state.resources[index].assignedNode == nil ? .stopped : .started
        }
        let activity = state.activity(of: index)
        let current = activity.node
        for source in state.resources[index].danglingMigrationSources {
            let stop = stopAction(index, on: source, optional: false)
            plan.actions[stop].flags.insert(.migrationAbort)
        }
        let assigned = state.resources[index].assignedNode
        var needsStop = false
        var needsPromote = false
        var isMoving = false
        var migrates = false
        if let current, let assigned, current != assigned, state.resources[index].nextRole >= .started {
            isMoving = true
            migrates = canMigrate(index, from: current)
            needsStop = true
        }
        let resource = state.resources[index]
        var isMultiplyActive = false
        if let source = resource.migrationSource, let target = resource.migrationTarget, migrates, activity.all == 2,
            current == source, assigned == target
        {
            // The migration continues.
        } else if resource.migrationSource != nil || resource.migrationTarget != nil {
            needsStop = true
            state.resources[index].migrationSource = nil
            state.resources[index].migrationTarget = nil
            migrates = false
        } else {
            isMultiplyActive = (resource.flags.contains(.needsFencing) ? activity.all : activity.clean) > 1
        }
        if isMultiplyActive {
            switch resource.multipleActive {
            case .stopStart: needsStop = true
            case .stopUnexpected:
                needsStop = true
                state.resources[index].flags.insert(.stopUnexpected)
            case .stopOnly, .block: break
            }
        } else {
            state.resources[index].flags.remove(.stopUnexpected)
        }
        if resource.flags.contains(.startPending) {
            let start = startAction(index, on: assigned, optional: true)
            plan.actions[start].flags.insert(.alwaysInGraph)
        }
        if isMoving {
        } else if resource.flags.contains(.failed) {
            if resource.flags.contains(.stopIfFailed) {
                needsStop = true
            } else if resource.nextRole == .promoted {
                needsPromote = true
            }
        } else if resource.flags.contains(.blocked) {
            needsStop = true
        } else if resource.currentRole > .started, current != nil, let assigned {
            let start = startAction(index, on: assigned, optional: true)
            if !plan.actions[start].flags.contains(.optional) { needsStop = true }
        }
        planRestart(index, current, needsStop: needsStop, needsPromote: needsPromote)
        planRoleChange(index)
        planRecurring(index)
        if migrates, let current { planMigration(index, from: current) }
    }

    private mutating func planRestart(
        _ index: ResourceIndex, _ current: NodeIndex?, needsStop: Bool, needsPromote: Bool
    ) {
        state.resources[index].flags.insert(.restarting)
        var role = state.resources[index].currentRole
        while role != .stopped {
            let next = RoleTransitions.step(from: role, towards: .stopped)
            guard let change = RoleTransitions.change(from: role, to: next) else { break }
            perform(change, index, on: current, optional: !needsStop)
            role = next
        }
        let original = state.resources[index].currentRole
        while original <= state.resources[index].nextRole, role != original,
            !state.resources[index].flags.contains(.blocked)
        {
            let next = RoleTransitions.step(from: role, towards: original)
            let isRequired = needsStop || (next == .promoted && needsPromote)
            guard let change = RoleTransitions.change(from: role, to: next) else { break }
            perform(change, index, on: state.resources[index].assignedNode, optional: !isRequired)
            role = next
        }
        state.resources[index].flags.remove(.restarting)
    }

    private mutating func planRoleChange(_ index: ResourceIndex) {
        var role = state.resources[index].currentRole
        while role != state.resources[index].nextRole {
            let next = RoleTransitions.step(from: role, towards: state.resources[index].nextRole)
            guard let change = RoleTransitions.change(from: role, to: next) else { break }
            perform(change, index, on: state.resources[index].assignedNode, optional: false)
            role = next
        }
    }

    private mutating func perform(_ change: RoleChange, _ index: ResourceIndex, on node: NodeIndex?, optional: Bool) {
        switch change {
        case .stop: planStop(index, optional: optional)
        case .start: planStart(index, on: node, optional: optional)
        case .promote: planPromote(index, on: node, optional: optional)
        case .demote: planDemote(index, optional: optional)
        }
    }

    /// With `stop_unexpected`, the node where the resource is wanted: it keeps running there.
    private func isExpected(_ index: ResourceIndex, _ node: NodeIndex?) -> Bool {
        let resource = state.resources[index]
        return resource.flags.contains(.stopUnexpected) && resource.flags.contains(.restarting)
            && resource.nextRole > .stopped && resource.assignedNode != nil && resource.assignedNode == node
    }

    private mutating func planStop(_ index: ResourceIndex, optional: Bool) {
        var optional = optional
        for current in state.resources[index].activeNodes {
            if isExpected(index, current) { continue }
            if let target = state.resources[index].migrationTarget {
                if current == target, current == state.resources[index].assignedNode { continue }
                optional = false
            }
            let stop = stopAction(index, on: current, optional: optional)
            let flags = state.resources[index].flags
            if state.resources[index].assignedNode == nil {
                setReason(stop, "node availability", overwriting: true)
            } else if flags.contains(.restarting), flags.contains(.stopUnexpected) {
                setReason(stop, "being multiply active", overwriting: true)
            }
            if !flags.contains(.managed) { plan.actions[stop].flags.remove(.runnable) }
            if flags.contains(.needsUnfencing) {
                let unfencing = fencingAction(on: current, "on", optional: true, because: nil)
                plan.order(stop, unfencing, .thenImpliesFirst)
            }
        }
    }

    private mutating func planStart(_ index: ResourceIndex, on node: NodeIndex?, optional: Bool) {
        let start = startAction(index, on: node, optional: true)
        if let node { orderAfterUnfencing(index, node, start, .firstImpliesThen) }
        if plan.actions[start].flags.contains(.runnable), !optional { plan.actions[start].flags.remove(.optional) }
        if isExpected(index, node) { plan.actions[start].flags.insert(.pseudo) }
    }

    private mutating func planPromote(_ index: ResourceIndex, on node: NodeIndex?, optional: Bool) {
        let isRunnable = plan.findExact(index, ActionKey(.start), on: node)
            .allSatisfy { plan.actions[$0].flags.contains(.runnable) }
        if isRunnable {
            let promote = action(index, ActionKey(.promote), .promote, on: node, optional: optional)
            if isExpected(index, node) { plan.actions[promote].flags.insert(.pseudo) }
        } else {
            for promote in plan.findExact(index, ActionKey(.promote), on: node) {
                plan.actions[promote].flags.remove(.runnable)
            }
        }
    }

    private mutating func planDemote(_ index: ResourceIndex, optional: Bool) {
        for current in state.resources[index].activeNodes where !isExpected(index, current) {
            _ = action(index, ActionKey(.demote), .demote, on: current, optional: optional)
        }
    }

    /// Orders an action after the unfencing of its node, which is required when the node was never unfenced.
    mutating func orderAfterUnfencing(
        _ index: ResourceIndex, _ node: NodeIndex, _ action: ActionIndex, _ relation: Relation
    ) {
        let flags = state.resources[index].flags
        guard (flags.contains(.fenceDevice) && state.options.needsUnfencing) || flags.contains(.needsUnfencing) else {
            return
        }
        let unfencing = fencingAction(on: node, "on", optional: true, because: nil)
        plan.order(unfencing, action, relation)
        if !isUnfenced(node) {
            triggerUnfencing(
                nil, on: node,
                because: "required by \(state.resources[index].id) \(plan.name(of: plan.actions[action].task))")
        }
    }
}
