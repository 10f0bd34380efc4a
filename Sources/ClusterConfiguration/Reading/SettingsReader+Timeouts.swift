internal import ClusterTypes

// Timeouts that do not fit each other, or the time that a kernel needs to wake a thread up.
extension SettingsReader {
    /// The shortest timeout that corosync accepts: three ticks of a kernel with 100 a second.
    private static let shortest = Duration.milliseconds(30)
    /// The shortest time that a token is held: 0.8 × the shortest retransmit timeout, less a tick.
    private static let shortestHold = Duration.milliseconds(14)

    /// - Source: `totem_volatile_config_validate` of corosync 3.1.7. It also takes a consensus timeout below the token's,
    ///   as long as it is not below `join`.
    mutating func checkTimeouts(_ settings: ClusterSettings, in section: ConfigurationSection) {
        let totem = settings.totem
        let reader = SectionReader(section, file: file)
        let nodes = settings.nodes.count
        let token = settings.effectiveToken
        let retransmit = totem.effectiveTokenRetransmit(nodeCount: nodes)
        checkShortest(
            [
                ("token", token), ("join", totem.join), ("merge", totem.merge), ("downcheck", totem.downcheck),
                ("max_network_delay", totem.maxNetworkDelay),
            ], reader)
        if totem.tokenRetransmit != nil {
            checkShortest([("token_retransmit", retransmit)], reader)
        } else if retransmit < Self.shortest, token >= Self.shortest {
            report(
                .error, reader.line(of: "token_retransmits_before_loss_const"),
                "a token of \(token.milliseconds) ms cannot be sent again \(totem.tokenRetransmitsBeforeLoss) times: "
                    + "every \(retransmit.milliseconds) ms would be too often; raise token or lower "
                    + "token_retransmits_before_loss_const")
        }
        if let hold = totem.hold, hold < Self.shortestHold {
            report(
                .error, reader.line(of: "hold"),
                "hold must be at least \(Self.shortestHold.milliseconds) ms, not \(hold.milliseconds) ms")
        }
        checkConsensus(totem.effectiveConsensus(nodeCount: nodes), token: token, join: totem.join, reader)
    }

    private mutating func checkShortest(_ timeouts: [(key: String, value: Duration)], _ reader: SectionReader) {
        for (key, value) in timeouts where value < Self.shortest {
            report(
                .error, reader.line(of: key),
                "\(key) must be at least \(Self.shortest.milliseconds) ms, not \(value.milliseconds) ms")
        }
    }

    private mutating func checkConsensus(
        _ consensus: Duration, token: Duration, join: Duration, _ reader: SectionReader
    ) {
        if consensus < join {
            report(
                .error, reader.line(of: "join"),
                "join (\(join.milliseconds) ms) must not be above consensus (\(consensus.milliseconds) ms)")
        } else if consensus < token {
            report(
                .warning, reader.line(of: "consensus"),
                "consensus (\(consensus.milliseconds) ms) should not be below the token timeout "
                    + "(\(token.milliseconds) ms): nodes would be given up before their tokens are missed")
        }
    }
}
