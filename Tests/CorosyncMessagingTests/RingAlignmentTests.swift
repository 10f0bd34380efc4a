import ClusterTypes
import Testing

@testable import CorosyncMessaging

/// The two libraries' stories become one, whichever is ahead.
@Suite struct RingAlignmentTests {
    private let table = VoteTable(
        votes: [NodeID(1): 1, NodeID(2): 1, NodeID(3): 1], expected: 3, isTwoNode: false)

    private func alignment(hasQuorum: Bool = true) -> RingAlignment {
        RingAlignment(group: .resourceManager, votes: table, hasQuorum: hasQuorum)
    }

    private func ring(_ sequence: UInt64) -> RingID { RingID(representative: NodeID(1), sequence: sequence) }
    private func member(_ node: UInt32) -> GroupMember { GroupMember(node: NodeID(node), processID: 100) }
    private func ids(_ nodes: [UInt32]) -> [NodeID] { nodes.map { NodeID($0) } }

    private func joins(_ nodes: [UInt32], _ who: UInt32, _ reason: GroupChangeReason) -> CorosyncNotice {
        .groupChanged(members: nodes.map { member($0) }, joined: [.init(member(who), reason)], left: [])
    }

    private func leaves(_ nodes: [UInt32], _ who: UInt32, _ reason: GroupChangeReason) -> CorosyncNotice {
        .groupChanged(members: nodes.map { member($0) }, joined: [], left: [.init(member(who), reason)])
    }

    private func quorum(_ sequence: UInt64, _ nodes: [UInt32]) -> CorosyncNotice {
        .quorumDecided(isQuorate: nodes.count > 1, ring(sequence), members: ids(nodes))
    }

    /// The events in short: `q4+` quorate in ring 4, `q4-` not, `g4(1,2)` the group in ring 4, `m7` a message.
    private func run(_ alignment: inout RingAlignment, _ notices: CorosyncNotice...) -> [String] {
        notices.flatMap { alignment.receive($0) }.map { event in
            switch event {
            case .quorumChanged(let view): "q\(view.ring.sequence)\(view.isQuorate ? "+" : "-")"
            case .groupChanged(let group):
                "g\(group.ring.sequence)(\(group.members.map { "\($0.node)" }.joined(separator: ",")))"
            case .messageDelivered(let message): "m\(message.payload[0])"
            case .flowControlChanged: "f"
            }
        }
    }

    @Test func theFirstRingIsKnownBeforeTheGroup() {
        var early = alignment()
        #expect(run(&early, quorum(4, [1, 2])) == [])
        #expect(run(&early, joins([1], 1, .joined)) == [])
        #expect(run(&early, .ringEntered(ring(4), members: ids([1, 2]))) == ["q4+", "g4(1)"])
        #expect(run(&early, .delivered(member(1), [7])) == ["m7"])
        var late = alignment()
        #expect(run(&late, .ringEntered(ring(4), members: ids([1, 2])), joins([1], 1, .joined)) == [])
        #expect(run(&late, quorum(4, [1, 2])) == ["q4+", "g4(1)"])
    }

    private func settled() -> RingAlignment {
        var alignment = alignment()
        _ = run(
            &alignment, quorum(4, [1, 2, 3]), .ringEntered(ring(4), members: ids([1, 2, 3])), joins([1], 1, .joined))
        return alignment
    }

    @Test func aLostNodeIsToldAfterTheOldMessagesAndTheNewQuorum() {
        var ahead = settled()
        #expect(run(&ahead, quorum(8, [1, 2]), .delivered(member(3), [1])) == ["m1"])
        #expect(run(&ahead, leaves([1, 2], 3, .nodeDown)) == [])
        #expect(run(&ahead, .ringEntered(ring(8), members: ids([1, 2]))) == ["q8+", "g8(1,2)"])
        var behind = settled()
        #expect(run(&behind, leaves([1, 2], 3, .nodeDown), .ringEntered(ring(8), members: ids([1, 2]))) == [])
        #expect(run(&behind, .delivered(member(2), [2])) == [])
        #expect(run(&behind, quorum(8, [1, 2])) == ["q8+", "g8(1,2)", "m2"])
    }

    @Test func aRingWithoutAMemberOfTheGroupIsAnnouncedToo() {
        var alignment = settled()
        #expect(run(&alignment, .ringEntered(ring(8), members: ids([1])), quorum(8, [1])) == ["q8-"])
    }

    @Test func aRingThatIsOverBeforeItsQuorumIsKnownIsNotQuorate() {
        var alignment = settled()
        #expect(run(&alignment, leaves([1, 2], 3, .nodeDown), .ringEntered(ring(8), members: ids([1, 2]))) == [])
        #expect(run(&alignment, joins([1, 2, 3], 3, .nodeUp), .ringEntered(ring(12), members: ids([1, 2, 3]))) == [])
        #expect(run(&alignment, quorum(12, [1, 2, 3])) == ["q8-", "g8(1,2)", "q12+", "g12(1,2,3)"])
    }

    @Test func quorumMayChangeWithinARing() {
        var alignment = settled()
        #expect(run(&alignment, quorum(4, [1])) == ["q4-"])
        #expect(run(&alignment, joins([1, 2], 2, .joined)) == ["g4(1,2)"])
    }

    @Test func withoutAProviderEveryRingIsQuorate() {
        var alignment = alignment(hasQuorum: false)
        #expect(run(&alignment, .ringEntered(ring(4), members: ids([1])), joins([1], 1, .joined)) == ["q4+", "g4(1)"])
    }

    @Test func manyMessagesPassWithoutDelay() {
        var alignment = settled()
        for number in 0..<5000 {
            #expect(alignment.receive(.delivered(member(1), [UInt8(number % 256)])).count == 1)
        }
    }
}
