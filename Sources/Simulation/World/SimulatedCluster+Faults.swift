internal import ClusterTypes
internal import Messaging
internal import ResourceManager

extension SimulatedCluster {
    func scheduleFault() { schedule(.faultStrikes, after: generator.duration(in: faultInterval)) }

    /// Breaks something, and plans its repair.
    func strike() {
        outcome.faultCount += 1
        let node = generator.below(nodes.count)
        let duration = generator.duration(in: token / 5...token * 5)
        if adversity.restartsAtOnce, adversary.chance(0.2) {
            return killDaemonFor(adversary.duration(in: .milliseconds(1)...token / 4), node)
        }
        switch generator.below(hasManagers ? 25 : 20) {
        case 0...3: crashFor(duration, node)
        case 4, 5: stopCleanly(node, duration)
        case 6...9: partition(duration)
        case 10, 11: isolate(node, duration)
        case 12...14: cutOneWay(node, duration)
        case 15, 16: degrade(duration)
        case 17, 18: pause(node, duration / 2)
        case 19: loseAllPower()
        case 20...22: breakResource(node)
        default: killDaemonFor(duration, node)
        }
    }

    private func crashFor(_ duration: Duration, _ node: Int) {
        powerOff(node)
        schedule(.machineStarts(node: node), after: duration)
    }

    /// Everything that was not on a disk is gone; the machines come back one after the other.
    private func loseAllPower() {
        traceWorld("all power is lost")
        for node in nodes.indices { crashFor(generator.duration(in: token / 5...token * 2), node) }
    }

    private func stopCleanly(_ node: Int, _ duration: Duration) {
        if hasManagers {
            feedManager(node, .shutdownRequested)
        } else {
            feed(node, .leaveRequested)
            crashFor(duration, node)
        }
    }

    private func killDaemonFor(_ duration: Duration, _ node: Int) {
        stopDaemon(node)
        schedule(.machineStarts(node: node), after: duration)
    }

    private func partition(_ duration: Duration) {
        let order = generator.shuffled(Array(nodes.indices))
        let cut = 1 + generator.below(nodes.count - 1)
        let directions = order[..<cut].flatMap { one in
            order[cut...].flatMap { other in [(from: one, to: other), (from: other, to: one)] }
        }
        block(directions, for: duration)
    }

    private func isolate(_ node: Int, _ duration: Duration) {
        let others = nodes.indices.filter { $0 != node }
        block(others.flatMap { [(from: node, to: $0), (from: $0, to: node)] }, for: duration)
    }

    private func cutOneWay(_ node: Int, _ duration: Duration) {
        let peer = (node + 1 + generator.below(nodes.count - 1)) % nodes.count
        block([(from: node, to: peer)], for: duration)
    }

    private func block(_ directions: [(from: Int, to: Int)], for duration: Duration) {
        traceWorld(
            "cut \(directions.map { "\(nodes[$0.from].id)→\(nodes[$0.to].id)" }.joined(separator: " ")) for \(duration)"
        )
        for (from, to) in directions { network.block(from: from, to: to) }
        updateLinks()
        schedule(.repaired(.unblock(directions)), after: duration)
    }

    private func degrade(_ duration: Duration) {
        var conditions = SimulatedNetwork.Conditions()
        conditions.loss = Double(generator.below(30)) / 100
        conditions.duplication = Double(generator.below(20)) / 100
        conditions.delay = .microseconds(50)...(.microseconds(500 + generator.below(20_000)))
        network.conditions = conditions
        traceWorld("bad network for \(duration): \(conditions)")
        schedule(.repaired(.goodNetwork), after: duration)
    }

    private func pause(_ node: Int, _ duration: Duration) {
        trace(node, "pauses for \(duration)")
        nodes[node].pausedUntil = max(nodes[node].pausedUntil, now + duration)
    }

    func perform(_ repair: WorldEvent.Repair) {
        switch repair {
        case .unblock(let directions):
            for (from, to) in directions { network.unblock(from: from, to: to) }
            updateLinks()
        case .goodNetwork: network.conditions = .good
        }
    }

    /// The end of phase one: every machine runs, every packet arrives.
    func repairEverything() {
        traceWorld("everything is repaired")
        isBreaking = false
        network.heal()
        if options.sabotage == .leaveCut { network.block(from: 0, to: 1) }
        for node in nodes.indices {
            nodes[node].pausedUntil = min(nodes[node].pausedUntil, now)
            start(node)
        }
        updateLinks()
    }
}
