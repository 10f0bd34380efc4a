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
        reader.accept(["votes", "leaving_timeout"])
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
        guard isOn else { return .none }
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

    /// The combinations that votequorum(5) forbids.
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
        if quorum.isTwoNode, settings.expectedVotes != 2 {
            report(.error, line, "two_node needs exactly 2 expected votes, not \(settings.expectedVotes)")
        }
        if quorum.isTwoNode, quorum.tieBreaker != .none {
            report(
                .error, line, "two_node and auto_tie_breaker exclude each other: fencing decides a split of two nodes")
        }
        if quorum.tieBreaker != .none, settings.expectedVotes % 2 == 1, !quorum.waitsForAll {
            report(.error, line, "auto_tie_breaker with an odd number of votes needs wait_for_all: 1")
        }
        if !quorum.isTwoNode, settings.nodes.count == 2 {
            report(.warning, line, "two nodes without two_node: 1 lose quorum as soon as one of them fails")
        }
    }
}
