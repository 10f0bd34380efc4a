import ClusterTypes
import Testing

@testable import LocalServices

@Suite struct HostileRequestTests {
    /// Every service answers rubbish of any size and function, and still answers afterwards.
    @Test(arguments: LocalServiceKind.allCases) func rubbishIsAnsweredOrDroppedAndNothingTraps(
        _ service: LocalServiceKind
    ) {
        var world = ProgramWorld()
        var generator = SeededGenerator(seed: 4711 + UInt64(service.rawValue))
        for round in 0..<400 {
            let client = world.connect(service, number: UInt64(round) + 2)
            for _ in 0..<5 {
                let count = Int.random(in: 0...360, using: &generator)
                var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
                if Bool.random(using: &generator), bytes.count > 4 {
                    bytes.replaceSubrange(0..<4, with: [UInt8.random(in: 0...15, using: &generator), 0, 0, 0])
                }
                world.feed(.clientRequested(ByteStrings(bytes), by: client))
            }
            world.feed(.clientDisconnected(client))
        }
        let client = world.connect(service, number: 1)
        world.responses = []
        world.feed(.clientRequested(ByteStrings(ProgramWorld.request(200, [])), by: client))
        #expect(world.responses.count == 1)
    }

    /// A request that is cut anywhere is refused, never half obeyed.
    @Test func aCutRequestIsRefused() {
        var world = ProgramWorld()
        let client = world.connect(.processGroups)
        let join = ProgramWorld.name("g") + ProgramWorld.words([5, 0, 0])
        for count in 0..<join.count {
            #expect(world.ask(client, 0, Array(join.prefix(count))) == ServiceError.invalidParameter.rawValue)
        }
    }

    @Test func lessThanAHeaderEndsTheConnection() {
        var world = ProgramWorld()
        let client = world.connect(.quorum)
        world.feed(.clientRequested(ByteStrings([1, 2, 3]), by: client))
        #expect(world.disconnections == 1)
    }
}
