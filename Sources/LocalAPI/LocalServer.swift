package import ResourceManager

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
        /// Connections at a time; more wait. Default: 256.
        package var connectionLimit = 256
        /// Events kept for a reader of the event stream that does not read; then it is disconnected. Default: 4096.
        package var eventBacklogLimit = 4096

        package init(socketPath: String) { self.socketPath = socketPath }
    }

    private let settings: Settings
    private let submit: @Sendable (RequestID, ClientRequest, ClientIdentity) -> Void

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
    package func start() throws {}

    /// Answers a request. An answer to a client that is gone is dropped.
    package func respond(_ request: RequestID, _ response: ClientResponse) {}

    /// Sends an event to all readers of the event stream.
    package func publish(_ event: ClusterEvent) {}

    /// Closes all connections, removes the socket, ends the thread. Answers given before this are still sent.
    package func stop() {}
}
