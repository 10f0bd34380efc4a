internal import ClusterTypes
internal import Glibc
internal import XMLTree

/// What `move` and `ban` were asked.
private struct MoveRequest {
    var resource: String
    var node: String?
    var lifetime: String?
    var forces: Bool

    init(_ session: Session, _ arguments: Arguments) throws(CommandFailure) {
        let draft = try session.currentDraft()
        var words = arguments.words.filter { $0 != "force" }
        guard !words.isEmpty else { throw .usage("which resource? expected RESOURCE [NODE] [LIFETIME] [force]") }
        forces = session.options.forces || arguments.words.contains("force")
        resource = words.removeFirst()
        _ = try draft.requireResource(resource)
        // What cannot be a node's name must be a lifetime.
        if let word = words.first, draft.nodeNames.contains(word) || !word.hasPrefix("P") {
            node = try draft.requireNode(word)["uname"]
            words.removeFirst()
        }
        lifetime = words.first
        guard words.count <= 1 else {
            throw .usage("unexpected word \"\(words[1])\", expected RESOURCE [NODE] [LIFETIME] [force]")
        }
    }
}

func moveResource(_ session: Session, _ arguments: Arguments) throws {
    let request = try MoveRequest(session, arguments)
    let present =
        ClusterStatus(try session.currentDraft().base).resource(request.resource)?.instances
        .flatMap { $0.locations.map(\.node) }.uniqued ?? []
    guard let node = request.node else {
        try ban(request, present, session)
        return
    }
    if present == [node], !request.forces {
        session.console.note("resource \(request.resource) runs on \(node) already")
    }
    try session.edit(checks: false) { draft throws(CommandFailure) in
        draft.removeMoves(of: request.resource, onNode: nil, preferencesOnly: true)
        draft.removeMoves(of: request.resource, onNode: node, preferencesOnly: false)
        // With force, the node it leaves is forbidden as well.
        if request.forces {
            for other in present where other != node {
                try draft.addMove(of: request.resource, node: other, isBan: true, request.lifetime, session)
            }
        }
        try draft.addMove(of: request.resource, node: node, isBan: false, request.lifetime, session)
    }
    session.console.note(
        "\(request.resource) stays on \(node) until: \(session.programName) resource clear \(request.resource)")
}

func banResource(_ session: Session, _ arguments: Arguments) throws {
    let request = try MoveRequest(session, arguments)
    let present =
        ClusterStatus(try session.currentDraft().base).resource(request.resource)?.instances
        .flatMap { $0.locations.map(\.node) }.uniqued ?? []
    try ban(request, present, session)
}

private func ban(_ request: MoveRequest, _ present: [String], _ session: Session) throws {
    let nodes = request.node.map { [$0] } ?? present
    guard nodes.count == 1, let node = nodes.first else {
        throw CommandFailure(
            .usage,
            nodes.isEmpty
                ? "resource \(request.resource) runs nowhere, so say which node it shall leave"
                : "resource \(request.resource) runs on \(list(nodes, last: "and")), so say which node it shall leave")
    }
    try session.edit(checks: false) { draft throws(CommandFailure) in
        draft.removeMoves(of: request.resource, onNode: node, preferencesOnly: false)
        try draft.addMove(of: request.resource, node: node, isBan: true, request.lifetime, session)
    }
    session.console.note(
        "\(request.resource) keeps off \(node) until: \(session.programName) resource clear \(request.resource)")
}

func clearResource(_ session: Session, _ arguments: Arguments) throws {
    guard let id = arguments.word(0) else { throw CommandFailure.usage("resource clear: which resource?") }
    _ = try session.currentDraft().requireResource(id)
    let node = arguments.word(1)
    try session.edit(checks: false) { draft throws(CommandFailure) in
        let before = draft.configuration
        draft.removeMoves(of: id, onNode: node, preferencesOnly: false)
        if draft.configuration == before { session.console.note("no move or ban of \(id) was in force") }
    }
}

extension ConfigurationDraft {
    /// Adds `cli-prefer-RESOURCE` or `cli-ban-RESOURCE-on-NODE`, as crm_resource names them.
    fileprivate mutating func addMove(
        of resource: String, node: String, isBan: Bool, _ lifetime: String?, _ session: Session
    ) throws(CommandFailure) {
        let id = isBan ? "cli-ban-\(resource)-on-\(node)" : "cli-prefer-\(resource)"
        let score = isBan ? "-INFINITY" : "INFINITY"
        var element = XMLElement("rsc_location", ["id": id, "rsc": resource, "role": "Started"])
        if let lifetime {
            guard let seconds = durationSeconds(lifetime) else {
                throw .usage("\"\(lifetime)\" is no lifetime, expected a duration as in ISO 8601: PT30M, PT1H, P1D, …")
            }
            let end = isoTime(session.facilities.now().seconds + seconds)
            element.children = [
                XMLElement(
                    "rule", ["id": "\(id)-rule", "score": score, "boolean-op": "and"],
                    children: [
                        XMLElement(
                            "expression",
                            [
                                "id": "\(id)-expr", "attribute": "#uname", "operation": "eq", "value": node,
                                "type": "string",
                            ]),
                        XMLElement("date_expression", ["id": "\(id)-lifetime", "operation": "lt", "end": end]),
                    ])
            ]
        } else {
            element["node"] = node
            element["score"] = score
        }
        let finished = element
        configuration.withChild("constraints") { constraints in
            constraints.children.removeAll { $0.id == id }
            constraints.children.append(finished)
        }
    }

    /// Removes what `move` and `ban` have set for a resource, on one node or on all.
    fileprivate mutating func removeMoves(of resource: String, onNode node: String?, preferencesOnly: Bool) {
        configuration.withChild("constraints") { constraints in
            constraints.children.removeAll { element in
                guard let id = element.id else { return false }
                if id == "cli-prefer-\(resource)" || id == "cli-standby-\(resource)" {
                    return node == nil || preferencesOnly || element["node"] == node
                }
                guard !preferencesOnly else { return false }
                return node.map { id == "cli-ban-\(resource)-on-\($0)" } ?? id.hasPrefix("cli-ban-\(resource)-on-")
            }
        }
    }
}

/// The seconds of an ISO 8601 duration such as `PT1H30M` or `P1DT12H`; months count 30 days, years 365; `nil` for anything else.
func durationSeconds(_ text: String) -> Int64? {
    guard text.hasPrefix("P"), text.utf8.count > 1 else { return nil }
    var total: Int64 = 0
    var number = ""
    var isTime = false
    for character in text.dropFirst() {
        if character == "T" {
            isTime = true
        } else if character.isASCII, character.isNumber {
            number.append(character)
        } else {
            let unit: Int64? =
                switch (character, isTime) {
                case ("Y", false): 31_536_000
                case ("M", false): 2_592_000
                case ("W", false): 604_800
                case ("D", false): 86_400
                case ("H", true): 3600
                case ("M", true): 60
                case ("S", true): 1
                default: nil
                }
            guard let unit, let count = Int32(number) else { return nil }
            total += unit * Int64(count)
            number = ""
        }
    }
    return number.isEmpty && total > 0 ? total : nil
}

/// A time in UTC as the CIB's rules take it: `2026-11-23 06:00:00Z`.
private func isoTime(_ seconds: Int64) -> String {
    var time = time_t(seconds)
    var parts = tm()
    var buffer = [CChar](repeating: 0, count: 64)
    guard gmtime_r(&time, &parts) != nil, strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%SZ", &parts) > 0 else {
        return ""
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
