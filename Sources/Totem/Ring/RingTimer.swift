/// The timers of the ring protocol. Arming a timer that is armed replaces it.
package enum RingTimer: UInt8, Sendable, CaseIterable {
    /// The token did not come back in time.
    case tokenLoss
    /// The forwarded token showed no sign of having arrived.
    case tokenRetransmit
    /// The held token must move on.
    case tokenHold
    /// Send the join message again.
    case join
    /// The nodes did not reach agreement in time.
    case consensus
    /// Look for other rings.
    case mergeDetect
    /// Whoever is still silent while a ring is being formed is dead.
    case silence
    /// The token is late enough to tell somebody.
    case tokenWarning

    /// Those that mean nothing while a ring is being looked for.
    static let needingRing: [RingTimer] = [
        .tokenLoss, .tokenRetransmit, .tokenHold, .mergeDetect, .tokenWarning,
    ]

    /// Whether others count as lost when it fires, so that what they have sent must be read before.
    var judgesOthers: Bool {
        switch self {
        case .tokenLoss, .consensus, .silence: true
        case .tokenRetransmit, .tokenHold, .join, .mergeDetect, .tokenWarning: false
        }
    }
}
