import ClusterTypes
import Testing

@testable import Simulation

private let red = GroupName("red") ?? .resourceManager
private let one = GroupMember(node: NodeID(1), processID: 10)
private let two = GroupMember(node: NodeID(2), processID: 20)

private func ring(_ sequence: UInt64) -> RingID { RingID(representative: NodeID(1), sequence: sequence) }

private func both(_ sequence: UInt64) -> GroupConfiguration {
    GroupConfiguration(group: red, ring: ring(sequence), members: [one, two], joined: [], left: [])
}

@Suite struct OrderCheckerTests {
    private var checker = OrderChecker()
    private var present: [GroupMember] = []

    init() {
        checker.nodeStarted(NodeID(1))
        checker.nodeStarted(NodeID(2))
        for member in [one, two] { checker.changed(both(4), for: member, at: .origin) }
        for id in UInt64(1)...3 { checker.messageSent(id, by: id == 2 ? two : one, to: red) }
    }

    /// The client's ring changes, and its group: so as if it had lost and found the others, unless they came along.
    private mutating func move(_ member: GroupMember, to sequence: UInt64, without lost: GroupMember? = nil) {
        checker.ringChanged(ring(sequence), for: member, at: .origin)
        guard let lost else { return }
        let alone = GroupConfiguration(
            group: red, ring: ring(sequence), members: [member], joined: [],
            left: [GroupMembershipChange(lost, .nodeDown)])
        checker.changed(alone, for: member, at: .origin)
    }

    private mutating func deliver(_ ids: [UInt64], to member: GroupMember) {
        for id in ids {
            let message = GroupMessage(group: red, sender: id == 2 ? two : one, payload: [])
            checker.delivered(id, message, to: member, at: .origin)
        }
    }

    private mutating func promises() -> Set<Violation.Promise> {
        checker.finish(at: .origin, present: present)
        return Set(checker.violations.map(\.promise))
    }

    @Test mutating func theSameOrderEverywhereIsFine() {
        for member in [one, two] {
            deliver([1, 2, 3], to: member)
            move(member, to: 8)
        }
        #expect(promises() == [])
    }

    @Test mutating func differentOrdersAreNoticed() {
        deliver([1, 2, 3], to: one)
        deliver([2, 1, 3], to: two)
        #expect(promises() == [.agreedOrder])
    }

    @Test mutating func differentMessagesBetweenTheSameConfigurationsAreNoticed() {
        deliver([1, 2, 3], to: one)
        deliver([1, 2], to: two)
        for member in [one, two] { move(member, to: 8) }
        present = [one, two]
        #expect(promises() == [.virtualSynchrony])
    }

    @Test mutating func differentMessagesInTheLastConfigurationAreNoticed() {
        deliver([1, 2, 3], to: one)
        deliver([1, 2], to: two)
        present = [one, two]
        #expect(promises() == [.virtualSynchrony])
    }

    @Test mutating func whoeverGoesElsewhereMayMissMessages() {
        deliver([1, 2, 3], to: one)
        deliver([1, 2], to: two)
        move(one, to: 8)
        move(two, to: 12)
        present = [one, two]
        #expect(promises() == [])
    }

    @Test mutating func whoeverComesToTheSameRingFromElsewhereMayMissMessages() {
        deliver([1, 2, 3], to: one)
        deliver([1, 2], to: two)
        move(one, to: 8, without: two)
        move(two, to: 8, without: one)
        present = [one, two]
        #expect(promises() == [])
    }

    @Test mutating func whoeverIsLostMayHaveDeliveredMore() {
        // The ring changes and nobody in the group; then one delivers what the other never gets, and is lost.
        for member in [one, two] { move(member, to: 8) }
        deliver([1, 2, 3], to: one)
        deliver([1, 2], to: two)
        for member in [one, two] { checker.changed(both(8), for: member, at: .origin) }
        move(two, to: 12, without: one)
        present = [two]
        #expect(promises() == [])
    }

    @Test mutating func aRepeatedMessageIsNoticed() {
        deliver([1, 2, 2, 3], to: one)
        #expect(promises().contains(.integrity))
    }

    @Test mutating func aMessageOfAStrangerIsNoticed() {
        let alone = GroupConfiguration(group: red, ring: ring(8), members: [one], joined: [], left: [])
        checker.changed(alone, for: one, at: .origin)
        deliver([1, 2, 3], to: one)
        #expect(promises() == [.integrity, .selfDelivery])
    }

    @Test mutating func alteredContentIsNoticed() {
        checker.delivered(nil, GroupMessage(group: red, sender: one, payload: [1]), to: two, at: .origin)
        #expect(promises().contains(.integrity))
        var payload = NumberedMessage(id: 7, size: 100).payload
        #expect(NumberedMessage(payload)?.id == 7)
        payload[50] ^= 1
        #expect(NumberedMessage(payload) == nil)
    }

    @Test mutating func aLostMessageOfOnesOwnIsNoticed() {
        deliver([1], to: one)
        deliver([2], to: two)
        #expect(promises() == [.selfDelivery])
    }
}

@Suite struct QuorumCheckerTests {
    private func view(_ members: [UInt32], ring sequence: UInt64, isQuorate: Bool) -> QuorumView {
        QuorumView(
            isQuorate: isQuorate, ring: ring(sequence), members: members.map { NodeID($0) }, votes: members.count,
            expectedVotes: 4, quorum: 3)
    }

    @Test func aRingsNumberIsUsedOnce() {
        var checker = QuorumChecker(nodes: (1...4).map { NodeID($0) }, allowsPairs: false)
        checker.changed(view([1, 2], ring: 4, isQuorate: false), on: NodeID(1), at: .origin)
        checker.changed(view([1, 3], ring: 4, isQuorate: false), on: NodeID(3), at: .origin)
        #expect(checker.violations.map(\.promise) == [.uniqueRings])
    }

    @Test func twoQuoratePartitionsAreNoticed() {
        var checker = QuorumChecker(nodes: (1...4).map { NodeID($0) }, allowsPairs: false)
        checker.changed(view([1, 2, 3], ring: 4, isQuorate: true), on: NodeID(1), at: .origin)
        #expect(checker.violations == [])
        checker.changed(view([4], ring: 8, isQuorate: true), on: NodeID(4), at: .origin)
        #expect(Set(checker.violations.map(\.promise)) == [.oneQuorum])
    }
}

@Suite struct EventQueueTests {
    @Test func eventsComeInTheOrderOfTimeAndThenOfInsertion() {
        var queue = EventQueue<Int>()
        var generator = SeededGenerator(seed: 3)
        var expected: [(Int64, Int)] = []
        for number in 0..<500 {
            let time = Int64(generator.below(50))
            queue.push(number, at: Instant(nanoseconds: time))
            expected.append((time, number))
        }
        expected.sort { $0 < $1 }
        var popped: [Int] = []
        while let (_, number) = queue.pop(until: Instant(nanoseconds: 1000)) { popped.append(number) }
        #expect(popped == expected.map(\.1))
    }

    @Test func nothingComesBeforeItsTime() {
        var queue = EventQueue<Int>()
        queue.push(1, at: Instant(nanoseconds: 10))
        #expect(queue.pop(until: Instant(nanoseconds: 9)) == nil)
        #expect(queue.pop(until: Instant(nanoseconds: 10))?.payload == 1)
    }
}

@Suite struct WideAreaTests {
    private func options(_ minutes: Int, _ lie: Sabotage? = nil) -> SimulationOptions {
        var options = SimulationOptions(seed: 1)
        options.scope = .wideArea
        options.nodeCount = 2
        options.faultTime = .seconds(60 * minutes)
        options.sabotage = lie
        return options
    }

    @Test func lossDelayAndJitterEndNoRing() {
        let outcome = simulate(options(10))
        #expect(outcome.violations == [])
        #expect(outcome.deliveredCount > 1000)
    }

    @Test func aFalseAlarmIsNoticed() {
        #expect(simulate(options(1, .suspendNode)).violations.contains { $0.promise == .noFalseAlarm })
    }
}

@Suite struct SimulatorArgumentsTests {
    @Test func optionsAreRead() throws {
        let arguments = try SimulatorArguments(["--seeds", "5..9", "--jobs", "2", "--sabotage", "swap-deliveries"])
        #expect(arguments.seeds == 5...9)
        #expect(arguments.jobCount == 2)
        #expect(arguments.sabotage == .swapDeliveries)
    }

    @Test(arguments: [
        ["--seed"], ["--seed", "x"], ["--seeds", "9..5"], ["--jobs", "0"], ["--sabotage", "none"], ["-x"],
    ])
    func nonsenseIsRefused(arguments: [String]) {
        #expect(throws: SimulatorArguments.Failure.self) { try SimulatorArguments(arguments) }
    }
}
