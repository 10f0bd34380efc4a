internal import Agents
package import ClusterTypes

/// What the text shows beyond summary, nodes, active resources and failures.
package struct StatusView: Sendable {
    /// Resources that run nowhere, too.
    package var showsInactive = true
    package var showsAttributes = false
    package var showsBans = false
    /// Resources under the node they run on.
    package var groupsByNode = false
    package var showsFailCounts = false

    package init() {}
}

/// Renders a status as text, in the layout of `crm_mon -1`.
package struct StatusText {
    let status: ClusterStatus
    let view: StatusView
    let now: WallTime
    let style: (String, TextStyle) -> String

    package init(
        _ status: ClusterStatus, view: StatusView = StatusView(), now: WallTime,
        style: @escaping (String, TextStyle) -> String = { text, _ in text }
    ) {
        self.status = status
        self.view = view
        self.now = now
        self.style = style
    }

    /// The whole text, with a final newline.
    package func render() -> String {
        var sections = [summary, nodeList, view.groupsByNode ? resourcesByNode : resourceList]
        if view.showsAttributes { sections.append(attributeList) }
        if view.showsBans, !status.bans.isEmpty {
            sections.append(
                heading("Negative Location Constraints")
                    + status.bans.map {
                        "\n  * \($0.id)\tprevents \($0.resource) from running on \($0.node)"
                    }.joined())
        }
        if !status.failures.isEmpty { sections.append(failureList) }
        return sections.joined(separator: "\n\n") + "\n"
    }

    private func heading(_ text: String) -> String { style(text, .bold) + ":" }

    private var summary: String {
        let summary = status.summary
        var lines = [heading("Cluster Summary")]
        lines.append("  * Stack: \(summary.stack)")
        if let controller = summary.controller {
            let quorum = summary.hasQuorum ? "partition with quorum" : style("partition WITHOUT quorum", .red)
            lines.append("  * Current DC: \(controller) (version \(summary.version)) - \(quorum)")
        } else {
            lines.append("  * Current DC: \(style("NONE", .yellow))")
        }
        lines.append("  * Last updated: \(dateText(now.seconds))")
        let who = summary.lastChangeBy.map { user in
            " by \(user)" + (summary.lastChangeClient.map { " via \($0)" } ?? "")
                + (summary.lastChangeNode.map { " on \($0)" } ?? "")
        }
        lines.append("  * Last change:  \(summary.lastChange)\(who ?? "")")
        lines.append("  * \(count(status.nodes.count, "node")) configured")
        lines.append("  * \(count(status.instances.count, "resource instance")) configured" + resourceNotes)
        let options = summary.options
        if options.maintenanceMode {
            lines.append("\n              *** Resource management is DISABLED ***")
            lines.append("  The cluster will not attempt to start, stop or recover services")
        }
        if options.stopsAllResources { lines.append("  * All resources are to be stopped (stop-all-resources)") }
        return lines.joined(separator: "\n")
    }

    private var resourceNotes: String {
        let disabled = status.instances.filter(\.isDisabled).count
        let blocked = status.instances.filter(\.isBlocked).count
        var notes: [String] = []
        if disabled > 0 { notes.append("\(disabled) DISABLED") }
        if blocked > 0 { notes.append("\(blocked) BLOCKED from further action due to failure") }
        return notes.isEmpty ? "" : " (" + notes.joined(separator: ", ") + ")"
    }

    private func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

    private var nodeList: String {
        var lines = [heading("Node List")]
        let plain = { (node: NodeCondition) in node.description == "online" && !node.isRemote }
        for node in status.nodes where !plain(node) && !(node.state == .offline && !node.isStandby) {
            let kind = node.isRemote ? "RemoteNode" : "Node"
            var state = node.description
            if node.state == .offline { state = "OFFLINE (standby)" }
            lines.append("  * \(kind) \(node.name): " + style(state, node.state == .online ? .yellow : .red))
        }
        let online = status.nodes.filter(plain).map(\.name)
        if !online.isEmpty { lines.append("  * " + style("Online", .green) + ": [ \(online.joined(separator: " ")) ]") }
        let offline = status.nodes.filter { $0.state == .offline && !$0.isStandby }.map(\.name)
        if !offline.isEmpty {
            lines.append("  * " + style("OFFLINE", .red) + ": [ \(offline.joined(separator: " ")) ]")
        }
        return lines.joined(separator: "\n")
    }

    private var attributeList: String {
        var lines = [heading("Node Attributes")]
        for node in status.nodes where node.state == .online {
            lines.append("  * Node: \(node.name):")
            lines += node.attributes.map { "    * \($0.name.padded(to: 32)): \($0.value.padded(to: 10))" }
        }
        return lines.joined(separator: "\n")
    }

    private var failureList: String {
        var lines = [style("Failed Resource Actions", .red) + ":"]
        for failure in status.failures {
            var line = "  * \(failure.key) on \(failure.node) '\(failure.result)' (\(failure.result.rawValue))"
            line += ": call=\(failure.callID), status='\(failure.status)'"
            if !failure.exitReason.isEmpty { line += ", exitreason='\(failure.exitReason)'" }
            if let time = failure.lastChange { line += ", last-rc-change='\(dateText(time))'" }
            line += ", queued=\(failure.queueMilliseconds)ms, exec=\(failure.executionMilliseconds)ms"
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}
