/// `crm_mon`: the state of the cluster, once or again at every change; `status` does the work.
///
/// - Source: crm_mon(8).
let crmMonProgram = Command(
    "crm_mon", "Show the state of the cluster", usage: ["[-1] [-n] [-r] [-A] [-L] [--output-as=text|xml|json]"],
    options: statusCommand.options.filter { $0.long != "inactive" } + [
        CommandOption("inactive", "r", "Resources that run nowhere, too"),
        CommandOption("as-xml", "X", "XML"), CommandOption("simple-status", "s", "One line, for monitoring"),
        CommandOption("brief", "b", "Accepted, has no effect"),
        CommandOption("tickets", "c", "Accepted, has no effect"),
        CommandOption("interval", "i", value: "SECONDS", "Accepted: changes are shown as they happen"),
        CommandOption("hide-headers", "D", "Accepted, has no effect"),
    ] + commonIncumbentOptions
) { session, arguments in
    if arguments.has("simple-status") { return try showSimpleStatus(session) }
    var same = arguments
    if !arguments.has("inactive") { same.set("active", "") }
    if arguments.has("as-xml") { same.set("output-as", "xml") }
    if !arguments.has("one-shot"), !arguments.has("output-as"), !arguments.has("as-xml"), session.console.isTerminal {
        same.set("watch", "")
    }
    try statusCommand.run(session, same)
}

/// The line of a Nagios plug-in.
private func showSimpleStatus(_ session: Session) throws {
    let status = ClusterStatus(try session.connection().document())
    let online = status.nodes.count { $0.state == .online }
    let offline = status.nodes.filter { $0.state != .online }.map(\.name)
    guard offline.isEmpty else {
        session.console.print("CLUSTER WARN: " + offline.map { "offline node: \($0)" }.joined(separator: ", "))
        throw ProgramEnd(status: ExitCode.failure.rawValue)
    }
    let instances = status.instances.count
    session.console.print(
        "CLUSTER OK: \(online) node\(online == 1 ? "" : "s") online, "
            + "\(instances) resource instance\(instances == 1 ? "" : "s") configured")
}
