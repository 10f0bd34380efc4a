import ClusterTypes
import Testing

@testable import Messaging

@Suite struct WireFormatTests {
    private static let samples: [[UInt8]] = [
        SynchronisationMessage.barrier(ring).encoded(),
        SynchronisationMessage.serviceBuild(ring, services: [2, 5]).encoded(),
        ProcessGroupMessage.join(group, processID: 7, reason: 1).encoded(source: NodeID(1)),
        ProcessGroupMessage.leave(group, processID: 7, reason: 5).encoded(source: NodeID(1)),
        ProcessGroupMessage.joinList([.init(group: group, processID: 7), .init(group: group, processID: 8)])
            .encoded(source: NodeID(1)),
        ProcessGroupMessage.multicast(group, processID: 7, payload: [1, 2, 3]).encoded(source: NodeID(1)),
        ProcessGroupMessage.downList(oldMemberCount: 3, left: [NodeID(2)]).encoded(source: NodeID(1)),
        VoteQuorumMessage.nodeInfo(.init(node: 1, votes: 1, expectedVotes: 2, flags: [.quorate, .isFirst])).encoded(),
    ]

    /// The lengths of corosync's structures, after the envelope (5 bytes for services, 8 for the synchronisation).
    @Test func structuresHaveTheLengthsOfCorosyncs() {
        #expect(
            Self.samples.map(\.count) == [8 + 32, 8 + 552, 5 + 168, 5 + 168, 5 + 24 + 288, 5 + 187, 5 + 1568, 5 + 32])
    }

    @Test func aBarrierIsSpelledAsCorosyncDoes() {
        let expected: [UInt8] =
            [1, 0, 4, 0] + Array("sync".utf8)  // one name of four bytes
            + [0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0]  // function 0, 32 bytes
            + [1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]  // ring 1.8, padding
        #expect(SynchronisationMessage.barrier(ring).encoded() == expected)
    }

    @Test func aMulticastIsSpelledAsCorosyncDoes() {
        let message = ProcessGroupMessage.multicast(group, processID: 0x0102, payload: [0xAA, 0xBB])
            .encoded(source: NodeID(3))
        #expect(message.prefix(21) == [1, 0, 1, 0, 0x61, 3, 0, 2, 0, 0, 0, 0, 0, 186, 0, 0, 0, 0, 0, 0, 0])
        #expect(message[21..<32] == [3, 0, 0, 0, 0, 0, 0, 0, 0x77, 0x65, 0x62])
        let tail: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 0, count: 15)
        #expect(Array(message[157..<189]) == tail)
        #expect(message[189...] == [0xAA, 0xBB])
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let messages: [ProcessGroupMessage] = [
            .join(group, processID: 7, reason: 1), .leave(group, processID: 7, reason: 5), .joinList([]),
            .joinList([.init(group: group, processID: 7), .init(group: .resourceManager, processID: 8)]),
            .multicast(group, processID: 7, payload: []), .downList(oldMemberCount: 3, left: [NodeID(2), NodeID(3)]),
            .partialMulticast(
                .init(group: group, processID: 7, place: .continued, messageSize: 9, payload: [9])),
        ]
        for message in messages {
            #expect(try ServiceMessage(message.encoded(source: NodeID(1))[...]) == .processGroups(message))
        }
        let info = VoteQuorumMessage.nodeInfo(.init(node: 1, votes: 1, expectedVotes: 2, flags: [.quorate]))
        #expect(try ServiceMessage(info.encoded()[...]) == .voteQuorum(info))
        let build = SynchronisationMessage.serviceBuild(ring, services: [0, 2, 3, 5])
        #expect(try ServiceMessage(build.encoded()[...]) == .synchronisation(build))
    }

    @Test func aSliceThatDoesNotStartAtZeroIsReadAlike() throws {
        let message = SynchronisationMessage.barrier(ring)
        let padded = [9, 9, 9] + message.encoded()
        #expect(try ServiceMessage(padded[3...]) == .synchronisation(message))
    }

    @Test func theOtherByteOrderIsUnderstood() throws {
        let big: [UInt8] =
            [0, 1, 0, 4] + Array("sync".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 0]
            + [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]
        #expect(try ServiceMessage(big[...]) == .synchronisation(.barrier(ring)))
    }

    @Test func cutAndAlteredMessagesNeverTrap() {
        var generator = SeededGenerator(seed: 1)
        for sample in Self.samples {
            for length in 0..<sample.count where length < 64 || length % 37 == 0 {
                _ = try? ServiceMessage(sample.prefix(length))
            }
            for _ in 0..<500 {
                var altered = sample
                for _ in 0..<3 { altered[generator.below(altered.count)] = UInt8(generator.below(256)) }
                _ = try? ServiceMessage(altered[...])
            }
        }
    }

    @Test func lengthsFromOutsideAreLimited() {
        var list = ProcessGroupMessage.downList(oldMemberCount: 0, left: []).encoded(source: NodeID(1))
        list.replaceSubrange(29..<33, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: MessageFailure.limitExceeded(field: "left node count", value: 0xFFFF_FFFF, limit: 384)) {
            try ServiceMessage(list[...])
        }
        var multicast = ProcessGroupMessage.multicast(group, processID: 1, payload: [1]).encoded(source: NodeID(1))
        multicast.replaceSubrange(157..<161, with: [0xFF, 0xFF, 0xFF, 0x7F])
        #expect(throws: MessageFailure.self) { try ServiceMessage(multicast[...]) }
    }
}
