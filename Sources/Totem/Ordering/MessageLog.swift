internal import ClusterTypes

/// The messages of one ring at one node: what arrived, how far there is no gap, how far they were delivered.
///
/// - Source: Amir et al. 1995, section 4: `my_aru`, `my_high_seq_received`, `my_high_delivered`.
struct MessageLog: Sendable, Equatable {
    let ring: RingID
    /// Empty before the first ring.
    let members: NodeSet
    private(set) var window: ReceiveWindow
    private(set) var allReceivedUpTo: SequenceNumber
    private(set) var highestReceived: SequenceNumber
    private(set) var highestDelivered: SequenceNumber

    init(ring: RingID, members: NodeSet, first: SequenceNumber) {
        self.ring = ring
        self.members = members
        window = ReceiveWindow(after: first)
        allReceivedUpTo = first
        highestReceived = first
        highestDelivered = first
    }

    var hasGap: Bool { allReceivedUpTo != highestReceived }

    /// Takes a packet; false when it was there already or lies outside the window.
    @discardableResult
    mutating func insert(_ packet: [UInt8], at sequence: SequenceNumber) -> Bool {
        guard window.insert(packet, at: sequence) else { return false }
        if highestReceived < sequence { highestReceived = sequence }
        while window.contains(allReceivedUpTo.next) { allReceivedUpTo = allReceivedUpTo.next }
        return true
    }

    /// Forgets what every member has and this node delivered.
    mutating func release(upTo sequence: SequenceNumber) {
        window.release(upTo: min(sequence, min(highestDelivered, allReceivedUpTo)))
    }

    mutating func countMiss(_ sequence: SequenceNumber) -> Int { window.countMiss(sequence) }

    /// The next message in order, if it is here and, when it asks for safe delivery, is known to be everywhere.
    mutating func nextDeliverable(safeUpTo: SequenceNumber) -> (RingMessage, [UInt8])? {
        let next = highestDelivered.next
        guard next <= highestReceived, let packet = window.packet(next) else { return nil }
        guard let message = try? RingMessage(packet: packet) else {
            preconditionFailure("message \(next) was decoded before it was stored")
        }
        if message.guarantee == .safe, safeUpTo < next { return nil }
        highestDelivered = next
        return (message, packet)
    }

    /// Like `nextDeliverable`, but passes over missing messages: for the last messages of a ring that has ended.
    mutating func nextRemaining() -> (RingMessage, [UInt8])? {
        while highestDelivered < highestReceived {
            if let next = nextDeliverable(safeUpTo: highestReceived) { return next }
            highestDelivered = highestDelivered.next
        }
        return nil
    }
}
