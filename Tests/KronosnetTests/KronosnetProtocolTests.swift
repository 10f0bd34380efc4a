import ClusterConfiguration
import ClusterTypes
import Testing

@testable import Kronosnet

@Suite struct KronosnetProtocolTests {
    private let large = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 / 7) }

    private func reachability(_ wire: SimulatedWire, at index: Int) -> [Bool] {
        wire.events[index].compactMap {
            if case .reachabilityChanged(_, let isReachable) = $0 { isReachable } else { nil }
        }
    }

    @Test("a link is up with the third answer, its MTU is known, and packets of every size pass")
    func exchange() {
        var wire = SimulatedWire()
        wire.run(.milliseconds(390))
        #expect(reachability(wire, at: 0) == [])
        #expect(wire.send([1], from: 0) == [], "nobody is reachable")
        wire.run(.milliseconds(100))
        #expect(reachability(wire, at: 0) == [true])
        #expect(wire.nodes[0].fragmentLength == 1446)
        for length in [1, 1445, 1446, 1447, 2892, 60_000, 65_536] {
            wire.send(Array(repeating: UInt8(truncatingIfNeeded: length), count: length), from: 0, to: NodeID(2))
        }
        #expect(wire.delivered[1].map(\.count) == [1, 1445, 1446, 1447, 2892, 60_000, 65_536])
        wire.send(large, from: 0)
        #expect(wire.delivered[1].last == large)
        #expect(wire.send([], from: 0) == [])
        #expect(wire.send(Array(repeating: 0, count: 65_537), from: 0) == [])
        #expect(wire.send([1], from: 0, to: NodeID(9)) == [])
        #expect(wire.send([1], from: 0, to: NodeID(70_000)) == [])
    }

    @Test("what arrives again is not delivered again; a node that has started anew is listened to")
    func replay() {
        var wire = SimulatedWire()
        wire.run(.seconds(1))
        let fragments = wire.send(large, from: 0) + wire.send([7], from: 0)
        #expect(wire.delivered[1].count == 2)
        for fragment in fragments.shuffled() {
            wire.inject(fragment, at: 1, from: SimulatedWire.remote(1, link: 0))
        }
        #expect(wire.delivered[1].count == 2)
        wire.nodes[0] = KronosnetProtocol(SimulatedWire.settings(1, of: 2, links: 1), now: wire.now)
        wire.run(.seconds(1))
        wire.send([8], from: 0)
        #expect(wire.delivered[1].count == 3)
    }

    @Test("more packets than there are numbers pass")
    func roundTheNumbers() {
        var wire = SimulatedWire()
        wire.run(.seconds(1))
        for index in 0..<140_000 { wire.send([UInt8(truncatingIfNeeded: index)], from: 0) }
        #expect(wire.delivered[1].count == 140_000)
    }

    @Test("a silent node's link is down after the ping timeout, and up again after three answers")
    func silentLink() {
        var wire = SimulatedWire()
        wire.run(.seconds(12))
        wire.run(.milliseconds(290), silent: [1])
        #expect(wire.nodes[0].peers[0].links[0].health.isConnected)
        wire.run(.milliseconds(220), silent: [1])
        #expect(!wire.nodes[0].peers[0].links[0].health.isConnected)
        wire.run(.milliseconds(700))
        #expect(wire.nodes[0].peers[0].links[0].health.isConnected)
        #expect(wire.nodes[0].peers[0].links[0].counters.downCount == 1)
        #expect(wire.nodes[0].peers[0].links[0].counters.upCount == 2)
    }

    @Test(
        "a node that is silent for less than the limit is reachable all the time, on young and old links, one or two",
        arguments: [1, 12], [UInt8(1), 2])
    func shortSilence(age: Int, links: UInt8) {
        var wire = SimulatedWire(links: links)
        wire.run(.seconds(age))
        for pause in [400, 700, 900] {
            wire.run(.milliseconds(pause), silent: [1])
            #expect(reachability(wire, at: 0) == [true])
            // What is sent to it while it sleeps waits in its sockets; what it sends when it wakes is listened to.
            wire.send([1], from: 0)
            wire.send([2], from: 1)
            #expect(wire.delivered[1].last == [1] && wire.delivered[0].last == [2], "after \(pause) ms")
            wire.run(.seconds(3))
        }
        #expect(reachability(wire, at: 1) == [true], "its own sleep is no silence of the other")
    }

    @Test(
        "a node that is silent for the limit is unreachable, on young and old links, one or two", arguments: [1, 12],
        [UInt8(1), 2])
    func longSilence(age: Int, links: UInt8) {
        var wire = SimulatedWire(links: links)
        wire.run(.seconds(age))
        wire.run(.milliseconds(790), silent: [1])
        #expect(reachability(wire, at: 0) == [true])
        wire.run(.milliseconds(220), silent: [1])
        #expect(reachability(wire, at: 0) == [true, false])
        #expect(wire.send([1], from: 0) == [])
        wire.run(.milliseconds(700))
        #expect(reachability(wire, at: 0) == [true, false, true])
    }

    @Test("of two links that are young the next takes over as soon as with old ones")
    func youngLinksTakeOver() {
        var wire = SimulatedWire(links: 2)
        wire.run(.seconds(1))
        wire.cut = [0]
        wire.run(.milliseconds(510))
        #expect(wire.nodes[0].peers[0].active == [1])
        wire.send([1], from: 0)
        #expect(wire.delivered[1] == [[1]])
    }

    @Test(
        "a network that loses every fifth packet in each direction makes no member of a ring unreachable",
        arguments: [UInt8(1), 2])
    func losses(links: UInt8) {
        var wire = SimulatedWire(links: links)
        wire.run(.seconds(5))
        wire.loss = (0.2, SeededGenerator(seed: 4))
        for _ in 0..<6000 {
            // A token in each direction.
            wire.send([1], from: 0)
            wire.send([2], from: 1)
            wire.run(.milliseconds(100))
        }
        #expect(reachability(wire, at: 0) == [true])
        #expect(reachability(wire, at: 1) == [true])
    }

    @Test("lost answers take a node's only link down only when its patience ends, while the node is heard")
    func heardThoughNotAnswered() {
        var wire = SimulatedWire(Self.patient)
        wire.run(.seconds(12))
        wire.deaf = [1]
        wire.run(.milliseconds(2700))
        #expect(wire.nodes[0].peers[0].links[0].health.isConnected)
        #expect(reachability(wire, at: 0) == [true], "its pings arrive")
        #expect(reachability(wire, at: 1) == [true, false], "it hears nothing")
        wire.run(.milliseconds(400))
        #expect(reachability(wire, at: 0) == [true, false])
    }

    @Test("a link over which nothing arrives any more is down one timeout after the last packet, patience or not")
    func silenceOfThePatientlyWatched() {
        var wire = SimulatedWire(Self.patient)
        wire.run(.seconds(12))
        wire.deaf = [1]
        wire.run(.milliseconds(700))
        wire.run(.milliseconds(510), silent: [1])
        #expect(!wire.nodes[0].peers[0].links[0].health.isConnected)
        #expect(reachability(wire, at: 0) == [true])
        wire.run(.milliseconds(500), silent: [1])
        #expect(reachability(wire, at: 0) == [true, false])
    }

    @Test("who answers no ping over several links is unreachable after three times the limit, though it is heard")
    func unansweredOverTwoLinks() {
        var wire = SimulatedWire(links: 2)
        wire.run(.seconds(12))
        wire.deaf = [1]
        wire.run(.milliseconds(2700))
        #expect(wire.nodes[0].peers[0].links.allSatisfy { !$0.health.isConnected })
        #expect(reachability(wire, at: 0) == [true])
        wire.run(.milliseconds(400))
        #expect(reachability(wire, at: 0) == [true, false])
        wire.run(.seconds(5))
        #expect(reachability(wire, at: 0) == [true, false], "its pings alone make it no more reachable")
    }

    private static func patient(_ settings: inout KronosnetProtocol.Settings) {
        for peer in settings.peers.indices { settings.peers[peer].links[0].patientPingTimeout = .seconds(3) }
    }

    @Test("a link that has just come up is borne with, as kronosnet does")
    func patience() {
        var wire = SimulatedWire()
        wire.run(.seconds(1))
        wire.run(.milliseconds(2900), silent: [1])
        #expect(wire.nodes[0].peers[0].links[0].health.isConnected)
        #expect(reachability(wire, at: 0) == [true, false], "patience with a link is none with its node")
        wire.run(.milliseconds(1500), silent: [1])
        #expect(!wire.nodes[0].peers[0].links[0].health.isConnected)
    }

    @Test("the time that a node itself has slept is no silence of others")
    func oversleeping() {
        var wire = SimulatedWire()
        wire.run(.seconds(12))
        wire.now = wire.now + .seconds(30)
        wire.run(.seconds(1))
        #expect(reachability(wire, at: 0) == [true])
        #expect(reachability(wire, at: 1) == [true])
    }

    @Test("a refused packet is a reason to ask; the link of who does not answer is down")
    func refusal() {
        var wire = SimulatedWire()
        wire.run(.seconds(12))
        var effects: [KronosnetProtocol.Effect] = []
        let before = wire.nodes[0].peers[0].links[0].counters.ping.sent.packets
        // Forged, and nothing is lost.
        wire.nodes[0].refused(SimulatedWire.remote(2, link: 0), now: wire.now, into: &effects)
        #expect(wire.nodes[0].peers[0].links[0].counters.ping.sent.packets == before + 1)
        if case .transmit(let ping, _, _)? = effects.first {
            wire.inject(ping, at: 1, from: SimulatedWire.remote(1, link: 0))
        }
        wire.run(.seconds(1))
        #expect(reachability(wire, at: 0) == [true])
        wire.nodes[0].refused(SimulatedWire.remote(2, link: 0), now: wire.now, into: &effects)
        #expect(wire.nodes[0].peers[0].links[0].health.isConnected)
        wire.run(.milliseconds(70), silent: [1])
        #expect(!wire.nodes[0].peers[0].links[0].health.isConnected)
    }

    @Test("in passive mode the preferred link carries all, and the other one takes over")
    func passive() {
        var wire = SimulatedWire(links: 2) { settings in
            for peer in settings.peers.indices { settings.peers[peer].links[1].priority = 9 }
        }
        wire.run(.seconds(12))
        #expect(wire.nodes[0].peers[0].active == [1])
        wire.cut = [1]
        wire.run(.milliseconds(600))
        #expect(wire.nodes[0].peers[0].active == [0])
        #expect(reachability(wire, at: 0) == [true])
        #expect(wire.events[0].filter { $0 == .linkChanged }.count == 3, "two came up, one went down")
        wire.send([1], from: 0)
        #expect(wire.delivered[1] == [[1]])
        wire.cut = []
        wire.run(.seconds(1))
        #expect(wire.nodes[0].peers[0].active == [1])
    }

    @Test(
        "in active mode everything goes over all links and arrives once; in turn otherwise",
        arguments: [
            TotemSettings.LinkMode.active, .roundRobin,
        ])
    func several(mode: TotemSettings.LinkMode) {
        var wire = SimulatedWire(links: 2) { $0.linkMode = mode }
        wire.run(.seconds(1))
        for _ in 0..<10 { wire.send(large, from: 0) }
        #expect(wire.delivered[1] == Array(repeating: large, count: 10))
        let sent = wire.nodes[0].peers[0].links.map(\.counters.data.sent.packets)
        let each = mode == .active ? 10 * UInt64(60_000 / 1446 + 1) : 5 * UInt64(60_000 / 1446 + 1)
        #expect(wire.nodes[0].peers[0].active.count == 2)
        // Counted by the transport, which the wire stands for here.
        #expect(sent == [0, 0])
        let received = wire.nodes[1].peers[0].links.map(\.counters.data.received.packets)
        #expect(received == [each, each])
    }

    @Test("the narrowest link decides the length of fragments; an interface that becomes narrower is noticed")
    func narrower() {
        var wire = SimulatedWire(nodes: 3)
        wire.run(.seconds(1))
        #expect(wire.nodes[0].fragmentLength == 1446)
        wire.width = 1000
        var effects: [KronosnetProtocol.Effect] = []
        wire.nodes[0].tooLarge(over: .init(peer: 0, link: 0), limit: 1000, now: wire.now, into: &effects)
        #expect(wire.nodes[0].fragmentLength < 1000)
        wire.run(.seconds(1))
        #expect(wire.nodes[0].fragmentLength == 946)
        wire.send(large, from: 0)
        #expect(wire.delivered[1] == [large])
        #expect(wire.delivered[2] == [large])
    }

    @Test("nodes and links come and go while others stay as they are")
    func reconfiguring() {
        var wire = SimulatedWire(nodes: 3, links: 2)
        wire.run(.seconds(1))
        var effects: [KronosnetProtocol.Effect] = []
        var settings = SimulatedWire.settings(1, of: 3, links: 2)
        settings.peers.removeFirst()
        settings.peers[0].links.removeLast()
        wire.nodes[0].reconfigure(settings, now: wire.now, into: &effects)
        #expect(effects.contains(.reachabilityChanged(NodeID(2), isReachable: false)))
        #expect(!effects.contains(.reachabilityChanged(NodeID(3), isReachable: false)))
        wire.send([3], from: 0)
        #expect(wire.delivered[2] == [[3]])
        wire.nodes[0].reconfigure(SimulatedWire.settings(1, of: 3, links: 2), now: wire.now, into: &effects)
        wire.run(.seconds(1))
        wire.send([4], from: 0)
        #expect(wire.delivered[1] == [[4]])
        #expect(wire.delivered[2] == [[3], [4]])
    }

    @Test(
        "nothing that arrives can stop a node, or be delivered without being sent", arguments: 0..<40 as Range<UInt64>)
    func hostilePackets(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var wire = SimulatedWire(links: 2)
        wire.run(.seconds(1))
        var samples = wire.send(large, from: 0) + wire.send([1, 2, 3], from: 0)
        let ping = Packet.Ping(node: 1, link: 0, seconds: .max, nanoseconds: .max, sequence: 9, isTimed: false)
        samples += [
            Packet.ping(ping).bytes(), Packet.pong(ping).bytes(), Packet.pathProbe(node: 1, link: 1, size: 9).bytes(),
            Packet.pathReply(node: 1, link: 255, size: 65535).bytes(length: 70_000),
        ]
        let sources = [SimulatedWire.remote(1, link: 0), SimulatedWire.remote(1, link: 1), Endpoint(low: 99, port: 1)]
        for _ in 0..<2000 {
            var bytes = samples.randomElement(using: &generator) ?? []
            switch generator.next() % 4 {
            case 0: bytes = (0..<Int(generator.next() % 64)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            case 1: bytes = Array(bytes.prefix(Int(generator.next() % 40)))
            case 2:
                for _ in 0..<3 where !bytes.isEmpty {
                    bytes[Int(generator.next() % UInt64(min(bytes.count, 30)))] = UInt8(
                        truncatingIfNeeded: generator.next())
                }
            default: break
            }
            wire.inject(bytes, at: 1, from: sources[Int(generator.next() % 3)])
            if generator.next() % 50 == 0 { wire.run(.milliseconds(50)) }
        }
        // A sender that starts again is understood after all that.
        wire.nodes[0] = KronosnetProtocol(SimulatedWire.settings(1, of: 2, links: 2), now: wire.now)
        wire.run(.seconds(3))
        wire.delivered[1] = []
        wire.send(large, from: 0)
        #expect(wire.delivered[1] == [large])
    }
}
