internal import Explanation

/// The messaging of a node on one page, for people.
struct MessagingText {
    let snapshot: MessagingSnapshot
    /// Columns at which lines break; `nil` for lines of any length.
    var width: Int?
    let styled: (String, TextStyle) -> String

    func render() -> String {
        var lines = head + quorum + nodes + groups + supervised + traffic
        lines.append("")
        lines.append(
            "The map has \(snapshot.map.count) keys, the statistics \(snapshot.statistics.count): "
                + "--map and --statistics show them.")
        return lines.map { Self.broken($0, at: width) }.joined(separator: "\n") + "\n"
    }

    /// A line in as many as it needs, the others further in than the first.
    private static func broken(_ line: String, at width: Int?) -> String {
        guard let width else { return line }
        let indent = line.prefix { $0 == " " || $0 == "*" }.count + 2
        return wrappedLines(line, hanging: indent, width: width).joined(separator: "\n")
    }

    private var head: [String] {
        let members = snapshot.ring.members.map(snapshot.name).joined(separator: " ")
        let name = snapshot.clusterName.isEmpty ? "" : " of cluster \(snapshot.clusterName)"
        return [
            "Messaging" + name + " as node \(snapshot.name(of: snapshot.localNode)) (id \(snapshot.localNode)) sees it",
            "  * Transport: \(snapshot.transport), "
                + (snapshot.isEncrypted ? "encrypted" : styled("not encrypted", .yellow)),
            "  * Ring: \(snapshot.ring.id), members [ \(members) ]",
        ]
    }

    private var quorum: [String] {
        let quorum = snapshot.quorum
        let state = quorum.isQuorate ? styled("quorate", .green) : styled("not quorate", .red)
        guard quorum.quorum > 0 else { return ["  * Quorum: \(state) (no quorum provider)"] }
        let flags = quorum.flags.isEmpty ? "" : ", " + quorum.flags.joined(separator: " ")
        return [
            "  * Quorum: \(state), \(quorum.totalVotes) of \(quorum.expectedVotes) votes, \(quorum.quorum) needed\(flags)"
        ]
    }

    // MARK: Nodes and links

    private var nodes: [String] {
        var lines = ["", styled("Nodes", .bold) + ":"]
        for node in snapshot.nodes {
            let votes = node.votes.map { ", \($0) vote\($0 == 1 ? "" : "s")" } ?? ""
            let joins = node.joinCount.map { $0 > 1 ? ", joined \($0) times" : "" } ?? ""
            lines.append("  * \(node.name ?? "node") (id \(node.id)): \(state(node))\(votes)\(joins)")
            lines += node.links.map(line)
        }
        return lines
    }

    private func state(_ node: MessagingSnapshot.Node) -> String {
        if node.isLocal { return "this node" }
        switch (node.isMember, node.isReachable) {
        case (true, true): return "member"
        case (true, false): return styled("member, unreachable", .yellow)
        case (false, true): return styled("reachable, not a member", .yellow)
        case (false, false): return styled("not a member", .red)
        }
    }

    private func line(_ link: MessagingSnapshot.Link) -> String {
        var words = ["link \(link.number)", "\(link.source) → \(link.destination)"]
        words.append(link.isConnected ? styled("connected", .green) : styled("down", .red))
        if link.mtu > 0 { words.append("mtu \(link.mtu)") }
        if let latency = link.latency, latency > 0 { words.append("latency \(Self.milliseconds(latency))") }
        if let sent = link.sentBytes, let received = link.receivedBytes {
            words.append("\(Self.size(sent)) out, \(Self.size(received)) in")
        }
        // Kronosnet counts the state at the start as the first time.
        if let count = link.downCount, count > 1 { words.append("went down \(count) times") }
        if let count = link.errorCount, count > 0 { words.append(styled("\(count) errors", .yellow)) }
        return "      " + words.joined(separator: ", ")
    }

    // MARK: Groups and traffic

    private var groups: [String] {
        var lines = ["", styled("Groups", .bold) + ":"]
        for group in snapshot.groups {
            let members = group.members.map { "\(snapshot.name(of: $0.node)) (process \($0.process))" }
            lines.append("  * \(group.name): \(members.joined(separator: ", "))")
        }
        if snapshot.groups.isEmpty { lines.append("  * none") }
        return lines
    }

    /// Processes under `lockstep supervise` or libsam: `resources.process`.
    private var supervised: [String] {
        let prefix = "resources.process."
        let keys = snapshot.map.filter { $0.key.hasPrefix(prefix) }
        let values = Dictionary(keys.map { ($0.key, $0.value.text) }) { first, _ in first }
        let lines = keys.compactMap { entry -> String? in
            guard entry.key.hasSuffix(".state") else { return nil }
            let process = entry.key.dropFirst(prefix.count).prefix { $0 != "." }
            let recovery = values["\(prefix)\(process).recovery"].map { ", recovery by \($0)" } ?? ""
            let isWell = entry.value.text == "running" || entry.value.text == "stopped"
            return "  * process \(process): " + styled(entry.value.text, isWell ? .green : .yellow) + recovery
        }
        return lines.isEmpty ? [] : ["", styled("Supervised", .bold) + ":"] + lines
    }

    private var traffic: [String] {
        func count(_ name: String) -> String { snapshot.statistic("stats.srp.\(name)").map { String($0) } ?? "?" }
        var lines = [
            "", styled("Counters since the start", .bold) + ":",
            "  * Tokens: \(count("orf_token_rx")) received, \(count("operational_token_lost")) lost",
            "  * Messages: \(count("mcast_tx")) sent, \(count("mcast_rx")) received, \(count("mcast_retx")) repeated, "
                + "\(count("rx_msg_dropped")) packets rejected",
            "  * Rings: \(count("operational_entered")) formed, \(count("gather_entered")) gatherings, "
                + "\(count("consensus_timeouts")) without consensus in time",
            "  * Programs: \(snapshot.statistic("stats.ipcs.global.active").map { String($0) } ?? "?") connected",
        ]
        if snapshot.statistic("stats.srp.firewall_enabled_or_nic_failure") == 1 {
            lines.append(
                "  * " + styled("This node hears nobody: is a firewall between, or a network card broken?", .red))
        }
        return lines
    }

    static func milliseconds(_ microseconds: Int64) -> String {
        let tenths = (microseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) ms"
    }

    static func size(_ bytes: Int64) -> String {
        for (unit, factor) in [("GB", Int64(1_000_000_000)), ("MB", 1_000_000), ("kB", 1000)] where bytes >= factor {
            let tenths = bytes / (factor / 10)
            return "\(tenths / 10).\(tenths % 10) \(unit)"
        }
        return "\(bytes) B"
    }
}
