import ClusterTypes
import Testing
import Totem

/// Some nodes on a simulated network, in simulated time; everything that happens follows from the seed.
struct RingNetwork {
    struct Faults {
        /// Probability that a packet vanishes.
        var loss = 0.0
        /// Probability that a packet arrives twice.
        var duplication = 0.0
        var latency: ClosedRange<Duration> = .microseconds(50)...(.microseconds(150))
        /// How long the links need to notice that a node came.
        var linkDetection: ClosedRange<Duration> = .milliseconds(20)...(.milliseconds(120))
        /// How long they bear a node's silence.
        var silenceLimit: ClosedRange<Duration> = .milliseconds(1000)...(.milliseconds(1010))
        /// How long the disk needs for a ring sequence.
        var store: Duration = .milliseconds(2)
    }

    private enum Action {
        case event(PackedRing.Event)
        case timer(RingTimer, UInt64)
        /// Whether the links see a node is looked at when the time has come: whether it came, or whether it went.
        case observe(NodeID, isComing: Bool)
    }

    private struct Scheduled {
        var time: Instant
        var order: UInt64
        var node: NodeID
        var incarnation: Int
        var action: Action
    }

    struct Node {
        var ring: PackedRing
        var incarnation = 0
        var isAlive = true
        /// Survives a crash.
        var storedSequence: UInt64 = 0
        var armed: [UInt64] = Array(repeating: 0, count: RingTimer.allCases.count)
        var barriers: Set<NodeID> = []
        var sentCount = 0
        var seenUp: Set<NodeID> = []
        var pausedUntil = Instant.origin
    }

    private(set) var nodes: [NodeID: Node] = [:]
    let ids: [NodeID]
    var faults: Faults
    var histories: [History] = []
    private(set) var now = Instant.origin
    private(set) var packetCount = 0
    private var generator: SeededGenerator
    private var queue: [Scheduled] = []
    private var scheduledCount: UInt64 = 0
    /// Nodes with different numbers cannot hear each other.
    private var partition: [NodeID: Int] = [:]
    private var cuts: Set<[NodeID]> = []
    private let adjust: (inout RingSettings) -> Void

    init(
        nodeCount: Int, seed: UInt64, faults: Faults = Faults(),
        adjust: @escaping (inout RingSettings) -> Void = { _ in }
    ) {
        ids = (1...nodeCount).map { NodeID(UInt32($0)) }
        self.faults = faults
        self.adjust = adjust
        generator = SeededGenerator(seed: seed)
    }

    // MARK: The world

    mutating func start(_ id: NodeID) {
        var node = nodes[id] ?? Node(ring: PackedRing(settings: RingSettings(node: id, peers: [])))
        var settings = RingSettings(
            node: id, peers: ids.filter { $0 != id }, storedRingSequence: node.storedSequence)
        adjust(&settings)
        node.ring = PackedRing(settings: settings)
        node.incarnation += 1
        node.isAlive = true
        node.barriers = []
        node.seenUp = []
        node.armed = Array(repeating: 0, count: RingTimer.allCases.count)
        nodes[id] = node
        histories.append(History(node: id, incarnation: node.incarnation))
        apply(.started, to: id)
        observeLinks()
    }

    mutating func startAll() { for id in ids { start(id) } }

    mutating func crash(_ id: NodeID) {
        nodes[id]?.isAlive = false
        observeLinks()
    }

    mutating func leave(_ id: NodeID) {
        apply(.leaveRequested, to: id)
        crash(id)
    }

    /// Splits the network; nodes that are not named form one further group.
    mutating func split(_ groups: [[NodeID]]) {
        partition = [:]
        for (number, group) in groups.enumerated() {
            for id in group { partition[id] = number + 1 }
        }
        observeLinks()
    }

    mutating func heal() {
        cuts = []
        split([])
    }

    /// These two cannot hear each other any more.
    mutating func cut(_ one: NodeID, _ other: NodeID) {
        cuts.formUnion([[one, other], [other, one]])
        observeLinks()
    }

    /// The node does nothing for a while; what it gets waits.
    mutating func pause(_ id: NodeID, for duration: Duration) {
        nodes[id]?.pausedUntil = now + duration
        for other in ids where other != id {
            schedule(.observe(id, isComing: false), on: other, after: generator.duration(in: faults.silenceLimit))
            schedule(.observe(id, isComing: true), on: other, after: duration + .milliseconds(1))
        }
    }

    /// The links say that a node is gone, which it is not.
    mutating func loseSight(of id: NodeID) {
        for other in ids where other != id { apply(.reachabilityChanged(id, isReachable: false), to: other) }
    }

    /// The machine of a node tells all others that no daemon listens there.
    mutating func refuse(_ id: NodeID) { for other in ids where other != id { apply(.daemonMissing(id), to: other) } }

    /// All members that left a node's rings, with the causes.
    func departures(of id: NodeID) -> [Departure] {
        var result: [Departure] = []
        for entry in histories.last(of: id)?.reports ?? [] {
            if case .ringInstalled(_, let departures) = entry.report { result += departures }
        }
        return result
    }

    mutating func multicast(_ body: [UInt8], from id: NodeID, guarantee: Guarantee = .agreed) {
        apply(.multicastRequested(MessageRun(body), guarantee, .application), to: id)
    }

    /// A message that says who sent it and can be checked for damage; `size` at least 16.
    mutating func multicastNumbered(from id: NodeID, size: Int, guarantee: Guarantee = .agreed) {
        guard nodes[id]?.isAlive == true, let incarnation = nodes[id]?.incarnation else { return }
        nodes[id]?.sentCount += 1
        let number = nodes[id]?.sentCount ?? 0
        let body = TestMessage(sender: id, incarnation: incarnation, number: number, size: size)
        histories.withLast(of: id) { $0.sent.append(body) }
        multicast(body.bytes, from: id, guarantee: guarantee)
    }

    func ring(_ id: NodeID) -> RingConfiguration? { nodes[id]?.ring.configuration }

    /// All living nodes are members of the same ring, and of no larger one.
    var hasConverged: Bool {
        let living = ids.filter { nodes[$0]?.isAlive == true }
        guard let first = living.first, let ring = ring(first) else { return false }
        return living.allSatisfy { self.ring($0)?.ring == ring.ring } && ring.members == living
    }

    /// Records an issue that shows the rings, not the whole network.
    func expectConverged(sourceLocation: SourceLocation = #_sourceLocation) {
        if hasConverged { return }
        let rings = ids.map { "\($0): \(ring($0).map { "\($0.ring) \($0.members)" } ?? "none")" }
        let recent = histories.flatMap { history in
            history.reports.suffix(6).map { "\($0.time) \(history.node): \($0.report)" }
        }
        Issue.record(
            "no common ring at \(now): \(rings)\n\(recent.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }

    // MARK: Time

    /// Runs until the time has come or `isDone` holds; returns how long it took.
    @discardableResult
    mutating func run(for duration: Duration, until isDone: (RingNetwork) -> Bool = { _ in false }) -> Duration {
        let start = now
        let end = now + duration
        let packetLimit = packetCount + 200_000
        while !isDone(self) {
            // Whoever sends that much in one step has lost its calm; the test will find that nothing converged.
            guard let next = queue.first, next.time <= end, packetCount < packetLimit else {
                now = end
                break
            }
            pop()
            now = max(now, next.time)
            perform(next)
        }
        return now - start
    }

    private mutating func perform(_ next: Scheduled) {
        // Without a copy of the node: a copy would make every change copy its windows.
        guard nodes[next.node]?.isAlive == true, nodes[next.node]?.incarnation == next.incarnation else { return }
        if let end = nodes[next.node]?.pausedUntil, now < end {
            schedule(next.action, on: next.node, after: end - now)
            return
        }
        switch next.action {
        case .event(let event):
            if case .ringSequenceStored(let sequence) = event { nodes[next.node]?.storedSequence = sequence }
            apply(event, to: next.node)
        case .timer(let timer, let number):
            if nodes[next.node]?.armed[Int(timer.rawValue)] == number { apply(.timerFired(timer), to: next.node) }
        case .observe(let other, let isUp):
            let isHeard = canHear(next.node, other) && nodes[other].map { $0.pausedUntil <= now } ?? false
            if isUp == isHeard, isUp != nodes[next.node]?.seenUp.contains(other) {
                if isUp { nodes[next.node]?.seenUp.insert(other) } else { nodes[next.node]?.seenUp.remove(other) }
                apply(.reachabilityChanged(other, isReachable: isUp), to: next.node)
            }
        }
    }

    private func canHear(_ one: NodeID, _ other: NodeID) -> Bool {
        nodes[one]?.isAlive == true && nodes[other]?.isAlive == true
            && partition[one, default: 0] == partition[other, default: 0] && !cuts.contains([one, other])
    }

    private mutating func observeLinks() {
        for one in ids {
            for other in ids where one != other {
                schedule(.observe(other, isComing: true), on: one, after: generator.duration(in: faults.linkDetection))
                schedule(.observe(other, isComing: false), on: one, after: generator.duration(in: faults.silenceLimit))
            }
        }
    }

    // MARK: Effects

    private mutating func apply(_ event: PackedRing.Event, to id: NodeID) {
        var effects: [PackedRing.Effect] = []
        nodes[id]?.ring.receive(event, at: now, into: &effects)
        for effect in effects { perform(effect, of: id) }
    }

    private mutating func perform(_ effect: PackedRing.Effect, of id: NodeID) {
        switch effect {
        case .send(let packet, let target):
            transmit(packet, from: id, to: target)
        case .broadcast(let packet):
            for other in ids where other != id { transmit(packet, from: id, to: other) }
        case .arm(let timer, let delay):
            let number = scheduledCount
            nodes[id]?.armed[Int(timer.rawValue)] = number
            schedule(.timer(timer, number), on: id, after: delay)
        case .cancel(let timer):
            nodes[id]?.armed[Int(timer.rawValue)] = .max
        case .deliver(let sender, let messages):
            for message in messages { deliver(message, from: sender, to: id) }
        case .configurationChanged(let change):
            histories.withLast(of: id) { $0.entries.append(.configuration(change)) }
            if change.kind == .regular {
                nodes[id]?.barriers = []
                apply(.multicastRequested(MessageRun(barrier(change.ring)), .agreed, .synchronisation), to: id)
            }
        case .storeRingSequence(let sequence):
            schedule(.event(.ringSequenceStored(sequence)), on: id, after: faults.store)
        case .report(let report):
            histories.withLast(of: id) { $0.reports.append((now, report)) }
        case .flowControlChanged:
            break
        }
    }

    /// Synchronisation as the layers above do it: it ends when every member has said that it sees this ring.
    private mutating func deliver(_ bytes: ArraySlice<UInt8>, from sender: NodeID, to id: NodeID) {
        if let message = TestMessage(bytes) {
            histories.withLast(of: id) { $0.entries.append(.message(message, from: sender)) }
        } else if let configuration = ring(id), Array(bytes) == barrier(configuration.ring) {
            nodes[id]?.barriers.insert(sender)
            if nodes[id]?.barriers.count == configuration.members.count {
                apply(.synchronisationCompleted(configuration.ring), to: id)
            }
        }
    }

    private func barrier(_ ring: RingID) -> [UInt8] { Array("barrier \(ring)".utf8) }

    private mutating func transmit(_ packet: [UInt8], from id: NodeID, to target: NodeID) {
        packetCount += 1
        guard canHear(id, target), !generator.chance(faults.loss) else { return }
        let copies = generator.chance(faults.duplication) ? 2 : 1
        for _ in 0..<copies {
            schedule(
                .event(.packetReceived(packet, from: id)), on: target,
                after: generator.duration(in: faults.latency))
        }
    }

    // MARK: A heap by time, then by order of scheduling.

    private mutating func schedule(_ action: Action, on id: NodeID, after delay: Duration) {
        let incarnation = nodes[id]?.incarnation ?? 0
        queue.append(
            Scheduled(time: now + delay, order: scheduledCount, node: id, incarnation: incarnation, action: action))
        scheduledCount += 1
        var child = queue.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            queue.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() {
        queue.swapAt(0, queue.count - 1)
        queue.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < queue.count && precedes(child, least) {
                least = child
            }
            if least == parent { return }
            queue.swapAt(parent, least)
            parent = least
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (queue[left].time, queue[left].order) < (queue[right].time, queue[right].order)
    }
}
