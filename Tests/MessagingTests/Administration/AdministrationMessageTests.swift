import ClusterTypes
import Testing

@testable import Messaging

@Suite struct AdministrationMessageTests {
    private static let messages: [AdministrationMessage] = [
        .killNode(NodeID(2), reason: "Killed by corosync-cfgtool"), .shutDown, .reload(requester: 77),
        .changeKeys(phase: 1), .reenableLinks,
    ]

    @Test(arguments: messages) func whatIsWrittenIsReadBack(message: AdministrationMessage) throws {
        #expect(try ServiceMessage(message.encoded(source: NodeID(1))[...]) == .administration(message))
    }

    /// The lengths of corosync's structures, after the envelope of 5 bytes.
    @Test func structuresHaveTheLengthsOfCorosyncs() {
        #expect(Self.messages.map { $0.encoded(source: NodeID(1)).count - 5 } == [288, 16, 32, 24, 32])
        #expect(ConfigurationMapMessage(version: 7, reason: 0).encoded().count == 5 + 48 + 288)
        #expect(ConfigurationMapMessage(version: 0, reason: 0).encoded().count == 5 + 48 + 280)
    }

    @Test func aKillIsSpelledAsCorosyncDoes() {
        let bytes = AdministrationMessage.killNode(NodeID(0x0203), reason: "x").encoded(source: NodeID(1))
        let start: [UInt8] = [1, 0, 0x01, 0, 0, 0, 0, 0, 0x20, 1, 0, 0, 0, 0, 0, 0]
        #expect(Array(bytes[5..<21]) == [1, 0, 1, 0, 0, 0, 0, 0] + start[8...])
        #expect(Array(bytes[21..<29]) == [3, 2, 0, 0, 0, 0, 0, 0])
        #expect(Array(bytes[29..<39]) == [1, 0, 0, 0, 0, 0, 0, 0, 0x78, 0])
    }

    @Test(arguments: [0, 1, 7, UInt64.max]) func theVersionArrives(version: UInt64) throws {
        let bytes = ConfigurationMapMessage(version: version, reason: 1).encoded()
        guard case .configurationMap(let message, let isSwapped) = try ServiceMessage(bytes[...]) else {
            Issue.record("not a message of the configuration map")
            return
        }
        #expect(message.version(isSwapped: isSwapped) == version)
        #expect(message.reason == 1)
    }

    @Test func truncatedAndRandomMessagesAreRefused() {
        var generator = SeededGenerator(seed: 11)
        let samples =
            Self.messages.map { $0.encoded(source: NodeID(1)) }
            + [ConfigurationMapMessage(version: 3, reason: 0).encoded()]
        for sample in samples {
            // The kill's reason and the numbers of the sender may be cut off without loss: nothing else may.
            for count in 0..<min(sample.count, 20) {
                #expect(throws: MessageFailure.self) { try ServiceMessage(sample[..<count]) }
            }
            for _ in 0..<2000 {
                var bytes = sample
                for _ in 0..<4 {
                    bytes[Int.random(in: 5..<bytes.count, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                _ = try? ServiceMessage(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
            }
        }
    }

    @Test func onlyTheFirstMeetingDecidesAboutAnOldConfiguration() {
        var versions = ConfigurationVersions(own: 3)
        versions.synchronisationBegan(members: [NodeID(1)])
        var stays = [versions.activate()]
        for other: UInt64 in [4, 5] {
            versions.synchronisationBegan(members: [NodeID(1), NodeID(2)])
            versions.delivered(other, isOwn: false)
            stays.append(versions.activate())
        }
        #expect(stays == [true, false, true])
    }

    @Test(arguments: [(3, 3, true), (3, 2, true), (0, 9, true), (3, 4, false)])
    func anOlderConfigurationLeaves(own: UInt64, other: UInt64, stays: Bool) {
        var versions = ConfigurationVersions(own: own)
        versions.synchronisationBegan(members: [NodeID(1), NodeID(2)])
        versions.delivered(own, isOwn: true)
        versions.delivered(other, isOwn: false)
        let result = versions.activate()
        #expect(result == stays)
    }

    @Test func messagesAreCountedByServiceAndFunction() {
        var traffic = ServiceTraffic()
        traffic.sent(1, like: AdministrationMessage.changeKeys(phase: 1).encoded(source: NodeID(1))[...])
        traffic.received(1, like: ConfigurationMapMessage(version: 1, reason: 0).encoded()[...])
        traffic.received(1, like: [1, 2, 3])
        traffic.received(1, like: SynchronisationMessage.barrier(ring).encoded()[...])
        #expect(traffic[ServiceID.administration, 4] == .init(sent: 1, received: 0))
        #expect(traffic[ServiceID.configurationMap, 0] == .init(sent: 0, received: 1))
        #expect(traffic[ServiceID.configurationMap, 1] == .init())
        #expect(traffic[99, 3] == .init())
    }
}
