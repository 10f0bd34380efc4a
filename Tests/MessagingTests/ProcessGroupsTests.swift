import ClusterTypes
import Testing

@testable import Messaging

@Suite struct ProcessGroupsTests {
    private var groups = ProcessGroups(localNode: NodeID(1), ring: ring)

    private func changed(
        _ members: [GroupMember], joined: [GroupMembershipChange] = [], left: [GroupMembershipChange] = []
    ) -> ProcessGroups.Effect {
        .deliver(
            processID: 10,
            .groupChanged(GroupConfiguration(group: group, ring: ring, members: members, joined: joined, left: left)))
    }

    /// Process 10 of node 1 and process 20 of node 2 are in the group.
    private mutating func form() {
        groups.synchronisationBegan(ring: ring, members: [NodeID(1), NodeID(2)], together: [NodeID(1)])
        _ = groups.activate()
        _ = groups.join(group, processID: 10)
        _ = groups.delivered(.join(group, processID: 10, reason: 1), sender: NodeID(1))
        _ = groups.delivered(.join(group, processID: 20, reason: 1), sender: NodeID(2))
    }

    @Test mutating func aJoinCountsWhenItIsDelivered() {
        #expect(groups.join(group, processID: 10) == [.multicast(.join(group, processID: 10, reason: 1))])
        #expect(groups.members(of: group) == [])
        #expect(
            groups.delivered(.join(group, processID: 10, reason: 1), sender: NodeID(1))
                == [changed([member(1, 10)], joined: [.init(member(1, 10), .joined)])])
    }

    @Test mutating func aMessageGoesToEveryLocalMemberInOrder() {
        form()
        _ = groups.join(group, processID: 11)
        let message = GroupDelivery(group: group, sender: member(2, 20), payloads: ByteStrings([1]))
        #expect(
            groups.delivered(.multicast(group, processID: 20, payload: [1]), sender: NodeID(2))
                == [.deliverMessages(processIDs: [10], message)])
    }

    @Test mutating func strangersAreNotHeard() {
        form()
        let effects = groups.delivered(.multicast(group, processID: 21, payload: [1]), sender: NodeID(2))
        #expect(effects.allSatisfy { if case .report = $0 { true } else { false } })
    }

    @Test mutating func aProcessThatDiesLeavesWithThatReason() {
        form()
        #expect(groups.disconnect(processID: 10) == [.multicast(.leave(group, processID: 10, reason: 5))])
        #expect(
            groups.delivered(.leave(group, processID: 20, reason: 5), sender: NodeID(2)) == [])
        #expect(groups.members(of: group) == [member(1, 10)])
    }

    @Test mutating func aLeaverIsToldOfItsOwnLeaving() {
        form()
        #expect(groups.leave(group, processID: 10) == [.multicast(.leave(group, processID: 10, reason: 2))])
        #expect(
            groups.delivered(.leave(group, processID: 10, reason: 2), sender: NodeID(1))
                == [changed([member(2, 20)], left: [.init(member(1, 10), .left)])])
        #expect(groups.delivered(.multicast(group, processID: 20, payload: [1]), sender: NodeID(2)) == [])
    }

    @Test mutating func aLostNodesProcessesAreDownAndANewOnesAreUp() {
        form()
        let members = [NodeID(1), NodeID(3)]
        groups.synchronisationBegan(ring: ring, members: members, together: [NodeID(1)])
        #expect(
            groups.sendState() == [
                .multicast(.downList(oldMemberCount: 2, left: [NodeID(2)])),
                .multicast(.joinList([.init(group: group, processID: 10)])),
            ])
        _ = groups.delivered(.joinList([.init(group: group, processID: 10)]), sender: NodeID(1))
        _ = groups.delivered(.joinList([.init(group: group, processID: 30)]), sender: NodeID(3))
        #expect(
            groups.activate() == [
                changed([member(1, 10)], left: [.init(member(2, 20), .nodeDown)]),
                changed([member(1, 10), member(3, 30)], joined: [.init(member(3, 30), .nodeUp)]),
            ])
    }

    /// The node came back before anybody could be told that it was gone; its processes are not the ones that were there.
    @Test mutating func aNodeThatDidNotComeAlongIsDownAndThenUp() {
        form()
        groups.synchronisationBegan(ring: ring, members: [NodeID(1), NodeID(2)], together: [NodeID(1)])
        _ = groups.delivered(.joinList([.init(group: group, processID: 20)]), sender: NodeID(2))
        #expect(
            groups.activate() == [
                changed([member(1, 10)], left: [.init(member(2, 20), .nodeDown)]),
                changed([member(1, 10), member(2, 20)], joined: [.init(member(2, 20), .nodeUp)]),
            ])
    }

    @Test mutating func listsOfAnAbortedSynchronisationAreForgotten() {
        form()
        groups.synchronisationBegan(ring: ring, members: nodes, together: [NodeID(1), NodeID(2)])
        _ = groups.delivered(.joinList([.init(group: group, processID: 30)]), sender: NodeID(3))
        groups.synchronisationAborted()
        groups.synchronisationBegan(ring: ring, members: [NodeID(1), NodeID(2)], together: [NodeID(1), NodeID(2)])
        _ = groups.delivered(.joinList([.init(group: group, processID: 20)]), sender: NodeID(2))
        #expect(groups.activate() == [])
        #expect(groups.members(of: group) == [member(1, 10), member(2, 20)])
    }

    @Test mutating func aMessageOverTheLimitIsRefused() {
        form()
        let block = [UInt8](repeating: 0, count: MessageLimits.payload + 5)
        let payloads = ByteStrings(in: block[...], at: [0..<2, 2..<MessageLimits.payload + 3, 4..<5])
        let effects = groups.multicast(payloads, to: group, processID: 10)
        #expect(effects.count == 3)
        #expect(effects.first == .multicastRun(group, processID: 10, ByteStrings([0, 0])))
        #expect(effects.last == .multicastRun(group, processID: 10, ByteStrings([0])))
        guard case .report = effects.dropFirst().first else { Issue.record("nothing is said"); return }
    }
}
