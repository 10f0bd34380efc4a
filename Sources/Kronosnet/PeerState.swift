internal import ClusterConfiguration
internal import ClusterTypes

/// Another node: its links, and what of its packets has been seen.
struct PeerState {
    var node: UInt16
    var links: [LinkState]
    /// Places of the links that data goes over, as the link mode wants it; empty when the node cannot be reached.
    var active: [Int] = []
    var isReachable = false
    /// Where round-robin is.
    private var turn = 0

    /// Whole packets that have arrived.
    var arrived = SequenceWindow()
    /// Packets of which a fragment has arrived.
    var begun = SequenceWindow()
    var reassembly = Reassembly()
    /// Something arrived since the last ping that keeps numbers in step.
    var hasSentData = false
    /// Pings come over every link; their numbers are looked at once.
    var untimedSequence: UInt16 = 0

    init(_ peer: KronosnetProtocol.Peer, now: Instant) {
        node = peer.node
        links = peer.links.map { LinkState($0, now: now) }
    }

    /// Adds the links that the next packet goes over.
    mutating func appendRoute(
        _ place: Int, _ mode: TotemSettings.LinkMode, to links: inout [KronosnetProtocol.LinkIndex]
    ) {
        guard isReachable else { return }
        switch mode {
        case .passive, .active: for link in active { links.append(.init(peer: place, link: link)) }
        case .roundRobin:
            guard !active.isEmpty else { return }
            turn = (turn + 1) % active.count
            links.append(.init(peer: place, link: active[turn]))
        }
    }

    /// Chooses among the links that work: in passive mode the one of highest priority, of equals the first.
    mutating func chooseLinks(_ mode: TotemSettings.LinkMode) {
        let usable = links.indices.filter { links[$0].isUsable }
        switch mode {
        case .active, .roundRobin: active = usable
        case .passive:
            let best = usable.reduce(nil as Int?) { best, link in
                guard let best else { return link }
                return links[link].parameters.priority > links[best].parameters.priority ? link : best
            }
            active = best.map { [$0] } ?? []
        }
    }

    mutating func forgetPackets() {
        arrived.forget()
        begun.forget()
        reassembly.forget()
    }
}

/// One link to another node.
struct LinkState {
    var parameters: LinkParameters
    var health: LinkHealth
    var path = PathDiscovery()
    var counters = LinkCounters()

    init(_ parameters: LinkParameters, now: Instant) {
        self.parameters = parameters
        health = LinkHealth(now: now)
    }

    var isUsable: Bool { health.isConnected && path.mtu != nil }
}
