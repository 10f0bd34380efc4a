/// The flags of collective actions as they were read last. Every ordering of a clone with one of its instances asks for them,
/// and its instances are as many.
struct CollectiveFlags: Sendable {
    private struct Key: Hashable {
        let action: ActionIndex
        let node: NodeIndex?
    }

    private var known: [Key: (flags: Action.Flags, changeCount: Int)] = [:]

    /// What was kept when no action has changed since.
    func flags(of action: ActionIndex, on node: NodeIndex?, at changeCount: Int) -> Action.Flags? {
        guard let entry = known[Key(action: action, node: node)], entry.changeCount == changeCount else { return nil }
        return entry.flags
    }

    mutating func keep(_ flags: Action.Flags, of action: ActionIndex, on node: NodeIndex?, at changeCount: Int) {
        known[Key(action: action, node: node)] = (flags, changeCount)
    }
}

extension Scheduling {
    /// With how many instances it pays to remember what they say.
    private static let rememberedCount = 8

    /// The flags of a collective action, from those of the instances.
    mutating func collectiveFlags(_ action: ActionIndex, _ instances: [ResourceIndex], _ node: NodeIndex?)
        -> Action.Flags
    {
        guard instances.count >= Self.rememberedCount else { return readCollectiveFlags(action, instances, node) }
        if let known = collectiveFlags.flags(of: action, on: node, at: plan.actions.changeCount) { return known }
        let flags = readCollectiveFlags(action, instances, node)
        collectiveFlags.keep(flags, of: action, on: node, at: plan.actions.changeCount)
        return flags
    }

    private mutating func readCollectiveFlags(
        _ action: ActionIndex, _ instances: [ResourceIndex], _ node: NodeIndex?
    ) -> Action.Flags {
        var flags: Action.Flags = [.optional, .runnable, .pseudo]
        var anyRunnable = false
        let task = instanceTask(of: action)
        for instance in instances {
            let instanceNode = state.resources[instance].isPrimitive ? node : nil
            guard let instanceAction = plan.newest(instance, task, on: instanceNode) else { continue }
            let instanceFlags = actionFlags(instanceAction, node)
            if flags.contains(.optional), !instanceFlags.contains(.optional) {
                flags.remove(.optional)
                plan.actions[action].flags.remove(.optional)
            }
            if instanceFlags.contains(.runnable) { anyRunnable = true }
            // Nothing more can change; only groups and bundles bring their own action up to date when they are asked.
            if anyRunnable, !flags.contains(.optional), state.resources[instance].isPrimitive { break }
        }
        if !anyRunnable {
            flags.remove(.runnable)
            if node == nil { plan.actions[action].flags.remove(.runnable) }
        }
        return flags
    }

    /// The task of the instances that a collective action stands for.
    func instanceTask(of action: ActionIndex) -> Task {
        var task = plan.actions[action].task
        if task == .notify || task == .notified { task = plan.actions[action].key.task }
        guard let collective = plan.actions[action].resource, let first = state.resources[collective].children.first
        else {
            return task
        }
        return state.resources[first].isPrimitive ? task.origin : task
    }
}
