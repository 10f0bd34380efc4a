internal import ClusterTypes

/// Says to everybody in reach that a ring exists, so that separated rings find each other.
///
/// - Source: `struct memb_merge_detect` of Corosync 3.
struct MergeDetect: Sendable, Equatable {
    var sender: NodeID
    var ring: RingID

    init(sender: NodeID, ring: RingID) {
        self.sender = sender
        self.ring = ring
    }

    init(header: PacketHeader, from reader: inout PacketReader) throws(WireFailure) {
        sender = try reader.node("the sender")
        ring = try reader.ring("the ring")
    }

    func packet(to target: NodeID = NodeID(0)) -> [UInt8] {
        var writer = PacketWriter(capacity: PacketHeader.size + 16)
        PacketHeader(kind: .mergeDetect, node: sender, target: target).write(to: &writer)
        writer.node(sender)
        writer.ring(ring)
        return writer.bytes
    }
}

/// Asks the representative to let go of the token that it holds while the ring is idle.
///
/// - Source: `struct token_hold_cancel` of Corosync 3.
struct TokenHoldCancel: Sendable, Equatable {
    var sender: NodeID
    var ring: RingID

    init(sender: NodeID, ring: RingID) {
        self.sender = sender
        self.ring = ring
    }

    init(header: PacketHeader, from reader: inout PacketReader) throws(WireFailure) {
        sender = header.node
        ring = try reader.ring("the ring")
    }

    func packet() -> [UInt8] {
        var writer = PacketWriter(capacity: PacketHeader.size + 12)
        PacketHeader(kind: .tokenHoldCancel, node: sender).write(to: &writer)
        writer.ring(ring)
        return writer.bytes
    }
}
