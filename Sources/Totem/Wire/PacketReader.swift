internal import ClusterTypes

/// Reads the fields of a packet one after the other; every read checks the length first.
struct PacketReader {
    let bytes: [UInt8]
    /// The order of the fields still to be read.
    var order: ByteOrder
    private(set) var offset: Int
    private let end: Int

    /// Reads `bytes` from `offset` to the end.
    init(_ bytes: [UInt8], from offset: Int = 0, order: ByteOrder = .ours) {
        self.bytes = bytes
        self.order = order
        self.offset = max(0, min(offset, bytes.count))
        end = bytes.count
    }

    var remainingCount: Int { end - offset }

    mutating func uint8(_ field: StaticString) throws(WireFailure) -> UInt8 {
        guard offset < end else { throw WireFailure(.truncated, field: field, offset: offset) }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func uint16(_ field: StaticString) throws(WireFailure) -> UInt16 { try integer(field) }
    mutating func uint32(_ field: StaticString) throws(WireFailure) -> UInt32 { try integer(field) }
    mutating func uint64(_ field: StaticString) throws(WireFailure) -> UInt64 { try integer(field) }

    mutating func node(_ field: StaticString) throws(WireFailure) -> NodeID { NodeID(try uint32(field)) }

    /// `memb_ring_id`: representative, sequence; 12 bytes.
    mutating func ring(_ field: StaticString) throws(WireFailure) -> RingID {
        let representative = try node(field)
        return RingID(representative: representative, sequence: try uint64(field))
    }

    mutating func sequence(_ field: StaticString) throws(WireFailure) -> SequenceNumber {
        SequenceNumber(try uint32(field))
    }

    mutating func nodes(count: Int, _ field: StaticString) throws(WireFailure) -> [NodeID] {
        guard count <= remainingCount / 4 else { throw WireFailure(.truncated, field: field, offset: offset) }
        var nodes: [NodeID] = []
        nodes.reserveCapacity(count)
        for _ in 0..<count { nodes.append(try node(field)) }
        return nodes
    }

    /// A count that stands before a list, refused above `limit`.
    mutating func count(limit: Int, _ field: StaticString) throws(WireFailure) -> Int {
        let at = offset
        let value = try uint32(field)
        guard let count = Int(exactly: value), count <= limit else {
            throw WireFailure(.limitExceeded, field: field, offset: at)
        }
        return count
    }

    private mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ field: StaticString
    ) throws(WireFailure) -> Value {
        let size = MemoryLayout<Value>.size
        guard end - offset >= size else { throw WireFailure(.truncated, field: field, offset: offset) }
        let raw = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
        offset += size
        return order == .little ? Value(littleEndian: raw) : Value(bigEndian: raw)
    }
}
