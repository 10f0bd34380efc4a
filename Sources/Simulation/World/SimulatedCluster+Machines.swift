internal import ClusterTypes
internal import Messaging
internal import Totem

extension SimulatedCluster {
    func start(_ node: Int) {
        guard !nodes[node].isUp else { return }
        nodes[node].life += 1
        nodes[node].timers = [:]
        nodes[node].pausedUntil = now
        nodes[node].diskIsFreeAt = now
        nodes[node].reachable = Array(repeating: false, count: nodes.count)
        nodes[node].messaging = MessagingNode(ring: ringSettings(node), quorum: quorumRules(node))
        nodes[node].messaging?.observeRing()
        nodes[node].ringWatch = RingWatch()
        orderChecker.nodeStarted(nodes[node].id)
        ringChecker.nodeStarted(nodes[node].id)
        trace(node, "starts, stored ring sequence \(nodes[node].storedRingSequence)")
        feed(node, .started)
        feed(node, .clientConnected(processID: Self.observer))
        updateLinks()
        if hasManagers {
            startManager(node)
        } else {
            for _ in 0..<1 + generator.below(2) { connectClient(node) }
            scheduleClient(node)
        }
    }

    /// Everything but the disk is gone.
    func powerOff(_ node: Int) {
        trace(node, "loses power")
        nodes[node].machine.powerCycle += 1
        nodes[node].machine.active = []
        nodes[node].pausedUntil = now
        stopDaemon(node)
    }

    /// The daemon is gone; what its agents started runs on.
    func stopDaemon(_ node: Int) {
        guard nodes[node].isUp else { return }
        trace(node, "has no daemon any more")
        nodes[node].messaging = nil
        nodes[node].manager = nil
        for client in nodes[node].clients { orderChecker.clientLeft(client.member) }
        nodes[node].clients = []
        quorumChecker.nodeStopped(nodes[node].id)
        ringChecker.nodeStopped(nodes[node].id)
        updateLinks()
    }

    private func ringSettings(_ node: Int) -> RingSettings {
        var settings = RingSettings(
            node: nodes[node].id, peers: nodes.map(\.id).filter { $0 != nodes[node].id },
            timeouts: .derived(token: token), storedRingSequence: nodes[node].storedRingSequence)
        settings.packetSizeLimit = 1500
        settings.firstSequence = firstSequence
        return settings
    }

    private func quorumRules(_ node: Int) -> QuorumRules {
        var rules = votes.rules(
            node: node, waitsForAll: waitsForAll, storedExpectedVotes: nodes[node].storedExpectedVotes)
        if options.sabotage == .miscountVotes, node == 0 {
            rules.expectedVotes = 1
            rules.votes = votes.total
            rules.tracksExpectedVotes = false
        }
        return rules
    }

    /// Tells every machine, a little later, which links came up or went down since it was told last.
    func updateLinks() {
        for node in nodes.indices where nodes[node].isUp {
            for peer in nodes.indices where peer != node {
                let isUp = nodes[peer].isUp && network.isLinked(node, peer)
                guard isUp != nodes[node].reachable[peer] else { continue }
                nodes[node].reachable[peer] = isUp
                nodes[node].linkGeneration[peer] += 1
                // Kronosnet waits for some answers before it trusts, and for the token timeout before it gives a silent node up.
                let delay = isUp ? token / 8...token / 2 : token...token * 5 / 4
                schedule(
                    .linkChanges(
                        node: node, life: nodes[node].life, peer: peer, isUp: isUp,
                        generation: nodes[node].linkGeneration[peer]),
                    after: generator.duration(in: delay))
            }
        }
    }
}
