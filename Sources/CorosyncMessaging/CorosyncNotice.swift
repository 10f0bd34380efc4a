internal import ClusterTypes

/// What Corosync's libraries tell their callbacks, as values.
enum CorosyncNotice: Sendable, Equatable {
    /// The process group service knows a new ring; its changes to the group were told before.
    case ringEntered(RingID, members: [NodeID])
    case groupChanged(members: [GroupMember], joined: [GroupMembershipChange], left: [GroupMembershipChange])
    case delivered(GroupMember, [UInt8])
    /// The quorum service has decided, in this ring.
    case quorumDecided(isQuorate: Bool, RingID, members: [NodeID])
}
