package import ClusterTypes

/// Why a message of another node could not be read.
package enum MessageFailure: Error, Sendable, Equatable {
    /// The message ends before a field at this offset, in bytes.
    case truncated(offset: Int)
    /// A count or length exceeds what the format allows.
    case limitExceeded(field: String, value: UInt64, limit: UInt64)
    /// A service or function that this node does not know.
    case unknownFunction(service: UInt16, function: UInt16)
    /// A field has a value outside its meaning.
    case invalidValue(field: String, value: UInt64)
}

extension MessageFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let offset): "it ends before byte \(offset)"
        case .limitExceeded(let field, let value, let limit): "\(field) is \(value), the limit is \(limit)"
        case .unknownFunction(let service, let function): "service \(service) has no function \(function)"
        case .invalidValue(let field, let value): "\(field) cannot be \(value)"
        }
    }
}

/// Reads numbers in the sender's byte order from a message, checking every access.
package struct WireReader {
    private let bytes: ArraySlice<UInt8>
    private let isSwapped: Bool
    /// Bytes read so far.
    package private(set) var offset = 0

    /// - Parameter isSwapped: the sender's byte order is the other one.
    package init(_ bytes: ArraySlice<UInt8>, isSwapped: Bool) {
        self.bytes = bytes
        self.isSwapped = isSwapped
    }

    package var count: Int { bytes.count }
    package var rest: ArraySlice<UInt8> { bytes.dropFirst(offset) }

    package mutating func uint16() throws(MessageFailure) -> UInt16 { try integer() }
    package mutating func uint32() throws(MessageFailure) -> UInt32 { try integer() }
    package mutating func uint64() throws(MessageFailure) -> UInt64 { try integer() }

    /// One load instead of a loop over bytes: every message has a dozen of these.
    private mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>() throws(MessageFailure) -> Value {
        let size = MemoryLayout<Value>.size
        guard size <= bytes.count - offset else { throw .truncated(offset: offset + size) }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
        offset += size
        return isSwapped ? Value(bigEndian: value) : Value(littleEndian: value)
    }

    /// The next `count` bytes; `count` may come from outside.
    package mutating func take(_ count: Int) throws(MessageFailure) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - offset else { throw .truncated(offset: offset &+ max(0, count)) }
        defer { offset += count }
        let start = bytes.startIndex + offset
        return bytes[start..<start + count]
    }

    /// Skips the padding that aligns the next field to `alignment` bytes, counted from the start of the message.
    package mutating func align(_ alignment: Int = 8) throws(MessageFailure) {
        let remainder = offset % alignment
        if remainder > 0 { _ = try take(alignment - remainder) }
    }

    /// `struct memb_ring_id`: representative and sequence, packed.
    package mutating func ring() throws(MessageFailure) -> RingID {
        let representative = NodeID(try uint32())
        return RingID(representative: representative, sequence: try uint64())
    }

    /// `mar_cpg_name_t`: a length, padding, and 128 bytes of which the length counts.
    package mutating func groupName() throws(MessageFailure) -> GroupName {
        let length = try uint32()
        try align()
        let field = try take(GroupName.lengthLimit)
        guard let count = Int(exactly: length), let name = GroupName(Array(field.prefix(count))), count <= field.count
        else {
            throw .limitExceeded(
                field: "group name length", value: UInt64(length), limit: UInt64(GroupName.lengthLimit))
        }
        return name
    }
}
