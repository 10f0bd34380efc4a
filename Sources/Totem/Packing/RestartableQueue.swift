/// The frames of the application that wait for the token. It can send a message again from its beginning when only a part of it
/// went out before the ring changed.
///
/// A node that joined with the new ring has not seen that part, so the message would be complete at some members and lost at
/// others. Instead the members drop the part they have, on a frame that says so, and all see the whole message in the new ring.
/// Corosync's nodes do the same when they see that frame: it neither continues their part nor is for a group they know.
struct RestartableQueue: Sendable, Equatable {
    /// The only message of a frame that makes receivers forget what is unfinished from its sender.
    static let forgetMessage = GroupAddress.prefix(for: Array("lockstep.forget".utf8))

    private var queue = FrameQueue()
    /// The sent frames that hold the beginning of the message that the next frame continues.
    private var sentParts: [[UInt8]] = []

    var count: Int { queue.count }
    var byteCount: Int { queue.byteCount }

    mutating func append(_ frame: consuming [UInt8]) { queue.append(frame) }

    /// The oldest frame, after `number` has filled in what is known only now.
    mutating func popFirst(_ number: (inout [UInt8]) -> Void = { _ in }) -> [UInt8]? {
        guard var frame = queue.popFirst() else { return nil }
        number(&frame)  // Before it is kept, which would make it a copy.
        let cut = PackedFrame.cut(of: frame)
        // Only a frame that is nothing but a middle part leaves the earlier parts needed.
        if !cut.isMiddle { sentParts.removeAll(keepingCapacity: true) }
        if cut.isCutAtEnd { sentParts.append(frame) }
        return frame
    }

    /// Puts what was sent of an unfinished message back in front, after a frame that makes receivers forget it.
    mutating func restartCutMessage(prefix: [UInt8]) {
        guard let first = sentParts.first, let beginning = PackedFrame.lastPart(of: first) else {
            return
        }
        var restarted = FrameQueue()
        restarted.append(PackedFrame.whole(Self.forgetMessage, prefix: prefix))
        restarted.append(beginning)
        for part in sentParts.dropFirst() { restarted.append(part) }
        while let frame = queue.popFirst() { restarted.append(frame) }
        queue = restarted
        sentParts = []
    }
}

extension PackedFrame {
    /// How our own frame, the ring's header included, relates to the messages before and after it.
    static func cut(of packet: [UInt8]) -> (isCutAtEnd: Bool, isMiddle: Bool) {
        let start = RingMessage.headerSize
        guard packet.count >= start + fixedSize else { return (false, false) }
        let isCutAtEnd = packet[start + 4] != 0
        let isSingle = packet[start + 6] == 1 && packet[start + 7] == 0
        return (isCutAtEnd, isCutAtEnd && isSingle && packet[start + 5] != 0)
    }

    /// A frame with the last part of `packet` only, which then is the beginning of a message.
    static func lastPart(of packet: [UInt8]) -> [UInt8]? {
        let payload = packet[min(RingMessage.headerSize, packet.count)...]
        guard let frame = try? PackedFrame(payload, order: .ours), let length = frame.lengths.last else { return nil }
        var result = Array(packet.prefix(RingMessage.headerSize))
        append(
            fragment: frame.fragment, continuation: 0, lengths: [UInt16(clamping: length)], to: &result)
        result.append(contentsOf: packet.suffix(length))
        return result
    }

    /// A frame with one whole message.
    static func whole(_ message: [UInt8], prefix: [UInt8]) -> [UInt8] {
        var result = prefix
        append(fragment: 0, continuation: 0, lengths: [UInt16(clamping: message.count)], to: &result)
        result.append(contentsOf: message)
        return result
    }
}
