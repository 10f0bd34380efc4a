package import ClusterTypes

/// Writes numbers, least significant byte first, as a little-endian corosync does.
///
/// Everything is zero until something else is written, so that padding costs nothing.
package struct WireWriter {
    private var room: [UInt8]
    /// Bytes written so far.
    package private(set) var count = 0

    /// - Parameter capacity: the bytes that will be written; more may be, and fewer.
    package init(capacity: Int) {
        room = []
        room.reserveCapacity(max(0, capacity))
        extend(to: capacity)
    }

    /// What has been written.
    package var bytes: [UInt8] { count == room.count ? room : Array(room[..<count]) }

    /// Where the next `size` bytes begin.
    private mutating func claim(_ size: Int) -> Int {
        let place = count
        count += size
        if count > room.count { extend(to: max(count, 2 * room.count)) }
        return place
    }

    /// In blocks: byte by byte, or through the library's generic code for repeated values, it takes much longer.
    private mutating func extend(to size: Int) {
        while room.count < size {
            room.append(contentsOf: Self.zeroBlock.prefix(size - room.count))
        }
    }

    private static let zeroBlock = [UInt8](repeating: 0, count: 256)

    package mutating func uint16(_ value: UInt16) { integer(value) }
    package mutating func uint32(_ value: UInt32) { integer(value) }
    package mutating func uint64(_ value: UInt64) { integer(value) }

    private mutating func integer(_ value: some FixedWidthInteger & BitwiseCopyable) {
        let place = claim(MemoryLayout.size(ofValue: value))
        room.withUnsafeMutableBytes { $0.storeBytes(of: value.littleEndian, toByteOffset: place, as: type(of: value)) }
    }

    // Not one generic function: called from other modules, that would go through the bytes one by one.
    package mutating func append(_ more: [UInt8]) { more.withUnsafeBytes { put($0) } }
    package mutating func append(_ more: ArraySlice<UInt8>) { more.withUnsafeBytes { put($0) } }

    private mutating func put(_ source: UnsafeRawBufferPointer) {
        let place = claim(source.count)
        room.withUnsafeMutableBytes { target in
            UnsafeMutableRawBufferPointer(rebasing: target[place..<place + source.count]).copyMemory(from: source)
        }
    }

    package mutating func zeros(_ count: Int) {
        if count > 0 { _ = claim(count) }
    }

    /// Pads with zeros so that the next field starts at a multiple of 8 bytes after `start`.
    package mutating func align(from start: Int) {
        let remainder = (count - start) % 8
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
