internal import ClusterConfiguration
internal import ClusterTypes

/// Decides which half of a partition that broke in two keeps quorum.
///
/// A half *keeps* quorum, it never gains it: the nodes that came together from a quorate partition must hold half of the
/// votes by themselves, and one node of that partition, chosen by all its members alike, must be among them.
///
/// - Source: votequorum(5), auto_tie_breaker.
/// - Deviation: Corosync also lets nodes win that did not come from the quorate partition, so that after several changes
///   each half could find a node of its own to win by.
struct TieBreaker: Sendable, Equatable {
    private let rule: QuorumSettings.TieBreaker
    /// The members of the last quorate partition of this node, ascending; empty before there was one.
    private(set) var quorateMembers: [NodeID] = []

    init(_ rule: QuorumSettings.TieBreaker) { self.rule = rule }

    var isOn: Bool { rule != .none }

    /// This partition is quorate with these members.
    mutating func becameQuorate(members: [NodeID]) { quorateMembers = members }

    /// The node whose half keeps quorum.
    var node: NodeID? {
        switch rule {
        case .none: nil
        case .lowestNode: quorateMembers.first
        case .highestNode: quorateMembers.last
        case .listed(let nodes): nodes.first { quorateMembers.contains($0) }
        }
    }

    /// A half with these members that moved together from the quorate partition keeps quorum.
    func keepsQuorum(_ together: [NodeID]) -> Bool { node.map { together.contains($0) } ?? false }
}
