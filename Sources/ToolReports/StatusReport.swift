import ClusterTypes
package import Scheduler
import XMLTree

/// The sections of a status beyond nodes and resources.
package struct StatusSections: OptionSet, Sendable {
    package let rawValue: Int
    package static let attributes = StatusSections(rawValue: 1)
    package static let failCounts = StatusSections(rawValue: 2)
    package static let failures = StatusSections(rawValue: 4)

    package init(rawValue: Int) { self.rawValue = rawValue }
}

extension ToolOutput {
    /// Says what the state of a cluster is: every node, every resource, and the chosen sections.
    ///
    /// - Parameter clock: how instants are written; in the local time zone for people.
    package mutating func report(
        _ status: ClusterStatus, title: String, element: String, sections: StatusSections, clock: TimeText
    ) {
        begin(title, XMLElement(element))
        let hasNodes = reportNodes(status)
        reportResources(status, spaced: hasNodes)
        if sections.contains(.attributes) { reportAttributes(status) }
        if sections.contains(.failCounts) { reportFailCounts(status, clock) }
        if sections.contains(.failures) { reportFailures(status, clock) }
        end()
    }

    /// Says why nothing may happen: maintenance, and resources that are disabled or blocked; whether anything was said.
    package mutating func reportRestrictions(_ status: ClusterStatus) -> Bool {
        var isAnySaid = false
        if status.isInMaintenance, case .text = form {
            verbatim("\n              *** Resource management is DISABLED ***\n")
            verbatim("  The cluster will not attempt to start, stop or recover services\n")
            isAnySaid = true
        }
        guard status.disabledCount > 0 || status.blockedCount > 0 else { return isAnySaid }
        if isAnySaid { spacer() }
        // Whether this remark was printed decides alone, whatever was said before.
        return remark(
            "\(status.disabledCount) of \(status.instanceCount) resource instances DISABLED and "
                + "\(status.blockedCount) BLOCKED from further action due to failure")
    }

    private mutating func reportNodes(_ status: ClusterStatus) -> Bool {
        if form == .xml {
            begin(nil, XMLElement("nodes"))
            for element in status.nodeElements { add(element) }
            end()
            return true
        }
        guard !status.nodeElements.isEmpty else { return false }
        begin("Node List", XMLElement("nodes"))
        for line in status.nodeLines { item(label: line.label, line.text, deeper: line.depth) }
        end()
        return true
    }

    private mutating func reportResources(_ status: ClusterStatus, spaced: Bool) {
        if form == .xml {
            guard !status.resourceElements.isEmpty else { return }
            begin(nil, XMLElement("resources"))
            for element in status.resourceElements { add(element) }
            end()
            return
        }
        if spaced { spacer() }
        begin("Full List of Resources", XMLElement("resources"))
        for line in status.resourceLines {
            if line.isTitle {
                title(line.text, deeper: line.depth)
            } else {
                item(label: line.label, line.text, deeper: line.depth)
            }
        }
        if status.resourceLines.isEmpty { item("No resources") }
        end()
    }

    private mutating func reportAttributes(_ status: ClusterStatus) {
        guard !status.attributes.isEmpty else { return }
        spacer()
        begin("Node Attributes", XMLElement("node_attributes"))
        for node in status.attributes {
            begin("Node: \(node.node)", XMLElement("node", ["name": node.node]))
            for attribute in node.values { item(line(attribute), element(attribute)) }
            end()
        }
        end()
    }

    private func element(_ attribute: ClusterStatus.NodeAttributes.Value) -> XMLElement {
        XMLElement(
            "attribute",
            ["name": attribute.name, "value": attribute.value, "expected": attribute.expected.map { String($0) }])
    }

    private func line(_ attribute: ClusterStatus.NodeAttributes.Value) -> String {
        let line = attribute.name.padded(to: 32) + "\t: " + attribute.value.padded(to: 10)
        guard let expected = attribute.expected else { return line }
        let value = Int(attribute.value) ?? -1
        if value <= 0 { return line + "\t: Connectivity is lost" }
        return value < expected ? line + "\t: Connectivity is degraded (Expected=\(expected))" : line
    }

    private mutating func reportFailCounts(_ status: ClusterStatus, _ clock: TimeText) {
        guard let nodes = status.failCounts else { return }
        spacer()
        begin("Migration Summary", XMLElement("node_history"))
        for node in nodes where !node.resources.isEmpty {
            begin("Node: \(node.node)", XMLElement("node", ["name": node.node]))
            for entry in node.resources {
                let time = entry.lastFailure > 0 ? clock.local(entry.lastFailure) : nil
                let (threshold, count) = (String(entry.threshold.value), String(entry.count.value))
                item(
                    "\(entry.resource): migration-threshold=\(threshold) fail-count=\(count)"
                        + (time.map { " last-failure='\($0)'" } ?? ""),
                    XMLElement(
                        "resource_history",
                        [
                            "id": entry.resource, "orphan": "false", "migration-threshold": threshold,
                            "fail-count": count, "last-failure": time,
                        ]))
            }
            end()
        }
        end()
    }

    private mutating func reportFailures(_ status: ClusterStatus, _ clock: TimeText) {
        guard !status.failures.isEmpty else { return }
        spacer()
        begin("Failed Resource Actions", XMLElement("failures"))
        for failure in status.failures { item(failure.line(clock), failure.element(clock)) }
        end()
    }
}

extension String {
    /// The text with spaces behind it, at least `width` bytes long.
    package func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - utf8.count))
    }
}
