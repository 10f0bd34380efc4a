import ClusterTypes
import XMLTree

// Sections of the status that are shown on request: node attributes, fail counts, failed operations.

extension Scheduling {
    private static let hiddenAttributes = ["fail-count", "last-failure", "shutdown", "terminate", "standby", "#"]

    mutating func shownAttributes() -> [ClusterStatus.NodeAttributes] {
        var result: [ClusterStatus.NodeAttributes] = []
        for node in state.nodeOrder where state.nodes[node].flags.contains(.online) {
            let shown = state.nodes[node].attributes.filter { name, _ in
                !Self.hiddenAttributes.contains { name.hasPrefix($0) }
            }
            guard !shown.isEmpty else { continue }
            var values: [ClusterStatus.NodeAttributes.Value] = []
            for (name, value) in shown.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                let expected = expectedConnectivity(name, state.nodes[node].runningResources, on: node)
                values.append(.init(name: name, value: value, expected: expected))
            }
            result.append(.init(node: state.nodes[node].name, values: values))
        }
        return result
    }

    /// What an attribute is when every target of the ping resource that maintains it answers.
    private mutating func expectedConnectivity(
        _ attribute: String, _ resources: [ResourceIndex], on node: NodeIndex
    ) -> Int? {
        for index in resources {
            if let found = expectedConnectivity(attribute, state.resources[index].children, on: node) { return found }
            guard let type = state.resources[index].agent?.type.lowercased(), type == "ping" || type == "pingd" else {
                continue
            }
            let values = parameters(of: index, on: node)
            guard (values["name"] ?? "pingd").lowercased() == attribute.lowercased() else { continue }
            let targets = values["host_list"].map {
                $0.isEmpty ? 0 : $0.split(separator: " ", omittingEmptySubsequences: false).count
            }
            let multiplier = TextValue.leadingInteger(values["multiplier"]) ?? 1
            return (targets ?? 0).multipliedReportingOverflow(by: Int(clamping: multiplier)).partialValue
        }
        return nil
    }

    mutating func shownFailCounts() -> [ClusterStatus.NodeFailCounts]? {
        var result: [ClusterStatus.NodeFailCounts]?
        for element in cib.child("status")?.children ?? [] where element.name == "node_state" {
            guard let id = element.id,
                let node = state.nodeOrder.first(where: { state.nodes[$0].id.lowercased() == id.lowercased() }),
                state.nodes[node].flags.contains(.online)
            else { continue }
            var counts: [ClusterStatus.NodeFailCounts.Count] = []
            for entry in element.child("lrm")?.child("lrm_resources")?.children("lrm_resource") ?? [] {
                guard let name = entry.id, let resource = recordedResource(name) else { continue }
                let failures = failCount(of: resource, on: node, effective: false)
                guard failures.count > .zero else { continue }
                counts.append(
                    .init(
                        resource: name, threshold: state.resources[resource].banAfterFailures, count: failures.count,
                        lastFailure: failures.lastFailure))
            }
            result = (result ?? []) + [.init(node: state.nodes[node].name, resources: counts)]
        }
        return result
    }

    /// The resource whose history has this name.
    private func recordedResource(_ name: String) -> ResourceIndex? {
        if let exact = state.resourceByID[name] { return exact }
        return state.resources.indices.first { state.resources[$0].historyID == name }
    }

    func shownFailures() -> [ClusterStatus.FailedAction] {
        state.failedOperations.filter { !HistoryEntry.isMaskedProbeFailure($0.element) }.map {
            ClusterStatus.FailedAction(
                node: $0.nodeName, key: $0.key, hasKey: $0.element["operation_key"] != nil, record: $0.element)
        }
    }
}
