internal import ClusterConfiguration
internal import ClusterTypes
internal import LocalServices
internal import Messaging
internal import Totem

/// Two messaging daemons, programs of every service, and a network between them that damages packets: whatever arrives, nothing
/// traps, and programs are still answered.
///
/// Mutations know the structure: packets and requests are real ones with some bytes changed, cut or joined, most of them behind the
/// headers, so that they get far. Every reader of the wire (tokens, joins, commit tokens, packed messages, messages of all services)
/// and of programs' requests is met in the states in which it works.
struct DecoderFuzz {
    private struct Daemon {
        var messaging: MessagingDaemon
        /// When each timer expires.
        var timers: [MessagingNode.Timer: Instant] = [:]
        var clients: [LocalServiceKind: LocalClient] = [:]
        var requests: [[UInt8]] = []
        var responseCount = 0
    }

    private enum Pending {
        case packet([UInt8], to: Int)
        case event(MessagingDaemon.Event, at: Int)
    }

    private static let stepCount = 600
    private static let nodes = [NodeID(1), NodeID(2)]

    private var generator: SeededGenerator
    private var daemons: [Daemon] = []
    private var pending: [Pending] = []
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var seen: [[UInt8]] = []
    private var lastClient: UInt64 = 0
    private var outcome: SimulationOutcome

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed ^ 0x6675_7A7A)
        outcome = SimulationOutcome(seed: seed)
        outcome.nodeCount = Self.nodes.count
        for node in Self.nodes {
            var ring = RingSettings(node: node, peers: Self.nodes.filter { $0 != node }, reportsReachability: false)
            ring.packetSizeLimit = generator.chance(0.5) ? 1500 : 65535
            let messaging = MessagingNode(ring: ring, quorum: QuorumRules(expectedVotes: 2))
            var map = ConfigurationMap()
            map.put(ResourceSettings.deviceKey, .string("/dev/watchdog"))
            daemons.append(
                Daemon(messaging: MessagingDaemon(messaging, localNode: node, residentProcessID: 1, map: map)))
        }
    }

    mutating func run() -> SimulationOutcome {
        for index in daemons.indices {
            apply(.messaging(.started), to: index)
            for service in LocalServiceKind.allCases { connect(service, to: index) }
        }
        for step in 0..<Self.stepCount {
            if step > 60, generator.chance(0.3) { request(of: generator.below(daemons.count)) }
            advance()
        }
        for index in daemons.indices { judge(index) }
        return outcome
    }

    // MARK: The world

    /// The next packet, or the next timer when none is on its way.
    private mutating func advance() {
        now = now + .microseconds(50)
        guard !pending.isEmpty else { return expire() }
        // Now and then one overtakes the others.
        let next = pending.remove(at: generator.chance(0.05) ? generator.below(pending.count) : 0)
        switch next {
        case .event(let event, let index): apply(event, to: index)
        case .packet(let bytes, let index):
            outcome.packetCount += 1
            if seen.count < 64 { seen.append(bytes) } else { seen[generator.below(64)] = bytes }
            var bytes = bytes
            if generator.chance(0.15) { damage(&bytes) }
            apply(.messaging(.packetReceived(bytes, from: nil)), to: index)
        }
    }

    private mutating func expire() {
        let due = daemons.indices.flatMap { index in
            daemons[index].timers.map { (time: $0.value, timer: $0.key, index: index) }
        }
        // A dictionary has no order of its own: what expires first, and then by its name.
        let next = due.min { ($0.time, $0.index, "\($0.timer)") < ($1.time, $1.index, "\($1.timer)") }
        guard let next else { return }
        daemons[next.index].timers[next.timer] = nil
        now = max(now, next.time)
        apply(.messaging(.timerFired(next.timer)), to: next.index)
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        let messageHeader = 45
        let isMessage = bytes.count > messageHeader + 10 && bytes[3] == 1
        guard isMessage, generator.chance(0.8) else {
            return ByteMutation.mutate(&bytes, others: seen, &generator)
        }
        // Behind the header, or behind the lengths of what is packed, so that it stays a packet of this ring.
        let start = messageHeader + (generator.chance(0.3) ? 0 : 10 + generator.below(24))
        guard start < bytes.count else { return }
        var payload = Array(bytes[start...])
        ByteMutation.mutate(&payload, others: seen.map { Array($0.dropFirst(start)) }, &generator)
        if generator.chance(0.8) {
            // Packed messages say how long they are: most of the time they still tell the truth.
            let size = bytes.count - start
            payload = Array(payload.prefix(size)) + Array(repeating: 0, count: max(0, size - payload.count))
        }
        bytes.replaceSubrange(start..., with: payload)
    }

    private mutating func apply(_ event: MessagingDaemon.Event, to index: Int) {
        var effects: [MessagingDaemon.Effect] = []
        daemons[index].messaging.receive(event, at: now, into: &effects)
        for effect in effects {
            switch effect {
            case .messaging(let effect): perform(effect, of: index)
            case .service(let effect): perform(effect, of: index)
            }
        }
    }

    private mutating func perform(_ effect: MessagingNode.Effect, of index: Int) {
        switch effect {
        case .send(let packet, _), .broadcast(let packet): pending.append(.packet(packet, to: 1 - index))
        case .arm(let timer, let delay): daemons[index].timers[timer] = now + delay
        case .cancel(let timer): daemons[index].timers[timer] = nil
        case .storeRingSequence(let sequence):
            pending.append(.event(.messaging(.ringSequenceStored(sequence)), at: index))
        case .deliver: outcome.deliveredCount += 1
        case .deliverMessages, .deliverPiece, .synchronised, .quorumChanged, .flowControlChanged, .administration,
            .configurationVersion, .configurationOutdated, .storeExpectedVotes, .report:
            break
        }
    }

    private mutating func perform(_ effect: ServiceEffect, of index: Int) {
        switch effect {
        case .respond: daemons[index].responseCount += 1
        case .sendEvent, .sendEvents: outcome.deliveredCount += 1
        case .disconnect(let id, _):
            guard let client = daemons[index].clients.values.first(where: { $0.id == id }) else { return }
            pending.append(.event(.clientDisconnected(client), at: index))
            daemons[index].clients[client.service] = nil
        case .shareBuffer(let ticket, _, _, let client):
            pending.append(.event(.bufferRead(generator.chance(0.5) ? .shared(ticket) : .failed, client), at: index))
        case .readBuffer(_, let client):
            var request = ProgramRequests.drawn(for: .processGroups, &generator)
            ByteMutation.mutate(&request, others: [], &generator)
            pending.append(.event(.bufferRead(.content(request), client), at: index))
        case .daemon(.reload(let requester)): pending.append(.event(.reloaded(nil, requester: requester), at: index))
        case .daemon(.readSystem(let resource)):
            let reading = generator.chance(0.8) ? Double(generator.below(1000)) : nil
            pending.append(.event(.systemRead(resource, reading), at: index))
        case .daemon(.watchdog(.open(_, let timeout))), .daemon(.watchdog(.setTimeout(let timeout))):
            pending.append(.event(.watchdog(.armed(timeout: timeout)), at: index))
        case .arm(let timer, _):
            // Few are left to run, since each of them begins the next.
            if generator.chance(0.2) { pending.append(.event(.timerFired(timer), at: index)) }
        case .unshareBuffer, .messaging, .holdRequests, .cancel, .report, .daemon: break
        }
    }

    // MARK: Programs

    private mutating func connect(_ service: LocalServiceKind, to index: Int) {
        lastClient += 1
        let client = LocalClient(
            id: ClientID(lastClient), service: service, processID: Int32(lastClient), userID: 0, groupID: 0)
        daemons[index].clients[service] = client
        apply(.clientConnected(client), to: index)
    }

    private mutating func request(of index: Int) {
        let service = LocalServiceKind.allCases[generator.below(LocalServiceKind.allCases.count)]
        guard let client = daemons[index].clients[service] else { return connect(service, to: index) }
        var request = ProgramRequests.drawn(for: service, &generator)
        if generator.chance(0.5) { ByteMutation.mutate(&request, others: daemons[index].requests, &generator) }
        if daemons[index].requests.count < 32 { daemons[index].requests.append(request) }
        apply(.clientRequested(ByteStrings(request), by: client), to: index)
        if generator.chance(0.02), daemons[index].clients.removeValue(forKey: service) != nil {
            apply(.clientDisconnected(client), to: index)
        }
    }

    /// Whatever came before, a program that asks for what does not exist is told so.
    private mutating func judge(_ index: Int) {
        for service in LocalServiceKind.allCases {
            if daemons[index].clients[service] == nil { connect(service, to: index) }
            guard let client = daemons[index].clients[service] else { continue }
            let before = daemons[index].responseCount
            apply(
                .clientRequested(ByteStrings([200, 0, 0, 0] + Array(repeating: 0, count: 12)), by: client), to: index)
            if daemons[index].responseCount != before + 1 {
                outcome.violations.append(.init(.integrity, at: now, "\(service.name) answers no more"))
            }
        }
    }
}
