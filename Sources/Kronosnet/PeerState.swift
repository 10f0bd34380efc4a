internal import ClusterConfiguration
internal import ClusterTypes

/// Another node: its links, and what of its packets has been seen.
struct PeerState {
    var node: UInt16
    var links: [LinkState]
    /// Places of the links that data goes over, as the link mode wants it. While no link works, but the node has not been silent for
    /// long, all that have worked: what is sent may arrive.
    var active: [Int] = []
    var isReachable = false
    private var silence: NodeSilence
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
        silence = NodeSilence(now: now)
    }

    /// Something arrived from the node.
    mutating func heard(over link: Int, now: Instant) {
        links[link].health.heard(now: now)
        silence.heard(now: now)
    }

    /// The node answered a ping.
    mutating func answered(now: Instant) { silence.answered(now: now) }

    /// This node itself did nothing for so long.
    mutating func overslept(by duration: Duration, now: Instant) { silence.overslept(by: duration, now: now) }

    /// When the node becomes unreachable if nothing arrives; `nil` when it is.
    func silenceEnd(_ limit: Duration) -> Instant? {
        isReachable ? silence.end(patience(limit), isLinked: links.contains(where: \.isUsable)) : nil
    }

    /// A node that has nothing else to say is pinged, and answers.
    private func patience(_ limit: Duration) -> Duration {
        max(limit, (links.map(\.parameters.pingInterval).min() ?? .zero) * 2)
    }

    /// Makes the choice of links, and whether the node is reachable, agree with what is known.
    mutating func update(_ mode: TotemSettings.LinkMode, _ limit: Duration, now: Instant) {
        let usable = links.indices.filter { links[$0].isUsable }
        for link in links.indices { links[link].health.isBackedUp = usable.contains { $0 != link } }
        let isLinked = !usable.isEmpty
        isReachable = (isLinked || isReachable) && now < silence.end(patience(limit), isLinked: isLinked)
        if isReachable, !isLinked {
            active = links.indices.filter { links[$0].path.mtu != nil }
        } else {
            active = chosen(of: usable, mode)
        }
    }

    /// Adds the links that the next packet goes over.
    mutating func appendRoute(
        _ place: Int, _ mode: TotemSettings.LinkMode, to links: inout [KronosnetProtocol.LinkIndex]
    ) {
        guard isReachable else { return }
        guard mode == .roundRobin, active.contains(where: { self.links[$0].isUsable }) else {
            for link in active { links.append(.init(peer: place, link: link)) }
            return
        }
        turn = (turn + 1) % active.count
        links.append(.init(peer: place, link: active[turn]))
    }

    /// In passive mode the link of highest priority, of equals the first.
    private func chosen(of usable: [Int], _ mode: TotemSettings.LinkMode) -> [Int] {
        switch mode {
        case .active, .roundRobin: return usable
        case .passive:
            let best = usable.reduce(nil as Int?) { best, link in
                guard let best else { return link }
                return links[link].parameters.priority > links[best].parameters.priority ? link : best
            }
            return best.map { [$0] } ?? []
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
