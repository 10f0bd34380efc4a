package import ClusterTypes

/// What a ring node has sent, received and gone through since it started or since the figures were reset.
///
/// - Source: `totemsrp_stats_t` of corosync, which shows them as `stats.srp.…`.
package struct RingStatistics: Sendable, Equatable {
    /// Packets of one kind.
    package struct Packets: Sendable, Equatable {
        package var sent: UInt64 = 0
        package var received: UInt64 = 0
    }

    /// By the raw value of the kind.
    private var packets = Array(repeating: Packets(), count: 6)

    package var tokens: Packets { self[.token] }
    package var messages: Packets { self[.message] }
    package var mergeDetections: Packets { self[.mergeDetect] }
    package var joins: Packets { self[.join] }
    package var commitTokens: Packets { self[.commitToken] }
    package var holdCancels: Packets { self[.tokenHoldCancel] }

    private subscript(kind: PacketKind) -> Packets { packets[Int(kind.rawValue)] }

    /// Messages that were sent again because somebody missed them; they count as sent as well.
    package var repeatedMessages: UInt64 = 0
    package var rejectedPackets: UInt64 = 0

    package var gatherings: UInt64 = 0
    package var commits: UInt64 = 0
    package var recoveries: UInt64 = 0
    /// How often a ring was installed.
    package var installations: UInt64 = 0
    package var tokensLostInOperation: UInt64 = 0
    package var tokensLostInCommit: UInt64 = 0
    package var tokensLostInRecovery: UInt64 = 0
    package var consensusTimeouts: UInt64 = 0
    /// Gatherings since the last installed ring.
    package var continuousGatherings: UInt32 = 0

    /// `nil` before the first token.
    package var lastTokenAt: Instant?
    /// Between two tokens, on average over the last hundred or so.
    package var meanTokenInterval: Duration = .zero
    private var intervalCount: Int64 = 0

    package init() {}

    /// Whether this node cannot agree with anybody for so long that something must keep its packets away.
    ///
    /// - Source: `MAX_NO_CONT_GATHER` of corosync, 3.
    package var isCutOff: Bool { continuousGatherings > 3 }

    mutating func entered(_ state: RingProtocol.State) {
        switch state {
        case .gathering:
            gatherings += 1
            continuousGatherings &+= 1
        case .committing: commits += 1
        case .recovering: recoveries += 1
        case .operational:
            installations += 1
            continuousGatherings = 0
        case .idle, .left: break
        }
    }

    mutating func gathered(because reason: GatherReason) {
        switch reason {
        case .tokenLost, .heartbeatMissed, .nodesUnreachable, .daemonGone: tokensLostInOperation += 1
        case .tokenLostWhileCommitting: tokensLostInCommit += 1
        case .tokenLostInRecovery: tokensLostInRecovery += 1
        case .consensusTimedOut: consensusTimeouts += 1
        case .started, .failedToReceive, .foreignMessage, .mergeDetected, .joinReceived, .joinReceivedWhileCommitting,
            .joinReceivedInRecovery, .nodeLeft, .nodesSilent, .requested:
            break
        }
    }

    mutating func sent(_ packet: [UInt8]) {
        if let index = Self.index(of: packet) { packets[index].sent &+= 1 }
    }

    mutating func received(_ packet: [UInt8], at now: Instant) {
        guard let index = Self.index(of: packet) else { return }
        packets[index].received &+= 1
        if RingProtocol.isToken(packet) { tokenSeen(at: now) }
    }

    private mutating func tokenSeen(at now: Instant) {
        if let lastTokenAt {
            intervalCount = min(intervalCount + 1, 100)
            meanTokenInterval += (now - lastTokenAt - meanTokenInterval) / Int(intervalCount)
        }
        lastTokenAt = now
    }

    /// Kinds of packets are few small numbers.
    private static func index(of packet: [UInt8]) -> Int? {
        guard packet.count > 3 else { return nil }
        return PacketKind(rawValue: packet[3]).map { Int($0.rawValue) }
    }
}
