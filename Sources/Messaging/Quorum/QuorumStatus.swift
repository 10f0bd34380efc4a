package import ClusterConfiguration
package import ClusterTypes

/// All that tools show about quorum: what votequorum_getinfo(3) and the keys `runtime.votequorum.*` tell.
package struct QuorumStatus: Sendable, Equatable {
    package enum NodeState: UInt8, Sendable {
        case member = 1
        case dead = 2
        case leaving = 3
    }

    package struct Node: Sendable, Equatable {
        package var id: NodeID
        package var state: NodeState
        package var votes: UInt32
        package var expectedVotes: UInt32
    }

    /// The decision.
    package var view: QuorumView
    /// Every node ever seen, ascending.
    package var nodes: [Node]
    /// The most votes that any member expects.
    package var highestExpectedVotes: UInt32
    package var totalVotes: UInt32
    package var quorum: UInt32
    package var isTwoNode: Bool
    package var waitsForAll: Bool
    /// It waits now.
    package var isWaitingForAll: Bool
    package var isLastManStanding: Bool
    package var tieBreaker: QuorumSettings.TieBreaker
    package var allowsDownscale: Bool
    /// Downscaling stops here.
    package var expectedVotesBarrier: UInt32
    /// The most votes ever expected, as remembered on disk; 0 when that is off.
    package var trackedExpectedVotes: UInt32
    /// The lowest and highest node of the last quorate partition; `nil` before there was one.
    package var lowestNode: NodeID?
    package var highestNode: NodeID?
}
