/// `attrd_updater`: node attributes until the node leaves.
///
/// A change is replicated when the program returns, so there is nothing to delay: dampening is accepted without effect, and a
/// private attribute is one like any other.
///
/// - Source: attrd_updater(8); output and exit codes as Pacemaker 2.1.5 gives them.
let attrdUpdaterProgram = Command(
    "attrd_updater", "Query or change node attributes that live until the node leaves",
    usage: ["-n NAME -U VALUE [-N NODE]", "-n NAME -Q [-A|-N NODE]", "-n NAME -D [-N NODE]"],
    options: [
        CommandOption("name", "n", value: "NAME", "The attribute"),
        CommandOption("pattern", "P", value: "REGEX", "Every attribute of the node that matches"),
        CommandOption("update", "U", value: "VALUE", "Set the value; NAME++ and NAME+=N count up"),
        CommandOption("value", "v", value: "VALUE", "The same"),
        CommandOption("update-both", "B", value: "VALUE", "The same"),
        CommandOption("update-delay", "Y", "Accepted, has no effect"),
        CommandOption("query", "Q", "Show the value"), CommandOption("delete", "D", "Remove the attribute"),
        CommandOption("refresh", "R", "Accepted, has no effect"),
        CommandOption("delay", "d", value: "SECONDS", "Accepted, has no effect"),
        CommandOption("set", "s", value: "ID", "Accepted, has no effect"),
        CommandOption("node", "N", value: "NODE", "Of this node; the local one when none is named"),
        CommandOption("all", "A", "Of all nodes"),
        CommandOption("lifetime", "l", value: "TIME", "Accepted, has no effect"),
        CommandOption("private", "p", "Accepted, has no effect"),
        CommandOption("quiet", "q", "Accepted, has no effect"),
        CommandOption("verbose", "V", "Accepted, has no effect"),
        CommandOption("version", "$", "Show the version"), CommandOption("help", "?", "Explain the program"),
    ], run: updateAttribute)

private func updateAttribute(_ session: Session, _ arguments: Arguments) throws {
    let update = arguments.value("update") ?? arguments.value("value") ?? arguments.value("update-both")
    if arguments.has("refresh"), update == nil { return }
    if let pattern = arguments.value("pattern") {
        var same = Arguments(words: [])
        for (name, value) in [("pattern", pattern), ("lifetime", "reboot")] { same.set(name, value) }
        if let node = arguments.value("node") { same.set("node", node) }
        if let update { same.set("update", update) } else if arguments.has("delete") { same.set("delete", "") }
        return try crmAttributeProgram.run(session, same)
    }
    guard let name = arguments.value("name") else { throw CommandFailure.usage("Command requires --name argument") }
    if update == nil, !arguments.has("delete") {
        if arguments.has("update-delay"), !arguments.has("query") { return }
        return try showAttribute(name, session, node: arguments.value("node"))
    }
    let node = try session.nodeElement(try arguments.value("node") ?? session.localNodeName()).name
    let old = try session.transientAttributes(node: node).first { $0.name == name }?.value
    let value = update.map { countedUp($0, name: name, from: old) }
    if value == nil, old == nil { return }
    try session.connection().setAttribute(node: node, name: name, value: value, lifetime: .reboot)
}

private func showAttribute(_ name: String, _ session: Session, node: String?) throws {
    let found = try session.transientAttributes(node: node).filter { $0.name == name }
    guard !found.isEmpty else {
        throw CommandFailure(.configuration, "Could not query value of \(name): attribute does not exist")
    }
    for attribute in found {
        session.console.print("name=\"\(name)\" host=\"\(attribute.node)\" value=\"\(attribute.value)\"")
    }
}
