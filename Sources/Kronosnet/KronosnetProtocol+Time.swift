package import ClusterTypes

// What happens because time passes, and what changes with the state of a link.
extension KronosnetProtocol {
    /// Out of step with pings.
    static let lossLookInterval: Duration = .milliseconds(730)

    /// When ``advance(now:into:)`` has something to do, if nothing arrives before.
    package func deadline(now: Instant) -> Instant {
        var deadline = lossLook
        for peer in peers {
            for link in peer.links {
                deadline = min(deadline, link.health.deadline(link.parameters, now: now))
                if let path = link.path.deadline { deadline = min(deadline, path) }
            }
            if let end = peer.silenceEnd(settings.silenceLimit) { deadline = min(deadline, end) }
        }
        return deadline
    }

    /// Sends pings that are due, and gives up links that are silent.
    ///
    /// What has arrived by `now` must have been received before, lest its sender counts as silent.
    package mutating func advance(now: Instant, into effects: inout [Effect]) {
        for place in peers.indices {
            let late = peers[place].links.map { $0.health.oversleep(now: now) }.max() ?? .zero
            peers[place].overslept(by: late, now: now)
            for link in peers[place].links.indices {
                let index = LinkIndex(peer: place, link: link)
                let parameters = peers[place].links[link].parameters
                let (pings, change) = peers[place].links[link].health.advance(parameters, now: now)
                if let change { apply(change, index, now: now, into: &effects) }
                if pings { ping(index, isTimed: true, now: now, into: &effects) }
                search(index, now: now, into: &effects)
            }
            updateRoutes(place, now: now, into: &effects)
        }
        if lossLook <= now {
            lossLook = now + Self.lossLookInterval
            lookForLosses(now: now, into: &effects)
        }
    }

    mutating func pingAll(isTimed: Bool, now: Instant, into effects: inout [Effect]) {
        for place in peers.indices {
            for link in peers[place].links.indices {
                ping(LinkIndex(peer: place, link: link), isTimed: isTimed, now: now, into: &effects)
            }
        }
    }

    private mutating func ping(_ index: LinkIndex, isTimed: Bool, now: Instant, into effects: inout [Effect]) {
        let moment = max(0, now.nanoseconds)
        let ping = Packet.Ping(
            node: settings.node, link: peers[index.peer].links[index.link].parameters.number,
            seconds: UInt64(moment / 1_000_000_000), nanoseconds: UInt64(moment % 1_000_000_000), sequence: sequence,
            isTimed: isTimed)
        transmit(.ping(ping), .ping, index, into: &effects)
    }

    // MARK: The network's complaints

    /// A machine says that nobody listens at this address, or a network that it cannot be reached.
    package mutating func refused(_ remote: Endpoint, now: Instant, into effects: inout [Effect]) {
        for place in peers.indices {
            for link in peers[place].links.indices where peers[place].links[link].parameters.remote == remote {
                guard peers[place].links[link].health.refused(now: now) else { continue }
                ping(LinkIndex(peer: place, link: link), isTimed: true, now: now, into: &effects)
            }
        }
    }

    /// A packet was not sent.
    package mutating func failed(_ kind: ControlKind?, over index: LinkIndex) {
        guard contains(index) else { return }
        let counters: WritableKeyPath<LinkCounters, LinkCounters.Kind> = kind?.counters ?? \.data
        peers[index.peer].links[index.link].counters[keyPath: counters].errors &+= 1
    }

    /// A packet was too large for the interface or the path.
    ///
    /// - Parameter limit: the MTU that the kernel knows of; 0 when it does not say.
    package mutating func tooLarge(
        over index: LinkIndex, limit: Int, now: Instant, into effects: inout [Effect]
    ) {
        guard contains(index) else { return }
        let path = path(of: index)
        if peers[index.peer].links[index.link].path.probe == nil {
            restartPath(index, now: now)
        } else {
            peers[index.peer].links[index.link].path.refused(limit: limit, path, now: now)
        }
        search(index, now: now, into: &effects)
    }

    // MARK: Links

    mutating func apply(
        _ change: LinkHealth.Change, _ index: LinkIndex, now: Instant, into effects: inout [Effect]
    ) {
        let number = peers[index.peer].links[index.link].parameters.number
        switch change {
        case .cameUp:
            peers[index.peer].links[index.link].counters.upCount &+= 1
            effects.append(.report("link \(number) to node \(peers[index.peer].node) is up"))
            restartPath(index, now: now)
            search(index, now: now, into: &effects)
        case .wentDown:
            peers[index.peer].links[index.link].counters.downCount &+= 1
            effects.append(.report("link \(number) to node \(peers[index.peer].node) is down"))
            peers[index.peer].links[index.link].path.stop()
        }
        updateRoutes(index.peer, now: now, into: &effects)
        effects.append(.linkChanged)
    }

    func path(of index: LinkIndex) -> PathDiscovery.Path {
        let link = peers[index.peer].links[index.link]
        return PathDiscovery.Path(
            envelope: settings.envelope, overhead: link.parameters.networkOverhead, latency: link.health.latency,
            interval: settings.pathInterval, fixedMTU: settings.fixedMTU)
    }

    mutating func restartPath(_ index: LinkIndex, now: Instant) {
        let path = path(of: index)
        peers[index.peer].links[index.link].path.restart(
            assuming: Self.smallestFragment(settings.envelope), path, now: now)
    }

    /// Goes on with the search for a link's MTU.
    mutating func search(_ index: LinkIndex, now: Instant, into effects: inout [Effect]) {
        guard peers[index.peer].links[index.link].health.isConnected else { return }
        let path = path(of: index)
        let before = peers[index.peer].links[index.link].path.hasFailed
        if let sending = peers[index.peer].links[index.link].path.advance(path, now: now) {
            let probe = Packet.pathProbe(
                node: settings.node, link: peers[index.peer].links[index.link].parameters.number,
                size: UInt16(clamping: sending.size))
            transmit(probe, .path, length: sending.length, index, into: &effects)
        }
        let after = peers[index.peer].links[index.link].path.hasFailed
        if after, !before {
            effects.append(
                .report(
                    "link \(peers[index.peer].links[index.link].parameters.number) to node \(peers[index.peer].node) "
                        + "cannot be used: not even small packets reach the other end in one piece"))
        }
        updateRoutes(index.peer, now: now, into: &effects)
    }

    /// Makes the choice of links and what follows from it agree with the links' state.
    mutating func updateRoutes(_ place: Int, now: Instant, into effects: inout [Effect]) {
        let wasReachable = peers[place].isReachable
        peers[place].update(settings.linkMode, settings.silenceLimit, now: now)
        updateFragmentLength(into: &effects)
        let isReachable = peers[place].isReachable
        guard isReachable != wasReachable else { return }
        if !isReachable { peers[place].forgetPackets() }
        effects.append(.reachabilityChanged(NodeID(UInt32(peers[place].node)), isReachable: isReachable))
    }

    private mutating func updateFragmentLength(into effects: inout [Effect]) {
        var shortest: Int?
        for peer in peers {
            for link in peer.links where link.isUsable {
                guard let mtu = link.path.mtu else { continue }
                shortest = min(shortest ?? mtu, mtu)
            }
        }
        if let shortest { setFragmentLength(shortest, into: &effects) }
    }

    private mutating func setFragmentLength(_ length: Int, into effects: inout [Effect]) {
        guard length != fragmentLength, length > 0 else { return }
        fragmentLength = length
        effects.append(.mtuChanged(length))
    }

    // MARK: Losses

    /// Gives links that lose packets more time.
    private mutating func lookForLosses(now: Instant, into effects: inout [Effect]) {
        for place in peers.indices {
            guard let link = peers[place].links.first, let timeout = link.parameters.patientPingTimeout else {
                continue
            }
            let count = PingPatience.Count(
                sent: link.counters.ping.sent.packets, answered: link.counters.pong.received.packets,
                downs: UInt64(link.counters.downCount), isConnected: link.health.isConnected)
            let node = NodeID(UInt32(peers[place].node))
            guard let isPatient = patience.look(at: node, count, now: now) else { continue }
            peers[place].links[0].parameters.isPatient = isPatient
            let limit = isPatient ? timeout : link.parameters.pingTimeout
            effects.append(.report(PingPatience.report(isPatient, Int(link.parameters.number), node, limit)))
        }
    }
}
