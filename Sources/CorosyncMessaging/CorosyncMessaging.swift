package import ClusterTypes
package import EventLoop

/// The seam between messaging and resource manager on an existing Corosync: membership, quorum and ordered messages come
/// from a `corosync` daemon on this node, through libcpg and libquorum.
///
/// Lives on a loop of its own, since calls to corosync wait for its answers.
package final class CorosyncMessaging {
    package struct Settings: Sendable {
        /// This node, as its configuration says; corosync must say the same.
        package var localNode: NodeID
        package var group: GroupName
        package var votes: VoteTable
        /// How long corosync may take to answer at the start. Default 30 s.
        package var connectLimit: Duration = .seconds(30)

        package init(localNode: NodeID, group: GroupName, votes: VoteTable) {
            self.localNode = localNode
            self.group = group
            self.votes = votes
        }
    }

    package struct Outlets: Sendable {
        /// In the agreed order.
        package var deliver: @Sendable (MessagingEvent) -> Void
        /// Corosync cannot be reached, or is gone; nothing follows.
        package var failed: @Sendable (CorosyncFailure) -> Void
        package var connected: @Sendable (NodeID) -> Void

        package init(
            deliver: @escaping @Sendable (MessagingEvent) -> Void,
            failed: @escaping @Sendable (CorosyncFailure) -> Void, connected: @escaping @Sendable (NodeID) -> Void
        ) {
            self.deliver = deliver
            self.failed = failed
            self.connected = connected
        }
    }

    /// Requests beyond this wait make `flowControlChanged`.
    private static let queueLimit = 64
    private static let retryInterval: Duration = .milliseconds(2)
    private static let connectInterval: Duration = .milliseconds(250)

    private let settings: Settings
    private let loop: EventLoop
    private let outlets: Outlets
    private var connection: CorosyncConnection?
    private var alignment: RingAlignment?
    /// Requests that corosync did not take yet, in order.
    private var requests: [MessagingRequest] = []
    private var watched: [Int32] = []
    private var isRetrying = false
    private var isBlocked = false
    private var hasEnded = false

    package init(_ settings: Settings, loop: EventLoop, outlets: Outlets) {
        self.settings = settings
        self.loop = loop
        self.outlets = outlets
    }

    /// Connects, trying again for a while: corosync may be starting as well.
    package func start() { connect(until: .now() + settings.connectLimit) }

    package func request(_ request: MessagingRequest) {
        requests.append(request)
        sendRequests()
    }

    /// Leaves the group by closing the connections; nothing follows.
    package func stop() {
        hasEnded = true
        guard let connection else { return }
        for descriptor in watched { loop.unwatch(descriptor) }
        watched = []
        connection.close()
        self.connection = nil
    }

    private func connect(until deadline: Instant) {
        if hasEnded { return }
        do throws(CorosyncFailure) {
            let connection = try CorosyncConnection()
            self.connection = connection
            alignment = RingAlignment(group: settings.group, votes: settings.votes, hasQuorum: connection.hasQuorum)
            try begin(connection)
            sendRequests()
        } catch {
            // A wrong node or a missing library does not get better by waiting.
            if connection != nil || isFinal || .now() >= deadline { return fail(error) }
            loop.schedule(after: Self.connectInterval) { [unowned self] in connect(until: deadline) }
        }
    }

    private func begin(_ connection: CorosyncConnection) throws(CorosyncFailure) {
        let descriptors = try connection.begin()
        guard descriptors.localNode == settings.localNode else {
            throw CorosyncFailure(
                "corosync is node \(descriptors.localNode), but the configuration says that this is node "
                    + "\(settings.localNode)")
        }
        outlets.connected(descriptors.localNode)
        for descriptor in [descriptors.groups, descriptors.quorum] {
            do { try loop.watch(descriptor, for: .readable) { [unowned self] _ in dispatch() } } catch {
                throw CorosyncFailure(error.description)
            }
            watched.append(descriptor)
        }
    }

    /// The libraries are missing.
    private var isFinal: Bool {
        if case .failure = CorosyncFunctions.loaded { true } else { false }
    }

    private func dispatch() {
        guard let connection else { return }
        do throws(CorosyncFailure) {
            for notice in try connection.dispatch() {
                for event in alignment?.receive(notice) ?? [] { outlets.deliver(event) }
            }
        } catch { fail(error) }
    }

    private func sendRequests() {
        guard let connection, !isRetrying else { return }
        var done = 0
        do throws(CorosyncFailure) {
            while done < requests.count, try send(requests[done], connection) == .done { done += 1 }
        } catch { return fail(error) }
        requests.removeFirst(done)
        if !requests.isEmpty {
            isRetrying = true
            loop.schedule(after: Self.retryInterval) { [unowned self] in
                isRetrying = false
                sendRequests()
            }
        }
        let isBlocked = requests.count > Self.queueLimit
        if isBlocked != self.isBlocked, isBlocked || requests.isEmpty {
            self.isBlocked = isBlocked
            outlets.deliver(.flowControlChanged(isBlocked: isBlocked))
        }
    }

    private func send(
        _ request: MessagingRequest, _ connection: CorosyncConnection
    ) throws(CorosyncFailure) -> CorosyncConnection.Answer {
        switch request {
        case .join(let group): return try connection.join(group)
        case .leave(let group): return try connection.leave(group)
        case .multicast(_, var payload): return try connection.multicast(&payload)
        }
    }

    private func fail(_ failure: CorosyncFailure) {
        if hasEnded { return }
        stop()
        outlets.failed(failure)
    }
}
