import ClusterTypes
import Testing

@testable import ResourceManager

@Suite struct OutboxTests {
    private func configuration(_ ring: UInt64) -> GroupConfiguration {
        let member = GroupMember(node: NodeID(1), processID: 1)
        return GroupConfiguration(
            group: .resourceManager, ring: RingID(representative: NodeID(1), sequence: ring), members: [member],
            joined: [], left: [])
    }

    private func send(_ outbox: inout Outbox, _ message: ManagerMessage) -> [UInt8]? { outbox.send(message) }

    @Test func aMessageOutsideTheGroupIsSentOnJoining() throws {
        var outbox = Outbox()
        let news = ManagerMessage.forget(resource: "a", node: NodeID(2))
        #expect(send(&outbox, news) == nil)
        let payloads = outbox.groupChanged(configuration(4), isMember: true)
        #expect(payloads.count == 1)
        let tag = try #require(outbox.tag)
        let counts = outbox.accept(news, tag: tag, isOwn: true)
        #expect(counts)
        let open = outbox.groupChanged(configuration(8), isMember: true)
        #expect(open.isEmpty)
    }

    @Test func aMessageThatCrossedAChangeIsVoidAndSentAgain() throws {
        var outbox = Outbox()
        _ = outbox.groupChanged(configuration(4), isMember: true)
        let old = try #require(outbox.tag)
        let news = ManagerMessage.forget(resource: "a", node: NodeID(2))
        #expect(send(&outbox, news) != nil)
        let again = outbox.groupChanged(configuration(8), isMember: true)
        #expect(again == [news.encoded(in: try #require(outbox.tag))])
        let counts = outbox.accept(news, tag: old, isOwn: true)
        #expect(!counts)
    }

    @Test func ordersOfAnOlderConfigurationAreNotSentAgain() {
        var outbox = Outbox()
        _ = outbox.groupChanged(configuration(4), isMember: true)
        _ = send(&outbox, .shutDown(NodeID(2)))
        let open = outbox.groupChanged(configuration(8), isMember: true)
        #expect(open.isEmpty)
    }
}
