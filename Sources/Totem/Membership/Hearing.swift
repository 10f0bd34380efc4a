internal import ClusterTypes

/// When each member of the installed ring was last heard, and whose machine says that no daemon runs there.
///
/// It lets gathering tell a node that is dead from one that merely has not agreed yet, so that the dead cost no consensus timeout.
struct Hearing: Sendable, Equatable {
    /// How long a member that is alive may take to answer the first join message, besides two token rotations.
    static let answerTime: Duration = .milliseconds(60)

    private let members: NodeSet
    private var heardAt: [Instant]
    private var refusedAt: [Instant?]

    /// The members of a ring that is installed at this moment: they have all just taken part in it.
    init(members: NodeSet = NodeSet(), at now: Instant = .origin) {
        self.members = members
        heardAt = Array(repeating: now, count: members.count)
        refusedAt = Array(repeating: nil, count: members.count)
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

    /// `nil` for nodes that are no members.
    func lastHeard(_ node: NodeID) -> Instant? { members.index(of: node).map { heardAt[$0] } }

    /// Whether a member was refused at or after a moment.
    func isRefused(_ node: NodeID, since start: Instant) -> Bool {
        members.index(of: node).flatMap { refusedAt[$0] }.map { start <= $0 } ?? false
    }
}
