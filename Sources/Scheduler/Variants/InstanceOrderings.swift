import ClusterTypes

extension Scheduling {
    mutating func updateInstances(
        _ first: ActionIndex, _ then: ActionIndex, _ node: NodeIndex?, _ flags: Action.Flags, _ filter: Action.Flags,
        _ kind: Relation
    ) -> EdgeChange {
        guard let collective = plan.actions[then].resource else { return [] }
        if canInterleave(first, then) { return updateInterleaved(first, then, node, filter, kind) }
        var changed = updatePair(first, then, flags, filter, kind)
        if state.resources[collective].isClone, isIdle(kind, flags),
            let instance = state.resources[collective].children.first, state.resources[instance].isPrimitive
        {
            return changed
        }
        for instance in instances(of: collective) {
            changed.formUnion(updateInstance(instance, first, then, node, flags, filter, kind))
        }
        return changed
    }

    /// Whether a relation changes no pair of actions, given the flags of the first: not worth going through many instances.
    private func isIdle(_ kind: Relation, _ flags: Action.Flags) -> Bool {
        kind == .ordered || kind == .firstImpliesThen && flags.contains(.optional)
            || kind == .unrunnableFirstBlocks && flags.contains(.runnable)
    }

    private func canInterleave(_ first: ActionIndex, _ then: ActionIndex) -> Bool {
        guard let a = plan.actions[first].resource, let b = plan.actions[then].resource, a != b,
            state.resources[a].variantRank > 1, state.resources[b].variantRank > 1
        else { return false }
        let task = plan.actions[then].key.task
        let isDown = task == .stop || task == .demote
        return TextValue.isTrue(state.resources[isDown ? a : b].meta["interleave"])
    }

    private mutating func updateInstance(
        _ instance: ResourceIndex, _ first: ActionIndex, _ then: ActionIndex, _ node: NodeIndex?, _ flags: Action.Flags,
        _ filter: Action.Flags, _ kind: Relation
    ) -> EdgeChange {
        let task = plan.actions[then].task  // Read before: as an argument it would cost a copy of the plan.
        guard let action = plan.newest(instance, task, on: node),
            actionFlags(action, node).contains(.runnable)
        else { return [] }
        let changed = updateOrdered(instance, first, action, node, flags, filter, kind)
        if changed.contains(.then) { propagateBeyond(action) }
        return changed
    }

    /// Orders each instance after the one it belongs with, instead of after all.
    private mutating func updateInterleaved(
        _ first: ActionIndex, _ then: ActionIndex, _ node: NodeIndex?, _ filter: Action.Flags, _ kind: Relation
    ) -> EdgeChange {
        guard let firstCollective = plan.actions[first].resource, let thenCollective = plan.actions[then].resource
        else {
            return []
        }
        var changed: EdgeChange = []
        let firstTask = instanceTask(of: first)
        let done = plan.actions[first].key.task
        let current = done == .stopped || done == .demoted
        for thenInstance in instances(of: thenCollective) {
            guard
                let firstInstance = compatibleInstance(
                    of: firstCollective, for: thenInstance, role: .unknown, current: current)
            else {
                if !current, !kind.isDisjoint(with: [.unrunnableFirstBlocks, .firstImpliesThen]),
                    setNode(thenInstance, nil, force: true, stopIfFailed: true)
                {
                    changed.insert(.then)
                }
                continue
            }
            guard let firstAction = instanceAction(first, firstInstance, firstTask, node, isFirst: true),
                let thenAction = instanceAction(then, thenInstance, plan.actions[then].task, node, isFirst: false)
            else { continue }
            if plan.order(firstAction, thenAction, kind) { changed.formUnion([.first, .then]) }
            changed.formUnion(
                updateOrdered(
                    thenInstance, firstAction, thenAction, node, actionFlags(firstAction, node), filter, kind))
        }
        return changed
    }

    /// The action of an instance; in a bundle often that of what is in the container.
    private func instanceAction(
        _ action: ActionIndex, _ instance: ResourceIndex, _ task: Task, _ node: NodeIndex?, isFirst: Bool
    ) -> ActionIndex? {
        let own = plan.actions[action].task
        let looksInside =
            isFirst
            ? own != .stop && own != .stopped : [.promote, .promoted, .demote, .demoted].contains(own)
        if looksInside, let inner = resourceInContainer(instance) { return plan.newest(inner, task) }
        return plan.newest(instance, task, on: node)
    }
}
