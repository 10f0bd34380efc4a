internal import NIOCore
internal import ResourceManager

/// Which connection waits for which answer, and which read the event stream. Lives on the server's thread alone.
final class ConnectionTable {
    let settings: LocalServer.Settings
    private let submit: @Sendable (RequestID, ClientRequest, ClientIdentity) -> Void
    private var rights: Rights
    private var nextRequest: UInt64 = 1
    private var waiting: [RequestID: (connection: Connection, request: ClientRequest)] = [:]
    private var readers: [ObjectIdentifier: Connection] = [:]
    private var connections: [ObjectIdentifier: Connection] = [:]

    init(
        _ settings: LocalServer.Settings, submit: @escaping @Sendable (RequestID, ClientRequest, ClientIdentity) -> Void
    ) {
        self.settings = settings
        self.submit = submit
        rights = Rights(group: settings.group)
    }

    /// Takes a new connection in; `false` when there are too many.
    func add(_ connection: Connection) -> Bool {
        guard connections.count < settings.connectionLimit else { return false }
        connections[ObjectIdentifier(connection)] = connection
        return true
    }

    func remove(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = nil
        readers[ObjectIdentifier(connection)] = nil
        if let request = connection.request { waiting[request] = nil }
    }

    /// The user's name when it may use the API.
    func admit(_ peer: PeerCredentials) -> String? {
        let (name, isAllowed) = rights.check(peer)
        return isAllowed ? name : nil
    }

    /// Hands a request to the resource manager and returns its number.
    func ask(_ request: ClientRequest, by identity: ClientIdentity, for connection: Connection) -> RequestID {
        let id = RequestID(nextRequest)
        nextRequest += 1
        waiting[id] = (connection, request)
        submit(id, request, identity)
        return id
    }

    func answer(_ id: RequestID, _ response: ClientResponse) {
        guard let (connection, request) = waiting.removeValue(forKey: id) else { return }
        connection.send(Answer(response, to: request))
    }

    func addReader(_ connection: Connection) { readers[ObjectIdentifier(connection)] = connection }

    func publish(_ event: ClusterEvent) {
        guard !readers.isEmpty else { return }
        let line = event.line
        // In any order: the readers do not see each other.
        for reader in readers.values { reader.sendEvent(line) }
    }
}
