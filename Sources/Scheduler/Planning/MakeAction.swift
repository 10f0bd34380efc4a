import ClusterTypes
import XMLTree

extension Scheduling {
    /// The action of a resource with that key (on that node), made when there is none; required when not `optional`.
    ///
    /// Whether it can run is judged at each call, by what is known then.
    mutating func action(
        _ resource: ResourceIndex, _ key: ActionKey, _ task: Task, on node: NodeIndex?, optional: Bool
    ) -> ActionIndex {
        let index: ActionIndex
        if let existing = plan.findOne(resource, key, on: node) {
            index = existing
        } else {
            var action = Action(
                task: task, key: key, resource: resource, node: node,
                flags: optional ? [.runnable, .optional] : .runnable)
            if task == .clearHistory { action.flags.insert(.onController) }
            action.metaIndex = knownMeta(resource, key, task) ?? operationMeta(resource, key, task, on: node)
            action.needs = requirement(of: resource, task)
            index = plan.append(action)
        }
        updateOptional(index, optional)
        updateRunnable(index)
        return index
    }

    /// Where the meta-attributes of the same operation on another node are kept; those of fence devices may differ.
    private func knownMeta(_ resource: ResourceIndex, _ key: ActionKey, _ task: Task) -> Int32? {
        guard task != .cancel, !state.resources[resource].flags.contains(.fenceDevice),
            let other = plan.newest(resource, key: key), plan.actions[other].task == task
        else { return nil }
        return plan.actions[other].metaIndex
    }

    /// The action that belongs to no resource, by its whole name.
    mutating func clusterAction(named name: String, _ task: Task?, on node: NodeIndex?, optional: Bool) -> ActionIndex {
        let key = plan.task(named: name)
        if let existing = plan.singletons[key] {
            if let node, plan.actions[existing].node == nil { plan.actions[existing].node = node }
            if !optional { plan.actions[existing].flags.remove(.optional) }
            return existing
        }
        return plan.append(
            Action(
                task: task ?? key, key: ActionKey(key), resource: nil, node: node,
                flags: optional ? [.runnable, .optional] : .runnable))
    }

    /// A point for ordering that belongs to no resource.
    mutating func pseudoAction(named name: String) -> ActionIndex {
        if let existing = plan.singletons[plan.task(named: name)] { return existing }
        let index = clusterAction(named: name, nil, on: nil, optional: true)
        plan.actions[index].flags.formUnion([.pseudo, .runnable])
        return index
    }

    /// A point for ordering of a group, clone or bundle.
    mutating func pseudoAction(_ resource: ResourceIndex, _ task: Task, optional: Bool, runnable: Bool) -> ActionIndex {
        let index = action(resource, ActionKey(task), task, on: nil, optional: optional)
        plan.actions[index].flags.insert(.pseudo)
        if runnable { plan.actions[index].flags.insert(.runnable) }
        return index
    }

    mutating func stopAction(_ resource: ResourceIndex, on node: NodeIndex, optional: Bool) -> ActionIndex {
        action(resource, ActionKey(.stop), .stop, on: node, optional: optional)
    }

    mutating func startAction(_ resource: ResourceIndex, on node: NodeIndex?, optional: Bool) -> ActionIndex {
        action(resource, ActionKey(.start), .start, on: node, optional: optional)
    }

    private mutating func updateOptional(_ index: ActionIndex, _ optional: Bool) {
        if let resource = plan.actions[index].resource, plan.actions[index].node != nil,
            !plan.actions[index].flags.contains(.pseudo), !state.resources[resource].isManaged,
            !plan.actions[index].isRecurring
        {
            plan.actions[index].flags.insert(.optional)
        } else if !optional {
            plan.actions[index].flags.remove(.optional)
        }
    }

    private func requirement(of resource: ResourceIndex, _ task: Task) -> ActionRequirement {
        guard task == .start || task == .promote else { return .nothing }
        let flags = state.resources[resource].flags
        return flags.contains(.needsFencing) ? .fencing : flags.contains(.needsQuorum) ? .quorum : .nothing
    }

    private mutating func updateRunnable(_ index: ActionIndex) {
        guard let resource = plan.actions[index].resource, !plan.actions[index].flags.contains(.pseudo) else { return }
        guard let node = plan.actions[index].node else {
            plan.actions[index].flags.remove(.runnable)
            return
        }
        let nodeFlags = state.nodes[node].flags
        let onController = plan.actions[index].flags.contains(.onController)
        let isGuest = state.isGuest(node)
        if !onController, !nodeFlags.contains(.online), !isGuest || nodeFlags.contains(.remoteReset) {
            plan.actions[index].flags.remove(.runnable)
            if state.resources[resource].isManaged, plan.actions[index].task == .stop, !nodeFlags.contains(.unclean) {
                fence(node, because: "stop is unrunnable")
            }
        } else if !onController, nodeFlags.contains(.pending) {
            plan.actions[index].flags.remove(.runnable)
        } else if plan.actions[index].needs == .nothing {
            plan.actions[index].reason = nil
            if isGuest, !canFence(node) {
                plan.actions[index].flags.remove(.runnable)
            } else {
                plan.actions[index].flags.insert(.runnable)
            }
        } else {
            applyQuorum(index, resource)
        }
    }

    private mutating func applyQuorum(_ index: ActionIndex, _ resource: ResourceIndex) {
        var policy = state.options.isQuorate ? QuorumPolicy.ignore : state.options.quorumPolicy
        if policy == .demote {
            switch state.resources[resource].currentRole {
            case .promoted, .unpromoted:
                if state.resources[resource].nextRole > .unpromoted { state.resources[resource].nextRole = .unpromoted }
                policy = .ignore
            case .unknown, .stopped, .started: policy = .stop
            }
        }
        switch policy {
        case .stop:
            plan.actions[index].flags.remove(.runnable)
            plan.actions[index].reason = "no quorum"
        case .freeze:
            let roles = state.resources[resource]
            if !state.isActive(resource, all: true) || roles.nextRole > roles.currentRole {
                plan.actions[index].flags.remove(.runnable)
                plan.actions[index].reason = "quorum freeze"
            }
        case .ignore, .demote, .fence: plan.actions[index].flags.insert(.runnable)
        }
    }

    /// Keeps an earlier reason unless told to replace it.
    mutating func setReason(_ action: ActionIndex, _ reason: String?, overwriting: Bool = false) {
        if plan.actions[action].reason == nil || overwriting { plan.actions[action].reason = reason }
    }
}

// MARK: - Fencing

extension Scheduling {
    /// The fencing action of a node, made when there is none; required when not `optional` and the node can be fenced.
    ///
    /// - Parameter operation: `on` to unfence; `nil` for the configured way to fence.
    mutating func fencingAction(
        on node: NodeIndex, _ operation: String? = nil, optional: Bool, because reason: String?,
        prioritised: Bool = false
    ) -> ActionIndex {
        let operation = operation ?? state.options.fencingAction
        let name = "stonith-\(state.nodes[node].name)-\(operation)"
        var isOptional = optional
        let index: ActionIndex
        if let existing = plan.singletons[plan.task(named: name)] {
            index = existing
        } else {
            index = clusterAction(named: name, .fence, on: node, optional: true)
            plan.actions[index].setMeta("on_node", state.nodes[node].name)
            plan.actions[index].setMeta("on_node_uuid", state.nodes[node].id)
            plan.actions[index].setMeta("stonith_action", operation)
            if state.options.needsUnfencing, addUnfencingDigests(index, node) { isOptional = false }
        }
        if state.options.priorityFencingDelay > 0,
            prioritised || plan.actions[index].metaValue("priority-fencing-delay") != nil
        {
            plan.actions[index].setMeta("priority-fencing-delay", String(priorityDelay(of: node)))
        }
        if !isOptional, canFence(node) {
            plan.actions[index].flags.remove(.optional)
            setReason(index, reason)
        } else if let reason {
            setReason(index, reason)
        }
        return index
    }

    /// Seconds by which fencing of the more important half of a split waits.
    private func priorityDelay(of node: NodeIndex) -> Int64 {
        guard state.nodes[node].kind == .cluster, !state.nodes[node].flags.contains(.online) else { return 0 }
        let members = state.nodeOrder.filter { state.nodes[$0].kind == .cluster }
        let online = members.filter { state.nodes[$0].flags.contains(.online) }
        let priorities = members.map { state.nodes[$0].priority }
        guard online.count <= members.count / 2, let top = priorities.max(), let lowest = priorities.min(),
            top != lowest,
            state.nodes[node].priority >= top
        else { return 0 }
        return seconds(state.options.priorityFencingDelay)
    }

    private func unfencingDevices(_ candidates: [ResourceIndex]) -> [ResourceIndex] {
        candidates.flatMap { index -> [ResourceIndex] in
            let resource = state.resources[index]
            if !resource.children.isEmpty { return unfencingDevices(resource.children) }
            guard resource.flags.contains(.fenceDevice) else { return [] }
            return resource.flags.contains(.needsUnfencing) || resource.meta["provides"]?.lowercased() == "unfencing"
                ? [index] : []
        }
    }

    /// Adds the digests of all unfencing devices; whether one of them changed since the node was unfenced.
    private mutating func addUnfencingDigests(_ action: ActionIndex, _ node: NodeIndex) -> Bool {
        var all = ""
        var secure = ""
        var changed = false
        for device in unfencingDevices(state.topLevel).reversed() {
            let digests = unfencingDigests(of: device, on: node)
            if digests.comparison == .mismatch { changed = true }
            let prefix = "\(state.resources[device].id):\(state.resources[device].agent?.type ?? ""):"
            all += prefix + digests.all + ","
            secure += prefix + digests.secure + ","
        }
        plan.actions[action].setMeta("digests-all", all)
        plan.actions[action].setMeta("digests-secure", secure)
        return changed
    }

    func isUnfenced(_ node: NodeIndex) -> Bool {
        guard let value = state.nodes[node].attributes["#node-unfenced"] else { return false }
        return value != "0"
    }

    /// Requires unfencing, of the node or of all nodes a device may run on.
    mutating func triggerUnfencing(_ resource: ResourceIndex?, on node: NodeIndex?, because reason: String) {
        guard state.options.needsUnfencing else { return }
        if let resource, !state.resources[resource].flags.contains(.fenceDevice) { return }
        if let node, isUsable(node) {
            _ = fencingAction(on: node, "on", optional: false, because: reason)
        } else if let resource {
            for other in state.nodeOrder where placement[resource, other].isPresent && isUsable(other) {
                _ = fencingAction(on: other, "on", optional: false, because: reason)
            }
        }
    }

    private func isUsable(_ node: NodeIndex) -> Bool {
        let flags = state.nodes[node].flags
        return flags.contains(.online) && flags.isDisjoint(with: [.unclean, .shutdown])
    }
}
