internal import ClusterTypes

/// Goes round the nodes of a new ring twice: first every node writes what it has of its old ring, then all read it.
///
/// - Source: Amir et al. 1995, section 5; `struct memb_commit_token` of Corosync 3.
struct CommitToken: Sendable, Equatable {
    /// What a member brings from its old ring.
    struct Entry: Sendable, Equatable {
        var oldRing = RingID(representative: NodeID(0), sequence: 0)
        var allReceivedUpTo = SequenceNumber(0)
        var highestDelivered = SequenceNumber(0)
        /// The member has every message that anybody is known to have.
        var hasReceivedAll = false
    }

    static let fixedSize = PacketHeader.size + 28
    private static let entrySize = 28

    var node: NodeID
    var visit: UInt32
    var ring: RingID
    /// How many members have written their entry.
    var writtenCount: Int
    /// In ascending order, without repetition, 1 to 384; the first is the representative.
    var members: [NodeID]
    /// One a member.
    var entries: [Entry]

    init(ring: RingID, members: [NodeID]) {
        node = ring.representative
        visit = 0
        self.ring = ring
        writtenCount = 0
        self.members = members
        entries = Array(repeating: Entry(), count: members.count)
    }

    init(header: PacketHeader, from reader: inout PacketReader) throws(WireFailure) {
        node = header.node
        visit = try reader.uint32("the token sequence")
        ring = try reader.ring("the ring")
        _ = try reader.uint32("the retransmission flag")
        writtenCount = try reader.count(limit: WireLimits.nodes, "the member index")
        let countOffset = reader.offset
        let count = try reader.count(limit: WireLimits.nodes, "the number of members")
        members = try reader.nodes(count: count, "the members")
        guard count > 0, writtenCount <= count, zip(members, members.dropFirst()).allSatisfy(<) else {
            throw WireFailure(.inconsistent, field: "the number of members", offset: countOffset)
        }
        entries = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let oldRing = try reader.ring("the old ring of a member")
            let received = try reader.sequence("all-received-up-to of a member")
            let delivered = try reader.sequence("what a member delivered")
            entries.append(
                Entry(
                    oldRing: oldRing, allReceivedUpTo: received, highestDelivered: delivered,
                    hasReceivedAll: try reader.uint32("the received flag of a member") != 0))
        }
    }

    func packet(to target: NodeID) -> [UInt8] {
        var writer = PacketWriter(capacity: Self.fixedSize + (4 + Self.entrySize) * members.count)
        PacketHeader(kind: .commitToken, node: node, target: target).write(to: &writer)
        writer.uint32(visit)
        writer.ring(ring)
        writer.uint32(0)
        writer.uint32(UInt32(writtenCount))
        writer.uint32(UInt32(members.count))
        writer.nodes(members)
        for entry in entries {
            writer.ring(entry.oldRing)
            writer.sequence(entry.allReceivedUpTo)
            writer.sequence(entry.highestDelivered)
            writer.uint32(entry.hasReceivedAll ? 1 : 0)
        }
        return writer.bytes
    }
}
