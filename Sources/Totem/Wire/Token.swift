internal import ClusterTypes

/// The token of a ring: who holds it may send. It carries ordering, reliability and flow control.
///
/// - Source: Amir et al. 1995, section 4; `struct orf_token` of Corosync 3 (65 bytes and 16 for each request).
struct Token: Sendable, Equatable {
    /// A message that somebody misses.
    struct Request: Sendable, Equatable {
        var ring: RingID
        var sequence: SequenceNumber
    }

    static let fixedSize = PacketHeader.size + 52

    var node: NodeID
    /// The highest message number given out.
    var sequence: SequenceNumber
    /// Grows with every visit, so that a token sent twice is recognised.
    var visit: SequenceNumber
    var allReceivedUpTo: SequenceNumber
    /// The node that lowered `allReceivedUpTo`; 0 for none.
    var allReceivedNode: NodeID
    var ring: RingID
    /// Messages waiting on all nodes.
    var backlog: UInt32
    /// Messages sent in the last rotation.
    var flowControlCount: UInt32
    /// Somebody still has messages of an old ring to send.
    var isRetransmitting: Bool
    var requests: [Request]

    init(
        node: NodeID, sequence: SequenceNumber, visit: SequenceNumber, allReceivedUpTo: SequenceNumber,
        allReceivedNode: NodeID, ring: RingID, backlog: UInt32 = 0, flowControlCount: UInt32 = 0,
        isRetransmitting: Bool = false, requests: [Request] = []
    ) {
        self.node = node
        self.sequence = sequence
        self.visit = visit
        self.allReceivedUpTo = allReceivedUpTo
        self.allReceivedNode = allReceivedNode
        self.ring = ring
        self.backlog = backlog
        self.flowControlCount = flowControlCount
        self.isRetransmitting = isRetransmitting
        self.requests = requests
    }

    init(header: PacketHeader, from reader: inout PacketReader) throws(WireFailure) {
        node = header.node
        sequence = try reader.sequence("the highest sequence")
        visit = try reader.sequence("the token sequence")
        allReceivedUpTo = try reader.sequence("all-received-up-to")
        allReceivedNode = try reader.node("the node of all-received-up-to")
        ring = try reader.ring("the ring")
        backlog = try reader.uint32("the backlog")
        flowControlCount = try reader.uint32("the flow control count")
        isRetransmitting = try reader.uint32("the retransmission flag") != 0
        let count = try reader.count(limit: WireLimits.retransmitRequests, "the number of retransmit requests")
        requests = []
        requests.reserveCapacity(count)
        for _ in 0..<count {
            let ring = try reader.ring("the ring of a retransmit request")
            requests.append(Request(ring: ring, sequence: try reader.sequence("a requested sequence")))
        }
    }

    func packet(to target: NodeID) -> [UInt8] {
        var writer = PacketWriter(capacity: Self.fixedSize + 16 * requests.count)
        PacketHeader(kind: .token, node: node, target: target).write(to: &writer)
        writer.sequence(sequence)
        writer.sequence(visit)
        writer.sequence(allReceivedUpTo)
        writer.node(allReceivedNode)
        writer.ring(ring)
        writer.uint32(backlog)
        writer.uint32(flowControlCount)
        writer.uint32(isRetransmitting ? 1 : 0)
        writer.uint32(UInt32(requests.count))
        for request in requests {
            writer.ring(request.ring)
            writer.sequence(request.sequence)
        }
        return writer.bytes
    }
}
