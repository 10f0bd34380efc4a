import ClusterTypes

extension Scheduling {
    /// The flags of an action; those of a collective action follow from its members or instances.
    mutating func actionFlags(_ action: ActionIndex, _ node: NodeIndex?) -> Action.Flags {
        guard let resource = plan.actions[action].resource else { return plan.actions[action].flags }
        switch state.resources[resource].variant {
        case .primitive: return plan.actions[action].flags
        case .group: return groupFlags(action, resource, node)
        case .clone: return collectiveFlags(action, state.resources[resource].children, node)
        case .bundle: return bundleFlags(action, resource, node)
        }
    }

    private mutating func groupFlags(_ action: ActionIndex, _ group: ResourceIndex, _ node: NodeIndex?) -> Action.Flags
    {
        var flags: Action.Flags = [.optional, .runnable, .pseudo]
        let task = plan.actions[action].task
        for member in state.resources[group].children {
            let memberTask = state.resources[member].isPrimitive ? task.origin : task
            if let memberAction = plan.newest(member, memberTask, on: node) {
                let memberFlags = actionFlags(memberAction, node)
                if flags.contains(.optional), !memberFlags.contains(.optional) {
                    flags.remove(.optional)
                    plan.actions[action].flags.remove(.optional)
                }
                if memberTask != task, flags.contains(.runnable), !memberFlags.contains(.runnable) {
                    flags.remove(.runnable)
                    plan.actions[action].flags.remove(.runnable)
                }
            } else if memberTask != .stop, memberTask != .demote {
                flags.remove(.runnable)
            }
        }
        return flags
    }

    /// Applies one kind of relation to both actions, as the kind of resource that the later belongs to wants it.
    mutating func updateOrdered(
        _ resource: ResourceIndex, _ first: ActionIndex, _ then: ActionIndex, _ node: NodeIndex?, _ flags: Action.Flags,
        _ filter: Action.Flags, _ kind: Relation
    ) -> EdgeChange {
        switch state.resources[resource].variant {
        case .primitive: return updatePair(first, then, flags, filter, kind)
        case .group: return updateGroup(first, then, node, flags, filter, kind)
        case .clone, .bundle: return updateInstances(first, then, node, flags, filter, kind)
        }
    }

    private mutating func updateGroup(
        _ first: ActionIndex, _ then: ActionIndex, _ node: NodeIndex?, _ flags: Action.Flags, _ filter: Action.Flags,
        _ kind: Relation
    ) -> EdgeChange {
        var changed = updatePair(first, then, flags, filter, kind)
        guard let group = plan.actions[then].resource else { return changed }
        let task = plan.actions[then].task
        for member in state.resources[group].children {
            guard let memberAction = plan.newest(member, task, on: node) else { continue }
            changed.formUnion(updateOrdered(member, first, memberAction, node, flags, filter, kind))
        }
        return changed
    }

    /// Applies one kind of relation to two actions.
    mutating func updatePair(
        _ first: ActionIndex, _ then: ActionIndex, _ flags: Action.Flags, _ filter: Action.Flags, _ kind: Relation
    ) -> EdgeChange {
        let thenBefore = plan.actions[then].flags
        let firstBefore = plan.actions[first].flags
        if kind.contains(.asymmetric) { applyAsymmetric(first, then) }
        if kind.contains(.thenImpliesFirst), !thenBefore.contains(.optional) {
            if filter.contains(.optional), !flags.contains(.optional), firstBefore.contains(.optional) {
                clear(.optional, of: first, because: then)
            }
            if flags.contains(.migratable), !plan.actions[then].flags.contains(.migratable) {
                clear(.migratable, of: first, because: then)
            }
        }
        if kind.contains(.promotedThenImpliesFirst), let resource = plan.actions[then].resource,
            state.resources[resource].currentRole == .promoted, filter.contains(.optional),
            !plan.actions[then].flags.contains(.optional)
        {
            clear(.optional, of: first, because: then)
            if plan.actions[first].flags.contains(.migratable), !plan.actions[then].flags.contains(.migratable) {
                clear(.migratable, of: first, because: then)
            }
        }
        if kind.contains(.unmigratableThenBlocks), filter.contains(.optional) {
            if !plan.actions[then].flags.isSuperset(of: [.migratable, .runnable]) {
                clear(.runnable, of: first, because: then)
            }
            if !plan.actions[then].flags.contains(.optional) { clear(.optional, of: first, because: then) }
        }
        if kind.contains(.firstElseThen), filter.contains(.optional), !plan.actions[first].flags.contains(.runnable) {
            clear(.migratable, of: then, because: first)
            plan.actions[then].flags.remove(.pseudo)
        }
        if kind.contains(.unrunnableFirstBlocks), filter.contains(.runnable),
            plan.actions[then].flags.contains(.runnable), !flags.contains(.runnable)
        {
            clear(.runnable, of: then, because: first)
            clear(.migratable, of: then, because: first)
        }
        if kind.contains(.firstImpliesThen), filter.contains(.optional), plan.actions[then].flags.contains(.optional),
            !flags.contains(.optional), !plan.actions[first].flags.contains(.migratable)
        {
            clear(.optional, of: then, because: first)
        }
        if kind.contains(.intermediateStop) { applyRestart(first, then, filter) }
        var changed: EdgeChange = []
        if thenBefore != plan.actions[then].flags {
            changed.insert(.then)
            if let resource = plan.actions[then].resource, state.resources[resource].parent != nil {
                propagate(to: then)
            }
        }
        if firstBefore != plan.actions[first].flags { changed.insert(.first) }
        return changed
    }

    private mutating func clear(_ flag: Action.Flags, of action: ActionIndex, because other: ActionIndex) {
        guard plan.actions[action].flags.contains(flag) else { return }
        plan.actions[action].flags.subtract(flag)
        ledger?.record(flag, of: action, because: other)
        guard plan.actions[action].resource != plan.actions[other].resource, plan.actions[action].reason == nil else {
            return
        }
        let change = flag == .runnable ? "unrunnable" : flag == .migratable ? "unmigrateable" : "required"
        let owner = plan.actions[other].resource.map { " " + state.resources[$0].id } ?? ""
        plan.actions[action].reason = "\(change)\(owner) \(plan.name(of: plan.actions[other].task))"
    }

    private mutating func applyAsymmetric(_ first: ActionIndex, _ then: ActionIndex) {
        guard let resource = plan.actions[then].resource, !plan.actions[first].flags.contains(.runnable) else { return }
        if plan.actions[then].flags.contains(.optional) {
            let role = state.role(of: resource, current: true)
            if role == .stopped, plan.actions[then].task == .stop { return }
            if role >= .started, plan.actions[then].task == .start, let node = plan.actions[then].node,
                state.resources[resource].activeNodes == [node]
            {
                return
            }
        }
        clear(.optional, of: then, because: first)
        clear(.runnable, of: then, because: first)
    }

    /// A stop before a start: a required or impossible start needs the stop.
    private mutating func applyRestart(_ first: ActionIndex, _ then: ActionIndex, _ filter: Action.Flags) {
        var applies = filter.contains(.optional) && !plan.actions[then].flags.contains(.optional)
        if filter.contains(.runnable), !plan.actions[then].flags.contains(.runnable),
            let resource = plan.actions[then].resource, state.resources[resource].isManaged,
            plan.actions[first].resource == resource
        {
            applies = true
        }
        guard applies else { return }
        if plan.actions[first].flags.contains(.runnable) { clear(.optional, of: first, because: then) }
        if !plan.actions[then].flags.contains(.optional) { clear(.optional, of: first, because: then) }
        if !plan.actions[then].flags.contains(.migratable) { clear(.migratable, of: first, because: then) }
        if !plan.actions[first].flags.contains(.optional), !plan.actions[first].flags.contains(.runnable) {
            clear(.runnable, of: then, because: first)
        }
    }
}
