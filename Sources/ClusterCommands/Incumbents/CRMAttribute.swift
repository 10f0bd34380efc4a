internal import CIB
internal import RegularExpressions
internal import XMLTree

/// `crm_attribute`: node attributes, promotion scores, cluster options and defaults; what agents call most.
///
/// - Source: crm_attribute(8); output and exit codes as Pacemaker 2.1.5 gives them.
let crmAttributeProgram = Command(
    "crm_attribute", "Query or change node attributes, cluster options and defaults",
    usage: ["--query -n NAME", "--update VALUE -n NAME [-N NODE] [-l forever|reboot]", "--delete -n NAME …"],
    options: [
        CommandOption("name", "n", value: "NAME", "The attribute"),
        CommandOption("attr-name", value: "NAME", "The same, an older name"),
        CommandOption("pattern", "P", value: "REGEX", "Every attribute that matches, until the node leaves"),
        CommandOption("query", "G", "Show the value"),
        CommandOption("get-value", "The same, an older name"),
        CommandOption("update", "v", value: "VALUE", "Set the value; NAME++ and NAME+=N count up"),
        CommandOption("attr-value", value: "VALUE", "The same, an older name"),
        CommandOption("delete", "D", "Remove the attribute"),
        CommandOption("delete-attr", "The same, an older name"),
        CommandOption("node", "N", value: "NODE", "Of this node; the local one when none is named"),
        CommandOption("uname", "U", value: "NODE", "The same, an older name"),
        CommandOption("type", "t", value: "SECTION", "crm_config, nodes, status, rsc_defaults or op_defaults"),
        CommandOption("lifetime", "l", value: "TIME", "forever, or until reboot"),
        CommandOption("promotion", "p", value: "RESOURCE", "The promotion score of the resource, or of the agent's own")
            .withOptionalValue,
        CommandOption("utilization", "z", "A capacity of the node instead of an attribute"),
        CommandOption("default", "d", value: "VALUE", "What a query shows when nothing is set"),
        CommandOption("id", "i", value: "ID", "Accepted, has no effect"),
        CommandOption("set-name", "s", value: "ID", "Accepted, has no effect"),
        CommandOption("quiet", "q", "Show the value only"),
    ] + commonIncumbentOptions
) { try runAttributeProgram($0, AttributeRequest($1, $0)) }

/// `crm_master`: the older name of `crm_attribute --promotion`.
let crmMasterProgram = Command(
    "crm_master", "Query or change a promotion score", usage: crmAttributeProgram.usage,
    options: crmAttributeProgram.options + [CommandOption("resource", "r", value: "RESOURCE", "The resource")]
) { session, arguments in
    var arguments = arguments
    arguments.set("promotion", arguments.value("resource") ?? "")
    // Without a lifetime these scores were configuration, which is what the old name still means.
    if !arguments.has("lifetime") { arguments.set("lifetime", "forever") }
    try runAttributeProgram(session, AttributeRequest(arguments, session))
}

/// One call of crm_attribute, understood.
struct AttributeRequest {
    enum Place: Equatable {
        case section(CIBSection)
        case node(String, setName: String)
        /// Until the node leaves.
        case transient(String)
    }
    enum Action {
        case query
        case update(String)
        case delete
    }

    var place: Place
    var action: Action
    var name: String?
    var pattern: String?
    var fallback: String?
    var isQuiet: Bool

    init(_ arguments: Arguments, _ session: Session) throws(CommandFailure) {
        name = arguments.value("name") ?? arguments.value("attr-name") ?? arguments.word(0)
        pattern = arguments.value("pattern")
        fallback = arguments.value("default")
        isQuiet = arguments.has("quiet")
        if let value = arguments.value("update") ?? arguments.value("attr-value") {
            action = .update(value)
        } else {
            action = arguments.has("delete") || arguments.has("delete-attr") ? .delete : .query
        }
        if let resource = arguments.value("promotion") {
            let own = session.environment["OCF_RESOURCE_INSTANCE"] ?? ""
            guard let id = [resource, own].first(where: { !$0.isEmpty }) else {
                throw .usage(
                    "-p/--promotion must be called from an OCF resource agent or with a resource ID specified")
            }
            name = "master-\(id)"
        }
        place = try Self.place(arguments, session)
        if pattern != nil {
            guard case .transient = place else {
                throw .usage("pattern can only be used with query, or with till-reboot update or delete")
            }
        } else if name == nil {
            guard case .query = action else { throw .usage("an attribute name is needed: -n NAME") }
        }
    }

    private static func place(
        _ arguments: Arguments, _ session: Session
    ) throws(CommandFailure) -> Place {
        let lifetime = arguments.value("lifetime")
        let type = arguments.value("type")
        let node = arguments.value("node") ?? arguments.value("uname")
        switch (type, lifetime) {
        case ("crm_config"?, _): return .section(.clusterOptions)
        case ("rsc_defaults"?, _): return .section(.resourceDefaults)
        case ("op_defaults"?, _): return .section(.operationDefaults)
        case ("nodes"?, _), ("status"?, _), (nil, _): break
        case (let other?, _): throw .usage("cannot work on the section \"\(other)\"")
        }
        guard lifetime.map({ ["forever", "reboot"].contains($0) }) ?? true else {
            throw .usage("the lifetime is \"\(lifetime ?? "")\", expected forever or reboot")
        }
        let hasPromotion = arguments.has("promotion")
        let isNodes = type == "nodes" || arguments.has("utilization")
        let isTransient = lifetime == "reboot" || type == "status" || (hasPromotion && lifetime == nil)
        guard isNodes || isTransient || node != nil || lifetime != nil else { return .section(.clusterOptions) }
        var name = node ?? ""
        if node == nil { name = try session.localNodeName() }
        if isTransient, lifetime != "forever", !isNodes {
            return .transient(node == nil ? name : try session.nodeElement(name).name)
        }
        return .node(name, setName: arguments.has("utilization") ? "utilization" : "instance_attributes")
    }

    var scope: String {
        switch place {
        case .section(let section): section.rawValue
        case .node: "nodes"
        case .transient: "status"
        }
    }
}

private func runAttributeProgram(_ session: Session, _ request: AttributeRequest) throws(CommandFailure) {
    // Agents set scores often: a plain value needs no look at the present one.
    if case .update(let text) = request.action, let name = request.name, request.pattern == nil,
        increment(text, of: name) == nil
    {
        return try set(name, text, session, request)
    }
    let present = try values(session, request)
    switch request.action {
    case .query: try show(present, session, request)
    case .update(let text):
        for name in request.pattern == nil ? [request.name ?? ""] : present.map(\.name) {
            let old = present.first { $0.name == name }?.value
            try set(name, countedUp(text, name: name, from: old), session, request)
        }
    case .delete:
        for pair in present {
            try set(pair.name, nil, session, request)
            switch request.place {
            case .section: session.console.print("Deleted \(request.scope) option: name=\(pair.name)")
            case .node: session.console.print("Deleted \(request.scope) attribute: name=\(pair.name)")
            case .transient: break
            }
        }
    }
}

/// What is set now, of the names asked for.
private func values(_ session: Session, _ request: AttributeRequest) throws(CommandFailure) -> [NameValue] {
    let all: [NameValue]
    switch request.place {
    case .section(let section):
        let element = try session.connection().query(xpath: "/cib/configuration/\(section.rawValue)").first
        all = (element?.children ?? []).flatMap { set in
            set.children("nvpair").map { NameValue(name: $0["name"] ?? "", value: $0["value"] ?? "") }
        }
    case .node(let name, let setName): all = try session.nodeElement(name).values(in: setName)
    case .transient(let node):
        all = try session.transientAttributes(node: node).map { NameValue(name: $0.name, value: $0.value) }
    }
    if let text = request.pattern {
        guard let pattern = PatternExpression(text) else {
            throw .usage("\"\(text)\" is no regular expression")
        }
        return all.filter { pattern.captures(in: $0.name) != nil }
    }
    guard let name = request.name else { return all }
    return all.first { $0.name == name }.map { [$0] } ?? []
}

private func show(_ present: [NameValue], _ session: Session, _ request: AttributeRequest) throws(CommandFailure) {
    var present = present
    if present.isEmpty, let fallback = request.fallback, let name = request.name {
        present = [NameValue(name: name, value: fallback)]
    }
    guard !present.isEmpty else { throw .nothingThere }
    for pair in present {
        session.console.print(
            request.isQuiet ? pair.value : "scope=\(request.scope)  name=\(pair.name) value=\(pair.value)")
    }
}

private func set(
    _ name: String, _ value: String?, _ session: Session, _ request: AttributeRequest
) throws(CommandFailure) {
    switch request.place {
    case .transient(let node):
        try session.connection().setAttribute(node: node, name: name, value: value, lifetime: .reboot)
    case .node(let node, let setName):
        try session.edit(checks: false) { draft throws(CommandFailure) in
            try draft.setValue(name, value, in: setName, ofNode: node)
        }
    case .section(let section):
        try session.edit(checks: false) { draft throws(CommandFailure) in
            guard let value else { return try draft.removeOptions([name], from: section) }
            let setName = section == .clusterOptions ? "cluster_property_set" : "meta_attributes"
            let pair = XMLElement("nvpair", ["name": name, "value": value])
            try draft.mergeOptions(XMLElement(setName, children: [pair]), into: section)
        }
    }
}

/// `NAME++`, `NAME+=N` (or with the word `value` for the name) counted from what is there; any other text as it is.
func countedUp(_ text: String, name: String, from old: String?) -> String {
    guard let step = increment(text, of: name) else { return text }
    let sum = (old.flatMap { Int($0) } ?? 0).addingReportingOverflow(step)
    return sum.overflow || sum.partialValue >= 1_000_000 ? "INFINITY" : String(sum.partialValue)
}

/// How much such a text adds; `nil` for a plain value.
private func increment(_ text: String, of name: String) -> Int? {
    for subject in [name, "value"] where text.hasPrefix(subject) {
        let rest = text.dropFirst(subject.count)
        if let step = rest == "++" ? 1 : rest.hasPrefix("+=") ? Int(rest.dropFirst(2)) : nil { return step }
    }
    return nil
}
