package import ClusterTypes

/// Writes numbers, least significant byte first, as a little-endian corosync does.
package struct WireWriter {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int) { bytes.reserveCapacity(capacity) }

    package mutating func uint16(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }

    package mutating func uint32(_ value: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    package mutating func uint64(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    package mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    package mutating func zeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }

    /// Pads with zeros so that the next field starts at a multiple of 8 bytes after `start`.
    package mutating func align(from start: Int) {
        let remainder = (bytes.count - start) % 8
        if remainder > 0 { zeros(8 - remainder) }
    }

    /// A number and the padding to the next multiple of 8 bytes.
    package mutating func padded(_ value: UInt32) {
        uint32(value)
        zeros(4)
    }

    package mutating func ring(_ ring: RingID) {
        uint32(ring.representative.rawValue)
        uint64(ring.sequence)
    }

    package mutating func groupName(_ name: GroupName) {
        uint32(UInt32(name.bytes.count))
        zeros(4)
        append(name.bytes)
        zeros(GroupName.lengthLimit - name.bytes.count)
    }
}
