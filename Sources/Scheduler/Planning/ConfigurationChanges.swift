import ClusterTypes
import XMLTree

// What the history shows was run differently from what is configured now: changed agents and parameters.

extension Scheduling {
    mutating func planForChanges() {
        let byName = resourcesByRecordedName()
        for node in state.nodeOrder {
            guard state.nodes[node].flags.contains(.maintenance) || state.isAvailable(node) else { continue }
            let name = state.nodes[node].name
            let states = cib.child("status")?.children("node_state") ?? []
            guard
                let list = states.first(where: { $0["uname"] == name && $0.child("lrm")?.child("lrm_resources") != nil }
                )?
                .child("lrm")?.child("lrm_resources")
            else { continue }
            for entry in list.children where entry.name == "lrm_resource" && !entry.children.isEmpty {
                guard let id = entry.id else { continue }
                for resource in owners(of: id, among: byName[id] ?? [], in: list, on: node) {
                    compareHistory(entry, resource, on: node)
                }
            }
        }
    }

    /// The resources of a name whose state its record shows.
    private func owners(
        of id: String, among known: [ResourceIndex], in list: XMLElement, on node: NodeIndex
    ) -> [ResourceIndex] {
        let primitives = known.filter { state.resources[$0].isPrimitive }
        if options.repeatsIncumbent { return primitives }
        let bundled = replica(among: known, on: node)
        return primitives.filter { resource in
            if let bundled, resource != bundled { return false }
            // An instance that has another history here has long left this one behind.
            guard let own = state.resources[resource].historyID, own != id else { return true }
            return list.childIndex("lrm_resource", id: own) == nil
        }
    }

    /// The instance in a container when the node is that container's.
    private func replica(among resources: [ResourceIndex], on node: NodeIndex) -> ResourceIndex? {
        guard state.nodes[node].isRemoteKind else { return nil }
        for index in resources {
            let clone = state.top(of: index)
            guard state.isBundled(clone), let bundle = state.resources[clone].parent else { continue }
            if let replica = bundleReplica(of: bundle, on: node) { return replica }
        }
        return nil
    }

    /// All resources by their id and by the name of their history, the last in order first.
    private func resourcesByRecordedName() -> [String: [ResourceIndex]] {
        var result: [String: [ResourceIndex]] = [:]
        func collect(_ index: ResourceIndex) {
            let resource = state.resources[index]
            result[resource.id, default: []].insert(index, at: 0)
            if let history = resource.historyID, history != resource.id {
                result[history, default: []].insert(index, at: 0)
            }
            for child in resource.children { collect(child) }
        }
        for resource in state.topLevel { collect(resource) }
        return result
    }

    private mutating func compareHistory(_ entry: XMLElement, _ index: ResourceIndex, on node: NodeIndex) {
        if state.resources[index].flags.contains(.removed) {
            if !state.resources[state.top(of: index)].isAnonymousClone {
                planCleanup(index, on: node, because: .removed)
            }
            return
        }
        let isActive = state.resources[index].activeNodes.contains(node)
        if agentChanged(index, entry, on: node, isActive: isActive) {
            planCleanup(index, on: node, because: .agentChanged)
        }
        guard isActive else { return }
        let history = newestFirst(entry).mergeSorted(by: Scheduling.compare)
        let range = activeRange(history)
        if range.start < range.stop { return }
        for (position, element) in history.enumerated() where position >= range.start {
            compareOperation(element, index, on: node)
        }
    }

    private static func compare(_ left: XMLElement, _ right: XMLElement) -> Int {
        Scheduler.compareHistory(left, right)
    }

    private mutating func compareOperation(_ element: XMLElement, _ index: ResourceIndex, on node: NodeIndex) {
        guard let operation = element["operation"] else { return }
        let interval = UInt32(clamping: TextValue.leadingInteger(element["interval"]) ?? 0)
        let inMaintenance =
            state.resources[index].flags.contains(.maintenance) || state.nodes[node].flags.contains(.maintenance)
        if interval > 0, inMaintenance {
            planCancel(index, element, plan.task(named: operation), interval, on: node, because: .maintenance)
        } else if interval > 0 || ["monitor", "start", "promote", "migrate_from"].contains(operation.lowercased()) {
            if needsRemoteName(index) {
                delayedChecks.append(
                    DelayedCheck(element: element, resource: index, node: node, isLastFailure: false))
            } else if definitionChanged(index, element, on: node), failCount(of: index, on: node).count != .zero {
                clearFailCount(of: index, on: node, because: .parametersChanged)
            }
        }
    }

    private mutating func agentChanged(_ index: ResourceIndex, _ entry: XMLElement, on node: NodeIndex, isActive: Bool)
        -> Bool
    {
        var changed = false
        for name in ["type", "class", "provider"] where state.resources[index].element[name] != entry[name] {
            changed = true
            triggerUnfencing(index, on: node, because: "Device definition changed")
        }
        if changed, isActive {
            _ = stopAction(index, on: node, optional: false)
            state.resources[index].flags.insert(.startPending)
        }
        return changed
    }

    /// Plans the removal of a resource's history between its stop and start.
    private mutating func planCleanup(_ index: ResourceIndex, on node: NodeIndex, because reason: ChoreReason) {
        let flags = state.nodes[node].flags
        if state.resources[index].flags.contains(.failed) || flags.contains(.unclean) || !flags.contains(.online) {
            return
        }
        let delete = action(index, ActionKey(.delete), .delete, on: node, optional: false)
        setReason(delete, reason.rawValue)
        order(index, .stop, index, .delete, .ordered)
        order(index, .delete, index, .start, .ordered)
    }

    /// Whether an operation is configured differently from how it ran; plans a restart, reload or new schedule then.
    mutating func definitionChanged(_ index: ResourceIndex, _ element: XMLElement, on node: NodeIndex) -> Bool {
        guard let operation = element["operation"] else { return false }
        let interval = UInt32(clamping: TextValue.leadingInteger(element["interval"]) ?? 0)
        let task = plan.task(named: operation)
        if interval > 0, definition(index, operation, interval, includingDisabled: false) == nil {
            if state.options.cancelRemovedActions {
                planCancel(index, element, task, interval, on: node, because: .notConfigured)
            }
            return true
        }
        let effective: Task =
            interval == 0 && [.monitor, .migrateFrom, .promote].contains(task) ? .start : task
        let digests = compareDigests(index, element, on: node)
        if onlySecretsChanged(digests, element) { return false }
        switch digests.comparison {
        case .matches: return false
        case .restart:
            forceRestart(index, effective, interval, on: node)
        case .unknown, .mismatch:
            if interval > 0 {
                triggerUnfencing(index, on: node, because: "Device parameters changed (reschedule)")
                let recurring = action(
                    index, ActionKey(effective, interval: interval), effective, on: node, optional: true)
                plan.actions[recurring].flags.insert(.reschedule)
                setReason(recurring, ChoreReason.operationChanged.rawValue)
            } else if element["op-restart-digest"] != nil {
                triggerUnfencing(index, on: node, because: "Device parameters changed (reload)")
                planReload(index, on: node)
            } else {
                forceRestart(index, effective, interval, on: node)
            }
        }
        return true
    }

    private mutating func forceRestart(_ index: ResourceIndex, _ task: Task, _ interval: UInt32, on node: NodeIndex) {
        let required = action(index, ActionKey(task, interval: interval), task, on: nil, optional: false)
        setReason(required, "resource definition change", overwriting: true)
        ledger?.noteChange(required)
        triggerUnfencing(index, on: node, because: "Device parameters changed")
    }

    private mutating func planReload(_ index: ResourceIndex, on node: NodeIndex) {
        let flags = state.resources[index].flags
        guard flags.contains(.managed), !flags.contains(.failed) else { return }
        if flags.contains(.startPending) {
            _ = stopAction(index, on: node, optional: false)
            return
        }
        state.resources[index].flags.insert(.reload)
        let reload = action(index, ActionKey(.reloadAgent), .reloadAgent, on: node, optional: false)
        setReason(reload, "resource definition change")
        addOrdering(end(reload), end(index, .stop), [.ordered, .thenCancelsFirst])
        addOrdering(end(reload), end(index, .demote), [.ordered, .thenCancelsFirst])
    }

    /// The checks that had to wait until containers were placed.
    mutating func checkDelayedParameters() {
        for check in delayedChecks.reversed() {
            let changed: Bool
            if check.isLastFailure {
                switch compareDigests(check.resource, check.element, on: check.node).comparison {
                case .unknown, .matches: changed = false
                case .mismatch, .restart: changed = true
                }
            } else {
                changed =
                    definitionChanged(check.resource, check.element, on: check.node)
                    && failCount(of: check.resource, on: check.node).count != .zero
            }
            if changed { clearFailCount(of: check.resource, on: check.node, because: .parametersChanged) }
        }
        delayedChecks = []
    }
}
