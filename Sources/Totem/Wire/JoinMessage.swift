internal import ClusterTypes

/// What a gathering node believes: who takes part, and who of them has failed. Its special form says that the sender leaves.
///
/// - Source: Amir et al. 1995, section 5; `struct memb_join` of Corosync 3. A leave message has node 0 in its header, and
///   its sender in the failed list but not in the first.
struct JoinMessage: Sendable, Equatable {
    static let fixedSize = PacketHeader.size + 20

    var isLeave: Bool
    var sender: NodeID
    var processors: NodeSet
    var failed: NodeSet
    /// The highest ring sequence that the sender took part in.
    var ringSequence: UInt64

    init(isLeave: Bool = false, sender: NodeID, processors: NodeSet, failed: NodeSet, ringSequence: UInt64) {
        self.isLeave = isLeave
        self.sender = sender
        self.processors = processors
        self.failed = failed
        self.ringSequence = ringSequence
    }

    init(header: PacketHeader, from reader: inout PacketReader) throws(WireFailure) {
        isLeave = header.node == NodeID(0)
        sender = try reader.node("the sender")
        let processorCount = try reader.count(limit: WireLimits.nodes, "the number of processors")
        let failedCount = try reader.count(limit: WireLimits.nodes, "the number of failed processors")
        ringSequence = try reader.uint64("the ring sequence")
        processors = NodeSet(try reader.nodes(count: processorCount, "the processors"))
        failed = NodeSet(try reader.nodes(count: failedCount, "the failed processors"))
    }

    func packet() -> [UInt8] {
        var writer = PacketWriter(capacity: Self.fixedSize + 4 * (processors.count + failed.count))
        PacketHeader(kind: .join, node: isLeave ? NodeID(0) : sender).write(to: &writer)
        writer.node(sender)
        writer.uint32(UInt32(processors.count))
        writer.uint32(UInt32(failed.count))
        writer.uint64(ringSequence)
        writer.nodes(processors.nodes)
        writer.nodes(failed.nodes)
        return writer.bytes
    }
}
