internal import ClusterTypes
internal import Totem

// Messages of one process to its group, many together: their heads differ in two numbers only.
extension ProcessGroupMessage {
    /// The layout of a multicast with its envelope, in bytes; see `head(source:)`.
    private enum Layout {
        /// Of everything before the payload.
        static let headSize = 189
        /// The size of the whole message, without the envelope.
        static let sizeField = 13
        /// The size of the payload.
        static let countField = 157
        static let envelopeSize = 5
        /// What is the same in all messages of a process to a group: the envelope with service and function, the group, and the sender.
        static let fixedFields = [0..<sizeField, 21..<countField, 165..<headSize]
    }

    /// Messages of a process to a group as this node sends them.
    ///
    /// - Parameter source: this node, which receivers of another kind compare.
    static func run(_ group: GroupName, processID: UInt32, _ payloads: ByteStrings, source: NodeID) -> MessageRun {
        var head = ProcessGroupMessage.multicast(group, processID: processID, payload: []).head(source: source)
        precondition(head.count == Layout.headSize)
        var heads: [UInt8] = []
        heads.reserveCapacity(payloads.count * Layout.headSize)
        for range in payloads.ranges {
            head.put(UInt32(clamping: range.count), at: Layout.countField)
            head.put(UInt32(clamping: Layout.headSize - Layout.envelopeSize + range.count), at: Layout.sizeField)
            heads.append(contentsOf: head)
        }
        return MessageRun(heads: heads, payloads: payloads)
    }

    /// Where the payload of a message is that follows another of the same process to the same group; `nil` when it is any other, or
    /// when it must be read in full to tell.
    ///
    /// - Parameters:
    ///   - message: where it lies in the block.
    ///   - first: where a whole multicast lies there.
    static func payload(of message: Range<Int>, like first: Range<Int>, in block: ArraySlice<UInt8>) -> Range<Int>? {
        guard message.count >= Layout.headSize, first.count >= Layout.headSize else { return nil }
        let start = block.startIndex
        let length: UInt32? = block.withUnsafeBytes { bytes in
            let message = UnsafeRawBufferPointer(
                rebasing: bytes[message.lowerBound - start..<message.upperBound - start])
            let first = UnsafeRawBufferPointer(rebasing: bytes[first.lowerBound - start..<first.upperBound - start])
            // The first two bytes tell the byte order: of the other one, every number would have to be turned.
            guard message[0] == 1, message[1] == 0,
                Layout.fixedFields.allSatisfy({ Self.isSame($0, in: message, as: first) })
            else { return nil }
            return UInt32(littleEndian: message.loadUnaligned(fromByteOffset: Layout.countField, as: UInt32.self))
        }
        guard let length, let count = Int(exactly: length), count <= message.count - Layout.headSize else { return nil }
        let place = message.lowerBound + Layout.headSize
        return place..<place + count
    }

    /// Compares eight bytes at a time.
    private static func isSame(
        _ field: Range<Int>, in message: UnsafeRawBufferPointer, as first: UnsafeRawBufferPointer
    ) -> Bool {
        var place = field.lowerBound
        while place + 8 <= field.upperBound {
            let word = message.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            if word != first.loadUnaligned(fromByteOffset: place, as: UInt64.self) { return false }
            place += 8
        }
        return (place..<field.upperBound).allSatisfy { message[$0] == first[$0] }
    }
}

extension [UInt8] {
    fileprivate mutating func put(_ number: UInt32, at place: Int) {
        withUnsafeMutableBytes { $0.storeBytes(of: number.littleEndian, toByteOffset: place, as: UInt32.self) }
    }
}

/// Messages of one process to its group that a frame brought one after the other: what is decided for the first holds for all.
struct DeliveryRun {
    /// The frame.
    let block: ArraySlice<UInt8>
    /// Where in it the whole message is that the run began with.
    let first: Range<Int>
    private(set) var count = 1
    /// `nil` when no process of this node is to get them.
    private(set) var delivery: GroupDelivery?
    let processIDs: [UInt32]

    /// - Parameters:
    ///   - first: where the message lies in its frame.
    ///   - message: the same, read.
    ///   - asked: what the groups want done about it.
    /// - Returns: `nil` when each message must be decided on by itself.
    init?(
        beginningWith first: Range<Int>, in block: ArraySlice<UInt8>, _ message: ProcessGroupMessage,
        _ asked: [ProcessGroups.Effect]
    ) {
        guard case .multicast(_, _, let payload) = message else { return nil }
        switch asked.first {
        case nil: processIDs = []
        case .deliverMessages(let processIDs, var delivery) where asked.count == 1:
            delivery.payloads = ByteStrings(in: block)
            delivery.payloads.append(payload.indices)
            self.delivery = delivery
            self.processIDs = processIDs
        case .multicast, .multicastRun, .deliver, .deliverMessages, .deliverPiece, .report: return nil
        }
        self.first = first
        self.block = block
    }

    /// Takes the next message of the frame; false when it does not belong to the run.
    mutating func take(_ range: Range<Int>) -> Bool {
        guard let payload = ProcessGroupMessage.payload(of: range, like: first, in: block) else { return false }
        delivery?.payloads.append(payload)
        count += 1
        return true
    }
}
