/// Cuts and packs the messages of one lane into frames: small ones share a frame, long ones span several.
///
/// Each lane has a packer of its own, so a message that is cut in two never has a frame of the other lane in between.
///
/// - Source: the comment at the head of Corosync's totempg.c states the format; Corosync has one packer for both lanes.
struct MessagePacker: Sendable, Equatable {
    /// A frame that is ready, without the ring's header.
    struct Frame: Sendable, Equatable {
        var fragment: UInt8
        var continuation: UInt8
        var lengths: [UInt16]
        /// The bytes of the messages, in pieces that are still those of the senders.
        var data: [ArraySlice<UInt8>]
        var byteCount: Int
        var guarantee: Guarantee
    }

    private let limit: Int
    private var lengths: [UInt16] = []
    private var data: [ArraySlice<UInt8>] = []
    private(set) var waitingByteCount = 0
    private var guarantee = Guarantee.agreed
    /// The fragment that the first message in `data` continues.
    private var continuation: UInt8 = 0
    private var lastFragment: UInt8 = 0

    /// - Parameter payloadLimit: the bytes a frame may have, lengths and packing header included; at least 100.
    init(payloadLimit: Int) {
        // A length has 16 bits, and so has the number of messages.
        limit = min(max(100, payloadLimit) - PackedFrame.fixedSize, 65535)
    }

    var hasPartial: Bool { !lengths.isEmpty }

    /// Adds a message, given in two parts, and passes on every frame that it fills.
    mutating func add(
        _ head: [UInt8], _ guarantee: Guarantee, tail: ArraySlice<UInt8> = [], emit: (Frame) -> Void
    ) {
        let size = head.count + tail.count
        var offset = 0
        while offset < size {
            let room = limit - waitingByteCount - PackedFrame.lengthSize * (lengths.count + 1)
            guard room > 0 else {
                if let frame = takePartial(endingIn: 0) { emit(frame) }
                continue
            }
            let count = min(room, size - offset)
            append(head[...], from: offset, to: offset + count)
            append(tail, from: offset - head.count, to: offset - head.count + count)
            lengths.append(UInt16(count))
            if guarantee == .safe { self.guarantee = .safe }
            offset += count
            if offset < size {
                lastFragment = lastFragment == .max ? 1 : lastFragment + 1
                if let frame = takePartial(endingIn: lastFragment) { emit(frame) }
            }
        }
    }

    /// Adds what `part` has of a range of its offsets.
    private mutating func append(_ part: ArraySlice<UInt8>, from start: Int, to end: Int) {
        let (lower, upper) = (max(0, start), min(end, part.count))
        guard lower < upper else { return }
        data.append(part[(part.startIndex + lower)..<(part.startIndex + upper)])
        waitingByteCount += upper - lower
    }

    /// The messages that do not fill a frame yet; `nil` when there are none.
    mutating func flush() -> Frame? { takePartial(endingIn: 0) }

    private mutating func takePartial(endingIn fragment: UInt8) -> Frame? {
        guard hasPartial else { return nil }
        let frame = Frame(
            fragment: fragment, continuation: continuation, lengths: lengths, data: data, byteCount: waitingByteCount,
            guarantee: guarantee)
        lengths = []
        data = []
        waitingByteCount = 0
        guarantee = .agreed
        continuation = fragment
        return frame
    }
}
