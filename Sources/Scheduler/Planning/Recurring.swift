import Agents
import ClusterTypes
import XMLTree

// Recurring operations: started with their resource, cancelled when they no longer fit its role or definition.

extension Scheduling {
    private static let neverRecurring: Set<String> = [
        "stop", "start", "demote", "promote", "reload-agent", "migrate_to", "migrate_from",
    ]

    /// A configured recurring operation.
    private struct RecurringOperation {
        var task: Task
        var key: ActionKey
        var role: Role
    }

    mutating func planRecurring(_ index: ResourceIndex) {
        let resource = state.resources[index]
        if !resource.flags.isDisjoint(with: [.blocked, .maintenance]) { return }
        let assigned = resource.assignedNode
        var start: ActionIndex?
        if let assigned, !state.nodes[assigned].flags.contains(.maintenance),
            resource.nextRole != .stopped || !resource.isManaged
        {
            start = startAction(index, on: assigned, optional: true)
        }
        for definition in resource.operations {
            guard let operation = recurring(definition, of: index) else { continue }
            if let start { planForActive(index, operation, start, on: assigned) }
            planForInactive(index, operation, on: assigned)
        }
    }

    private mutating func recurring(_ definition: OperationDefinition, of index: ResourceIndex) -> RecurringOperation? {
        guard definition.interval > 0, !Self.neverRecurring.contains(definition.name) else { return nil }
        let same = state.resources[index].operations.filter {
            $0.name == definition.name && $0.interval == definition.interval && $0.element.id != nil
        }
        if same.count > 1 {
            state.complain(
                "Operation \(same[1].element.id ?? "") is a duplicate of \(same[0].element.id ?? ""): the same name and "
                    + "interval may be used only once per resource")
            return nil
        }
        var role = Role.unknown
        if let text = definition.element["role"] {
            guard let parsed = TextValue.role(text), parsed != .unknown else { return nil }
            role = parsed
        }
        guard self.definition(index, definition.name, definition.interval, includingDisabled: false) != nil else {
            return nil
        }
        let task = plan.task(named: definition.name)
        return RecurringOperation(task: task, key: ActionKey(task, interval: definition.interval), role: role)
    }

    /// Whether it already runs and needs no scheduling.
    private mutating func isAlreadyActive(
        _ index: ResourceIndex, _ key: ActionKey, _ start: ActionIndex, on node: NodeIndex?
    ) -> Bool {
        guard let node, actionFlags(start, nil).contains(.optional) else { return false }
        let existing = plan.findExact(index, key, on: node)
        return !existing.isEmpty && existing.allSatisfy { !plan.actions[$0].flags.contains(.reschedule) }
    }

    private mutating func planForActive(
        _ index: ResourceIndex, _ operation: RecurringOperation, _ start: ActionIndex, on node: NodeIndex?
    ) {
        if operation.role == .stopped { return }
        let isOptional = isAlreadyActive(index, operation.key, start, on: node)
        let nextRole = state.resources[index].nextRole
        let fits = operation.role == .unknown ? nextRole != .promoted : nextRole == operation.role
        guard fits else {
            if isOptional, let node { cancelUnfitting(index, operation, on: node) }
            return
        }
        let monitor = action(index, operation.key, operation.task, on: node, optional: isOptional)
        if !plan.actions[start].flags.contains(.runnable) {
            plan.actions[monitor].flags.remove(.runnable)
        } else if node.map({ !state.nodes[$0].flags.contains(.online) || state.nodes[$0].flags.contains(.unclean) })
            ?? true
        {
            plan.actions[monitor].flags.remove(.runnable)
        }
        if nextRole == .promoted { plan.actions[monitor].expected = .runningPromoted }
        guard node == nil || state.resources[index].isManaged else { return }
        addOrdering(end(index, .start), end(monitor), [.firstImpliesThen, .unrunnableFirstBlocks])
        addOrdering(end(index, .reloadAgent), end(monitor), [.firstImpliesThen, .unrunnableFirstBlocks])
        if nextRole == .promoted {
            addOrdering(end(index, .promote), end(monitor), [.ordered, .unrunnableFirstBlocks])
        } else if state.resources[index].currentRole == .promoted {
            addOrdering(end(index, .demote), end(monitor), [.ordered, .unrunnableFirstBlocks])
        }
    }

    private mutating func cancelUnfitting(_ index: ResourceIndex, _ operation: RecurringOperation, on node: NodeIndex) {
        let cancel = cancelAction(index, operation.task, operation.key.interval, on: node, because: .otherRole)
        let after: Task?
        switch (state.resources[index].currentRole, state.resources[index].nextRole) {
        case (.unpromoted, .promoted), (.started, .promoted): after = .promote
        case (.unpromoted, .stopped), (.started, .stopped): after = .stop
        case (.promoted, _): after = .demote
        default: after = nil
        }
        if let after { addOrdering(end(cancel), end(index, after), .unrunnableFirstBlocks) }
    }

    /// Operations of the stopped role run wherever the resource is not.
    private mutating func planForInactive(_ index: ResourceIndex, _ operation: RecurringOperation, on node: NodeIndex?)
    {
        guard operation.role == .stopped, state.resources[index].flags.contains(.unique) else { return }
        for other in state.nodeOrder {
            if other == node {
                cancelIfRunning(index, operation, on: other)
                continue
            }
            let isOptional = !plan.findExact(index, operation.key, on: other).isEmpty
            let monitor = action(index, operation.key, operation.task, on: other, optional: isOptional)
            plan.actions[monitor].expected = .notRunning
            if state.resources[index].isManaged {
                for probe in plan.find(index, ActionKey(.monitor), on: other) {
                    plan.order(probe, monitor, .unrunnableFirstBlocks)
                }
            }
            orderAfterStops(index, monitor, on: other)
            let flags = state.nodes[other].flags
            if !flags.contains(.online) || flags.contains(.unclean) { plan.actions[monitor].flags.remove(.runnable) }
        }
    }

    private mutating func orderAfterStops(_ index: ResourceIndex, _ monitor: ActionIndex, on node: NodeIndex) {
        let isManaged = state.resources[index].isManaged
        for stop in plan.findExact(index, ActionKey(.stop), on: node) {
            if !plan.actions[stop].flags.contains(.optional), !plan.actions[monitor].flags.contains(.optional),
                !isManaged
            {
                plan.actions[monitor].flags.insert(.optional)
            }
            if !plan.actions[stop].flags.contains(.runnable) { plan.actions[monitor].flags.remove(.runnable) }
            if isManaged { addOrdering(end(stop), end(monitor), [.firstImpliesThen, .unrunnableFirstBlocks]) }
        }
    }

    private mutating func cancelIfRunning(_ index: ResourceIndex, _ operation: RecurringOperation, on node: NodeIndex) {
        if plan.findExact(index, operation.key, on: node).isEmpty { return }
        let cancel = cancelAction(index, operation.task, operation.key.interval, on: node, because: .otherRole)
        switch state.resources[index].nextRole {
        case .started, .unpromoted: addOrdering(end(cancel), end(index, .start), .unrunnableFirstBlocks)
        case .unknown, .stopped, .promoted: break
        }
    }

    private mutating func cancelAction(
        _ index: ResourceIndex, _ task: Task, _ interval: UInt32, on node: NodeIndex, because reason: ChoreReason
    ) -> ActionIndex {
        let cancel = action(index, ActionKey(task, interval: interval), .cancel, on: node, optional: false)
        plan.actions[cancel].task = .cancel
        setReason(cancel, reason.rawValue)
        plan.actions[cancel].cancelledTask = task
        plan.actions[cancel].setMeta("operation", plan.name(of: task))
        plan.actions[cancel].setMeta("interval", String(interval))
        return cancel
    }

    /// Cancels an operation that the history shows but the configuration no longer wants.
    mutating func planCancel(
        _ index: ResourceIndex, _ element: XMLElement, _ task: Task, _ interval: UInt32, on node: NodeIndex,
        because reason: ChoreReason
    ) {
        let cancel = cancelAction(index, task, interval, on: node, because: reason)
        if let callID = element["call-id"] { plan.actions[cancel].setMeta("call-id", callID) }
        addOrdering(end(index, .stop), end(cancel), .ordered)
    }
}
