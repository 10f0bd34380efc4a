package import ClusterTypes

/// Writes numbers, least significant byte first, as a little-endian corosync does.
package struct WireWriter {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int) { bytes.reserveCapacity(capacity) }

    package mutating func uint16(_ value: UInt16) { integer(value) }
    package mutating func uint32(_ value: UInt32) { integer(value) }
    package mutating func uint64(_ value: UInt64) { integer(value) }

    private mutating func integer(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    // Not one generic function: called from other modules, that would go through the bytes one by one.
    package mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }
    package mutating func append(_ more: ArraySlice<UInt8>) { bytes.append(contentsOf: more) }

    package mutating func zeros(_ count: Int) {
        switch count {
        case ...0: return
        case 4: return uint32(0)
        case 8: return uint64(0)
        default: break
        }
        var left = count
        while left > 0 {
            let part = min(left, Self.zeroBlock.count)
            bytes.append(contentsOf: Self.zeroBlock[..<part])
            left -= part
        }
    }

    private static let zeroBlock = [UInt8](repeating: 0, count: 256)

    /// Pads with zeros so that the next field starts at a multiple of 8 bytes after `start`.
    package mutating func align(from start: Int) {
        let remainder = (bytes.count - start) % 8
        if remainder > 0 { zeros(8 - remainder) }
    }

    /// A number and the padding to the next multiple of 8 bytes.
    package mutating func padded(_ value: UInt32) {
        uint64(UInt64(value))
    }

    package mutating func ring(_ ring: RingID) {
        uint32(ring.representative.rawValue)
        uint64(ring.sequence)
    }

    package mutating func groupName(_ name: GroupName) {
        padded(UInt32(name.bytes.count))
        append(name.bytes)
        zeros(GroupName.lengthLimit - name.bytes.count)
    }
}
