internal import ClusterTypes

/// Puts messages together again from the frames of each sender.
///
/// A sender may have two messages unfinished: one of the application, whose rest waits until the members have synchronised
/// after a configuration change, and one of that synchronisation. So a message that begins while another is unfinished is put
/// on top of it if a configuration change came in between; else the unfinished one can never be completed, and is dropped. What
/// continues a message whose beginning this node never saw is dropped as well.
///
/// - Source: the format is Corosync's; it keeps two sets of buffers and switches between them by its own state (issue 660
///   of Corosync tells how that lost messages).
struct MessageAssembler: Sendable, Equatable {
    private struct Unfinished: Sendable, Equatable {
        /// Put together when the last one is there.
        var parts: [ArraySlice<UInt8>]
        var byteCount: Int
        var fragment: UInt8
        /// The configuration in which its last fragment came.
        var configuration: UInt64
    }

    /// Never iterated. The last of a sender's unfinished messages is the one being continued.
    private var unfinished: [NodeID: [Unfinished]] = [:]
    private var configuration: UInt64 = 0
    private var departed: [NodeID] = []

    /// Reads a frame and passes on the messages that it completes, in order: one that began in an earlier frame by itself, all
    /// others together, where they lie in the frame.
    mutating func receive(
        _ frame: ArraySlice<UInt8>, from sender: NodeID, order: ByteOrder, emit: (ByteStrings) -> Void
    ) throws(WireFailure) {
        let header = try PackedFrame(frame, order: order)
        var whole = ByteStrings(in: frame)
        var start = header.dataStart
        for (index, length) in header.lengths.enumerated() {
            let part = start..<start + length
            start += length
            let continues = index == 0 && header.continuation != 0
            let isCut = index == header.lengths.count - 1 && header.fragment != 0
            switch (continues, isCut) {
            case (false, false):
                if length == RestartableQueue.forgetMessage.count,
                    frame[part].elementsEqual(RestartableQueue.forgetMessage)
                {
                    unfinished[sender] = nil
                } else if length > 0 {
                    whole.append(part)
                }
            case (false, true): begin(kept(part, of: frame), from: sender, fragment: header.fragment)
            case (true, true):
                extend(sender, header.continuation, with: kept(part, of: frame), fragment: header.fragment)
            case (true, false):
                if let message = finish(sender, header.continuation, with: frame[part]) { emit(ByteStrings(message)) }
            }
        }
        if !whole.isEmpty { emit(whole) }
    }

    /// What is kept keeps its frame: not for a few bytes.
    private func kept(_ part: Range<Int>, of frame: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        part.count * 2 < frame.count ? Array(frame[part])[...] : frame[part]
    }

    /// Members that left will never send the rest. The last messages of the old ring still come after the transitional
    /// configuration, so this takes effect with the regular one.
    mutating func configurationChanged(_ change: RingConfiguration) {
        switch change.kind {
        case .transitional:
            departed = change.left
        case .regular:
            for node in departed { unfinished[node] = nil }
            departed = []
            configuration += 1
        }
    }

    private mutating func begin(_ part: ArraySlice<UInt8>, from sender: NodeID, fragment: UInt8) {
        let message = Unfinished(
            parts: [part], byteCount: part.count, fragment: fragment, configuration: configuration)
        var messages = unfinished[sender] ?? []
        if let last = messages.last, messages.count == 2 || last.configuration == configuration {
            messages.removeLast()
        }
        messages.append(message)
        unfinished[sender] = messages
    }

    private mutating func extend(
        _ sender: NodeID, _ continuation: UInt8, with part: ArraySlice<UInt8>, fragment: UInt8
    ) {
        guard let index = indexContinued(by: continuation, from: sender) else { return }
        unfinished[sender]?[index].parts.append(part)
        unfinished[sender]?[index].byteCount += part.count
        unfinished[sender]?[index].fragment = fragment
        unfinished[sender]?[index].configuration = configuration
    }

    /// The whole message.
    private mutating func finish(
        _ sender: NodeID, _ continuation: UInt8, with part: ArraySlice<UInt8>
    ) -> [UInt8]? {
        guard let index = indexContinued(by: continuation, from: sender) else { return nil }
        guard let message = unfinished[sender]?.remove(at: index) else { return nil }
        if unfinished[sender]?.isEmpty == true { unfinished[sender] = nil }
        let byteCount = message.byteCount + part.count
        guard byteCount <= PackedRing.messageSizeLimit else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        for each in message.parts { bytes.append(contentsOf: each) }
        bytes.append(contentsOf: part)
        return bytes
    }

    /// The topmost message that ends in that fragment. One that grew too long is dropped on the way.
    private mutating func indexContinued(by continuation: UInt8, from sender: NodeID) -> Int? {
        guard let messages = unfinished[sender] else { return nil }
        guard let index = messages.lastIndex(where: { $0.fragment == continuation }) else { return nil }
        guard messages[index].byteCount <= PackedRing.messageSizeLimit else {
            unfinished[sender]?.remove(at: index)
            return nil
        }
        return index
    }
}
