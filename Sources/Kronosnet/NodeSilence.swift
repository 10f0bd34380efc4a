internal import ClusterTypes

/// How long a node has said nothing, over whichever link.
///
/// A node that is stopped for a moment says nothing on any link, so that its links go down long before it must count as gone: what is
/// on its way when it wakes, and the token above all, must not be dropped for that. Who hears this node no more, and so answers no
/// ping, is unreachable as well, though later: until then it may be losses.
struct NodeSilence: Equatable {
    /// How often its silence a node may leave pings unanswered while it is heard and no link to it works.
    static let unansweredFactor = 3

    private var heardAt: Instant
    private var answeredAt: Instant

    init(now: Instant) {
        heardAt = now
        answeredAt = now
    }

    mutating func heard(now: Instant) { heardAt = now }

    mutating func answered(now: Instant) { answeredAt = now }

    /// The time in which this node did nothing is no silence of others.
    mutating func overslept(by duration: Duration, now: Instant) {
        heardAt = min(now, heardAt + duration)
        answeredAt = min(now, answeredAt + duration)
    }

    /// - Parameters:
    ///   - limit: the silence that a node may have.
    ///   - isLinked: whether a link to it works.
    func end(_ limit: Duration, isLinked: Bool) -> Instant {
        let silent = heardAt + limit
        return isLinked ? silent : min(silent, answeredAt + limit * Self.unansweredFactor)
    }
}
