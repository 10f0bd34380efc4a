internal import CIB
internal import ClusterTypes
internal import JSONText
package import ResourceManager
internal import XMLTree

/// An answer of the local API, ready to be sent.
package struct Answer: Sendable, Equatable {
    /// The status code of HTTP.
    package var status: Int
    package var contentType: String
    package var body: [UInt8]

    private init(_ status: Int, json: JSON) {
        self.status = status
        contentType = "application/json"
        body = Array((json.text + "\n").utf8)
    }

    private init(xml: XMLElement) {
        status = 200
        contentType = "application/xml"
        body = []
        xml.write(to: &body, indentation: 0)
    }

    package init(_ failure: RouteFailure) {
        self.init(
            failure.status,
            json: .object(["error": .object(["code": .string(failure.code), "message": .string(failure.message)])]))
    }

    /// - Parameter request: what is answered; a query of the whole CIB is answered by the document itself.
    package init(_ response: ClientResponse, to request: ClientRequest) {
        switch response {
        case .status(let status): self.init(200, json: Self.json(status))
        case .elements(let elements):
            if case .queryCIB(xpath: nil) = request, let document = elements.first {
                self.init(xml: document)
            } else {
                self.init(xml: XMLElement("elements", children: elements))
            }
        case .changed(let version, let isQuorate):
            self.init(200, json: .object(["version": .string(version.description), "quorate": .bool(isQuorate)]))
        case .done: self.init(200, json: .object([:]))
        case .refused(let failure): self.init(RouteFailure(failure))
        }
    }

    private static func json(_ status: NodeStatus) -> JSON {
        func json(_ member: NamedNode) -> JSON {
            .object(["id": .integer(Int64(member.id.rawValue)), "name": .string(member.name)])
        }
        let activity: JSON =
            switch status.activity {
            case .idle: .object(["state": .string("idle")])
            case .computing: .object(["state": .string("computing")])
            case .transition(let id, let completed, let actions):
                .object([
                    "state": .string("transition"), "transition": .integer(Int64(id)),
                    "completed": .integer(Int64(completed)), "actions": .integer(Int64(actions)),
                ])
            }
        let pending = status.pendingActions.map { action in
            JSON.object(["operation": .string(action.operation), "node": .string(action.node)])
        }
        return .object([
            "node": json(status.node), "phase": .string(status.phase.rawValue),
            "members": .array(status.members.map(json)), "quorate": .bool(status.isQuorate),
            "controller": status.controller.map(JSON.string) ?? .null, "activity": activity,
            "pending": .array(pending), "cib": .string(status.documentVersion.description),
        ])
    }
}

extension RouteFailure {
    init(_ failure: ClientFailure) {
        switch failure.code {
        case .versionConflict: self.init(409, "version-conflict", failure.message)
        case .invalid: self.init(422, "invalid", failure.message)
        case .notFound: self.init(404, "not-found", failure.message)
        case .unavailable: self.init(503, "unavailable", failure.message)
        case .failed: self.init(500, "failed", failure.message)
        }
    }
}

extension ClusterEvent {
    /// The event as a line of the event stream, with its newline.
    package var line: [UInt8] {
        var members = [
            JSON.Member("time", .number(Double(time.seconds) + Double(time.nanoseconds / 1_000_000) / 1000)),
            JSON.Member("event", .string(name)),
        ]
        for field in fields {
            let value: JSON =
                switch field.value {
                case .text(let text): .string(text)
                case .number(let number): .integer(Int64(number))
                case .flag(let flag): .bool(flag)
                case .list(let texts): .array(texts.map(JSON.string))
                }
            members.append(JSON.Member(field.name, value))
        }
        return Array((JSON.object(members).text + "\n").utf8)
    }
}
