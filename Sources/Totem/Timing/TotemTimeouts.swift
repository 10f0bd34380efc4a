internal import ClusterTypes

/// The effective intervals of the ring protocol; every node of a ring should use the same.
///
/// - Source: corosync.conf(5), section totem. Derived values as Corosync 3 computes them.
package struct TotemTimeouts: Sendable, Equatable {
    /// How long a node waits for the token before it declares it lost. Default 1 s; Corosync's default is 3 s.
    /// Lower finds failures sooner and is less patient with a node that is slow to be scheduled.
    package var token: Duration
    /// How long after forwarding the token a node sends it again, unless it saw a sign that it arrived.
    package var tokenRetransmit: Duration
    /// How long the representative may keep the token when nobody has anything to send: `hold`. It keeps it no longer than
    /// ``idleHold``.
    package var tokenHold: Duration
    /// How late the token may be before that is reported; `nil` for never. `token_warning`, default 75 % of the token timeout.
    package var tokenWarning: Duration?
    /// How long an operational ring waits for the token when that is shorter than `token`: `heartbeat_failures_allowed`
    /// retransmissions and `max_network_delay`. Default: none.
    package var heartbeat: Duration?
    /// Upper bound of the delay before a join message when a ring has to be formed. `send_join`, default 0.
    package var sendJoin: Duration = .zero
    /// Interval between join messages while gathering. Default 50 ms.
    package var join: Duration
    /// How long gathering waits for a node it heard of before it calls the node failed. Default 1.2 × token.
    package var consensus: Duration
    /// Interval between the messages by which an idle ring looks for others. Default 200 ms.
    package var merge: Duration
    /// Interval between checks whether a network interface is back. Default 1 s. Kept for the configuration map: kronosnet reports links.
    package var downcheck: Duration

    /// How long the representative of an idle ring keeps the token. A pause of a node begins so long after its last sign of life in
    /// the worst case, so this is added to the token timeout of an idle ring, and must stay below what a detection may cost beyond it.
    package var idleHold: Duration { min(tokenHold, Self.longestIdleHold) }
    private static let longestIdleHold: Duration = .milliseconds(60)

    /// After this the token of an operational ring counts as lost.
    var operationalTokenLoss: Duration { min(token, heartbeat ?? token) }

    package init(
        token: Duration, tokenRetransmit: Duration, tokenHold: Duration, join: Duration, consensus: Duration,
        merge: Duration, downcheck: Duration
    ) {
        self.token = token
        self.tokenRetransmit = tokenRetransmit
        tokenWarning = token * 3 / 4
        self.tokenHold = tokenHold
        self.join = join
        self.consensus = consensus
        self.merge = merge
        self.downcheck = downcheck
    }

    /// The effective intervals for what a configuration says; `nil` means "not configured".
    ///
    /// - Parameter token: the effective token timeout, with `token_coefficient` already added for larger clusters; at least 1 ms.
    /// - Parameter retransmitsBeforeLoss: `token_retransmits_before_loss_const`, 1 or more; default 4.
    package static func derived(
        token: Duration = .milliseconds(1000), retransmitsBeforeLoss: Int = 4, tokenRetransmit: Duration? = nil,
        tokenHold: Duration? = nil, join: Duration? = nil, consensus: Duration? = nil, merge: Duration? = nil,
        downcheck: Duration? = nil
    ) -> TotemTimeouts {
        let tokenMilliseconds = max(1, token.milliseconds)
        let retransmits = Double(max(1, min(retransmitsBeforeLoss, 1000)))
        let retransmit =
            tokenRetransmit?.milliseconds ?? Int64(Double(tokenMilliseconds) / (retransmits + 0.2))
        let hold = tokenHold?.milliseconds ?? Int64(Double(retransmit) * 0.8 - 10)
        let effectiveRetransmit = Duration.milliseconds(max(1, retransmit))
        let effectiveHold = Duration.milliseconds(max(1, hold))
        return TotemTimeouts(
            token: .milliseconds(tokenMilliseconds), tokenRetransmit: effectiveRetransmit, tokenHold: effectiveHold,
            join: join ?? .milliseconds(50),
            consensus: consensus ?? .milliseconds(tokenMilliseconds + tokenMilliseconds / 5),
            merge: merge ?? .milliseconds(200), downcheck: downcheck ?? .milliseconds(1000))
    }
}
