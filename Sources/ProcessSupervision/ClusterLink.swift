internal import ClusterConfiguration
internal import ClusterTypes
internal import CorosyncClient
internal import CorosyncIPC
internal import EventLoop
internal import Glibc
internal import LocalServices
internal import Supervision

/// What a supervisor tells the daemon of its node, and learns from it: the keys of the configuration map, and quorum.
///
/// Lives on a thread of its own, since calls of the daemon's services wait for their answers: a daemon that hangs must not delay
/// health checks. A daemon that is not there is looked for once a second; when it comes it gets all keys.
///
/// - Source: sam_overview(3), "Confdb integration"; the keys are those that libsam 3.1.7 writes.
final class ClusterLink {
    enum Message: Sendable {
        case publish(PublishedState)
        case publishHealth
        case withdraw
        /// Answered by `ended` when everything before is done.
        case end
    }

    enum Notice: Sendable {
        case quorum(isQuorate: Bool)
        /// The daemon cannot be reached, for the first time or again.
        case unreachable(String)
        case ended
    }

    private static let patience = Duration.seconds(1)

    private let place: ServicePlace
    private let settings: SupervisionSettings
    private let loop: EventLoop
    private let tell: @Sendable (Notice) -> Void
    private var map: MapClient?
    private var quorum: QuorumClient?
    private var state: PublishedState?
    private var isRetrying = false
    private var hasComplained = false

    init(
        place: ServicePlace, settings: SupervisionSettings, loop: EventLoop, tell: @escaping @Sendable (Notice) -> Void
    ) {
        self.place = place
        self.settings = settings
        self.loop = loop
        self.tell = tell
    }

    func receive(_ message: Message) {
        switch message {
        case .publish(let state):
            self.state = state
            if map == nil { connect() } else { set("state", .string(state.rawValue)) }
        case .publishHealth: set("last_updated", .uint64(Self.now()))
        case .withdraw:
            state = nil
            write { map throws(ServiceError) in
                for entry in try map.entries(withPrefix: key("")) { try map.delete(entry.key) }
            }
        case .end: tell(.ended)
        }
    }

    private func key(_ name: String) -> String { "resources.process.\(getpid()).\(name)" }

    /// As libsam's time stamps: nanoseconds of CLOCK_MONOTONIC.
    private static func now() -> UInt64 { UInt64(clamping: Instant.now().nanoseconds) }

    // MARK: - The connection

    /// Connects to what is missing; tries again later when the daemon is not there.
    func connect() {
        do throws(ServiceError) {
            if settings.followsQuorum, quorum == nil { try connectToQuorum() }
            if map == nil { try connectToMap() }
            hasComplained = false
        } catch {
            complain(error)
            retry()
        }
    }

    private func connectToMap() throws(ServiceError) {
        let client = try MapClient(at: place)
        try client.set(key("recovery"), .string(settings.recovery.rawValue))
        try client.set(key("poll_period"), .uint64(pollPeriod))
        if let state { try client.set(key("state"), .string(state.rawValue)) }
        map = client
        // Nothing is tracked, so what becomes readable is the end.
        watch(client.descriptor) { [unowned self] in dropMap() }
    }

    /// Milliseconds; 0 where nothing is checked.
    private var pollPeriod: UInt64 {
        settings.healthCheck == .none ? 0 : UInt64(clamping: settings.interval.milliseconds)
    }

    private func connectToQuorum() throws(ServiceError) {
        let client = try QuorumClient(at: place)
        try client.startTracking(follows: true)
        quorum = client
        watch(client.descriptor) { [unowned self] in readQuorum() }
    }

    private func readQuorum() {
        guard let quorum else { return }
        do throws(ServiceError) {
            if let notice = try quorum.nextNotice(milliseconds: 0) { tell(.quorum(isQuorate: notice.isQuorate)) }
        } catch {
            loop.unwatch(quorum.descriptor)
            self.quorum = nil
            tell(.quorum(isQuorate: false))
            complain(error)
            retry()
        }
    }

    private func set(_ name: String, _ value: MapValue) {
        write { map throws(ServiceError) in try map.set(key(name), value) }
    }

    private func write(_ change: (MapClient) throws(ServiceError) -> Void) {
        guard let map else { return }
        do throws(ServiceError) { try change(map) } catch {
            switch error {
            case .library: dropMap()
            // A key that is gone already, a map that is full: nothing that a new connection would mend.
            default: break
            }
        }
    }

    private func dropMap() {
        guard let map else { return }
        loop.unwatch(map.descriptor)
        self.map = nil
        retry()
    }

    private func watch(_ descriptor: Int32, _ handler: @escaping () -> Void) {
        do { try loop.watch(descriptor, for: .readable) { _ in handler() } } catch { complain(.noResources) }
    }

    private func retry() {
        guard !isRetrying else { return }
        isRetrying = true
        loop.schedule(after: Self.patience) { [weak self] in
            self?.isRetrying = false
            self?.connect()
        }
    }

    private func complain(_ error: ServiceError) {
        guard !hasComplained else { return }
        hasComplained = true
        switch error {
        case .library: tell(.unreachable("no daemon answers on this node"))
        case .access:
            tell(.unreachable("the daemon of this node does not let this user in (section uidgid of corosync.conf)"))
        default: tell(.unreachable("the daemon of this node: \(error.name)"))
        }
    }
}
