package import ClusterTypes

/// What a local program asks that is known by its process and group alone: a libcpg handle, of which a process may have many.
package enum GroupRequest: Sendable, Equatable {
    case join(GroupName, processID: UInt32)
    case leave(GroupName, processID: UInt32)
    /// The handle is gone without leaving; the others see `processDown`.
    case ended(GroupName, processID: UInt32)
    case multicast(GroupName, processID: UInt32, ByteStrings)
    /// `messageSize` is that of the whole message, in bytes.
    case multicastPiece(
        GroupName, processID: UInt32, GroupMessagePiece.Place, messageSize: UInt32, payload: ArraySlice<UInt8>)
}

/// Messages of one process for local programs, whose bytes are still those of the packet that brought them.
///
/// What the resource manager gets is a ``ClusterTypes/GroupMessage`` with bytes of its own: it keeps messages, while a program's
/// connection copies them into shared memory at once.
package struct GroupDelivery: Sendable, Equatable {
    package var group: GroupName
    package var sender: GroupMember
    package var payloads: ByteStrings

    package init(group: GroupName, sender: GroupMember, payloads: ByteStrings) {
        self.group = group
        self.sender = sender
        self.payloads = payloads
    }
}

/// A piece of a message above the atomic limit of cpg_mcast_joined(3).
///
/// Pieces of one message are delivered in order, with nothing else of that sender between them; the receiver joins them.
package struct GroupMessagePiece: Sendable, Equatable {
    /// `lib_cpg_partial_types` of ipc_cpg.h.
    package enum Place: UInt32, Sendable { case first = 1, continued = 2, last = 3 }

    package var group: GroupName
    package var sender: GroupMember
    package var place: Place
    /// Of the whole message, in bytes, as the sender says.
    package var messageSize: UInt32
    package var payload: ArraySlice<UInt8>

    package init(group: GroupName, sender: GroupMember, place: Place, messageSize: UInt32, payload: ArraySlice<UInt8>) {
        self.group = group
        self.sender = sender
        self.place = place
        self.messageSize = messageSize
        self.payload = payload
    }
}
