// The seam between messaging and resource manager (design decision 4). The built-in messaging, the simulator and an
// existing Corosync each stand below it; the resource manager knows nothing else of the network.

/// What the messaging layer tells the resource manager, in the agreed order.
package enum MessagingEvent: Sendable, Equatable {
    case groupChanged(GroupConfiguration)
    case quorumChanged(QuorumView)
    case messageDelivered(GroupMessage)
    /// True while the sending queue is full: multicasts are then kept by the sender of the event, but more should wait.
    case flowControlChanged(isBlocked: Bool)
}

/// What the resource manager asks of the messaging layer.
package enum MessagingRequest: Sendable, Equatable {
    case join(GroupName)
    case leave(GroupName)
    /// Sends to all members in agreed order, the sender included. At most `MessageLimits.payload` bytes.
    case multicast(GroupName, [UInt8])
}

package enum MessageLimits {
    /// The largest payload of one multicast, in bytes: the atomic limit of cpg_mcast_joined(3).
    package static let payload = 1_000_000
}

/// The members of a process group after a change. Every member sees the same sequence of these, between the same messages.
package struct GroupConfiguration: Sendable, Equatable {
    package var group: GroupName
    package var ring: RingID
    /// All members now, in ascending order.
    package var members: [GroupMember]
    package var joined: [GroupMembershipChange]
    package var left: [GroupMembershipChange]

    package init(
        group: GroupName, ring: RingID, members: [GroupMember], joined: [GroupMembershipChange],
        left: [GroupMembershipChange]
    ) {
        self.group = group
        self.ring = ring
        self.members = members
        self.joined = joined
        self.left = left
    }
}

package struct GroupMembershipChange: Sendable, Equatable {
    package var member: GroupMember
    package var reason: GroupChangeReason

    package init(_ member: GroupMember, _ reason: GroupChangeReason) {
        self.member = member
        self.reason = reason
    }
}

package struct GroupMessage: Sendable, Equatable {
    package var group: GroupName
    package var sender: GroupMember
    package var payload: [UInt8]

    package init(group: GroupName, sender: GroupMember, payload: [UInt8]) {
        self.group = group
        self.sender = sender
        self.payload = payload
    }
}

/// Whether this partition may act, and who is in it.
package struct QuorumView: Sendable, Equatable {
    package var isQuorate: Bool
    package var ring: RingID
    /// The nodes of the ring, in ascending order.
    package var members: [NodeID]
    package var votes: Int
    package var expectedVotes: Int
    /// The votes needed to be quorate.
    package var quorum: Int

    package init(
        isQuorate: Bool, ring: RingID, members: [NodeID], votes: Int, expectedVotes: Int, quorum: Int
    ) {
        self.isQuorate = isQuorate
        self.ring = ring
        self.members = members
        self.votes = votes
        self.expectedVotes = expectedVotes
        self.quorum = quorum
    }
}
