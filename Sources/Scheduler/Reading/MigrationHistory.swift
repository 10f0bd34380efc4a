import Agents
import ClusterTypes
import XMLTree

// What live migrations left behind: a resource may be on its source, its target, both, or half-way.

extension Scheduling {
    private func names(_ entry: HistoryEntry, source: NodeIndex?, target: NodeIndex?) -> (
        source: String, target: String
    )? {
        guard let from = entry.element["migrate_source"], let to = entry.element["migrate_target"] else { return nil }
        if let source, state.nodes[source].name.lowercased() != from.lowercased() { return nil }
        if let target, state.nodes[target].name.lowercased() != to.lowercased() { return nil }
        return (from, to)
    }

    private func operations(_ id: String, on node: String) -> [XMLElement] {
        recordedHistory(id, on: node)?.children("lrm_rsc_op") ?? []
    }

    private func find(_ id: String, _ operation: String, on node: String, other: String?, succeeded: ResultCode? = nil)
        -> XMLElement?
    {
        let partner = operation == "migrate_to" ? "migrate_target" : "migrate_source"
        let match = operations(id, on: node).first {
            $0["operation"] == operation && (other == nil || operation == "monitor" || $0[partner] == other)
        }
        guard let match, let succeeded else { return match }
        let isDone =
            TextValue.leadingInteger(match["rc-code"]) == Int64(succeeded.rawValue) && match["op-status"] == "0"
        return isDone ? match : nil
    }

    private func isUnknown(_ id: String, on node: String) -> Bool {
        !operations(id, on: node).contains { $0["rc-code"] != String(ResultCode.unknown.rawValue) }
    }

    private func changedAfter(_ id: String, on node: String, _ element: XMLElement) -> Bool {
        let changing: Set<String> = ["start", "stop", "migrate_to", "migrate_from"]
        return operations(id, on: node).contains {
            $0 != element && changing.contains($0["operation"] ?? "") && compareHistory($0, element) > 0
        }
    }

    private func stateIsNewer(_ id: String, on node: String, migrateTo: XMLElement?, migrateFrom: XMLElement?) -> Bool {
        guard var reference = migrateFrom ?? migrateTo else { return false }
        if migrateFrom != nil, let migrateTo, reference["migrate_source"]?.lowercased() == node.lowercased() {
            reference = migrateTo
        }
        if changedAfter(id, on: node, reference) { return true }
        guard let monitor = find(id, "monitor", on: node, other: nil, succeeded: .notRunning) else {
            return false
        }
        return compareHistory(monitor, reference) > 0
    }

    private func isOnline(_ node: NodeIndex?) -> Bool { node.map { state.nodes[$0].flags.contains(.online) } ?? false }

    private mutating func failWithoutMigration(_ index: ResourceIndex) {
        state.resources[index].flags.formUnion([.failed, .stopIfFailed])
        state.resources[index].flags.remove(.migratable)
    }

    mutating func readMigrateToSuccess(_ entry: HistoryEntry, _ reading: HistoryReading) {
        let index = reading.resource
        let id = state.resources[index].id
        guard let (source, target) = names(entry, source: reading.node, target: nil) else { return }
        let sourceIsNewer = changedAfter(id, on: source, entry.element)
        let migrateFrom = find(id, "migrate_from", on: target, other: source)
        var exit = ResultCode.ok
        var status = ExecutionStatus.pending.rawValue
        if let migrateFrom {
            if sourceIsNewer { return }
            exit = HistoryEntry.recordedResult(migrateFrom)
            status = Int32(clamping: TextValue.leadingInteger(migrateFrom["op-status"]) ?? -1)
        }
        let targetIsNewer = stateIsNewer(id, on: target, migrateTo: entry.element, migrateFrom: migrateFrom)
        if sourceIsNewer, targetIsNewer { return }
        if exit == .ok, status == ExecutionStatus.done.rawValue {
            // Complete but for the stop on the source.
            state.resources[index].currentRole = .stopped
            state.resources[index].danglingMigrationSources.insert(reading.node, at: 0)
            return
        }
        state.resources[index].currentRole = .started
        let targetNode = state.node(named: target)
        let isActiveOnTarget = !targetIsNewer && isOnline(targetNode)
        if status != ExecutionStatus.pending.rawValue {
            if isActiveOnTarget, let targetNode {
                addRunning(index, on: targetNode, failed: true)
            } else {
                failWithoutMigration(index)
            }
            return
        }
        if isOnline(targetNode), isUnknown(id, on: target) { return }
        if isActiveOnTarget, let targetNode {
            addRunning(index, on: targetNode, failed: false)
            if let sourceNode = state.node(named: source), isOnline(sourceNode) {
                state.resources[index].migrationTarget = targetNode
                state.resources[index].migrationSource = sourceNode
            }
        } else if !sourceIsNewer {
            failWithoutMigration(index)
        }
    }

    mutating func readMigrateToFailure(_ entry: HistoryEntry, _ reading: HistoryReading) {
        let index = reading.resource
        let id = state.resources[index].id
        guard let (source, target) = names(entry, source: reading.node, target: nil) else { return }
        state.resources[index].currentRole = .started
        let migrateFrom = find(id, "migrate_from", on: target, other: source, succeeded: .ok)
        if !isUnknown(id, on: target), !stateIsNewer(id, on: target, migrateTo: entry.element, migrateFrom: migrateFrom)
        {
            if let node = state.node(named: target), isOnline(node) { addRunning(index, on: node, failed: false) }
        } else if !changedAfter(id, on: source, entry.element) {
            state.resources[index].danglingMigrationSources.insert(reading.node, at: 0)
        }
    }

    mutating func readMigrateFromFailure(_ entry: HistoryEntry, _ reading: HistoryReading) {
        let index = reading.resource
        let id = state.resources[index].id
        guard let (source, target) = names(entry, source: nil, target: reading.node) else { return }
        _ = target
        state.resources[index].currentRole = .started
        let migrateTo = find(
            id, "migrate_to", on: source, other: state.nodes[reading.node].name, succeeded: .ok)
        if !isUnknown(id, on: source), !stateIsNewer(id, on: source, migrateTo: migrateTo, migrateFrom: entry.element),
            let node = state.node(named: source), isOnline(node)
        {
            addRunning(index, on: node, failed: true)
        }
    }
}
