import Agents
import CIB
import ClusterTypes
import Executor
import Fencing
import Testing
import XMLTree

@testable import ResourceManager

@Suite struct MessageTests {
    static let messages: [ManagerMessage] = [
        .hello(Hello(incarnation: 7, joined: RingID(representative: NodeID(1), sequence: 12), isController: true)),
        .execute(
            ExecutionOrder(
                node: NodeID(2), transition: 3, action: 4,
                request: OperationRequest(
                    resource: "web", agent: AgentReference(.ocf, provider: "heartbeat", "Dummy"), operation: "start",
                    attributes: [.init("CRM_meta_timeout", "20000"), .init("state", "ä")],
                    transitionKey: "4:3:0:uuid"), cancels: nil)),
        .reported(
            ActionReport(
                node: NodeID(2), transitionKey: "4:3:0:uuid",
                key: OperationKey(resource: "web", operation: "monitor", interval: .seconds(10)), status: .timedOut,
                code: .genericError, expectedCode: .ok, exitReason: "slow", ignoresFailure: true, isCancellation: false)
        ),
        .forget(resource: "web", node: NodeID(1)), .shutDown(NodeID(9)),
        .activity(
            ActivityAnnouncement(
                activity: .transition(id: 1, completed: 2, actions: 3),
                version: CIBVersion(adminEpoch: 1, epoch: 2, updates: 3), seen: [.init(node: NodeID(1), number: 5)])),
        .reconsider(number: 8, reason: "because"),
        .fencingWanted(
            FencingRequest(id: .init("a"), target: "n2", action: .off, delay: nil, origin: "n1", client: "root"),
            isConfirmation: true),
        .fencingStepRequested(
            FencingStep(
                id: .init(coordinator: "n1", number: 1), device: "d", target: "n2", action: .reboot,
                timeout: .seconds(60), delay: .seconds(1)), executor: "n3"),
        .fencingStepFinished(.init(coordinator: "n1", number: 1), .failed(reason: "no")),
        .fencingFinished(
            FencingOutcome(
                requests: [.init("a"), .init("b")], target: "n2", action: .reboot, result: .failed(reason: "x"),
                executor: "n1", devices: ["d"], origin: "n1", client: "controller", completed: WallTime(seconds: 5))),
    ]

    @Test(arguments: messages)
    func isReadAsItWasWritten(message: ManagerMessage) throws {
        let bytes = message.encoded(in: 99)
        #expect(bytes.first == MessageRoute.controller.rawValue)
        let (decoded, tag) = try ManagerMessage.decode(bytes.dropFirst())
        #expect(decoded == message)
        #expect(tag == 99)
    }

    @Test(arguments: messages)
    func everyTruncationIsRefused(message: ManagerMessage) {
        let bytes = message.encoded(in: 99)
        for length in 1..<bytes.count {
            #expect(throws: DecodingFailure.self) { try ManagerMessage.decode(bytes[1..<length]) }
        }
        #expect(throws: DecodingFailure.self) { try ManagerMessage.decode((bytes + [0]).dropFirst()) }
    }

    @Test func randomBytesAreRefusedOrReadButNeverTrap() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            var bytes = (0..<generator.below(80)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            if bytes.count > 9 { bytes[9] = UInt8(generator.below(13)) }
            _ = try? ManagerMessage.decode(bytes.dropFirst())
        }
    }
}
