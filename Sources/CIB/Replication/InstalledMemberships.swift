internal import ClusterTypes

/// The memberships of the group as this member sees them come, and the name of the present one.
struct InstalledMemberships: Sendable {
    /// The members of the present group in ascending order; empty outside it.
    private(set) var members: [GroupMember] = []
    /// The name of the present membership; `nil` outside the group.
    private(set) var tag: ConfigurationTag?
    /// How often each membership was installed on the present ring, by its digest.
    private var installations: [UInt64: UInt32] = [:]

    mutating func install(_ configuration: GroupConfiguration) {
        if tag?.ring != configuration.ring { installations = [:] }
        members = configuration.members.sorted()
        let digest = ConfigurationTag.digest(of: members)
        let repetition = installations[digest, default: 0]
        installations[digest] = repetition &+ 1
        tag = ConfigurationTag(ring: configuration.ring, members: digest, repetition: repetition)
    }

    /// Whether the present membership has a member on every node of that ring.
    func isAll(of view: QuorumView) -> Bool {
        tag?.ring == view.ring && view.members.allSatisfy { node in members.contains { $0.node == node } }
    }

    mutating func leave() { self = InstalledMemberships() }
}
