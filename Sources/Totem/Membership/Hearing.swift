internal import ClusterTypes

/// When each member of the installed ring was last heard, and whose machine says that no daemon runs there.
///
/// It lets gathering tell a node that is dead from one that merely has not agreed yet, so that the dead cost no consensus timeout.
struct Hearing: Sendable, Equatable {
    /// How long a member that is alive may take to answer the first join message, besides two token rotations.
    static let answerTime: Duration = .milliseconds(60)

    private let members: NodeSet
    private var heardAt: [Instant?]
    private var refusedAt: [Instant?]

    init(members: NodeSet = NodeSet()) {
        self.members = members
        heardAt = Array(repeating: nil, count: members.count)
        refusedAt = heardAt
    }

    /// Something that the node made has arrived; nodes that are no members are not kept.
    mutating func heard(_ node: NodeID, at now: Instant) {
        if let index = members.index(of: node) { heardAt[index] = now }
    }

    /// The node's machine answered that nobody listens there. Whoever says so is not authenticated, so it is a reason to ask the node,
    /// no more.
    mutating func refused(_ node: NodeID, at now: Instant) {
        if let index = members.index(of: node) { refusedAt[index] = now }
    }

    /// The members that were not heard since a moment.
    func silent(since start: Instant) -> NodeSet {
        NodeSet(members.nodes.indices.filter { heardAt[$0].map { $0 < start } ?? true }.map { members.nodes[$0] })
    }

    /// The members that were refused at or after a moment.
    func refused(since start: Instant) -> NodeSet {
        NodeSet(members.nodes.indices.filter { refusedAt[$0].map { start <= $0 } ?? false }.map { members.nodes[$0] })
    }
}
