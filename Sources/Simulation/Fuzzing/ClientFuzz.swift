internal import ClusterConfiguration
internal import ClusterTypes
internal import CorosyncClient
internal import LocalServices
internal import Messaging
internal import Totem

/// Our tools' clients with a daemon that lies: a real one's answers and events, most of them with some bytes changed, cut or joined.
/// Whatever it says, no reader traps, and every call comes to an end.
struct ClientFuzz {
    private static let roundCount = 8

    private let channel: DamagedChannel
    private var generator: SeededGenerator
    private var outcome: SimulationOutcome

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed ^ 0x636C_6E74)
        outcome = SimulationOutcome(seed: seed)
        channel = DamagedChannel(seed: generator.next())
    }

    mutating func run() -> SimulationOutcome {
        for _ in 0..<Self.roundCount {
            for call in calls { try? call() }
        }
        outcome.packetCount = channel.answerCount
        return outcome
    }

    /// Each call of each client, with the service that answers it.
    private var calls: [() throws -> Void] {
        let channel = channel
        func over(_ service: LocalServiceKind) -> DamagedChannel {
            channel.service = service
            return channel
        }
        return [
            { _ = try AdministrationClient(over: over(.configuration)).localNode() },
            { _ = try AdministrationClient(over: over(.configuration)).status(of: 1) },
            { _ = try AdministrationClient(over: over(.configuration)).addresses(of: 1) },
            { _ = try AdministrationClient(over: over(.configuration)).reload() },
            { _ = try GroupClient(over: over(.processGroups)).names() },
            { _ = try GroupClient(over: over(.processGroups)).members() },
            { _ = try MapClient(over: over(.configurationMap)).get("totem.token") },
            { _ = try MapClient(over: over(.configurationMap)).entries(withPrefix: "") },
            { _ = try MapClient(.statistics, over: over(.configurationMap)).entries(withPrefix: "stats.") },
            { try Self.track(MapClient(over: over(.configurationMap))) },
            { _ = try QuorumClient(over: over(.quorum)).isQuorate() },
            { try Self.follow(QuorumClient(over: over(.quorum))) },
            { _ = try VoteClient(over: over(.voteQuorum)).information(of: 1) },
            { try VoteClient(over: over(.voteQuorum)).setExpectedVotes(1) },
            { try Self.follow(VoteClient(over: over(.voteQuorum))) },
        ]
    }

    private static func track(_ client: MapClient) throws {
        try client.track("fuzz.", isPrefix: true)
        for value: MapValue in [.uint32(1), .string("text"), .uint32(2)] {
            try client.set("fuzz.key", value)
            while try client.nextChange(milliseconds: 0) != nil {}
        }
        try client.delete("fuzz.key")
        while try client.nextChange(milliseconds: 0) != nil {}
    }

    private static func follow(_ client: QuorumClient) throws {
        try client.startTracking(follows: true)
        while try client.nextNotice(milliseconds: 0) != nil {}
        try client.stopTracking()
    }

    private static func follow(_ client: VoteClient) throws {
        try client.startTracking(follows: true)
        while try client.nextRepresentative(milliseconds: 0) != nil {}
    }
}

/// A daemon behind a wire that damages what it says.
private final class DamagedChannel: ServiceChannel {
    let descriptor: Int32 = -1
    /// Which service answers from now on: a new connection to it.
    var service = LocalServiceKind.quorum { didSet { connect() } }
    private(set) var answerCount = 0

    private static let process: UInt32 = 4711

    private var generator: SeededGenerator
    private var daemon: MessagingDaemon
    private var client: LocalClient?
    private var lastClient: UInt64 = 0
    private var answer: [UInt8]?
    private var events: [[UInt8]] = []
    private var seen: [[UInt8]] = []
    private let now = Instant(nanoseconds: 1_000_000_000)

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        let node = NodeID(1)
        let ring = RingSettings(node: node, peers: [NodeID(2)], reportsReachability: false)
        var map = ConfigurationMap()
        map.put("totem.token", .uint32(1000))
        map.put("totem.cluster_name", .string("fuzz"))
        let messaging = MessagingNode(ring: ring, quorum: QuorumRules(expectedVotes: 2))
        daemon = MessagingDaemon(messaging, localNode: node, residentProcessID: 1, map: map)
        apply(.messaging(.started))
    }

    private func connect() {
        if let client { apply(.clientDisconnected(client)) }
        lastClient += 1
        let client = LocalClient(
            id: ClientID(lastClient), service: service, processID: Int32(Self.process), userID: 0, groupID: 0)
        self.client = client
        events = []
        apply(.clientConnected(client))
    }

    private func apply(_ event: MessagingDaemon.Event) {
        var pending = [event]
        // Some effects come back as events; what takes a ring or a timer stays unanswered.
        for _ in 0..<16 where !pending.isEmpty {
            var effects: [MessagingDaemon.Effect] = []
            for event in pending { daemon.receive(event, at: now, into: &effects) }
            pending = effects.compactMap { followUp($0) }
        }
    }

    private func followUp(_ effect: MessagingDaemon.Effect) -> MessagingDaemon.Event? {
        guard case .service(let effect) = effect else { return nil }
        switch effect {
        case .respond(let bytes, let id) where id == client?.id: answer = bytes
        case .sendEvent(let bytes, let id) where id == client?.id: events.append(bytes)
        case .daemon(.reload(let requester)): return .reloaded(nil, requester: requester)
        case .daemon(.observeTransport): return .transportObserved(TransportObservation())
        case .respond, .sendEvent, .sendEvents, .disconnect, .messaging, .holdRequests, .shareBuffer, .unshareBuffer,
            .readBuffer, .arm, .cancel, .report, .daemon:
            break
        }
        return nil
    }

    func ask(_ request: ServiceRequest) throws(ServiceError) -> ServiceAnswer {
        answer = nil
        if let client { apply(.clientRequested(ByteStrings(request.bytes), by: client)) }
        guard let answer else { throw .tryAgain }
        return try damaged(answer)
    }

    func nextEvent(milliseconds: Int32) throws(ServiceError) -> ServiceAnswer? {
        events.isEmpty ? nil : try damaged(events.removeFirst())
    }

    private func damaged(_ bytes: [UInt8]) throws(ServiceError) -> ServiceAnswer {
        answerCount += 1
        var bytes = bytes
        if seen.count < 32 { seen.append(bytes) } else { seen[generator.below(32)] = bytes }
        if generator.chance(0.4) {
            let header = generator.chance(0.8) ? min(24, bytes.count) : 0
            var body = Array(bytes[header...])
            ByteMutation.mutate(&body, others: seen.map { Array($0.dropFirst(header)) }, &generator)
            bytes = Array(bytes.prefix(header)) + body
        }
        guard let answer = ServiceAnswer(bytes) else { throw .library }
        return answer
    }
}
