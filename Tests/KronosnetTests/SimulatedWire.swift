import ClusterTypes

@testable import Kronosnet

/// Nodes that share one wire: every packet arrives at once, unless the wire is cut, narrow or lossy.
struct SimulatedWire {
    var nodes: [KronosnetProtocol]
    var now = Instant.origin
    var delivered: [[[UInt8]]]
    var events: [[KronosnetProtocol.Effect]]
    /// Links, by number, over which nothing passes.
    var cut: Set<UInt8> = []
    /// Nodes, by index, that get nothing.
    var deaf: Set<Int> = []
    /// How probably a packet vanishes.
    var loss: (probability: Double, generator: SeededGenerator)?
    var width = 1500
    private var effects: [KronosnetProtocol.Effect] = []

    static func remote(_ node: UInt16, link: UInt8) -> Endpoint {
        Endpoint(low: UInt64(node) << 8 | UInt64(link), port: 5405)
    }

    static func settings(_ node: UInt16, of count: UInt16, links: UInt8) -> KronosnetProtocol.Settings {
        var settings = KronosnetProtocol.Settings(node: node)
        for peer in 1...count where peer != node {
            settings.peers.append(
                .init(
                    node: peer,
                    links: (0..<links).map { link in
                        LinkParameters(
                            number: link, remote: remote(peer, link: link), pingInterval: .milliseconds(200),
                            pingTimeout: .milliseconds(500))
                    }))
        }
        return settings
    }

    init(nodes count: UInt16 = 2, links: UInt8 = 1, _ change: (inout KronosnetProtocol.Settings) -> Void = { _ in }) {
        nodes = (1...count).map { node in
            var settings = Self.settings(node, of: count, links: links)
            change(&settings)
            return KronosnetProtocol(settings, now: .origin)
        }
        delivered = Array(repeating: [], count: Int(count))
        events = Array(repeating: [], count: Int(count))
    }

    /// Lets time pass, in steps of 10 ms; `silent` nodes do nothing.
    mutating func run(_ duration: Duration, silent: Set<Int> = []) {
        let end = now + duration
        while now < end {
            now = now + .milliseconds(10)
            for index in nodes.indices where !silent.contains(index) && nodes[index].deadline(now: now) <= now {
                nodes[index].advance(now: now, into: &effects)
                perform(at: index, silent: silent)
            }
        }
    }

    /// Sends a packet; returns the fragments, link by link.
    @discardableResult
    mutating func send(_ packet: [UInt8], from index: Int, to node: NodeID? = nil) -> [[UInt8]] {
        guard let dispatch = nodes[index].dispatch(of: packet.count, to: node, now: now, into: &effects) else {
            return []
        }
        perform(at: index)
        var fragments: [[UInt8]] = []
        for fragment in 1...dispatch.header.fragmentCount {
            var header = dispatch.header
            header.fragment = dispatch.header.fragmentCount == 1 ? 0 : fragment
            let start = (fragment - 1) * dispatch.fragmentLength
            let content = packet[start..<min(packet.count, start + dispatch.fragmentLength)]
            fragments.append(Packet.data(header).bytes() + content)
        }
        for link in dispatch.links { for fragment in fragments { carry(fragment, from: index, over: link) } }
        return fragments
    }

    /// Brings bytes to a node, from wherever.
    mutating func inject(_ bytes: [UInt8], at index: Int, from source: Endpoint) {
        bytes.withUnsafeBytes {
            _ = nodes[index].receive($0, length: $0.count, from: source, now: now, into: &effects)
        }
        perform(at: index)
    }

    private mutating func carry(
        _ bytes: [UInt8], from index: Int, over link: KronosnetProtocol.LinkIndex, silent: Set<Int> = []
    ) {
        let peer = nodes[index].settings.peers[link.peer]
        let number = peer.links[link.link].number
        let target = Int(peer.node) - 1
        guard !cut.contains(number), !deaf.contains(target), !silent.contains(target) else { return }
        if let loss, self.loss?.generator.chance(loss.probability) ?? false { return }
        bytes.withUnsafeBytes {
            _ = nodes[target].receive(
                $0, length: $0.count, from: Self.remote(UInt16(index + 1), link: number), now: now, into: &effects)
        }
        perform(at: target, silent: silent)
    }

    private mutating func perform(at index: Int, silent: Set<Int> = []) {
        let batch = effects
        effects = []
        for effect in batch {
            switch effect {
            case .transmit(let bytes, _, let link):
                if bytes.count + 28 > width {
                    nodes[index].tooLarge(over: link, limit: width, now: now, into: &effects)
                    perform(at: index, silent: silent)
                } else {
                    carry(bytes, from: index, over: link, silent: silent)
                }
            case .deliver(let packet): delivered[index].append(packet)
            case .reachabilityChanged, .linkChanged, .mtuChanged, .report, .complain: events[index].append(effect)
            }
        }
    }
}
