import ClusterTypes

// Phase 5: orderings between resources become edges between their actions, and requirements spread along them.

extension Scheduling {
    mutating func orderActions() {
        var position = 0
        while position < constraints.orderings.count {
            applyOrdering(constraints.orderings[position])
            position += 1
        }
        for action in plan.actions.indices.reversed() { blockColocationDependents(action) }
        orderProbes()
        for action in plan.actions.indices.reversed() { propagate(to: action) }
        disableInvalidEdges()
    }

    private mutating func applyOrdering(_ ordering: Ordering) {
        guard let firstResource = ordering.first.resource else {
            if let thenResource = ordering.then.resource {
                orderAfter(ordering.first.action, thenResource, ordering)
            } else if let first = ordering.first.action, let then = ordering.then.action {
                plan.order(first, then, ordering.relation)
            }
            return
        }
        var next = ordering.first.action ?? plan.oldest(firstResource, ordering.first.key)
        if next == nil, firstResource != ordering.then.resource {
            // Something to order after is needed even when the resource has nothing to do.
            let role = state.role(of: firstResource, current: true)
            let task = ordering.first.key.task
            let isDone = (role == .stopped && task == .stop) || (role == .unpromoted && task == .demote)
            if !isDone { next = action(firstResource, ordering.first.key, task, on: nil, optional: true) }
        }
        while let first = next {
            next = ordering.first.action == nil ? plan.actions[first].nextOfGroup : nil
            if let thenResource = ordering.then.resource {
                orderAfter(first, thenResource, ordering)
            } else if let then = ordering.then.action {
                plan.order(first, then, ordering.relation)
            }
        }
    }

    private mutating func orderAfter(_ first: ActionIndex?, _ resource: ResourceIndex, _ ordering: Ordering) {
        var relation = ordering.relation
        if let first, plan.actions[first].resource == resource, plan.actions[first].flags.contains(.migrationAbort) {
            relation.remove(.firstImpliesThen)
        }
        var next = ordering.then.action ?? plan.oldest(resource, ordering.then.key)
        while let then = next {
            next = ordering.then.action == nil ? plan.actions[then].nextOfGroup : nil
            if let first {
                plan.order(first, then, relation)
            } else if relation.contains(.firstImpliesThen) {
                plan.actions[then].flags.remove(.runnable)
            }
        }
    }

    // MARK: - Blocked by colocation

    /// What must run with something that cannot start (or be promoted) cannot either.
    mutating func blockColocationDependents(_ action: ActionIndex) {
        let blocked = plan.actions[action]
        guard !blocked.flags.contains(.runnable), blocked.task == .start || blocked.task == .promote,
            let actionResource = blocked.resource
        else { return }
        var index = state.top(of: actionResource)
        if let bundle = state.resources[index].parent { index = bundle }
        for child in state.resources[index].children {
            guard let childAction = plan.newest(child, blocked.task),
                !plan.actions[childAction].flags.contains(.runnable)
            else { return }
        }
        let isStart = blocked.task == .start
        for position in colocationsWithThis(index) {
            let colocation = constraints.colocations[position]
            guard colocation.score.isInfinite, isStart || colocation.primaryRole == .promoted else { continue }
            let task: Task = colocation.dependentRole == .promoted ? .promote : .start
            block(
                colocation.dependent, task, because: "colocation with \(state.resources[actionResource].id)", by: action
            )
        }
    }

    private mutating func block(_ index: ResourceIndex, _ task: Task, because reason: String, by cause: ActionIndex) {
        for action in plan.actions(of: index)
        where plan.actions[action].flags.contains(.runnable) && plan.actions[action].task == task {
            plan.actions[action].flags.remove(.runnable)
            setReason(action, reason)
            ledger?.record(.runnable, of: action, because: cause)
            blockColocationDependents(action)
            propagate(to: action)
        }
        for child in state.resources[index].children { block(child, task, because: reason, by: cause) }
    }

    // MARK: - Edges that cannot hold

    private mutating func disableInvalidEdges() {
        for action in plan.actions.indices.reversed() {
            var next = plan.firstEdge(before: action)
            while let edge = next {
                if isInvalid(edge, before: action) { plan.edges[edge].relation = [] }
                next = plan.nextBefore(edge)
            }
        }
    }

    private mutating func isInvalid(_ edge: EdgeIndex, before action: ActionIndex) -> Bool {
        let first = plan.actions[plan.edges[edge].first]
        if !plan.edges[edge].relation.contains(.guestAllowed), first.resource != nil,
            let resource = plan.actions[action].resource, let node = first.node,
            !state.resources[resource].launched.isEmpty, let connection = state.nodes[node].connection,
            state.resources[connection].launcher == resource
        {
            return true
        }
        return plan.edges[edge].relation == .ifSameNodeOrTarget && plan.actions[action].resource != nil
            && plan.actions[action].task == .migrateTo && hasLoop(from: action, through: edge, of: action)
    }

    private mutating func hasLoop(from start: ActionIndex, through edge: EdgeIndex, of action: ActionIndex) -> Bool {
        let input = plan.edges[edge].first
        if plan.actions[input].flags.contains(.visited) { return false }
        guard isInputOfGraph(edge, of: action) else { return false }
        if input == start { return true }
        plan.actions[input].flags.insert(.visited)
        defer { plan.actions[input].flags.remove(.visited) }
        var next = plan.firstEdge(before: input)
        while let edge = next {
            if hasLoop(from: start, through: edge, of: input) { return true }
            next = plan.nextBefore(edge)
        }
        return false
    }
}
