import ClusterTypes
import Testing

@testable import LocalServices

@Suite struct ProcessGroupServiceTests {
    private static func join(_ group: String, process: UInt32) -> [UInt8] {
        ProgramWorld.name(group) + ProgramWorld.words([process, 0, 0, 0])
    }

    @Test func aHandleJoinsOnceAndItsProcessMayNotBeTheDaemons() {
        var world = ProgramWorld()
        let client = world.connect(.processGroups)
        #expect(
            world.ask(client, 0, Self.join("g", process: ProgramWorld.residentProcessID))
                == ServiceError.access.rawValue)
        #expect(world.ask(client, 0, Self.join("g", process: 5)) == ServiceError.ok.rawValue)
        #expect(world.ask(client, 0, Self.join("g", process: 5)) == ServiceError.exist.rawValue)
        let second = world.connect(.processGroups, number: 2)
        #expect(world.ask(second, 0, Self.join("g", process: 5)) == ServiceError.exist.rawValue)
    }

    @Test func whoIsInNoGroupCannotLeaveOrSendPieces() {
        var world = ProgramWorld()
        let client = world.connect(.processGroups)
        #expect(world.ask(client, 1, Self.join("g", process: 5)) == ServiceError.notExist.rawValue)
        let piece = ProgramWorld.words([0, 0, 1, 0, 4, 0, 4, 0, 1, 0, 0xabcd])
        #expect(world.ask(client, 12, piece) == ServiceError.notExist.rawValue)
    }

    @Test func aNameThatIsTooLongIsNamedAsSuch() {
        var world = ProgramWorld()
        let client = world.connect(.processGroups)
        let request =
            ProgramWorld.words([129, 0]) + Array(repeating: 65, count: 128) + ProgramWorld.words([5, 0, 0, 0])
        #expect(world.ask(client, 0, request) == ServiceError.nameTooLong.rawValue)
    }

    @Test func anIterationEndsAndCannotBeUsedAfterwards() {
        var world = ProgramWorld()
        let client = world.connect(.processGroups)
        #expect(world.ask(client, 5, ProgramWorld.name("") + ProgramWorld.words([3, 0])) == ServiceError.ok.rawValue)
        let number = Array(world.responses[0][24..<32])
        #expect(world.ask(client, 6, number) == ServiceError.noSections.rawValue)
        #expect(world.ask(client, 7, number) == ServiceError.ok.rawValue)
        #expect(world.ask(client, 6, number) == ServiceError.library.rawValue)
    }

    @Test func aBufferThatWasNeverSharedCannotBeSent() {
        var world = ProgramWorld()
        let client = world.connect(.processGroups)
        #expect(world.ask(client, 11, ProgramWorld.words([99, 0])) == ServiceError.badHandle.rawValue)
    }
}
