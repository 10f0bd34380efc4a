internal import ClusterTypes
internal import Messaging
internal import Totem

/// A cluster of whole nodes in one process, on a simulated network, disk and clock, all drawn from a seed.
///
/// Phase one breaks things at random and watches the safety promises; phase two repairs everything and demands that the
/// nodes agree within a bound.
final class SimulatedCluster {
    let options: SimulationOptions
    var generator: SeededGenerator
    var queue = EventQueue<WorldEvent>()
    var now = Instant.origin
    var network: SimulatedNetwork
    var nodes: [SimulatedNode]
    let adversity: Adversity
    /// Of its own, so that it changes nothing else.
    var adversary: SeededGenerator
    var seenPackets = SeenPackets()
    /// What a node sends now is a probe.
    var isProbing = false
    var orderChecker = OrderChecker()
    var ringChecker = RingChecker()
    var quorumChecker: QuorumChecker
    var activityChecker = ActivityChecker()
    var documentChecker = DocumentChecker()
    var violations: [Violation] = []
    var outcome: SimulationOutcome
    var isBreaking = true
    var isSending = true
    var nextProcessID: UInt32 = 100
    var nextMessageID: UInt64 = 1
    var changeCount = 0
    /// The ring that must last, while the wide-area network is endured.
    var enduredRing: RingID?
    let resourceCount: Int
    var sabotageIsDue: Bool
    let token: Duration
    let faultInterval: ClosedRange<Duration>
    let faultTime: Duration
    let waitsForAll: Bool
    let votes: SimulatedVotes
    let firstSequence: UInt32
    private var effects: [MessagingNode.Effect] = []

    init(_ options: SimulationOptions) {
        self.options = options
        var generator = SeededGenerator(seed: options.seed)
        let count = max(2, min(8, options.nodeCount ?? 2 + generator.below(4)))
        let drawnToken = Duration.milliseconds([150, 300, 1000][generator.below(3)])
        // The default, with the default `token_coefficient`.
        token = options.scope == .wideArea ? .milliseconds(1000 + 650 * (count - 2)) : drawnToken
        let pace = Duration.milliseconds([200, 600, 1500][generator.below(3)])
        faultInterval = pace / 4...pace * 2
        let drawnFaultTime = Duration.milliseconds(4000 + generator.below(6000))
        faultTime = options.faultTime ?? (options.scope == .wideArea ? .seconds(3600) : drawnFaultTime)
        waitsForAll = generator.chance(0.5)
        // Half of the runs cross the end of the 32-bit sequence numbers.
        firstSequence = generator.chance(0.5) ? 0 : 0xFFFF_FE00
        network = SimulatedNetwork(nodeCount: count)
        nodes = (0..<count).map { index in
            SimulatedNode(
                id: NodeID(UInt32(index + 1)), reachable: Array(repeating: false, count: count),
                linkGeneration: Array(repeating: 0, count: count),
                clockOffset: generator.duration(in: .zero ... .seconds(1000)),
                clockRate: 1 + Double(generator.below(2001) - 1000) / 100_000)
        }
        // Of its own generator: seeds that once found something else still tell the same story.
        var votesGenerator = SeededGenerator(seed: options.seed ^ 0x766F_7465)
        votes = SimulatedVotes(nodes: nodes.map(\.id), isPlain: options.scope == .cluster, &votesGenerator)
        quorumChecker = QuorumChecker(
            .init(
                votes: Dictionary(uniqueKeysWithValues: zip(nodes.map(\.id), votes.votes)),
                allowsPairs: votes.isTwoNode, breaksTies: votes.breaksTies))
        adversary = SeededGenerator(seed: options.seed ^ 0x6164_7665_7273)
        adversity = Adversity(isCalm: options.scope != .messaging, &adversary)
        for index in nodes.indices { nodes[index].storedRingSequence = adversity.firstRingSequence }
        outcome = SimulationOutcome(seed: options.seed)
        outcome.nodeCount = count
        sabotageIsDue = options.sabotage != nil
        resourceCount = 1 + generator.below(4)
        self.generator = generator
    }

    /// Runs the whole story.
    func run() -> SimulationOutcome {
        for index in nodes.indices { schedule(.machineStarts(node: index), after: .milliseconds(generator.below(200))) }
        if hasManagers {
            let document = initialDocument(resourceCount: resourceCount)
            for index in nodes.indices { nodes[index].storedDocument = document }
            scheduleOperator()
        }
        if options.scope == .wideArea {
            endure()
        } else {
            scheduleFault()
            if adversity.actsInTheNetwork { scheduleAdversary() }
            advance(to: .origin + faultTime)
            repairEverything()
            converge()
        }
        let present = nodes.flatMap(\.clients).filter { $0.isJoined && !$0.isLeaving }.map(\.member)
        orderChecker.finish(at: now, present: present)
        ringChecker.finish(at: now, calmSince: now + .seconds(-2), isStill: !hasManagers)
        outcome.violations =
            violations + quorumChecker.violations + ringChecker.violations + orderChecker.violations
            + activityChecker.violations
        if adversity.forgesPackets { outcome.violations.removeAll { $0.promise != .convergence } }
        outcome.startCount = activityChecker.startCount
        outcome.acknowledgedCount = documentChecker.acknowledgedCount
        outcome.simulatedTime = now - .origin
        outcome.deliveredCount = orderChecker.deliveredCount
        return outcome
    }

    func schedule(_ event: WorldEvent, after delay: Duration) { queue.push(event, at: now + delay) }

    /// Lets everything happen up to a moment.
    func advance(to end: Instant) {
        while let (time, event) = queue.pop(until: end) {
            now = time
            happen(event)
        }
        now = end
    }

    func trace(_ node: Int, _ text: @autoclosure () -> String) {
        options.trace?("\(now) \(nodes[node].id) \(text())")
    }

    func traceWorld(_ text: @autoclosure () -> String) {
        options.trace?("\(now) * \(text())")
    }

    private func happen(_ event: WorldEvent) {
        switch event {
        case .packetArrives(let node, let from, let packet):
            guard nodes[node].isUp, !isPaused(node, event) else { return }
            feed(node, .packetReceived(packet, from: nodes[from].id))
        case .timerExpires(let node, let life, let timer, let generation):
            guard isAlive(node, life), !isPaused(node, event), nodes[node].timers[timer] == generation else { return }
            nodes[node].timers[timer] = nil
            feed(node, .timerFired(timer))
        case .linkChanges(let node, let life, let peer, let isUp, let generation):
            guard isAlive(node, life), nodes[node].linkGeneration[peer] == generation, !isPaused(node, event) else {
                return
            }
            feed(node, .reachabilityChanged(nodes[peer].id, isReachable: isUp))
        case .ringSequenceStored(let node, let life, let sequence):
            guard isAlive(node, life) else { return }
            // The disk works on while the machine's processes do not.
            if options.sabotage != .forgetRingSequence { nodes[node].storedRingSequence = sequence }
            guard !isPaused(node, event) else { return }
            feed(node, .ringSequenceStored(sequence))
        case .machineStarts(let node): start(node)
        case .clientActs(let node, let life):
            guard isAlive(node, life), !isPaused(node, event) else { return }
            actAsClient(node)
        case .manager(let node, let life, let event):
            guard !isPaused(node, .manager(node: node, life: life, event)) else { return }
            managerHappens(node, life, event)
        case .operatorActs: actAsOperator()
        case .adversaryActs: actAsAdversary()
        case .faultStrikes:
            guard isBreaking else { return }
            strike()
            scheduleFault()
        case .repaired(let repair):
            guard isBreaking else { return }
            perform(repair)
        }
    }

    private func isAlive(_ node: Int, _ life: UInt32) -> Bool { nodes[node].isUp && nodes[node].life == life }

    /// Keeps an event for later when the machine is paused.
    private func isPaused(_ node: Int, _ event: WorldEvent) -> Bool {
        guard nodes[node].pausedUntil > now else { return false }
        queue.push(event, at: nodes[node].pausedUntil)
        return true
    }

    /// Hands an event to a node's messaging and performs what it asks for.
    func feed(_ node: Int, _ event: MessagingNode.Event) {
        guard nodes[node].messaging != nil else { return }
        if options.trace != nil { traceEvent(node, event) }
        effects.removeAll(keepingCapacity: true)
        let time = nodes[node].localTime(now)
        nodes[node].messaging?.receive(event, at: time, into: &effects)
        watchRing(node)
        let asked = effects
        for effect in asked { perform(effect, on: node) }
    }

    private func perform(_ effect: MessagingNode.Effect, on node: Int) {
        switch effect {
        case .send(let packet, let target):
            if let peer = nodes.firstIndex(where: { $0.id == target }) { transmit(packet, from: node, to: peer) }
        case .broadcast(let packet):
            for peer in nodes.indices where peer != node { transmit(packet, from: node, to: peer) }
        case .arm(let timer, let duration):
            let generation = nextGeneration()
            nodes[node].timers[timer] = generation
            schedule(
                .timerExpires(node: node, life: nodes[node].life, timer, generation: generation),
                after: nodes[node].worldDuration(duration))
        case .cancel(let timer): nodes[node].timers[timer] = nil
        case .storeRingSequence(let sequence):
            // One after the other, as a disk does.
            nodes[node].diskIsFreeAt = max(now, nodes[node].diskIsFreeAt) + diskDelay()
            schedule(
                .ringSequenceStored(node: node, life: nodes[node].life, sequence),
                after: nodes[node].diskIsFreeAt - now)
        case .deliver(let event, let processID): deliver(event, to: processID, on: node)
        // For programs of corosync.
        case .deliverMessages, .deliverPiece, .synchronised, .quorumChanged, .flowControlChanged: break
        case .storeExpectedVotes(let votes): nodes[node].storedExpectedVotes = votes
        case .administration, .configurationVersion, .configurationOutdated: break
        case .report(let report): trace(node, "says \(report)")
        }
    }

    private var generationCounter: UInt32 = 0
    func nextGeneration() -> UInt32 {
        generationCounter &+= 1
        return generationCounter
    }

    private func diskDelay() -> Duration {
        let usual = generator.duration(in: .microseconds(100)...(.milliseconds(8)))
        guard adversity.hasSlowDisks, adversary.chance(0.3) else { return usual }
        return adversary.duration(in: usual...token * 3)
    }

    private func transmit(_ packet: [UInt8], from: Int, to: Int) {
        outcome.packetCount += 1
        if adversity.actsInTheNetwork, isBreaking, adversary.chance(0.05) {
            seenPackets.note(.init(bytes: packet, from: from, to: to))
        }
        let (first, second) = network.arrivals(from: from, to: to, &generator)
        if let first { schedule(.packetArrives(node: to, from: from, packet), after: first) }
        if let second { schedule(.packetArrives(node: to, from: from, packet), after: second) }
    }

    private func traceEvent(_ node: Int, _ event: MessagingNode.Event) {
        switch event {
        case .packetReceived(let packet, let sender):
            trace(
                node,
                "packet of type \(packet.dropFirst(3).first ?? 0) from \(sender?.description ?? "?"), \(packet.count) bytes"
            )
        case .started, .timerFired, .reachabilityChanged, .daemonMissing, .clientConnected, .clientDisconnected,
            .requested, .groupRequested, .ringSequenceStored, .quorumChangeRequested, .quorumRulesChanged,
            .probeRequested, .leaveRequested, .administered, .reconfigured, .newRingRequested:
            trace(node, "event \(event)")
        }
    }
}
