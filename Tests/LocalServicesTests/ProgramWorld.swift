import ClusterTypes
import Messaging
import Totem

@testable import LocalServices

/// One node that is alone in its ring, with programs that use its services.
struct ProgramWorld {
    var daemon: MessagingDaemon
    var now = Instant(nanoseconds: 0)
    var responses: [[UInt8]] = []
    var events: [[UInt8]] = []
    var disconnections = 0

    static let localNode = NodeID(1)
    static let residentProcessID: UInt32 = 1000

    init() {
        let settings = RingSettings(node: Self.localNode, peers: [], reportsReachability: false)
        var rules = QuorumRules(expectedVotes: 1)
        rules.votes = 1
        daemon = MessagingDaemon(
            MessagingNode(ring: settings, quorum: rules), localNode: Self.localNode,
            residentProcessID: Self.residentProcessID)
        feed(.messaging(.started))
    }

    /// Applies an event and does what a driver would, with a disk that is ready at once and timers that fire when nothing else happens.
    mutating func feed(_ event: MessagingDaemon.Event) {
        var queue = [event]
        var timers: [MessagingNode.Timer] = []
        var rounds = 0
        while !queue.isEmpty || (daemon.node.membership == nil && !timers.isEmpty && rounds < 200) {
            rounds += 1
            let next =
                queue.isEmpty ? MessagingDaemon.Event.messaging(.timerFired(timers.removeFirst())) : queue.removeFirst()
            var effects: [MessagingDaemon.Effect] = []
            now = now + .milliseconds(100)
            daemon.receive(next, at: now, into: &effects)
            for effect in effects {
                switch effect {
                case .messaging(.storeRingSequence(let sequence)):
                    queue.append(.messaging(.ringSequenceStored(sequence)))
                case .messaging(.arm(let timer, _)):
                    timers.removeAll { $0 == timer }
                    timers.append(timer)
                case .messaging(.cancel(let timer)): timers.removeAll { $0 == timer }
                case .messaging: break
                case .service(.respond(let bytes, _)): responses.append(bytes)
                case .service(.sendEvent(let bytes, _)): events.append(bytes)
                case .service(.sendEvents(let run, let clients)):
                    for _ in clients { events += run.whole }
                case .service(.disconnect): disconnections += 1
                case .service: break
                }
            }
        }
    }

    mutating func connect(_ service: LocalServiceKind, number: UInt64 = 1) -> LocalClient {
        let client = LocalClient(id: ClientID(number), service: service, processID: 7, userID: 0, groupID: 0)
        feed(.clientConnected(client))
        return client
    }

    /// What the program is answered, as numbers of the error.
    mutating func ask(_ client: LocalClient, _ function: UInt32, _ body: [UInt8] = []) -> UInt32? {
        responses = []
        feed(.clientRequested(ByteStrings(Self.request(function, body)), by: client))
        return responses.first.map { Self.number($0, at: 16) }
    }

    static func request(_ function: UInt32, _ body: [UInt8]) -> [UInt8] {
        words([function, 0, UInt32(clamping: 16 + body.count), 0]) + body
    }

    static func words(_ numbers: [UInt32]) -> [UInt8] {
        numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) } }
    }

    static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        guard offset + 4 <= bytes.count else { return .max }
        return (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }

    /// `mar_cpg_name_t`.
    static func name(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return words([UInt32(bytes.count), 0]) + bytes + Array(repeating: 0, count: 128 - bytes.count)
    }
}
