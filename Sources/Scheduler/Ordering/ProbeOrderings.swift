import ClusterTypes

// Probes come before whatever depends on knowing where a resource is.

extension Scheduling {
    mutating func orderProbes() {
        for resource in state.topLevel { addStartAndRestartOrderings(resource) }
        addStopOrderings()
    }

    private mutating func addStartAndRestartOrderings(_ index: ResourceIndex) {
        guard state.resources[index].isPrimitive else {
            for child in state.resources[index].children { addStartAndRestartOrderings(child) }
            return
        }
        // What is restarted because of a resource is the same for all of its probes.
        var restarted: [(after: ActionIndex, undone: [ActionIndex])] = []
        for probe in plan.find(index, ActionKey(.monitor)) where plan.actions[probe].task == .monitor {
            var nextEdge = plan.firstEdge(after: probe)
            while let edge = nextEdge {
                nextEdge = plan.nextAfter(edge)
                let after = plan.edges[edge].then
                addStartOrdering(probe, edge, after)
                if !restarted.contains(where: { $0.after == after }) {
                    restarted.append((after, undone(because: index, after: after)))
                }
                for known in restarted where known.after == after {
                    for then in known.undone { plan.order(probe, then, .ordered) }
                }
            }
        }
    }

    /// An unrunnable probe of an instance keeps the clone's inactive instances from starting.
    private mutating func addStartOrdering(_ probe: ActionIndex, _ edge: EdgeIndex, _ after: ActionIndex) {
        guard let probed = plan.actions[probe].resource, let resource = plan.actions[after].resource,
            state.resources[resource].variantRank > 1, !plan.actions[probe].flags.contains(.runnable),
            !plan.edges[edge].original.contains(.unrunnableFirstBlocks), state.top(of: probed) == resource,
            plan.actions[after].task == .start
        else { return }
        var nextEdge = plan.firstEdge(after: after)
        while let next = nextEdge {
            nextEdge = plan.nextAfter(next)
            let then = plan.edges[next].then
            guard let other = plan.actions[then].resource, state.resources[other].activeNodes.isEmpty,
                state.top(of: other) == resource, plan.actions[then].task == .start
            else { continue }
            plan.order(probe, then, [.ordered, .unrunnableFirstBlocks])
        }
    }

    /// The stops and demotions of whatever is restarted because of the probed resource: they wait for its probes.
    private mutating func undone(because probed: ResourceIndex, after: ActionIndex) -> [ActionIndex] {
        var undone: [ActionIndex] = []
        var visited: [ActionIndex] = []
        collectUndone(because: probed, after, &visited, &undone)
        for action in visited { plan.actions[action].flags.remove(.visited) }
        return undone
    }

    private mutating func collectUndone(
        because probed: ResourceIndex, _ after: ActionIndex, _ visited: inout [ActionIndex],
        _ undone: inout [ActionIndex]
    ) {
        guard !plan.actions[after].flags.contains(.visited) else { return }
        plan.actions[after].flags.insert(.visited)
        visited.append(after)
        let resource = plan.actions[after].resource
        if let resource, state.resources[resource].isPrimitive, resource != probed {
            let undoing: Task? =
                plan.actions[after].task == .start ? .stop : plan.actions[after].task == .promote ? .demote : nil
            if let undoing {
                undone += plan.find(resource, ActionKey(undoing)).filter { !plan.actions[$0].flags.contains(.pseudo) }
            }
        }
        var isInterleaved = false
        var compatible: ResourceIndex?
        if let resource, state.resources[resource].variantRank > 1 {
            isInterleaved = TextValue.isTrue(state.resources[resource].meta["interleave"])
            if isInterleaved {
                compatible = compatibleInstance(of: resource, for: probed, role: .unknown, current: false)
            }
        }
        var nextEdge = plan.firstEdge(after: after)
        while let edge = nextEdge {
            nextEdge = plan.nextAfter(edge)
            let next = plan.edges[edge].then
            if !plan.edges[edge].original.contains(.firstImpliesThen) {
                guard let resource, state.resources[resource].variantRank >= 1,
                    state.resources[probed].parent != resource, let chained = plan.actions[next].resource,
                    state.resources[chained].variantRank <= 1, state.resources[chained].parent == resource
                else { continue }
                if state.resources[resource].variantRank > 1, isInterleaved, compatible == nil || compatible != chained
                {
                    continue
                }
            }
            collectUndone(because: probed, next, &visited, &undone)
        }
    }

    /// What is ordered after a stop is ordered after the probes too, as they may find the resource active.
    private mutating func addStopOrderings() {
        for ordering in constraints.orderings {
            guard !ordering.relation.isEmpty, let first = ordering.first.resource, first != ordering.then.resource
            else {
                continue
            }
            let firstTask = ordering.first.action.map { plan.actions[$0].task } ?? ordering.first.key.task
            guard firstTask == .stop, ordering.first.key.notification == .none else { continue }
            let thenTask = ordering.then.action.map { plan.actions[$0].task } ?? ordering.then.key.task
            if let then = ordering.then.resource, state.resources[first].launcher == then, thenTask == .stop {
                continue
            }
            var relation: Relation = .ordered
            relation.formUnion(ordering.relation.intersection([.ifFirstUnmigratable, .ifSameNode]))
            if ordering.relation == .ifRequiredOnSameNode || ordering.relation == .ifSameNodeOrTarget {
                relation = ordering.relation
            }
            let probes = plan.find(first, ActionKey(.monitor))
            if probes.isEmpty { continue }
            let thens: [ActionIndex]
            if let then = ordering.then.action {
                thens = [then]
            } else if let resource = ordering.then.resource {
                thens = plan.find(resource, ordering.then.key)
            } else {
                continue
            }
            for probe in probes {
                for then in thens where isNeeded(probe, before: then) { plan.order(probe, then, relation) }
            }
        }
    }

    private func isNeeded(_ probe: ActionIndex, before then: ActionIndex) -> Bool {
        let (first, second) = (plan.actions[probe], plan.actions[then])
        if second.task == .fence, first.node == second.node, second.metaValue("stonith_action")?.lowercased() == "on" {
            return false
        }
        if second.task == .shutdown, first.node != nil, second.node != nil, first.node != second.node { return false }
        return true
    }
}
