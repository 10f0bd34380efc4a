import ClusterTypes
import Testing
import Totem

@Suite("Membership")
struct MembershipScenarioTests {
    static let one = NodeID(1)
    static let two = NodeID(2)
    static let three = NodeID(3)

    private func converged(_ count: Int, seed: UInt64 = 1) -> RingNetwork {
        var network = RingNetwork(nodeCount: count, seed: seed)
        network.startAll()
        network.run(for: .seconds(3)) { $0.hasConverged }
        network.expectConverged()
        network.run(for: .milliseconds(500))
        return network
    }

    @Test("A node without peers forms its ring at once")
    func lone() {
        var network = RingNetwork(nodeCount: 1, seed: 1)
        network.startAll()
        let time = network.run(for: .seconds(1)) { $0.hasConverged }
        #expect(time <= .milliseconds(10))
    }

    @Test("A node whose peers are down forms its ring after a short wait for its links")
    func loneWithPeers() {
        var network = RingNetwork(nodeCount: 2, seed: 1)
        network.start(Self.one)
        let time = network.run(for: .seconds(2)) { $0.hasConverged }
        #expect(time <= .milliseconds(700))
    }

    @Test("Two nodes that start together are one ring soon after their links are up, without rings of one before")
    func coldStart() {
        var network = RingNetwork(nodeCount: 2, seed: 3)
        network.startAll()
        let time = network.run(for: .seconds(3)) { $0.hasConverged }
        #expect(time <= .milliseconds(250))
        #expect(network.histories.last(of: Self.one)?.stretches.count == 1)
    }

    @Test("Nodes whose links come up one after the other are mostly one ring without a consensus timeout")
    func scatteredStart() {
        let quick = (1...20 as ClosedRange<UInt64>).filter { seed in
            var network = RingNetwork(nodeCount: 5, seed: seed)
            network.startAll()
            return network.run(for: .seconds(2)) { $0.hasConverged } <= .milliseconds(600)
        }
        #expect(quick.count >= 14, "\(quick)")
    }

    @Test("A node that starts later is merged soon after its links are up")
    func lateStart() {
        var network = RingNetwork(nodeCount: 2, seed: 4)
        network.start(Self.one)
        network.run(for: .seconds(2))
        network.start(Self.two)
        let time = network.run(for: .seconds(3)) { $0.hasConverged }
        #expect(time <= .milliseconds(300))
    }

    @Test(
        "A dead node costs the token timeout and at most a tenth of a second", arguments: [2, 3, 8, 16],
        [0, 20, 40, 60])
    func crash(count: Int, moment: Int) {
        var network = converged(count)
        network.run(for: .milliseconds(moment))
        network.crash(Self.two)
        let time = network.run(for: .seconds(5)) { $0.hasConverged }
        network.expectConverged()
        #expect(time >= .milliseconds(990) && time <= .milliseconds(1100), "took \(time)")
        let departure = network.departures(of: Self.one).last
        #expect(departure?.node == Self.two)
    }

    @Test("Without reports about links it costs a moment more, and still no consensus timeout", arguments: [2, 3, 8])
    func crashWithoutReachability(count: Int) {
        var network = RingNetwork(nodeCount: count, seed: 5) { $0.reportsReachability = false }
        network.startAll()
        network.run(for: .seconds(5)) { $0.hasConverged }
        network.crash(Self.two)
        let time = network.run(for: .seconds(8)) { $0.hasConverged }
        network.expectConverged()
        #expect(time >= .milliseconds(990) && time <= .milliseconds(1150), "took \(time)")
    }

    @Test("A member whose machine says that its daemon is gone is dropped at once", arguments: [2, 5])
    func daemonGone(count: Int) {
        var network = converged(count)
        network.crash(Self.two)
        network.run(for: .milliseconds(5))
        network.refuse(Self.two)
        let time = network.run(for: .seconds(5)) { $0.hasConverged }
        #expect(time <= .milliseconds(100), "took \(time)")
        // With more nodes, another one's conclusion may be learned first.
        let departure = network.departures(of: Self.one).last
        #expect(departure?.node == Self.two)
        if count == 2 { #expect(departure?.cause == .daemonGone) }
    }

    @Test("A forged answer that a member's daemon is gone costs a new ring of the same members")
    func forgedRefusal() {
        var network = converged(3)
        let before = network.ring(Self.one)?.ring
        network.refuse(Self.two)
        network.run(for: .seconds(2))
        network.expectConverged()
        #expect(network.ring(Self.one)?.ring != before)
        #expect(network.departures(of: Self.one).isEmpty)
    }

    @Test(
        "A node that is stopped for less than the token timeout stays a member, whoever it is and whatever the ring does",
        arguments: [2, 3], [1, 2])
    func shortPause(count: Int, paused: Int) {
        for (isBusy, reportsReachability) in [(false, true), (true, true), (false, false)] {
            var network = RingNetwork(nodeCount: count, seed: 6) { $0.reportsReachability = reportsReachability }
            network.startAll()
            network.run(for: .seconds(5)) { $0.hasConverged }
            network.run(for: .seconds(5))
            let before = network.ring(Self.one)?.ring
            for pause in [700, 900, 995] {
                // At different moments of the rotation of an idle token.
                for moment in 0..<7 {
                    network.run(for: .milliseconds(1000 + moment * 13))
                    if isBusy { for id in network.ids { network.multicastNumbered(from: id, size: 500) } }
                    network.pause(network.ids[paused - 1], for: .milliseconds(pause))
                    network.run(for: .milliseconds(pause))
                    #expect(network.ring(Self.one)?.ring == before, "pause of \(pause) ms, moment \(moment)")
                }
            }
            network.run(for: .seconds(3))
            #expect(network.ring(Self.one)?.ring == before)
        }
    }

    @Test(
        "A node that is stopped for longer is dropped after the token timeout and a moment, and merged when it is back")
    func longPause() {
        var network = converged(3)
        network.pause(Self.two, for: .milliseconds(2500))
        let time = network.run(for: .seconds(2)) { $0.ring(Self.one)?.members == [Self.one, Self.three] }
        #expect(time >= .milliseconds(990) && time <= .milliseconds(1100), "took \(time)")
        network.run(for: .seconds(5)) { $0.hasConverged }
        network.expectConverged()
    }

    @Test("Links that are down end no ring that has a token")
    func linksAlone() {
        var network = converged(2)
        let before = network.ring(Self.one)?.ring
        network.loseSight(of: Self.two)
        network.run(for: .seconds(3))
        #expect(network.ring(Self.one)?.ring == before)
    }

    @Test("Delay and jitter of a wide-area network, and losses, end no ring within two minutes")
    func wideArea() {
        var faults = RingNetwork.Faults()
        faults.latency = .milliseconds(20)...(.milliseconds(60))
        faults.loss = 0.05
        var network = RingNetwork(nodeCount: 2, seed: 7, faults: faults)
        network.startAll()
        network.run(for: .seconds(20)) { $0.hasConverged }
        network.expectConverged()
        let before = network.ring(Self.one)?.ring
        network.run(for: .seconds(120))
        #expect(network.ring(Self.one)?.ring == before)
    }

    @Test("A node behind links that do not lead to everybody ends rings ever more rarely")
    func nonTransitiveLinks() {
        var network = converged(3)
        network.cut(Self.one, Self.three)
        network.run(for: .seconds(60))
        let count = { (network: RingNetwork) in network.histories.last(of: Self.two)?.stretches.count ?? 0 }
        let early = count(network)
        network.run(for: .seconds(120))
        #expect(count(network) - early <= 8, "\(count(network) - early) rings in two minutes")
        network.heal()
        network.run(for: .seconds(5)) { $0.hasConverged }
        network.expectConverged()
    }

    @Test("A node that leaves is gone at once and not reported as failed")
    func leave() {
        var network = converged(3)
        network.leave(Self.three)
        let time = network.run(for: .seconds(3)) { $0.hasConverged }
        #expect(time <= .milliseconds(60), "took \(time)")
        let last = network.histories.last(of: Self.one)?.reports.last?.report
        guard case .ringInstalled(let configuration, let departures) = last else {
            Issue.record("no ring was reported")
            return
        }
        #expect(configuration.left == [Self.three])
        #expect(departures == [Departure(Self.three, .leftItself)])
    }

    @Test("A node that restarts before anybody noticed joins as a new member")
    func quickRestart() {
        var network = converged(2)
        let before = network.ring(Self.one)?.ring
        network.crash(Self.two)
        network.run(for: .milliseconds(5))
        network.start(Self.two)
        network.run(for: .seconds(5)) { $0.hasConverged && $0.ring(Self.one)?.ring != before }
        network.expectConverged()
        let changes = network.histories.last(of: Self.one)?.entries ?? []
        #expect(
            changes.contains {
                if case .configuration(let change) = $0 { change.left == [Self.two] } else { false }
            })
    }

    @Test("Separated rings merge when the network heals", arguments: [UInt64(1), 2, 3])
    func partition(seed: UInt64) {
        var network = converged(5, seed: seed)
        network.split([[NodeID(1), NodeID(2)], [NodeID(3), NodeID(4), NodeID(5)]])
        network.run(for: .seconds(4))
        #expect(network.ring(NodeID(1))?.members == [NodeID(1), NodeID(2)])
        #expect(network.ring(NodeID(4))?.members == [NodeID(3), NodeID(4), NodeID(5)])
        network.heal()
        let time = network.run(for: .seconds(5)) { $0.hasConverged }
        network.expectConverged()
        #expect(time <= .seconds(3), "took \(time)")
    }

    @Test("An idle pair exchanges few packets")
    func idleTraffic() {
        var network = converged(2)
        network.run(for: .seconds(2))
        let before = network.packetCount
        network.run(for: .seconds(10))
        #expect(network.packetCount - before <= 350, "\(network.packetCount - before) packets")
    }

    @Test("Ring sequences grow over crashes, and no ring is formed twice")
    func ringSequences() {
        var network = converged(2)
        var seen: Set<RingID> = []
        for _ in 0..<4 {
            network.crash(Self.two)
            network.run(for: .seconds(2))
            network.start(Self.two)
            network.run(for: .seconds(3)) { $0.hasConverged }
            network.expectConverged()
            if let ring = network.ring(Self.two)?.ring { #expect(seen.insert(ring).inserted) }
        }
    }
}
