internal import XMLTree

/// `crm_resource`: where resources run, their values, cleaning up, moving.
///
/// - Source: crm_resource(8); what its queries print is as Pacemaker 2.1.5 prints it.
let crmResourceProgram = Command(
    "crm_resource", "Query and change resources",
    usage: [
        "-L|-l", "-r RESOURCE -W|-q|-w", "-r RESOURCE [-m|-z] -g|-d NAME, -p NAME -v VALUE", "-C|-R [-r RESOURCE]",
        "-r RESOURCE -M|-B|-U [-N NODE]",
    ],
    options: [
        CommandOption("resource", "r", value: "RESOURCE", "The resource"),
        CommandOption("list", "L", "All resources with their state"),
        CommandOption("list-raw", "l", "The ids of all instances"),
        CommandOption("locate", "W", "The nodes that the resource runs on"),
        CommandOption("query-xml", "q", "State and definition"), CommandOption("query-xml-raw", "w", "The same"),
        CommandOption("constraints", "a", "The constraints on the resource"),
        CommandOption("get-parameter", "g", value: "NAME", "Show a parameter"),
        CommandOption("set-parameter", "p", value: "NAME", "Set a parameter to the value of -v"),
        CommandOption("delete-parameter", "d", value: "NAME", "Remove a parameter"),
        CommandOption("parameter-value", "v", value: "VALUE", "The value for -p"),
        CommandOption("meta", "m", "A meta attribute instead of a parameter"),
        CommandOption("utilization", "z", "A utilization value instead of a parameter"),
        CommandOption("cleanup", "C", "Forget failures"), CommandOption("refresh", "R", "Forget all, and look again"),
        CommandOption("move", "M", "Move it to the node of -N, or away"),
        CommandOption("ban", "B", "Keep it off a node"),
        CommandOption("clear", "U", "Remove what -M and -B have set"),
        CommandOption("lifetime", "u", value: "TIME", "How long -M and -B hold, as PT1H"),
        CommandOption("restart", "Stop it, then start it"),
        CommandOption("wait", "Return when the cluster has settled"),
        CommandOption("node", "N", value: "NODE", "The node"),
        CommandOption("host-uname", "H", value: "NODE", "The same"),
        CommandOption("force", "f", "In spite of warnings"),
        CommandOption("timeout", "T", value: "SECONDS", "With --wait"),
    ] + commonIncumbentOptions, run: runResourceProgram)

private func runResourceProgram(_ session: Session, _ arguments: Arguments) throws {
    if arguments.has("list") { return try run(["list"], in: resourceLevel, session) }
    if arguments.has("list-raw") {
        let instances = ClusterStatus(try session.connection().document()).instances
        for id in instances.map(\.id).uniqued { session.console.print(id) }
        return
    }
    let node = arguments.value("node") ?? arguments.value("host-uname")
    let verbs = [("cleanup", "cleanup"), ("refresh", "refresh")]
    if let (_, verb) = verbs.first(where: { arguments.has($0.0) }) {
        let words = [verb] + [arguments.value("resource")].compactMap(\.self) + [node].compactMap(\.self)
        return try run(words[...], in: resourceLevel, session)
    }
    if arguments.has("wait"), arguments.value("resource") == nil { return try session.settle() }
    guard let resource = arguments.value("resource") else {
        throw CommandFailure.usage("a resource is needed: -r RESOURCE")
    }
    guard let element = ConfigurationDraft(try session.connection().document()).resource(resource) else {
        throw CommandFailure(
            .noSuchObject, "Resource '\(resource)' not found\nError performing operation: No such object")
    }
    if arguments.has("locate") { return try run(["locate", resource], in: resourceLevel, session) }
    if arguments.has("constraints") { return try run(["constraints", resource], in: resourceLevel, session) }
    if arguments.has("restart") { return try run(["restart", resource], in: resourceLevel, session) }
    if arguments.has("query-xml") || arguments.has("query-xml-raw") {
        try run(["locate", resource], in: resourceLevel, session)
        session.console.write("Resource XML:\n" + element.formatted())
        return
    }
    for (option, verb) in [("move", "move"), ("ban", "ban"), ("clear", "clear")] where arguments.has(option) {
        let words = [verb, resource] + [node, arguments.value("lifetime")].compactMap(\.self)
        return try run(words[...], in: resourceLevel, session)
    }
    try workOnValue(of: element, id: resource, session, arguments)
}

private func workOnValue(of element: XMLElement, id: String, _ session: Session, _ arguments: Arguments) throws {
    let setName =
        arguments.has("meta")
        ? "meta_attributes" : arguments.has("utilization") ? "utilization" : "instance_attributes"
    if let name = arguments.value("get-parameter") {
        let found = element.values(in: setName).first { $0.name == name }
        session.console.print(found?.value ?? "Attribute '\(name)' not found for '\(id)'")
    } else if let name = arguments.value("set-parameter") {
        guard let value = arguments.value("parameter-value") else {
            throw CommandFailure.usage("-p needs a value: -v VALUE")
        }
        try set(name, value, in: setName, of: id, session)
        session.console.print("Set '\(id)' option: set=\(setName) name=\(name) value=\(value)")
    } else if let name = arguments.value("delete-parameter") {
        try set(name, nil, in: setName, of: id, session)
        session.console.print("Deleted '\(id)' option: name=\(name)")
    } else {
        throw CommandFailure.usage("what is to be done with \(id)? --help lists the options")
    }
}

private func set(_ name: String, _ value: String?, in setName: String, of id: String, _ session: Session) throws {
    try session.edit(checks: false) { draft throws(CommandFailure) in
        try draft.setValue(name, value, in: setName, ofResource: id)
    }
}
