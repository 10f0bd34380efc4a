internal import Fencing
internal import JSONText
package import ResourceManager

/// What a request of the local API asks for.
package enum Route: Sendable, Equatable {
    /// The resource manager answers.
    case request(ClientRequest)
    /// The connection becomes a reader of the event stream.
    case events
}

/// Why a request is not even tried.
package struct RouteFailure: Error, Sendable, Equatable {
    /// The status code of HTTP.
    package var status: Int
    /// The machine-readable reason, as in `error.code` of the answer.
    package var code: String
    package var message: String

    package init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    static func invalid(_ message: String) -> RouteFailure { RouteFailure(422, "invalid", message) }
}

extension Route {
    /// Finds what a request asks for.
    ///
    /// - Parameters:
    ///   - method: of HTTP, upper case.
    ///   - target: path and query as they came, percent-encoded.
    ///   - body: empty when there is none.
    /// - Throws: `RouteFailure` 400 (target), 404 (no such place), 405 (method), 422 (parameters or body).
    package init(method: String, target: String, body: [UInt8]) throws(RouteFailure) {
        let target = try RequestTarget(target)
        guard target.path.first == "v1" else { throw Self.unknownPlace(target) }
        let place = target.path.dropFirst()
        let candidates: [String: () throws(RouteFailure) -> Route]
        switch (place.count, place.first) {
        case (1, "status"): candidates = ["GET": { () throws(RouteFailure) in .request(.status) }]
        case (1, "events"): candidates = ["GET": { () throws(RouteFailure) in .events }]
        case (1, "cib"):
            candidates = ["GET": { () throws(RouteFailure) in .request(.queryCIB(xpath: target.query["xpath"])) }]
        case (2, "cib") where place.last == "changes":
            candidates = ["POST": { () throws(RouteFailure) in .request(try ChangeReading.read(body)) }]
        case (1, "shutdown"): candidates = ["POST": { () throws(RouteFailure) in .request(.shutDown) }]
        case (2, "resources"), (3, "resources"):
            candidates = [
                "POST": { () throws(RouteFailure) in
                    try Self.forgetting(place.last ?? "", place.count == 3 ? place.dropFirst().first : nil, target)
                }
            ]
        case (3, "nodes"):
            candidates = [
                "POST": { () throws(RouteFailure) in
                    try Self.node(place.dropFirst().first ?? "", place.last ?? "", target, body)
                }
            ]
        default: throw Self.unknownPlace(target)
        }
        guard let route = candidates[method] else {
            let allowed = candidates.keys.sorted().joined(separator: ", ")
            throw RouteFailure(405, "invalid", "\(method) is not possible here, only \(allowed)")
        }
        self = try route()
    }

    private static func unknownPlace(_ target: RequestTarget) -> RouteFailure {
        RouteFailure(404, "not-found", "there is no /\(target.path.joined(separator: "/")) in the local API")
    }

    private static func forgetting(
        _ verb: String, _ resource: String?, _ target: RequestTarget
    ) throws(RouteFailure) -> Route {
        switch verb {
        case "cleanup": .request(.cleanup(resource: resource, node: target.query["node"]))
        case "refresh": .request(.refresh(resource: resource, node: target.query["node"]))
        default: throw unknownPlace(target)
        }
    }

    private static func node(
        _ name: String, _ verb: String, _ target: RequestTarget, _ body: [UInt8]
    ) throws(RouteFailure) -> Route {
        switch verb {
        case "fence":
            let word = target.query["action"] ?? "reboot"
            guard let action = FencingAction(rawValue: word) else {
                throw .invalid("action \"\(word)\": expected reboot, off or on")
            }
            return .request(.fence(node: name, action: action))
        case "confirm-fenced": return .request(.confirmFenced(node: name))
        case "attributes":
            let json: JSON
            do { json = try JSON(parsing: body) } catch { throw .invalid("the body is not JSON: \(error)") }
            guard let attribute = json["name"]?.string, !attribute.isEmpty else {
                throw .invalid("the body has no \"name\" of an attribute")
            }
            let value: String?
            switch json["value"] {
            case .string(let text): value = text
            case .integer(let number): value = String(number)
            case .bool(let flag): value = flag ? "true" : "false"
            case .null: value = nil
            default: throw .invalid("\"value\" is missing: expected a string, or null to remove the attribute")
            }
            let lifetime = json["lifetime"]?.string ?? "forever"
            guard let lifetime = NodeAttributeChange.Lifetime(rawValue: lifetime) else {
                throw .invalid("lifetime \"\(lifetime)\": expected forever or reboot")
            }
            return .request(
                .setAttribute(NodeAttributeChange(node: name, name: attribute, value: value, lifetime: lifetime)))
        default: throw unknownPlace(target)
        }
    }
}
