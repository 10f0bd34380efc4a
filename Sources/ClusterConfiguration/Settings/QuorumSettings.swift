package import ClusterTypes

/// The `quorum` section of corosync.conf(5) and votequorum(5).
package struct QuorumSettings: Sendable, Equatable {
    package enum Provider: String, Sendable, CaseIterable { case votequorum = "corosync_votequorum" }

    /// How an even split is decided.
    package enum TieBreaker: Sendable, Equatable {
        case none, lowestNode, highestNode
        /// The first listed node that is alive.
        case listed([NodeID])
    }

    /// `nil`: every partition is quorate, as in corosync.
    package var provider: Provider?
    /// The sum of the nodes' votes when absent.
    package var expectedVotes: Int?
    package var isTwoNode = false
    /// `nil`: follows `isTwoNode`.
    package var waitForAll: Bool?
    package var tieBreaker = TieBreaker.none
    package var lastManStanding = false
    /// Default 10 s.
    package var lastManStandingWindow: Duration = .seconds(10)
    package var allowsDownscale = false
    package var tracksExpectedVotes = false

    package init() {}

    package var waitsForAll: Bool { waitForAll ?? isTwoNode }
}
