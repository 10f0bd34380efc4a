internal import ClusterTypes

/// What a node remembers of the token between its visits.
struct TokenTracking: Sendable, Equatable {
    /// The last visit that was taken; lower ones are repetitions.
    var lastVisit = SequenceNumber(0)
    var lastSequence = SequenceNumber(0)
    var lastAllReceivedUpTo = SequenceNumber(0)
    var lastSeenAt = Instant.origin
    /// When it was passed on; `nil` while it is held.
    var forwardedAt: Instant?
    /// The quickest return of the token in this ring: no answer of a member takes longer on this network, but for delays.
    var shortestRotation: Duration?
    /// When the token last came so late that it must have been lost on the way and repeated.
    var lateAt: Instant?
    /// It may have been held when it was passed on.
    var wasHeld = false
    /// Visits without a new message.
    var idleVisitCount = 0
    /// Visits in which this node kept the ring from making progress.
    var stuckVisitCount = 0
    /// The representative keeps it, or this node believes that the representative does.
    var isHeld = false
    /// The token as it was passed on, or the commit token, to be sent again if it seems lost.
    var forwarded: [UInt8] = []
    var forwardedTo = NodeID(0)

    /// The token came back.
    mutating func measureRotation(until now: Instant) {
        guard let start = forwardedAt else { return }
        shortestRotation = min(shortestRotation ?? now - start, now - start)
        forwardedAt = nil
    }

    /// A new ring begins: visits start after `first`.
    mutating func restart(before first: SequenceNumber, now: Instant) {
        let (packet, target, lateAt) = (forwarded, forwardedTo, lateAt)
        self = TokenTracking()
        (forwarded, forwardedTo, self.lateAt) = (packet, target, lateAt)
        lastVisit = first.previous
        lastSequence = first
        lastAllReceivedUpTo = first
        lastSeenAt = now
    }
}
