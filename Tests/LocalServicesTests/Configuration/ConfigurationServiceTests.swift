import ClusterConfiguration
import ClusterTypes
import Messaging
import Testing

@testable import LocalServices

@Suite struct ConfigurationServiceTests {
    private typealias Function = ConfigurationRequest.Function
    private typealias Answer = ConfigurationRequest.Answer

    private static let transport = TransportObservation(nodes: [
        .init(
            id: NodeID(1), isReachable: true,
            links: [
                .init(
                    number: 0, isEnabled: true, isConnected: true, mtu: 65535, source: [10, 0, 0, 1],
                    destination: [10, 0, 0, 1])
            ]),
        .init(
            id: NodeID(2), isReachable: true,
            links: [
                .init(
                    number: 0, isEnabled: true, isConnected: true, mtu: 1446, source: [10, 0, 0, 1],
                    destination: [10, 0, 0, 2])
            ]),
    ])

    @Test func theStatusOfANodeHasTheLayoutOfCorosync() {
        var world = ServiceWorld()
        let client = world.connect(.configuration)
        let request: (inout WireWriter) -> Void = {
            $0.padded(2)
            $0.padded(1)
        }
        #expect(world.ask(client, Function.nodeStatus, request) == nil)
        world.receive(.transportObserved(Self.transport))
        guard let bytes = world.answers[client.id]?.first else {
            Issue.record("no answer")
            return
        }
        let answer = ServiceWorld.Answer(bytes: bytes)
        #expect(bytes.count == 24 + 4176 && answer.isOfStatedSize)
        #expect(answer.number(24) == 1 && answer.number(28) == 2 && bytes[32] == 1)
        #expect(Array(bytes[40..<44]) == [1, 1, 0, 0] && answer.number(44) == 1446)
        #expect(answer.text(48) == "10.0.0.1" && answer.text(304) == "10.0.0.2")
        #expect(bytes[560...].allSatisfy { $0 == 0 })
    }

    @Test func addressesAndTheOldLinkStatus() {
        var world = ServiceWorld()
        let client = world.connect(.configuration)
        #expect(world.ask(client, Function.addresses) { $0.padded(2) } == nil)
        #expect(world.ask(client, Function.linkStatus) == nil)
        world.receive(.transportObserved(Self.transport))
        let answers = (world.answers[client.id] ?? []).map { ServiceWorld.Answer(bytes: $0) }
        #expect(answers.map(\.function) == [Answer.addresses, Answer.linkStatus])
        guard answers.count == 2 else { return }
        #expect(answers[0].number(24) == 2 && answers[0].number(28) == 1)
        #expect(Array(answers[0].bytes[32...]) == [10, 0, 0, 2] + [UInt8](repeating: 0, count: 12))
        #expect(answers[1].number(24) == 1 && answers[1].text(32) == "0 10.0.0.1")
        #expect(answers[1].text(32 + 16 * 128) == "n3" && answers[1].bytes.count == 10272)
    }

    @Test func aReloadGoesRoundTheRingAndIsAnsweredWhenItIsDone() {
        var world = ServiceWorld()
        let client = world.connect(.configuration)
        #expect(world.ask(client, Function.reload) == nil)
        #expect(world.requests == [.reload(requester: client.id.rawValue)])
        world.receive(.reloaded(nil, requester: client.id.rawValue))
        let answer = world.answers[client.id]?.first.map { ServiceWorld.Answer(bytes: $0) }
        #expect(answer?.function == Answer.reload && answer?.error == .invalidParameter)
        #expect(world.daemon.configurationMap.map["config.totemconfig_reload_in_progress"] == .uint8(0))
    }

    @Test func newKeysAreUsedWhenAllKnowThemAndOldOnesForgottenWhenNobodyUsesThem() {
        let (own, other, third) = (NodeID(1), NodeID(2), NodeID(3))
        var change = KeyChange()
        func next(_ members: [NodeID] = [NodeID(1), NodeID(2)]) -> KeyChange.Step? {
            change.next(members: members, localNode: own)
        }
        change.reached(phase: 1, by: other)
        #expect(next() == nil)
        change.reached(phase: 1, by: own)
        #expect(next() == .use && next() == nil)
        change.reached(phase: 2, by: own)
        #expect(next() == nil)
        change.reached(phase: 2, by: other)
        #expect(next() == .forget && next() == nil)
        // Whoever is lost is not waited for; nobody takes a step that this node is not ready for.
        change.reached(phase: 1, by: own)
        change.reached(phase: 1, by: other)
        #expect(
            next([own, other, third]) == nil && change.missing(of: [own, other, third], localNode: own) == [third])
        #expect(next() == .use)
        change.reached(phase: 1, by: other)
        #expect(next([other]) == nil)
        // A reading begins the counting anew.
        change.began()
        change.reached(phase: 1, by: own)
        #expect(next() == nil)
    }

    @Test func aNodeThatIsNoMemberCannotBeKilled() {
        var world = ServiceWorld()
        let client = world.connect(.configuration)
        for (node, error) in [(UInt32(9), ServiceError.notExist), (1, .ok)] {
            let answer = world.ask(client, Function.killNode) {
                $0.padded(node)
                $0.uint16(7)
                $0.append(Array("because".utf8))
                $0.zeros(249)
            }
            #expect(answer?.error == error)
        }
        #expect(world.requests == [.end(reason: "ended by node 1: because")])
    }

    @Test func aShutdownAsksThoseWhoTrack() {
        var world = ServiceWorld()
        let (tracker, other, requester) = (
            world.connect(.configuration), world.connect(.configuration), world.connect(.configuration)
        )
        for client in [tracker, other] {
            #expect(world.ask(client, Function.startTracking) { $0.padded(0) }?.error == .ok)
        }
        #expect(world.ask(requester, Function.tryShutdown) { $0.padded(0) } == nil)
        #expect(world.takeEvents(tracker).map(\.function) == [Answer.testShutdown])
        #expect(world.ask(tracker, Function.replyToShutdown) { $0.padded(0) }?.error == .ok)
        #expect(world.ask(other, Function.replyToShutdown) { $0.padded(1) }?.error == .ok)
        #expect(world.answers[requester.id]?.first.map { ServiceWorld.Answer(bytes: $0).error } == .busy)
        #expect(world.requests.isEmpty)
        // Nobody runs a vote now.
        #expect(world.ask(tracker, Function.replyToShutdown) { $0.padded(1) }?.error == .access)
        // Without refusal, and when one of them is gone instead of answering.
        #expect(world.ask(requester, Function.tryShutdown) { $0.padded(0) } == nil)
        #expect(world.ask(tracker, Function.replyToShutdown) { $0.padded(1) }?.error == .ok)
        world.receive(.clientDisconnected(other))
        #expect(world.answers[requester.id]?.first.map { ServiceWorld.Answer(bytes: $0).error } == .ok)
        #expect(world.requests == [.leave])
    }

    @Test func whoDoesNotAnswerRefusesUnlessTheShutdownIsForced() {
        for (flags, error, requests) in [
            (UInt32(0), ServiceError.busy, [DaemonRequest]()), (1, .ok, [.leave]), (2, .ok, [.leave]),
        ] {
            var world = ServiceWorld()
            let (tracker, requester) = (world.connect(.configuration), world.connect(.configuration))
            #expect(world.ask(tracker, Function.startTracking) { $0.padded(0) }?.error == .ok)
            _ = world.ask(requester, Function.tryShutdown) { $0.padded(flags) }
            world.receive(.timerFired(.shutdownVote))
            #expect(world.answers[requester.id]?.first.map { ServiceWorld.Answer(bytes: $0).error } == error)
            #expect(world.requests == requests)
        }
    }

    @Test(arguments: [
        ([10, 0, 0, 1], "10.0.0.1"), ([UInt8](repeating: 0, count: 15) + [1], "::1"),
        ([0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2], "fe80::1:0:0:2"), ([1, 2], ""),
        ([0x20, 1, 0xD, 0xB8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 0, 0, 6], "2001:db8:1:2:3:4:0:6"),
    ])
    func addressesAreWrittenAsUsual(bytes: [UInt8], text: String) { #expect(AddressText.text(bytes) == text) }
}
