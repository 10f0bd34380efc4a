internal import ClusterTypes

extension SettingsReader {
    mutating func readQuorum(_ section: ConfigurationSection) -> QuorumSettings {
        var reader = SectionReader(section, file: file)
        var settings = QuorumSettings()
        settings.provider = reader.choice("provider", of: QuorumSettings.Provider.self)
        settings.expectedVotes = reader.integer("expected_votes", in: 1...100_000)
        settings.isTwoNode = reader.flag("two_node") ?? false
        settings.waitForAll = reader.flag("wait_for_all")
        settings.lastManStanding = reader.flag("last_man_standing") ?? false
        settings.lastManStandingWindow = reader.milliseconds("last_man_standing_window") ?? .seconds(10)
        settings.allowsDownscale = reader.flag("allow_downscale") ?? false
        settings.tracksExpectedVotes = reader.flag("expected_votes_tracking") ?? false
        settings.tieBreaker = readTieBreaker(&reader)
        reader.ignore(["votes"], because: "each node of the node list has its quorum_votes")
        reader.ignore(["leaving_timeout"], because: "it has none in corosync 3 either")
        problems += reader.finish(subsections: ["device"])
        for device in section.sections(named: "device") {
            report(.error, device.line, "quorum devices are not supported yet: remove section 'device'")
        }
        return settings
    }

    private func readTieBreaker(_ reader: inout SectionReader) -> QuorumSettings.TieBreaker {
        let isOn = reader.flag("auto_tie_breaker") ?? false
        let choice = reader.text("auto_tie_breaker_node") ?? "lowest"
        let line = reader.line(of: "auto_tie_breaker_node")
        guard isOn else {
            if reader.text("auto_tie_breaker_node") != nil {
                reader.report(.warning, at: line, "auto_tie_breaker_node has no effect without auto_tie_breaker: 1")
            }
            return .none
        }
        switch choice {
        case "lowest": return .lowestNode
        case "highest": return .highestNode
        default:
            let ids = choice.split(whereSeparator: \.isWhitespace).map { UInt32($0) }
            let known = ids.compactMap { $0 }.filter { $0 > 0 }
            if known.isEmpty || known.count != ids.count {
                reader.report(
                    .error, at: line,
                    "auto_tie_breaker_node must be lowest, highest or a list of node ids, not '\(choice)'")
            }
            return .listed(known.map { NodeID($0) })
        }
    }

    /// The combinations that votequorum(5) forbids: refused where the choice would be unsafe, otherwise without the
    /// feature that Corosync switches off too.
    mutating func checkQuorum(_ settings: inout ClusterSettings, line: Int) {
        let quorum = settings.quorum
        guard quorum.provider != nil else {
            if !settings.nodes.isEmpty, settings.nodes.count > 1 {
                report(
                    .warning, line,
                    "no 'provider: corosync_votequorum' in section 'quorum': every partition acts as if quorate")
            }
            return
        }
        checkTwoNode(&settings, line: line)
        checkTieBreaker(&settings, line: line)
        checkLastManStanding(settings, line: line)
        let votes = settings.nodes.reduce(0) { $0 + $1.votes }
        if settings.expectedVotes == 0 {
            report(.error, line, "no node has a vote: at least one quorum_votes must be above 0")
        }
        if settings.expectedVotes < votes, !quorum.allowsDownscale, !quorum.tracksExpectedVotes {
            report(
                .warning, line,
                "expected_votes \(settings.expectedVotes) is less than the \(votes) votes of all nodes: after a start, "
                    + "several partitions can be quorate at once")
        }
    }

    private mutating func checkTwoNode(_ settings: inout ClusterSettings, line: Int) {
        if settings.quorum.isTwoNode, settings.quorum.tieBreaker != .none {
            report(
                .warning, line,
                "two_node has no effect beside auto_tie_breaker: either fencing or the tie breaker decides a split")
            let waits = settings.quorum.waitsForAll
            settings.quorum.isTwoNode = false
            settings.quorum.waitForAll = waits
        }
        if settings.quorum.isTwoNode, settings.expectedVotes != 2 {
            report(.error, line, "two_node needs exactly 2 expected votes, not \(settings.expectedVotes)")
        }
        if !settings.quorum.isTwoNode, settings.quorum.tieBreaker == .none, settings.nodes.count == 2,
            settings.nodes.allSatisfy({ $0.votes == 1 })
        {
            report(.warning, line, "two nodes without two_node: 1 lose quorum as soon as one of them fails")
        }
    }

    private mutating func checkTieBreaker(_ settings: inout ClusterSettings, line: Int) {
        let quorum = settings.quorum
        if case .listed(let listed) = quorum.tieBreaker {
            for node in listed where settings.node(node) == nil {
                report(.warning, line, "auto_tie_breaker_node \(node) is not in the node list")
            }
        }
        let votes = settings.nodes.reduce(0) { $0 + $1.votes }
        guard quorum.tieBreaker != .none, votes % 2 == 1, !quorum.waitsForAll else { return }
        if quorum.lastManStanding {
            report(
                .error, line,
                "auto_tie_breaker and last_man_standing with an odd number of votes (\(votes)) need wait_for_all: 1")
        } else {
            report(
                .warning, line,
                "auto_tie_breaker has no effect with an odd number of votes (\(votes)) unless wait_for_all: 1")
            settings.quorum.tieBreaker = .none
        }
    }

    private mutating func checkLastManStanding(_ settings: ClusterSettings, line: Int) {
        guard settings.quorum.lastManStanding else { return }
        if let node = settings.nodes.first(where: { $0.votes > 1 }) {
            report(
                .warning, line,
                "last_man_standing has no effect: it needs one vote a node, and '\(node.name)' has \(node.votes)")
        }
        if !settings.quorum.waitsForAll {
            report(
                .warning, line,
                "last_man_standing without wait_for_all: 1: nodes that were cut off can become quorate among themselves"
            )
        }
    }
}
