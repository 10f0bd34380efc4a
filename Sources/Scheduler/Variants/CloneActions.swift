import ClusterTypes

/// What any instance of a collective is going to do.
private struct InstanceActivity: OptionSet {
    let rawValue: UInt8
    static let starting = InstanceActivity(rawValue: 1)
    static let stopping = InstanceActivity(rawValue: 2)
    static let restarting = InstanceActivity(rawValue: 4)
    static let active = InstanceActivity(rawValue: 8)
}

extension Scheduling {
    // MARK: - Constraints

    mutating func addCloneConstraints(_ index: ResourceIndex, _ traits: CloneTraits) {
        let isPromotable = state.resources[index].flags.contains(.promotable)
        order(index, .stopped, index, .start, .ordered)
        order(index, .start, index, .running, .unrunnableFirstBlocks)
        order(index, .stop, index, .stopped, .unrunnableFirstBlocks)
        if isPromotable {
            order(index, .demoted, index, .stop, .ordered)
            order(index, .running, index, .promote, .unrunnableFirstBlocks)
        }
        if traits.isOrdered {
            sortByNumber(instancesOf: index)
        }
        let instances = state.resources[index].children
        for (position, instance) in instances.enumerated() {
            addInternalConstraints(instance)
            order(index, .start, instance, .start, [.unrunnableFirstBlocks, .thenImpliesFirstGraphed])
            order(instance, .start, index, .running, .firstImpliesThenGraphed)
            order(index, .stop, instance, .stop, .thenImpliesFirstGraphed)
            order(instance, .stop, index, .stopped, .firstImpliesThenGraphed)
            if traits.isOrdered {
                for later in instances[(position + 1)...] {
                    order(instance, .start, later, .start, .ordered)
                    order(later, .stop, instance, .stop, .ordered)
                }
            }
        }
        if isPromotable { orderPromotableInstances(index, traits) }
    }

    mutating func orderPromotableRestart(_ index: ResourceIndex) {
        let pairs: [(Task, Task)] = [
            (.stopped, .start), (.stopped, .promote), (.demoted, .stop), (.demoted, .start), (.demoted, .promote),
            (.running, .promote), (.demote, .demoted),
        ]
        for (first, then) in pairs { order(index, first, index, then, .ordered) }
    }

    private mutating func orderPromotableInstances(_ index: ResourceIndex, _ traits: CloneTraits) {
        orderPromotableRestart(index)
        var previous: ResourceIndex?
        for instance in state.resources[index].children {
            order(instance, .demote, instance, .promote, .ordered)
            order(index, .promote, instance, .promote, .ordered)
            order(instance, .promote, index, .promoted, .ordered)
            if let previous, traits.isOrdered { order(previous, .promote, instance, .promote, .ordered) }
            order(index, .demote, instance, .demote, .thenImpliesFirstGraphed)
            order(instance, .demote, index, .demoted, .firstImpliesThenGraphed)
            if let previous, traits.isOrdered { order(instance, .demote, previous, .demote, .ordered) }
            previous = instance
        }
    }

    // MARK: - Actions

    mutating func planClone(_ index: ResourceIndex) {
        planInstances(index, state.resources[index].children)
        guard state.resources[index].flags.contains(.promotable) else { return }
        var promoting = false
        var demoting = false
        for instance in state.resources[index].children {
            planActions(instance)
            noteRoleChanges(instance, &demoting, &promoting)
        }
        planPromotionPoints(index, promoting: promoting, demoting: demoting)
        let priority = state.resources[index].priority
        for instance in state.resources[index].children { state.resources[instance].priority = priority }
    }

    mutating func planInstances(_ collective: ResourceIndex, _ instances: [ResourceIndex]) {
        var activity: InstanceActivity = []
        for instance in instances {
            planActions(instance)
            noteActivity(instance, &activity)
        }
        let start = pseudoAction(collective, .start, optional: !activity.contains(.starting), runnable: true)
        let running = pseudoAction(collective, .running, optional: !activity.contains(.starting), runnable: false)
        plan.actions[running].priority = .infinity
        if !activity.isDisjoint(with: [.active, .starting]) { plan.actions[running].flags.insert(.runnable) }
        let stop = pseudoAction(collective, .stop, optional: !activity.contains(.stopping), runnable: true)
        let stopped = pseudoAction(collective, .stopped, optional: !activity.contains(.stopping), runnable: true)
        plan.actions[stopped].priority = .infinity
        if !activity.contains(.restarting) { plan.actions[stop].flags.insert(.migratable) }
        if state.resources[collective].isClone {
            planStartStopNotifications(collective, start, running, stop, stopped)
        }
    }

    private func noteActivity(_ index: ResourceIndex, _ activity: inout InstanceActivity) {
        guard state.resources[index].isPrimitive else {
            for child in state.resources[index].children { noteActivity(child, &activity) }
            return
        }
        var own: InstanceActivity = state.resources[index].activeNodes.isEmpty ? [] : .active
        for action in plan.actions(of: index) where !plan.actions[action].flags.contains(.optional) {
            let flags = plan.actions[action].flags
            if plan.actions[action].task == .start, flags.contains(.runnable) { own.insert(.starting) }
            if plan.actions[action].task == .stop, !flags.isDisjoint(with: [.pseudo, .runnable]) {
                own.insert(.stopping)
            }
        }
        if own.isSuperset(of: [.starting, .stopping]) { own.insert(.restarting) }
        activity.formUnion(own)
    }

    private func noteRoleChanges(_ index: ResourceIndex, _ demoting: inout Bool, _ promoting: inout Bool) {
        guard state.resources[index].children.isEmpty else {
            for child in state.resources[index].children { noteRoleChanges(child, &demoting, &promoting) }
            return
        }
        for action in plan.actions(of: index) where !plan.actions[action].flags.contains(.optional) {
            if plan.actions[action].task == .demote { demoting = true }
            if plan.actions[action].task == .promote { promoting = true }
        }
    }

    // MARK: - Probes

    mutating func probeClone(_ index: ResourceIndex, on node: NodeIndex) -> Bool {
        if state.resources[index].flags.contains(.exclusiveProbes) {
            let cell = placement[index, node]
            if !cell.isPresent || cell.probeMode != .exclusive {
                placement[index, node].isPresent = false
                return false
            }
        }
        sortByNumber(instancesOf: index)
        let instances = state.resources[index].children
        if state.resources[index].flags.contains(.unique) { return probe(instances, on: node) }
        let known = instances.first { isProbed($0, on: node) }
        let placed = known ?? instances.first { state.location(of: $0, .assigned) == node }
        guard let instance = placed ?? instances.first else { return false }
        return probe(instance, on: node)
    }

    private func isProbed(_ index: ResourceIndex, on node: NodeIndex) -> Bool {
        state.resources[index].children.isEmpty
            ? state.resources[index].probedNodes.contains(node)
            : state.resources[index].children.contains { isProbed($0, on: node) }
    }
}
