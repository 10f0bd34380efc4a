package import JSONText

/// Talks to the daemon of one node through its local API.
///
/// Blocking: each call opens a connection, sends one request and waits for the answer. Starts nothing and keeps nothing
/// open, so a tool that agents call often costs little more than its own start.
package struct NodeClient: Sendable {
    /// The path of the daemon's socket, at most 107 bytes.
    package let socketPath: String
    /// The program that asks, as it shall appear in the CIB (`update-client`) and in the log.
    package let clientName: String
    /// How long to wait for the answer to a request. Default: one minute; a change waits for every member's disk.
    package var timeout: Duration

    package init(socketPath: String, clientName: String, timeout: Duration = .seconds(60)) {
        self.socketPath = socketPath
        self.clientName = clientName
        self.timeout = timeout
    }
}

// MARK: - Status and events

extension NodeClient {
    /// What the node knows of the cluster's doings right now: `GET /v1/status`.
    package func status() throws(RequestFailure) -> StatusReport {
        try StatusReport(try json("GET", "/v1/status"))
    }

    /// The timeline from now on: `GET /v1/events`.
    package func events() throws(RequestFailure) -> EventStream {
        var connection = try HTTPConnection(socketPath: socketPath)
        try connection.send("GET", "/v1/events", client: clientName, body: nil, timeout: timeout)
        let head = try connection.readHead()
        guard head.status == 200 else { throw Self.failure(head.status, try connection.readBody(head)) }
        return EventStream(connection: connection, isChunked: head.isChunked)
    }
}

// MARK: - The CIB

extension NodeClient {
    /// The whole CIB as XML text: `GET /v1/cib`.
    package func cib() throws(RequestFailure) -> [UInt8] { try request("GET", "/v1/cib") }

    /// The elements that an XPath expression selects, as the children of an element `elements`, in XML text.
    package func cib(xpath: String) throws(RequestFailure) -> [UInt8] {
        try request("GET", "/v1/cib?xpath=" + HTTPConnection.escape(xpath))
    }

    /// Makes all edits or none, and returns when they are stable: `POST /v1/cib/changes`.
    ///
    /// - Parameter expectedVersion: `admin_epoch.epoch.num_updates`; when given, the CIB must be at it.
    /// - Throws: `.versionConflict`, `.invalid` (schema; already there), `.notFound`, …
    @discardableResult
    package func change(_ edits: [CIBEdit], expectedVersion: String? = nil) throws(RequestFailure) -> ChangeAnswer {
        let body = JSON.object([
            "expected_version": expectedVersion.map(JSON.string), "operations": .array(edits.map(\.json)),
        ])
        let answer = try json("POST", "/v1/cib/changes", body)
        guard let version = answer["version"]?.string else {
            throw RequestFailure(.badAnswer, "the answer to a change of the CIB has no version")
        }
        return ChangeAnswer(version: version, isQuorate: answer["quorate"]?.bool ?? true)
    }
}

/// What came of a change of the CIB.
package struct ChangeAnswer: Sendable, Equatable {
    /// The version afterwards: `admin_epoch.epoch.num_updates`.
    package var version: String
    /// When not, the change is lost as soon as the members meet nodes that had quorum meanwhile.
    package var isQuorate: Bool
}

// MARK: - Resources and nodes

extension NodeClient {
    /// Forgets failures of a resource (all when `nil`) on a node (all when `nil`).
    package func cleanUp(resource: String?, node: String? = nil) throws(RequestFailure) {
        try forget("cleanup", resource, node)
    }

    /// Forgets all history of a resource (all when `nil`) on a node (all when `nil`), so that it is probed again.
    package func refresh(resource: String?, node: String? = nil) throws(RequestFailure) {
        try forget("refresh", resource, node)
    }

    private func forget(_ verb: String, _ resource: String?, _ node: String?) throws(RequestFailure) {
        let what = resource.map { "/" + HTTPConnection.escape($0) } ?? ""
        let place = node.map { "?node=" + HTTPConnection.escape($0) } ?? ""
        _ = try request("POST", "/v1/resources\(what)/\(verb)\(place)", .object([:]))
    }

    /// Fences a node and waits for the outcome. `action`: `reboot`, `off` or `on`.
    package func fence(node: String, action: String = "reboot") throws(RequestFailure) {
        let query = "?action=" + HTTPConnection.escape(action)
        _ = try request("POST", "/v1/nodes/\(HTTPConnection.escape(node))/fence\(query)", .object([:]))
    }

    /// Vouches that a node is down.
    package func confirmFenced(node: String) throws(RequestFailure) {
        _ = try request("POST", "/v1/nodes/\(HTTPConnection.escape(node))/confirm-fenced", .object([:]))
    }

    /// Sets an attribute of a node, or removes it when `value` is `nil`.
    ///
    /// - Parameter untilReboot: kept in the status section until the node leaves, instead of in the configuration.
    package func setAttribute(
        node: String, name: String, value: String?, untilReboot: Bool
    ) throws(RequestFailure) {
        let body = JSON.object([
            "name": .string(name), "value": value.map(JSON.string) ?? .null,
            "lifetime": .string(untilReboot ? "reboot" : "forever"),
        ])
        _ = try request("POST", "/v1/nodes/\(HTTPConnection.escape(node))/attributes", body)
    }

    /// Stops the node cleanly. Returns when the shutdown has begun.
    package func shutDown() throws(RequestFailure) { _ = try request("POST", "/v1/shutdown", .object([:])) }
}

// MARK: - Requests

extension NodeClient {
    /// Sends any request of the local API and returns the body of a successful answer.
    package func request(_ method: String, _ target: String, _ body: JSON? = nil) throws(RequestFailure) -> [UInt8] {
        var connection = try HTTPConnection(socketPath: socketPath)
        try connection.send(
            method, target, client: clientName, body: body.map { Array($0.text.utf8) }, timeout: timeout)
        let head = try connection.readHead()
        let answer = try connection.readBody(head)
        guard (200..<300).contains(head.status) else { throw Self.failure(head.status, answer) }
        return answer
    }

    private func json(_ method: String, _ target: String, _ body: JSON? = nil) throws(RequestFailure) -> JSON {
        let answer = try request(method, target, body)
        do { return try JSON(parsing: answer) } catch {
            throw RequestFailure(.badAnswer, "the answer to \(method) \(target) is not JSON: \(error)")
        }
    }

    /// The failure that an answer states, or one made from its status alone.
    private static func failure(_ status: Int, _ body: [UInt8]) -> RequestFailure {
        let error = (try? JSON(parsing: body))?["error"]
        let code: RequestFailure.Code =
            error?["code"]?.string.flatMap(RequestFailure.Code.init(rawValue:))
            ?? {
                switch status {
                case 401, 403: .forbidden
                case 404: .notFound
                case 409: .versionConflict
                case 400, 405, 413, 422: .invalid
                case 503: .unavailable
                default: .failed
                }
            }()
        return RequestFailure(code, error?["message"]?.string ?? "the daemon answers with HTTP status \(status)")
    }
}
