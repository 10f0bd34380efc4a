internal import ClusterTypes

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
        /// The bytes of the messages.
        var content: GatheredBytes
        var guarantee: Guarantee
    }

    private let limit: Int
    private var lengths: [UInt16] = []
    private var content = GatheredBytes()
    private var guarantee = Guarantee.agreed
    /// The fragment that the first message in `content` continues.
    private var continuation: UInt8 = 0
    private var lastFragment: UInt8 = 0

    /// - Parameter payloadLimit: the bytes a frame may have, lengths and packing header included; at least 100.
    init(payloadLimit: Int) {
        // A length has 16 bits, and so has the number of messages.
        limit = min(max(100, payloadLimit) - PackedFrame.fixedSize, 65535)
    }

    var hasPartial: Bool { !lengths.isEmpty }
    var waitingByteCount: Int { content.count }

    /// Adds messages and passes on every frame that they fill; leaves out what is too long for a message.
    mutating func add(_ run: MessageRun, _ guarantee: Guarantee, emit: (Frame) -> Void) {
        var blocks: (heads: Int, payloads: Int)?
        for index in 0..<run.count {
            let size = run.size(index)
            if size > PackedRing.messageSizeLimit { continue }
            var offset = 0
            while offset < size {
                let room = limit - waitingByteCount - PackedFrame.lengthSize * (lengths.count + 1)
                guard room > 0 else {
                    if let frame = takePartial(endingIn: 0) { emit(frame) }
                    blocks = nil
                    continue
                }
                let part = offset..<offset + min(room, size - offset)
                let known = blocks ?? (content.add(run.heads[...]), content.add(run.payloads.block))
                blocks = known
                append(part, ofMessage: index, in: run, known)
                lengths.append(UInt16(part.count))
                if guarantee == .safe { self.guarantee = .safe }
                offset = part.upperBound
                if offset < size {
                    lastFragment = lastFragment == .max ? 1 : lastFragment + 1
                    if let frame = takePartial(endingIn: lastFragment) { emit(frame) }
                    blocks = nil
                }
            }
        }
    }

    /// Adds a range of a message, which may lie in its head, in its payload, or in both.
    private mutating func append(
        _ part: Range<Int>, ofMessage index: Int, in run: MessageRun, _ blocks: (heads: Int, payloads: Int)
    ) {
        let head = part.clamped(to: 0..<run.headSize)
        if !head.isEmpty {
            let start = index * run.headSize
            content.append(start + head.lowerBound..<start + head.upperBound, ofBlock: blocks.heads)
        }
        let payload = part.clamped(to: run.headSize..<run.size(index))
        if !payload.isEmpty {
            let start = run.payloads.ranges[index].lowerBound - run.headSize
            content.append(start + payload.lowerBound..<start + payload.upperBound, ofBlock: blocks.payloads)
        }
    }

    /// The messages that do not fill a frame yet; `nil` when there are none.
    mutating func flush() -> Frame? { takePartial(endingIn: 0) }

    private mutating func takePartial(endingIn fragment: UInt8) -> Frame? {
        guard hasPartial else { return nil }
        let frame = Frame(
            fragment: fragment, continuation: continuation, lengths: lengths, content: content, guarantee: guarantee)
        lengths = []
        content = GatheredBytes()
        guarantee = .agreed
        continuation = fragment
        return frame
    }
}
