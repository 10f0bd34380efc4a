package import ClusterConfiguration
package import ClusterTypes

/// How votes become a decision: the settings of votequorum(5) for this node.
package struct QuorumRules: Sendable, Equatable {
    /// False: no provider is configured and every partition is quorate.
    package var isEnabled = true
    /// The votes of this node.
    package var votes: UInt32 = 1
    /// The votes of all nodes together.
    package var expectedVotes: UInt32
    /// Each of two nodes stays quorate when the other fails; fencing decides a split.
    package var isTwoNode = false
    /// After a start, quorum comes only when all votes have been seen together once.
    package var waitsForAll = false
    package var tieBreaker = QuorumSettings.TieBreaker.none

    package init(expectedVotes: UInt32) { self.expectedVotes = expectedVotes }
}

extension QuorumRules {
    /// The rules for one node of a cluster with these settings.
    package init(_ settings: ClusterSettings, localNode: NodeID) {
        self.init(expectedVotes: UInt32(clamping: settings.expectedVotes))
        isEnabled = settings.quorum.provider != nil
        votes = settings.node(localNode).map { UInt32(clamping: $0.votes) } ?? 1
        isTwoNode = settings.quorum.isTwoNode
        waitsForAll = settings.quorum.waitsForAll
        tieBreaker = settings.quorum.tieBreaker
    }
}
