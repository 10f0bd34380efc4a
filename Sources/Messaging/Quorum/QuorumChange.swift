package import ClusterTypes

/// A change of votes that an operator or a program asks for while the cluster runs.
///
/// - Source: votequorum_setvotes(3), votequorum_setexpected(3), `quorum.cancel_wait_for_all` of cmap_keys(7).
package enum QuorumChange: Sendable, Equatable {
    /// All nodes of this partition expect this many votes.
    case expectedVotes(UInt32)
    case votes(NodeID, UInt32)
    /// This partition no longer waits for all nodes.
    case cancelWaitForAll
}

/// Why a change of votes is refused.
package enum QuorumRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// Quorum is not decided by votes here.
    case noProvider
    case unknownNode(NodeID)
    /// Fewer than the votes that are present, or so many that this partition would lose quorum.
    case expectedVotesOutOfRange(UInt32, totalVotes: UInt32)
    /// The partition would have no quorum with these votes.
    case votesOutOfRange(UInt32, totalVotes: UInt32, quorum: UInt32)

    package var description: String {
        switch self {
        case .noProvider: "no quorum provider is configured"
        case .unknownNode(let node): "node \(node) has never been seen"
        case .expectedVotesOutOfRange(let votes, let total):
            "\(votes) expected votes do not fit: \(total) are present, and a quorate partition must stay quorate"
        case .votesOutOfRange(let votes, let total, let quorum):
            "\(votes) votes do not fit: \(quorum) of \(total) votes would be needed"
        }
    }
}
