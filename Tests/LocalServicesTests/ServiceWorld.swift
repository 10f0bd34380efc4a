import ClusterConfiguration
import ClusterTypes
import Messaging
import Totem

@testable import LocalServices

/// A daemon of one node, without links, to ask things of.
struct ServiceWorld {
    var daemon: MessagingDaemon
    private(set) var answers: [ClientID: [[UInt8]]] = [:]
    private(set) var events: [ClientID: [[UInt8]]] = [:]
    private(set) var requests: [DaemonRequest] = []
    private(set) var timers: [ServiceTimer] = []
    private var lastClient: UInt64 = 0
    private var now = Instant.origin

    init(map: ConfigurationMap = ConfigurationMap(readOnly: .corosync)) {
        let ring = RingSettings(node: NodeID(1), peers: [], reportsReachability: false)
        let node = MessagingNode(ring: ring, quorum: QuorumRules(expectedVotes: 1))
        daemon = MessagingDaemon(node, localNode: NodeID(1), residentProcessID: 0, map: map)
        receive(.messaging(.started))
    }

    mutating func receive(_ event: MessagingDaemon.Event) {
        var effects: [MessagingDaemon.Effect] = []
        daemon.receive(event, at: now, into: &effects)
        for effect in effects {
            switch effect {
            case .messaging(.storeRingSequence(let sequence)): receive(.messaging(.ringSequenceStored(sequence)))
            case .messaging(.arm(let timer, _)):
                // A lone node's token needs no time.
                if case .ring(.join) = timer { now = now + .milliseconds(50) }
            case .messaging: break
            case .service(.respond(let bytes, let client)): answers[client, default: []].append(bytes)
            case .service(.sendEvent(let bytes, let client)): events[client, default: []].append(bytes)
            case .service(.sendEvents(let run, let clients)):
                for client in clients { events[client, default: []] += run.whole }
            case .service(.daemon(let request)): requests.append(request)
            case .service(.arm(let timer, _)): timers.append(timer)
            case .service: break
            }
        }
    }

    mutating func connect(_ service: LocalServiceKind) -> LocalClient {
        lastClient += 1
        let client = LocalClient(
            id: ClientID(lastClient), service: service, processID: 7, userID: 0, groupID: 0)
        receive(.clientConnected(client))
        return client
    }

    /// Sends a request; the answer is what came for the client meanwhile, if only one did.
    @discardableResult
    mutating func ask(_ client: LocalClient, _ function: UInt32, _ fill: (inout WireWriter) -> Void = { _ in })
        -> Answer?
    {
        answers[client.id] = nil
        var writer = WireWriter(capacity: 300)
        writer.padded(function)
        writer.padded(0)
        fill(&writer)
        receive(.clientRequested(ByteStrings(writer.bytes), by: client))
        guard let all = answers[client.id], all.count == 1 else { return nil }
        return Answer(bytes: all[0])
    }

    mutating func takeEvents(_ client: LocalClient) -> [Answer] {
        defer { events[client.id] = nil }
        return (events[client.id] ?? []).map { Answer(bytes: $0) }
    }

    struct Answer: Equatable {
        var bytes: [UInt8]
        var function: UInt32 { number(0) }
        var error: ServiceError? { ServiceError(rawValue: number(16)) }
        var isOfStatedSize: Bool { number(8) == UInt32(bytes.count) }
        func number(_ offset: Int) -> UInt32 {
            guard bytes.count >= offset + 4 else { return .max }
            return (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32($1 * 8) }
        }
        func text(_ offset: Int) -> String {
            String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
