internal import ClusterTypes

/// The header of a multicast message, in front of its payload.
///
/// - Source: `struct mcast` of Corosync 3, 45 bytes.
struct RingMessage: Sendable, Equatable {
    static let headerSize = 45

    var encapsulation: PacketHeader.Encapsulation
    /// The node that sent it first.
    var sender: NodeID
    var sequence: SequenceNumber
    var ring: RingID
    var guarantee: Guarantee
    /// The order in which the layers above wrote their fields.
    var order: ByteOrder

    init(header: PacketHeader, from reader: inout PacketReader) throws(WireFailure) {
        encapsulation = header.encapsulation
        sender = try reader.node("the sender")
        sequence = try reader.sequence("the sequence")
        _ = try reader.uint32("the sender's message count")
        ring = try reader.ring("the ring")
        _ = try reader.uint32("the reserved node")
        guarantee = try reader.uint32("the guarantee") == 1 ? .safe : .agreed
        order = reader.order
    }

    /// Reads the header of a message that begins at `offset` of `packet`; the payload follows at `offset + headerSize`.
    init(packet: [UInt8], at offset: Int = 0) throws(WireFailure) {
        var reader = PacketReader(packet, from: offset)
        let header = try PacketHeader(from: &reader)
        guard header.kind == .message else {
            throw WireFailure(.unknownType, field: "the type", offset: offset + 3)
        }
        try self.init(header: header, from: &reader)
    }

    /// A packet with an empty payload; sequence, count and ring are filled in when the token permits to send it.
    static func packet(
        from node: NodeID, encapsulation: PacketHeader.Encapsulation, guarantee: Guarantee, payloadCapacity: Int
    ) -> [UInt8] {
        var writer = PacketWriter(capacity: headerSize + payloadCapacity)
        PacketHeader(kind: .message, encapsulation: encapsulation, node: node).write(to: &writer)
        writer.node(node)
        writer.uint32(0)
        writer.uint32(0)
        writer.ring(RingID(representative: NodeID(0), sequence: 0))
        writer.uint32(0)
        writer.uint32(guarantee == .safe ? 1 : 0)
        return writer.bytes
    }

    /// Fills in what is known only when the message is sent.
    static func number(_ packet: inout [UInt8], sequence: SequenceNumber, count: UInt32, ring: RingID) {
        packet.overwrite(sequence.rawValue, at: 17)
        packet.overwrite(count, at: 21)
        packet.overwrite(ring.representative.rawValue, at: 25)
        packet.overwrite(ring.sequence, at: 29)
    }

    static func setGuarantee(_ packet: inout [UInt8], _ guarantee: Guarantee) {
        packet.overwrite(UInt32(guarantee == .safe ? 1 : 0), at: 41)
    }
}
