import ClusterTypes

/// Which side of an edge a step changed.
struct EdgeChange: OptionSet {
    let rawValue: UInt8
    static let first = EdgeChange(rawValue: 1)
    static let then = EdgeChange(rawValue: 2)
}

// Requirements and impossibilities spread along the edges until nothing changes any more.

extension Scheduling {
    /// How deep the spreading may nest before the rest waits for the outermost call.
    private static let propagationDepthLimit = 400

    /// Brings an action in line with everything ordered before it, then whatever that changes.
    mutating func propagate(to then: ActionIndex) {
        guard propagationDepth < Self.propagationDepthLimit else {
            postponedPropagation.append(then)
            return
        }
        propagationDepth += 1
        propagateOnce(to: then)
        propagationDepth -= 1
        while propagationDepth == 0, let next = postponedPropagation.popLast() {
            propagationDepth += 1
            propagateOnce(to: next)
            propagationDepth -= 1
        }
    }

    private mutating func propagateOnce(to then: ActionIndex) {
        let flagsBefore = plan.actions[then].flags
        if plan.actions[then].requiredRunnable > 0 {
            plan.actions[then].runnableBefore = 0
            plan.actions[then].flags.remove(.runnable)
        }
        var changed: EdgeChange = []
        var nextEdge = plan.actions[then].firstBefore
        while let edge = nextEdge {
            changed.remove(.first)
            changed.formUnion(applyEdge(edge, then))
            if changed.contains(.first) {
                let first = edgeFirst
                propagateBeyond(first)
                propagate(to: first)
            }
            nextEdge = plan.edges[edge].nextBefore
        }
        if plan.actions[then].requiredRunnable > 0 {
            if flagsBefore == plan.actions[then].flags { changed.remove(.then) } else { changed.insert(.then) }
        }
        guard changed.contains(.then) else { return }
        if flagsBefore.contains(.runnable), !plan.actions[then].flags.contains(.runnable) {
            blockColocationDependents(then)
        }
        propagate(to: then)
        propagateBeyond(then)
    }

    /// Brings everything ordered after an action in line.
    mutating func propagateBeyond(_ action: ActionIndex) {
        var next = plan.firstEdge(after: action)
        while let edge = next {
            propagate(to: plan.edges[edge].then)
            next = plan.nextAfter(edge)
        }
    }

    /// Applies one edge; what stands for the earlier action is left in `edgeFirst`.
    private mutating func applyEdge(_ edge: EdgeIndex, _ then: ActionIndex) -> EdgeChange {
        let original = plan.edges[edge].first
        var first = original
        edgeFirst = first
        let relation = plan.edges[edge].relation
        let firstNode = nodeForOrdering(original)
        let thenNode = nodeForOrdering(then)
        if relation.contains(.ifSameNode), let firstNode, let thenNode, firstNode != thenNode {
            plan.edges[edge].relation = []
            return []
        }
        if let firstResource = plan.actions[first].resource, relation.contains(.thenCancelsFirst),
            !plan.actions[then].flags.contains(.optional)
        {
            plan.actions[first].flags.insert(.optional)
            if plan.actions[first].task == .reloadAgent { state.resources[firstResource].flags.remove(.reload) }
        }
        if let a = plan.actions[first].resource, let b = plan.actions[then].resource, a != b,
            !state.isAncestor(a, of: b)
        {
            first = completion(of: first, a)
            edgeFirst = first
        }
        if first == original {
            return applyRelation(edge, first, then, orderingFlags(first, thenNode), orderingFlags(then, firstNode))
        }
        if plan.order(first, then, relation) {
            plan.edges[edge].relation = []
            return .then
        }
        return []
    }

    /// A group starts on the node of its members.
    private func nodeForOrdering(_ action: ActionIndex) -> NodeIndex? {
        guard let resource = plan.actions[action].resource, state.resources[resource].isGroup,
            plan.actions[action].task == .start
        else { return plan.actions[action].node }
        return state.location(of: resource, .assigned)
    }

    /// For a collective action the point where it is complete (and confirmed by notifications).
    private func completion(of action: ActionIndex, _ resource: ResourceIndex) -> ActionIndex {
        let key = plan.actions[action].key
        guard !state.resources[resource].isPrimitive, key.notification == .none, key.interval == 0 else {
            return action
        }
        guard let completed = key.task.completion ?? (key.task.isCompletion ? key.task : nil) else { return action }
        let isNotified =
            state.resources[resource].flags.contains(.notify)
            && (state.resources[resource].isClone || state.isBundled(resource))
        let wanted = ActionKey(completed, notification: isNotified ? .confirmedPost : .none)
        return plan.newest(resource, key: wanted) ?? action
    }

    /// The flags of an action as an ordering with something on that node sees them.
    private mutating func orderingFlags(_ action: ActionIndex, _ node: NodeIndex?) -> Action.Flags {
        guard let resource = plan.actions[action].resource else { return plan.actions[action].flags }
        let flags = actionFlags(action, nil)
        guard let node, state.resources[resource].isClone else { return flags }
        var onNode = actionFlags(action, node)
        // An instance that cannot run there does not keep the clone as a whole from running.
        if flags.contains(.runnable), !onNode.contains(.runnable) { onNode.insert(.runnable) }
        return onNode
    }

    private mutating func applyRelation(
        _ edge: EdgeIndex, _ first: ActionIndex, _ then: ActionIndex, _ firstFlags: Action.Flags,
        _ thenFlags: Action.Flags
    ) -> EdgeChange {
        var changed: EdgeChange = []
        var node = plan.actions[then].node
        let thenHasResource = plan.actions[then].resource != nil
        if plan.edges[edge].relation.contains(.firstImpliesSameNodeThen) {
            plan.edges[edge].relation.remove(.firstImpliesSameNodeThen)
            plan.edges[edge].relation.insert(.firstImpliesThen)
            node = plan.actions[first].node
        }
        let relation = plan.edges[edge].relation
        let optional = firstFlags.intersection(.optional)
        func update(_ onThen: Bool, _ flags: Action.Flags, _ filter: Action.Flags, _ kind: Relation) {
            guard let resource = plan.actions[onThen ? then : first].resource else { return }
            changed.formUnion(updateOrdered(resource, first, then, node, flags, filter, kind))
        }
        if relation.contains(.firstImpliesThen) {
            if thenHasResource {
                update(true, optional, .optional, .firstImpliesThen)
            } else if !firstFlags.contains(.optional), plan.actions[then].flags.contains(.optional) {
                plan.actions[then].flags.remove(.optional)
                changed.insert(.then)
            }
        }
        if relation.contains(.intermediateStop) { update(true, firstFlags, [.optional, .runnable], .intermediateStop) }
        if relation.contains(.thenImpliesFirst) {
            if plan.actions[first].resource != nil {
                update(false, firstFlags, .optional, .thenImpliesFirst)
            } else if !firstFlags.contains(.optional), plan.actions[first].flags.contains(.runnable) {
                plan.actions[first].flags.remove(.runnable)
                changed.insert(.first)
            }
        }
        if relation.contains(.promotedThenImpliesFirst) { update(true, optional, .optional, .promotedThenImpliesFirst) }
        if relation.contains(.minimumRunnable) {
            if thenHasResource {
                update(true, firstFlags, .runnable, .minimumRunnable)
            } else if firstFlags.contains(.runnable) {
                plan.actions[then].runnableBefore += 1
                if plan.actions[then].runnableBefore >= plan.actions[then].requiredRunnable,
                    !plan.actions[then].flags.contains(.runnable)
                {
                    plan.actions[then].flags.insert(.runnable)
                    changed.insert(.then)
                }
            }
        }
        if relation.contains(.nestedRemoteProbe), thenHasResource {
            if !firstFlags.contains(.runnable), let resource = plan.actions[first].resource,
                !state.resources[resource].activeNodes.isEmpty
            {
                plan.edges[edge].relation = []
            } else {
                update(true, firstFlags, .runnable, .unrunnableFirstBlocks)
            }
        }
        if relation.contains(.unrunnableFirstBlocks) {
            if thenHasResource {
                update(true, firstFlags, .runnable, .unrunnableFirstBlocks)
            } else if !firstFlags.contains(.runnable), plan.actions[then].flags.contains(.runnable) {
                plan.actions[then].flags.remove(.runnable)
                changed.insert(.then)
            }
        }
        if relation.contains(.unmigratableThenBlocks) { update(true, firstFlags, .optional, .unmigratableThenBlocks) }
        if relation.contains(.firstElseThen) { update(true, firstFlags, .optional, .firstElseThen) }
        if relation.contains(.ordered) { update(true, firstFlags, .runnable, .ordered) }
        if relation.contains(.asymmetric) { update(true, firstFlags, .runnable, .asymmetric) }
        if plan.actions[first].flags.contains(.runnable), relation.contains(.firstImpliesThenGraphed),
            !firstFlags.contains(.optional)
        {
            plan.actions[then].flags.insert(.alwaysInGraph)
        }
        if relation.contains(.thenImpliesFirstGraphed), !thenFlags.contains(.optional) {
            plan.actions[first].flags.insert(.alwaysInGraph)
        }
        if !relation.isDisjoint(with: [.firstImpliesThen, .thenImpliesFirst, .intermediateStop]),
            let resource = plan.actions[first].resource, !state.resources[resource].isManaged,
            state.resources[resource].flags.contains(.blocked), !plan.actions[first].flags.contains(.runnable),
            plan.actions[first].task == .stop, plan.actions[then].flags.contains(.runnable)
        {
            plan.actions[then].flags.remove(.runnable)
            changed.insert(.then)
        }
        return changed
    }
}
