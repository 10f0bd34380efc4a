internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
package import ResourceManager
internal import Synchronization

/// Serves the local API of a node: HTTP/1.1 on a Unix socket, described in docs/local-api.yaml.
///
/// Runs on a thread of its own. Requests go to the resource manager through a closure; answers and events come back
/// through `respond` and `publish`, from any thread. A slow or hostile client costs its own connection only.
package final class LocalServer: Sendable {
    package struct Settings: Sendable {
        /// Where the socket is made, mode 666: rights follow the peer's user. At most 107 bytes.
        package var socketPath: String
        /// Beside root and the daemon's own user, members of this group may do everything. Default: `haclient`.
        package var group = "haclient"
        /// The largest body of a request, in bytes. Default: 64 MiB, a CIB of some 100,000 resources.
        package var bodyLimit = 64 << 20
        /// Connections at a time; further ones are closed at once. Default: 256.
        package var connectionLimit = 256
        /// Events kept for a reader of the event stream that does not read; then it is disconnected. Default: 4096.
        package var eventBacklogLimit = 4096

        package init(socketPath: String) { self.socketPath = socketPath }
    }

    private struct Listening {
        var group: MultiThreadedEventLoopGroup
        var table: NIOLoopBound<ConnectionTable>
        /// `nil` until the socket is made.
        var channel: (any Channel)?
    }

    private let settings: Settings
    private let submit: @Sendable (RequestID, ClientRequest, ClientIdentity) -> Void
    private let listening = Mutex<Listening?>(nil)

    /// - Parameter submit: hands a request to the resource manager's thread and returns at once. `respond` with the same
    ///   number must follow, sooner or later.
    package init(
        settings: Settings, submit: @escaping @Sendable (RequestID, ClientRequest, ClientIdentity) -> Void
    ) {
        self.settings = settings
        self.submit = submit
    }

    /// Makes the socket (in place of a stale one) and begins to serve.
    ///
    /// - Throws: an error that says what could not be done, where.
    package func start() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let settings = settings
            let submit = submit
            let table = try group.next().submit {
                NIOLoopBound(ConnectionTable(settings, submit: submit), eventLoop: group.next())
            }.wait()
            // Before the socket is made: a client may ask, and be answered, while this thread still waits.
            listening.withLock { $0 = Listening(group: group, table: table) }
            let channel = try ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 64)
                .childChannelOption(.maxMessagesPerRead, value: 4)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                            withPipeliningAssistance: true, withErrorHandling: true)
                        try channel.pipeline.syncOperations.addHandler(Connection(table.value))
                    }
                }
                .bind(unixDomainSocketPath: settings.socketPath, cleanupExistingSocketFile: true).wait()
            listening.withLock { $0?.channel = channel }
            guard chmod(settings.socketPath, 0o666) == 0 else {
                throw LocalServerFailure(path: settings.socketPath, reason: String(cString: strerror(errno)))
            }
        } catch {
            listening.withLock { $0 = nil }
            try? group.syncShutdownGracefully()
            throw (error as? LocalServerFailure)
                ?? LocalServerFailure(path: settings.socketPath, reason: String(describing: error))
        }
    }

    /// Answers a request. An answer to a client that is gone is dropped.
    package func respond(_ request: RequestID, _ response: ClientResponse) {
        perform { $0.answer(request, response) }
    }

    /// Sends an event to all readers of the event stream.
    package func publish(_ event: ClusterEvent) { perform { $0.publish(event) } }

    private func perform(_ body: @escaping @Sendable (ConnectionTable) -> Void) {
        guard let listening = listening.withLock({ $0 }) else { return }
        let table = listening.table
        listening.group.next().execute { body(table.value) }
    }

    /// Closes all connections, removes the socket, ends the thread. Answers given before this are still sent.
    package func stop() {
        guard
            let stopped = listening.withLock({ listening in
                defer { listening = nil }
                return listening
            })
        else { return }
        unlink(settings.socketPath)
        try? stopped.channel?.close().wait()
        try? stopped.group.syncShutdownGracefully()
    }
}

/// Why the local API cannot be served.
package struct LocalServerFailure: Error, Sendable, CustomStringConvertible {
    package var path: String
    package var reason: String

    package var description: String { "the local API cannot be served at \(path): \(reason)" }
}
