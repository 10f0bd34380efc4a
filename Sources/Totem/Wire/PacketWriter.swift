internal import ClusterTypes

/// Writes the fields of a packet in our byte order.
struct PacketWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func uint8(_ value: UInt8) { bytes.append(value) }
    mutating func uint16(_ value: UInt16) { integer(value) }
    mutating func uint32(_ value: UInt32) { integer(value) }
    mutating func uint64(_ value: UInt64) { integer(value) }
    mutating func node(_ node: NodeID) { integer(node.rawValue) }
    mutating func sequence(_ sequence: SequenceNumber) { integer(sequence.rawValue) }

    mutating func ring(_ ring: RingID) {
        node(ring.representative)
        integer(ring.sequence)
    }

    mutating func nodes(_ nodes: [NodeID]) { for each in nodes { node(each) } }

    private mutating func integer(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

extension [UInt8] {
    /// Overwrites a field of a packet that is already long enough.
    mutating func overwrite(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        precondition(offset >= 0 && offset + value.bitWidth / 8 <= count, "the field lies within our own packet")
        withUnsafeMutableBytes { $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value)) }
    }
}
