import ClusterTypes
import Testing

@testable import ResourceManager

@Suite struct RosterTests {
    private func member(_ node: UInt32, _ process: UInt32 = 1) -> GroupMember {
        GroupMember(node: NodeID(node), processID: process)
    }

    private func configuration(_ members: [GroupMember], ring: UInt64) -> GroupConfiguration {
        GroupConfiguration(
            group: .resourceManager, ring: RingID(representative: members[0].node, sequence: ring), members: members,
            joined: [], left: [])
    }

    private func hello(_ ring: UInt64, incarnation: UInt64 = 1, isController: Bool = false) -> Hello {
        Hello(
            incarnation: incarnation, joined: RingID(representative: NodeID(1), sequence: ring),
            isController: isController)
    }

    private func establishment(_ effects: [Roster.Effect]) -> Roster.Establishment? {
        for case .established(let establishment) in effects { return establishment }
        return nil
    }

    /// The roster of node 1 after the members said hello.
    private func establish(
        _ roster: inout Roster, ring: UInt64, _ hellos: [(GroupMember, Hello)]
    ) -> Roster.Establishment? {
        _ = roster.receive(.groupChanged(configuration(hellos.map(\.0), ring: ring)))
        var last: Roster.Establishment?
        for (member, hello) in hellos {
            #expect(last == nil)
            last = establishment(roster.receive(.helloDelivered(member, hello)))
        }
        return last
    }

    @Test func nothingIsKnownBeforeAllHaveSpoken() {
        var roster = Roster(own: member(1), incarnation: 1)
        let effects = roster.receive(.groupChanged(configuration([member(1), member(2)], ring: 4)))
        let expected = Hello(
            incarnation: 1, joined: RingID(representative: NodeID(1), sequence: 4), isController: false)
        #expect(effects == [.say(expected)])
        for speaker in [1, 1, 3] as [UInt32] {
            let effects = roster.receive(.helloDelivered(member(speaker), hello(4)))
            #expect(effects.isEmpty)
        }
        #expect(!roster.isEstablished)
        let last = establishment(roster.receive(.helloDelivered(member(2), hello(4))))
        #expect(last?.controller == NodeID(1))
        #expect(last?.joined == [NodeID(1), NodeID(2)])
    }

    @Test func theLongestStandingMemberIsControllerAndStaysIt() {
        var roster = Roster(own: member(1), incarnation: 1)
        let first = establish(&roster, ring: 8, [(member(1), hello(8)), (member(2), hello(4))])
        #expect(first?.controller == NodeID(2))
        let second = establish(
            &roster, ring: 12,
            [(member(1), hello(8)), (member(2), hello(4, isController: true)), (member(3), hello(2))])
        #expect(second?.controller == NodeID(2))
        #expect(second?.joined == [NodeID(3)])
    }

    @Test func whenPartitionsMergeOneOfTheirControllersWins() {
        var roster = Roster(own: member(1), incarnation: 1)
        let merged = establish(
            &roster, ring: 20,
            [
                (member(1), hello(8, isController: true)), (member(2), hello(4)),
                (member(3), hello(6, isController: true)),
            ])
        #expect(merged?.controller == NodeID(3))
    }

    @Test func aRestartedDaemonIsLostAndJoins() {
        var roster = Roster(own: member(1), incarnation: 1)
        _ = establish(&roster, ring: 4, [(member(1), hello(4)), (member(2), hello(4, incarnation: 7))])
        let again = establish(
            &roster, ring: 8, [(member(1), hello(4)), (member(2, 9), hello(8, incarnation: 8))])
        #expect(again?.joined == [NodeID(2)])
        #expect(again?.lost == [NodeID(2)])
    }

    @Test func twoProcessesOfANodeAreItsNewerLife() {
        var roster = Roster(own: member(1), incarnation: 1)
        let both = establish(
            &roster, ring: 4,
            [(member(1), hello(4)), (member(2, 3), hello(4, incarnation: 9)), (member(2, 5), hello(4, incarnation: 8))])
        #expect(both?.members == [.init(node: NodeID(1), incarnation: 1), .init(node: NodeID(2), incarnation: 9)])
    }
}
