internal import ClusterTypes

/// The start of a frame's payload: how many messages it holds, and whether the first and the last are parts of longer ones.
///
/// - Source: `struct totempg_mcast` of Corosync 3: version, type, fragmented, continuation, count, then a length for each
///   message, then their bytes.
struct PackedFrame: Sendable, Equatable {
    static let fixedSize = 8
    static let lengthSize = 2

    /// The number of the fragment that the last message ends in; 0 when it is complete.
    var fragment: UInt8
    /// The number of the fragment that the first message continues; 0 when it begins here.
    var continuation: UInt8
    /// In bytes.
    var lengths: [Int]
    /// Where the first message begins.
    var dataStart: Int

    /// Reads the start of a frame and checks that the lengths fill it exactly.
    init(_ frame: ArraySlice<UInt8>, order: ByteOrder) throws(WireFailure) {
        var cursor = frame.startIndex
        guard frame.count >= Self.fixedSize else {
            throw WireFailure(.truncated, field: "the packing header", offset: frame.count)
        }
        fragment = frame[cursor + 4]
        continuation = frame[cursor + 5]
        let count = Int(Self.uint16(frame, cursor + 6, order))
        cursor += Self.fixedSize
        guard frame.endIndex - cursor >= count * Self.lengthSize else {
            throw WireFailure(.truncated, field: "the lengths of the packed messages", offset: frame.count)
        }
        lengths = []
        lengths.reserveCapacity(count)
        var total = 0
        for _ in 0..<count {
            let length = Int(Self.uint16(frame, cursor, order))
            lengths.append(length)
            total += length
            cursor += Self.lengthSize
        }
        guard total == frame.endIndex - cursor else {
            throw WireFailure(
                .inconsistent, field: "the lengths of the packed messages", offset: cursor - frame.startIndex)
        }
        dataStart = cursor
    }

    private static func uint16(_ bytes: ArraySlice<UInt8>, _ index: Int, _ order: ByteOrder) -> UInt16 {
        let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
        return order == .little ? second << 8 | first : first << 8 | second
    }

    /// Begins a frame's payload; the bytes of the messages follow.
    static func append(fragment: UInt8, continuation: UInt8, lengths: [UInt16], to frame: inout [UInt8]) {
        frame.append(contentsOf: [0, 0, 0, 0, fragment, continuation])
        append(UInt16(clamping: lengths.count), to: &frame)
        for length in lengths { append(length, to: &frame) }
    }

    private static func append(_ value: UInt16, to frame: inout [UInt8]) {
        frame.append(UInt8(truncatingIfNeeded: value))
        frame.append(UInt8(truncatingIfNeeded: value >> 8))
    }
}
