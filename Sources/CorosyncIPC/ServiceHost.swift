package import ClusterTypes
package import EventLoop
internal import Glibc
package import LocalServices

/// The sockets by which local programs reach the services of corosync: accepts them, carries their requests in order, and
/// delivers answers and events; contains nothing of any service.
///
/// Confined to the thread of its loop. The names are abstract Unix sockets, which belong to a network namespace, not to a
/// directory: one host a namespace.
///
/// - Source: the side of a server in libqb's IPC (qbipcs.h) with rings in shared memory.
/// - Deviations: a server of libqb believes positions and sizes in memory that the program shares, announces every event with a
///   system call of its own, and keeps any number of events for a program that does not read; this one does not.
package final class ServiceHost {
    package enum Event {
        case connected(LocalClient)
        case requested(ByteStrings, by: LocalClient)
        case disconnected(LocalClient)
        /// For the log.
        case reported(String)
        /// The events that came together since the last one of these have been given: `flush` now.
        case paused
    }

    let loop: EventLoop
    let access: (_ user: UInt32, _ group: UInt32) -> Bool
    let handler: (Event) -> Void
    var listeners: [Int32: LocalServiceKind] = [:]
    /// Files of sockets, which are removed at the end.
    private var socketFiles: [String] = []
    /// Programs that have not said yet what they want, by descriptor.
    var newcomers: [Int32: Newcomer] = [:]
    var connections: [ClientID: Connection] = [:]
    private var buffers: [ClientID: [UInt64: SharedBufferFile]] = [:]
    private var held: Set<LocalServiceKind> = []
    private var dirty: [Connection] = []
    /// The connections that had requests since the last `takeRequests`.
    private var busy: [ClientID] = []
    var lastID: UInt64 = 0
    private var retryTimer: TimerID?
    let budget = ClientBudget.ofThisProcess()
    var folder: RingFolder?
    var hasComplained = false

    struct Newcomer {
        var service: LocalServiceKind
        var bytes: [UInt8] = []
        var timer: TimerID
    }

    /// A program that asks for larger messages than this is refused: those of corosync's libraries ask for 1 MiB.
    static let messageLimit = 4 << 20
    /// The time in which a program must say what it wants.
    static let patience: Duration = .seconds(5)
    /// Requests of one program that are served in one round, and their bytes (one larger request is served by itself), so that
    /// others have their turn, and the token. Small ones fill a frame of the ring; of large ones there are three frames, so that
    /// what a round costs by itself counts less, also where it makes messages that are cut.
    private static let requestsInOneRound = 128
    private static let bytesInOneRound = 186 << 10
    /// How long events wait for room before the next attempt.
    private static let retryInterval: Duration = .milliseconds(1)
    /// So many more than can be served are heard, so that they get the refusal in answer to their request.
    static let waitingRoom = 64
    /// How often it is said that there is no room for further programs.
    static let complaintInterval: Duration = .seconds(10)

    /// - Parameters:
    ///   - access: whether a user or group may connect; root and the daemon's own user always may.
    ///   - handler: runs on the loop's thread.
    package init(
        loop: EventLoop, access: @escaping (_ user: UInt32, _ group: UInt32) -> Bool,
        handler: @escaping (Event) -> Void
    ) {
        self.loop = loop
        self.access = access
        self.handler = handler
    }

    // MARK: Beginning and end

    /// Opens the socket of a service.
    ///
    /// - Throws: `EADDRINUSE` when another daemon, such as corosync, offers the service in this network namespace.
    package func open(_ service: LocalServiceKind, at place: ServicePlace = .machine) throws(SystemCallFailure) {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        if descriptor < 0 { throw .latest("socket for \(service.name)") }
        guard var address = place.address(of: service) else {
            Glibc.close(descriptor)
            throw SystemCallFailure("the local socket \(place.name(of: service))", code: ENAMETOOLONG)
        }
        let file = place.file(of: service)
        // Of a daemon that was killed: the directory is locked by the one that runs.
        if let file { unlink(file) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) == 0 }
        }
        // Rights follow the peer's user, wherever the socket is.
        guard isBound, file.map({ chmod($0, 0o666) == 0 }) ?? true, listen(descriptor, 128) == 0 else {
            let failure = SystemCallFailure.latest("the local socket \(place.name(of: service))")
            Glibc.close(descriptor)
            throw failure
        }
        if let file { socketFiles.append(file) }
        listeners[descriptor] = service
        try loop.watch(descriptor, for: .readable) { [unowned self] _ in accept(on: descriptor, service) }
    }

    /// Closes all sockets and connections; no event follows.
    package func close() {
        for descriptor in listeners.keys {
            loop.unwatch(descriptor)
            Glibc.close(descriptor)
        }
        listeners = [:]
        for file in socketFiles { unlink(file) }
        socketFiles = []
        for descriptor in newcomers.keys { forget(descriptor, closing: true) }
        for connection in connections.values { loop.unwatch(connection.descriptor) }
        connections = [:]
        buffers = [:]
        folder = nil
        dirty = []
        if let retryTimer { loop.cancel(retryTimer) }
    }

    // MARK: Effects

    /// Answers the request that a program waits for.
    package func respond(_ bytes: [UInt8], to client: ClientID) {
        guard let connection = connections[client] else { return }
        attempt(connection) { (connection) throws(Connection.Failure) in try connection.respond(bytes) }
    }

    /// Gives a program an event, at the latest with the next `flush`.
    package func send(_ event: [UInt8], to client: ClientID) {
        guard let connection = connections[client] else { return }
        attempt(connection) { (connection) throws(Connection.Failure) in try connection.send(event) }
        flushLater(connection)
    }

    /// The same for events that come together.
    package func send(_ run: EventRun, to client: ClientID) {
        guard let connection = connections[client] else { return }
        var run = run
        attempt(connection) { (connection) throws(Connection.Failure) in
            for payload in run.payloads.ranges {
                run.describe(payload)
                try connection.send(run.header, run.payloads.block[payload])
            }
        }
        flushLater(connection)
    }

    private func flushLater(_ connection: Connection) {
        if !connection.isDirty {
            connection.isDirty = true
            dirty.append(connection)
        }
    }

    /// Ends a connection; the `disconnected` event follows at once.
    package func disconnect(_ client: ClientID, reason: String) {
        guard let connection = connections[client] else { return }
        drop(connection, because: reason)
    }

    /// Lets the requests of a service's programs wait in their rings, or no longer.
    package func hold(_ service: LocalServiceKind, _ isHeld: Bool) {
        if isHeld { held.insert(service) } else { held.remove(service) }
        for id in connections.keys.sorted() {
            guard let connection = connections[id], connection.client.service == service else { continue }
            updateWatch(connection)
            if !isHeld, connection.announcedRequests > 0 { serveLater(id) }
        }
    }

    /// Announces the events that were sent since the last time: one system call a program.
    package func flush() {
        guard !dirty.isEmpty else { return }
        var due: [Connection] = []
        swap(&due, &dirty)
        for connection in due where connection.isOpen {
            connection.isDirty = false
            attempt(connection) { (connection) throws(Connection.Failure) in try connection.flush() }
            if connection.isOpen { updateWatch(connection) }
        }
        scheduleRetry(due)
    }

    private func scheduleRetry(_ due: [Connection]) {
        for connection in due where connection.hasWaitingEvents && connection.isOpen {
            connection.isDirty = true
            dirty.append(connection)
        }
        guard !dirty.isEmpty, retryTimer == nil else { return }
        retryTimer = loop.schedule(after: Self.retryInterval) { [unowned self] in
            retryTimer = nil
            flush()
        }
    }

    private func attempt(_ connection: Connection, _ work: (Connection) throws(Connection.Failure) -> Void) {
        do { try work(connection) } catch { fail(connection, error) }
    }

    private func fail(_ connection: Connection, _ failure: Connection.Failure) {
        switch failure {
        case .ended: drop(connection, because: nil)
        case .broken(let reason): drop(connection, because: reason)
        }
    }

    private func drop(_ connection: Connection, because reason: String?) {
        guard connections.removeValue(forKey: connection.client.id) != nil else { return }
        connection.isOpen = false
        if connection.isBusy { busy.removeAll { $0 == connection.client.id } }
        loop.unwatch(connection.descriptor)
        buffers[connection.client.id] = nil
        let client = connection.client
        if let reason {
            handler(.reported("\(client.service.name): process \(client.processID) is disconnected: \(reason)"))
        }
        handler(.disconnected(client))
    }
}

// Zero-copy buffers.
extension ServiceHost {
    package func shareBuffer(_ ticket: UInt64, path: [UInt8], size: UInt64, with client: ClientID)
        -> SharedBufferOutcome
    {
        guard let connection = connections[client],
            let file = SharedBufferFile(path: path, size: size, user: connection.client.userID, ticket: ticket)
        else { return .failed }
        buffers[client, default: [:]][ticket] = file
        return .shared(ticket)
    }

    package func unshareBuffer(_ ticket: UInt64, of client: ClientID) { buffers[client]?[ticket] = nil }

    package func readBuffer(_ ticket: UInt64, of client: ClientID) -> SharedBufferOutcome {
        buffers[client]?[ticket]?.content().map { .content($0) } ?? .failed
    }
}

// Requests.
extension ServiceHost {
    /// Watches a connection's socket for what can be used now.
    func updateWatch(_ connection: Connection) {
        connection.isHeld = held.contains(connection.client.service) || connection.waitingBytes > Connection.patience
        var wanted: Readiness = connection.isHeld ? [] : .readable
        if connection.mustAnnounce { wanted.insert(.writable) }
        wanted.insert(.hangup)
        guard wanted != connection.watched else { return }
        connection.watched = wanted
        let id = connection.client.id
        do {
            try loop.watch(connection.descriptor, for: wanted) { [unowned self] readiness in ready(id, readiness) }
        } catch { drop(connection, because: error.description) }
    }

    private func ready(_ id: ClientID, _ readiness: Readiness) {
        guard let connection = connections[id] else { return }
        if readiness.contains(.hangup) { return drop(connection, because: nil) }
        if readiness.contains(.writable) {
            attempt(connection) { (connection) throws(Connection.Failure) in try connection.flush() }
            guard connections[id] != nil else { return }
            updateWatch(connection)
        }
        if readiness.contains(.readable), !connection.isHeld {
            attempt(connection) { (connection) throws(Connection.Failure) in try connection.takeAnnouncements() }
            serve(id)
        }
    }

    /// Serves the programs that had requests lately, without waiting for the loop to find that they have more.
    ///
    /// For a moment at which a batch ends: what was asked for by now still belongs to it.
    package func takeRequests() {
        var due: [ClientID] = []
        swap(&due, &busy)
        for id in due {
            guard let connection = connections[id] else { continue }
            connection.isBusy = false
            if connection.isHeld { continue }
            attempt(connection) { (connection) throws(Connection.Failure) in try connection.takeAnnouncements() }
            if connection.announcedRequests > 0 { serve(id) }
        }
    }

    private func serve(_ id: ClientID) {
        guard let connection = connections[id] else { return }
        if !connection.isBusy {
            connection.isBusy = true
            busy.append(id)
        }
        if connection.isOpen, !connection.isHeld { takeRound(of: connection) }
        handler(.paused)
        if connection.isOpen, !connection.isHeld, connection.announcedRequests > 0 { serveLater(id) }
    }

    /// Reads the requests of one round, which go on in one block.
    private func takeRound(of connection: Connection) {
        var block: [UInt8] = []
        var ranges: [Range<Int>] = []
        block.reserveCapacity(min(Self.bytesInOneRound, connection.announcedRequests * connection.nextRequestLength))
        var failure: Connection.Failure?
        while failure == nil, ranges.count < Self.requestsInOneRound,
            ranges.isEmpty || block.count + connection.nextRequestLength <= Self.bytesInOneRound
        {
            do {
                guard let range = try connection.nextRequest(into: &block) else { break }
                ranges.append(range)
            } catch { failure = error }
        }
        if !ranges.isEmpty { handler(.requested(ByteStrings(in: block[...], at: ranges), by: connection.client)) }
        if let failure, connection.isOpen { fail(connection, failure) }
    }

    private func serveLater(_ id: ClientID) {
        guard let connection = connections[id], !connection.isServedLater else { return }
        connection.isServedLater = true
        loop.schedule(after: .zero) { [unowned self] in
            guard let connection = connections[id] else { return }
            connection.isServedLater = false
            serve(id)
        }
    }
}
