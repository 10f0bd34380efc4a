import ClusterTypes
import Testing
import Totem

/// Random stories from a seed; the histories must satisfy extended virtual synchrony, and the nodes must end in one ring.
@Suite("Simulated clusters")
struct SimulatedClusterTests {
    struct Story: CustomTestStringConvertible {
        var seed: UInt64
        var firstSequence: UInt32 = 0
        var loss = 0.0
        var isCrashing = true

        var testDescription: String { "seed \(seed), loss \(loss), first \(String(firstSequence, radix: 16))" }
    }

    /// Seeds 109 and 202 once found messages that were cut by a ring change and complete at some members only.
    static let stories: [Story] =
        (1...4).map { Story(seed: UInt64($0)) }
        + [101, 102, 109].map { Story(seed: $0, loss: 0.02) }
        + [201, 202].map { Story(seed: $0, firstSequence: 0xffff_ff00, loss: 0.01) }
        + [Story(seed: 301, loss: 0.1, isCrashing: false)]

    @Test("Order, virtual synchrony, self delivery and convergence hold", arguments: stories)
    func story(_ story: Story) {
        var generator = SeededGenerator(seed: story.seed &* 7919)
        var faults = RingNetwork.Faults()
        faults.loss = story.loss
        faults.duplication = story.loss / 2
        faults.latency = .microseconds(30)...(.microseconds(generator.below(2) == 0 ? 200 : 3000))
        let packetSize = [1500, 9000, 65535][generator.below(3)]
        let count = 2 + generator.below(4)
        var network = RingNetwork(nodeCount: count, seed: story.seed, faults: faults) {
            $0.firstSequence = story.firstSequence
            $0.packetSizeLimit = packetSize
        }
        network.startAll()
        network.run(for: .milliseconds(300))
        for _ in 0..<25 { step(&network, &generator, packetSize: packetSize, crashes: story.isCrashing) }
        network.heal()
        for id in network.ids where network.nodes[id]?.isAlive == false { network.start(id) }
        network.faults.loss = 0
        network.faults.duplication = 0
        network.run(for: .seconds(20)) { $0.hasConverged }
        network.expectConverged()
        network.run(for: .seconds(2))
        var checker = HistoryChecker()
        checker.check(network.histories)
        for id in network.ids {
            if let history = network.histories.last(of: id) { checker.checkSelfDelivery(history) }
        }
        #expect(checker.problems.isEmpty, "\(checker.problems.prefix(5))")
        #expect(network.histories.map(\.messages.count).reduce(0, +) > 20)
    }

    private func step(
        _ network: inout RingNetwork, _ generator: inout SeededGenerator, packetSize: Int, crashes: Bool
    ) {
        switch generator.below(crashes ? 8 : 5) {
        case 0...4:
            for _ in 0..<(1 + generator.below(30)) {
                let size = [20, 300, packetSize, packetSize * 3][generator.below(4)]
                network.multicastNumbered(
                    from: network.ids[generator.below(network.ids.count)], size: size + generator.below(50),
                    guarantee: generator.below(5) == 0 ? .safe : .agreed)
            }
        case 5:
            network.split([network.ids.filter { _ in generator.below(2) == 0 }])
        case 6:
            network.heal()
        default:
            let id = network.ids[generator.below(network.ids.count)]
            if network.nodes[id]?.isAlive == true {
                if generator.below(3) == 0 { network.leave(id) } else { network.crash(id) }
            } else {
                network.start(id)
            }
        }
        network.run(
            for: generator.duration(in: .microseconds(100)...(.milliseconds(generator.below(3) == 0 ? 800 : 20))))
    }
}
