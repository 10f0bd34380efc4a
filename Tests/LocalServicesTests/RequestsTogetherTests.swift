import ClusterTypes
import Testing

@testable import LocalServices

extension EventRun {
    /// Each event as a program gets it.
    var whole: [[UInt8]] {
        var run = self
        return payloads.ranges.map { payload in
            run.describe(payload)
            return run.header + run.payloads.block[payload]
        }
    }
}

/// Requests come from a program's memory many at a time.
@Suite struct RequestsTogetherTests {
    private static func together(_ requests: [[UInt8]]) -> ByteStrings {
        var (block, ranges) = ([UInt8](), [Range<Int>]())
        for request in requests {
            ranges.append(block.count..<block.count + request.count)
            block += request
        }
        return ByteStrings(in: block[...], at: ranges)
    }

    private static func message(_ payload: [UInt8]) -> [UInt8] {
        let size = UInt32(payload.count)
        return ProgramWorld.request(2, ProgramWorld.words([0, 0, 0, 0, size, 0]) + payload)
    }

    private func joined(_ world: inout ProgramWorld) -> LocalClient {
        let client = world.connect(.processGroups)
        _ = world.ask(client, 0, ProgramWorld.name("g") + ProgramWorld.words([5, 0, 0, 0]))
        world.events = []
        world.responses = []
        return client
    }

    /// The payloads of the messages that the program got.
    private func payloads(_ world: ProgramWorld) -> [[UInt8]] {
        world.events.filter { ProgramWorld.number($0, at: 0) == 5 }.map { event in
            #expect(ProgramWorld.number(event, at: 8) == UInt32(event.count))
            #expect(ProgramWorld.number(event, at: 160) == UInt32(event.count - 184))
            return Array(event[184...])
        }
    }

    @Test func messagesComeBackInOrderWhateverIsAskedBetweenThem() {
        var world = ProgramWorld()
        let client = joined(&world)
        let requests = [Self.message([1]), Self.message([]), ProgramWorld.request(4, []), Self.message([2, 2])]
        world.feed(.clientRequested(Self.together(requests), by: client))
        #expect(payloads(world) == [[1], [], [2, 2]])
        #expect(world.responses.count == 1)
    }

    @Test func aMessageThatEndsTooEarlyTakesNoOtherWithIt() {
        var world = ProgramWorld()
        let client = joined(&world)
        let cut = Array(Self.message([7, 7]).dropLast())
        world.feed(.clientRequested(Self.together([Self.message([1]), cut, Self.message([2])]), by: client))
        #expect(payloads(world) == [[1], [2]])
    }

    @Test func afterARequestThatEndsTheConnectionNoneIsObeyed() {
        var world = ProgramWorld()
        let client = joined(&world)
        world.feed(.clientRequested(Self.together([Self.message([1]), [1, 2, 3], Self.message([2])]), by: client))
        #expect(payloads(world) == [[1]])
        #expect(world.disconnections == 1)
    }
}
