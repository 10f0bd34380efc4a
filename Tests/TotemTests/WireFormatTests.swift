import ClusterTypes
import Testing

@testable import Totem

/// The packets of Corosync 3, byte by byte.
@Suite("Wire format")
struct WireFormatTests {
    /// Reads hex digits; what follows `//` on a line is a remark.
    static func bytes(_ text: String) -> [UInt8] {
        var digits: [UInt8] = []
        for line in text.split(separator: "\n") {
            let hex = line.prefix { $0 != "/" }
            digits += hex.compactMap(\.hexDigitValue).map { UInt8($0) }
        }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    static let ring = RingID(representative: NodeID(1), sequence: 0x1234)

    static let token = Token(
        node: NodeID(2), sequence: SequenceNumber(0x11), visit: SequenceNumber(0x22),
        allReceivedUpTo: SequenceNumber(0x10), allReceivedNode: NodeID(3), ring: ring, backlog: 5,
        flowControlCount: 7, isRetransmitting: true,
        requests: [Token.Request(ring: ring, sequence: SequenceNumber(0x11))])

    static let littleToken = bytes(
        """
        70 c0 03 00 00           // magic, version, type, encapsulated
        02 00 00 00 01 00 00 00  // node, target
        11 00 00 00              // highest sequence
        22 00 00 00              // token sequence
        10 00 00 00 03 00 00 00  // aru, the node of it
        01 00 00 00 34 12 00 00 00 00 00 00  // ring
        05 00 00 00 07 00 00 00  // backlog, flow control count
        01 00 00 00              // retransmission flag
        01 00 00 00              // one request
        01 00 00 00 34 12 00 00 00 00 00 00 11 00 00 00
        """)

    static let bigToken = bytes(
        """
        c0 70 03 00 00
        00 00 00 02 00 00 00 01
        00 00 00 11
        00 00 00 22
        00 00 00 10 00 00 00 03
        00 00 00 01 00 00 00 00 00 00 12 34
        00 00 00 05 00 00 00 07
        00 00 00 01
        00 00 00 01
        00 00 00 01 00 00 00 00 00 00 12 34 00 00 00 11
        """)

    static let join = JoinMessage(
        sender: NodeID(1), processors: NodeSet([NodeID(1), NodeID(2)]), failed: NodeSet([NodeID(2)]),
        ringSequence: 0x1234)

    static let littleJoin = bytes(
        """
        70 c0 03 03 00 01 00 00 00 00 00 00 00
        01 00 00 00              // sender
        02 00 00 00 01 00 00 00  // two processors, one failed
        34 12 00 00 00 00 00 00  // ring sequence
        01 00 00 00 02 00 00 00
        02 00 00 00
        """)

    static let littleCommit = bytes(
        """
        70 c0 03 04 00 01 00 00 00 02 00 00 00
        03 00 00 00                          // token sequence
        01 00 00 00 34 12 00 00 00 00 00 00  // ring
        00 00 00 00                          // retransmission flag
        01 00 00 00 02 00 00 00              // written entries, members
        01 00 00 00 02 00 00 00
        01 00 00 00 30 12 00 00 00 00 00 00 09 00 00 00 08 00 00 00 01 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        """)

    static let littleMergeDetect = bytes(
        """
        70 c0 03 02 00 01 00 00 00 00 00 00 00
        01 00 00 00
        01 00 00 00 34 12 00 00 00 00 00 00
        """)

    static let littleHoldCancel = bytes(
        """
        70 c0 03 05 00 01 00 00 00 00 00 00 00
        01 00 00 00 34 12 00 00 00 00 00 00
        """)

    static let littleMessage = bytes(
        """
        70 c0 03 01 02 01 00 00 00 00 00 00 00
        01 00 00 00              // sender
        0a 00 00 00 04 00 00 00  // sequence, the sender's count
        01 00 00 00 34 12 00 00 00 00 00 00
        00 00 00 00 01 00 00 00  // reserved, guarantee: safe
        00 00 00 00 00 00 01 00 02 00 68 69  // packing: one message of two bytes
        """)

    private func read<Value>(
        _ bytes: [UInt8], _ decode: (PacketHeader, inout PacketReader) throws -> Value
    ) throws -> Value {
        var reader = PacketReader(bytes)
        let header = try PacketHeader(from: &reader)
        return try decode(header, &reader)
    }

    @Test("A token is written as Corosync does, and read in both byte orders")
    func tokens() throws {
        #expect(Self.token.packet(to: NodeID(1)) == Self.littleToken)
        #expect(try read(Self.littleToken) { try Token(header: $0, from: &$1) } == Self.token)
        #expect(try read(Self.bigToken) { try Token(header: $0, from: &$1) } == Self.token)
    }

    @Test("A join and a leave message are written and read")
    func joins() throws {
        #expect(Self.join.packet() == Self.littleJoin)
        #expect(try read(Self.littleJoin) { try JoinMessage(header: $0, from: &$1) } == Self.join)
        var leave = Self.join
        leave.isLeave = true
        #expect(leave.packet()[5..<9].allSatisfy { $0 == 0 })
        #expect(try read(leave.packet()) { try JoinMessage(header: $0, from: &$1) } == leave)
    }

    @Test("A commit token is written and read")
    func commitTokens() throws {
        var commit = CommitToken(ring: Self.ring, members: [NodeID(1), NodeID(2)])
        commit.visit = 3
        commit.writtenCount = 1
        commit.entries[0] = CommitToken.Entry(
            oldRing: RingID(representative: NodeID(1), sequence: 0x1230), allReceivedUpTo: SequenceNumber(9),
            highestDelivered: SequenceNumber(8), hasReceivedAll: true)
        #expect(commit.packet(to: NodeID(2)) == Self.littleCommit)
        #expect(try read(Self.littleCommit) { try CommitToken(header: $0, from: &$1) } == commit)
    }

    @Test("Announcements are written and read")
    func announcements() throws {
        let merge = MergeDetect(sender: NodeID(1), ring: Self.ring)
        #expect(merge.packet() == Self.littleMergeDetect)
        #expect(try read(Self.littleMergeDetect) { try MergeDetect(header: $0, from: &$1) } == merge)
        let cancel = TokenHoldCancel(sender: NodeID(1), ring: Self.ring)
        #expect(cancel.packet() == Self.littleHoldCancel)
        #expect(try read(Self.littleHoldCancel) { try TokenHoldCancel(header: $0, from: &$1) } == cancel)
    }

    @Test("A message is written and read")
    func messages() throws {
        var packet = RingMessage.packet(
            from: NodeID(1), encapsulation: .notEncapsulated, guarantee: .safe, payloadCapacity: 12)
        PackedFrame.append(fragment: 0, continuation: 0, lengths: [2], to: &packet)
        packet += Array("hi".utf8)
        RingMessage.number(&packet, sequence: SequenceNumber(10), count: 4, ring: Self.ring)
        #expect(packet == Self.littleMessage)
        let message = try RingMessage(packet: packet)
        #expect(message.sender == NodeID(1))
        #expect(message.sequence == SequenceNumber(10))
        #expect(message.ring == Self.ring)
        #expect(message.guarantee == .safe)
        let frame = try PackedFrame(packet[RingMessage.headerSize...], order: .little)
        #expect(frame.lengths == [2])
    }

    static let fixtures = [
        littleToken, bigToken, littleJoin, littleCommit, littleMergeDetect, littleHoldCancel,
        Array(littleMessage.prefix(RingMessage.headerSize)),
    ]

    @Test("Every packet that is cut short is refused", arguments: fixtures)
    func truncation(packet: [UInt8]) throws {
        #expect(throws: Never.self) { try decode(packet) }
        for length in 0..<packet.count {
            #expect(throws: WireFailure.self) { try decode(Array(packet.prefix(length))) }
        }
    }

    @Test("Damaged packets are read or refused, and never stop a node", arguments: fixtures)
    func damage(packet: [UInt8]) {
        var generator = SeededGenerator(seed: UInt64(packet.count))
        var ring = PackedRing(settings: RingSettings(node: NodeID(2), peers: [NodeID(1)], reportsReachability: false))
        var effects: [PackedRing.Effect] = []
        ring.receive(.started, at: .origin, into: &effects)
        for step in 0..<3000 {
            var damaged = packet
            for _ in 0..<(1 + generator.below(4)) {
                damaged[generator.below(damaged.count)] = UInt8(generator.below(256))
            }
            if generator.below(4) == 0 { damaged.removeLast(generator.below(damaged.count)) }
            if generator.below(4) == 0 { damaged += Array(repeating: 0xff, count: generator.below(40)) }
            let now = Instant(nanoseconds: Int64(step) * 1_000_000)
            ring.receive(.packetReceived(damaged, from: NodeID(1)), at: now, into: &effects)
            if step % 7 == 0 {
                for timer in RingTimer.allCases { ring.receive(.timerFired(timer), at: now, into: &effects) }
            }
            effects.removeAll()
        }
    }

    @Test("Lists longer than any cluster are refused before anything is reserved for them")
    func hugeCounts() {
        var packet = Self.littleJoin
        packet.replaceSubrange(17..<21, with: [0xff, 0xff, 0xff, 0xff])
        #expect(throws: WireFailure(.limitExceeded, field: "the number of processors", offset: 17)) {
            try decode(packet)
        }
    }

    private func decode(_ packet: [UInt8]) throws {
        try read(packet) { header, reader in
            switch header.kind {
            case .token: _ = try Token(header: header, from: &reader)
            case .message: _ = try RingMessage(header: header, from: &reader)
            case .mergeDetect: _ = try MergeDetect(header: header, from: &reader)
            case .join: _ = try JoinMessage(header: header, from: &reader)
            case .commitToken: _ = try CommitToken(header: header, from: &reader)
            case .tokenHoldCancel: _ = try TokenHoldCancel(header: header, from: &reader)
            }
        }
    }
}
