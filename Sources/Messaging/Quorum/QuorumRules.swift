package import ClusterConfiguration
package import ClusterTypes

/// How votes become a decision: the settings of votequorum(5) for this node.
package struct QuorumRules: Sendable, Equatable {
    /// False: no provider is configured and every partition is quorate.
    package var isEnabled = true
    /// The votes of this node; 0 is a node that never counts.
    package var votes: UInt32 = 1
    /// The votes of all nodes together.
    package var expectedVotes: UInt32
    /// Each of two nodes stays quorate when the other fails; fencing decides a split.
    package var isTwoNode = false
    /// After a start, quorum comes only when all votes have been seen together once.
    package var waitsForAll = false
    /// `waitsForAll` is not configured: it changes with `isTwoNode`.
    package var waitForAllFollowsTwoNode = false
    package var tieBreaker = QuorumSettings.TieBreaker.none
    /// `last_man_standing_window`: a quorate partition expects only its own votes when it has lost no node for this
    /// long. `nil`: never.
    package var lastManStandingWindow: Duration?
    /// A node that leaves cleanly takes its expected votes with it, down to `expectedVotes`.
    package var allowsDownscale = false
    /// The most votes ever expected are remembered on disk.
    package var tracksExpectedVotes = false
    /// What the disk remembers; 0 when nothing.
    package var trackedExpectedVotes: UInt32 = 0

    package init(expectedVotes: UInt32) { self.expectedVotes = expectedVotes }

    /// What the cluster starts with: a remembered number of votes counts more than a configured one that is lower.
    var initialExpectedVotes: UInt32 { tracksExpectedVotes ? max(expectedVotes, trackedExpectedVotes) : expectedVotes }
}

extension QuorumRules {
    /// The rules for one node of a cluster with these settings.
    ///
    /// - Parameter trackedExpectedVotes: what the disk remembers.
    package init(_ settings: ClusterSettings, localNode: NodeID, trackedExpectedVotes: UInt32 = 0) {
        let quorum = settings.quorum
        self.init(expectedVotes: UInt32(clamping: settings.expectedVotes))
        isEnabled = quorum.provider != nil
        votes = settings.node(localNode).map { UInt32(clamping: $0.votes) } ?? 1
        isTwoNode = quorum.isTwoNode
        waitsForAll = quorum.waitsForAll
        waitForAllFollowsTwoNode = quorum.waitForAll == nil
        tieBreaker = quorum.tieBreaker
        lastManStandingWindow = quorum.lastManStanding ? quorum.lastManStandingWindow : nil
        allowsDownscale = quorum.allowsDownscale
        tracksExpectedVotes = quorum.tracksExpectedVotes || quorum.allowsDownscale
        self.trackedExpectedVotes = trackedExpectedVotes
    }

    /// The settings that only a restart changes, among those that differ from `other`.
    ///
    /// - Source: votequorum(5): only votes, expected votes and two_node change while the cluster runs.
    func fixedSettings(thatDifferFrom other: QuorumRules) -> [String] {
        var keys: [String] = []
        if isEnabled != other.isEnabled { keys.append("provider") }
        let follows = (waitForAllFollowsTwoNode, other.waitForAllFollowsTwoNode)
        if follows.0 != follows.1 || (!follows.0 && waitsForAll != other.waitsForAll) { keys.append("wait_for_all") }
        if tieBreaker != other.tieBreaker { keys.append("auto_tie_breaker") }
        if lastManStandingWindow != other.lastManStandingWindow { keys.append("last_man_standing") }
        if allowsDownscale != other.allowsDownscale { keys.append("allow_downscale") }
        if tracksExpectedVotes != other.tracksExpectedVotes { keys.append("expected_votes_tracking") }
        return keys
    }
}
