internal import CIB

/// `crm_node`: names, ids and members, as agents ask for them.
///
/// - Source: crm_node(8); output and exit codes as Pacemaker 2.1.5 gives them.
let crmNodeProgram = Command(
    "crm_node", "Show names, ids and the members of the cluster", usage: ["-n|-i|-l|-p|-q|-N ID|-R NAME"],
    options: [
        CommandOption("name", "n", "This node's name"), CommandOption("cluster-id", "i", "This node's id"),
        CommandOption("list", "l", "All nodes: id, name, member or lost"),
        CommandOption("partition", "p", "The names of the members"),
        CommandOption("quorum", "q", "1 with quorum, else 0"),
        CommandOption("name-for-id", "N", value: "ID", "The name of the node with this id"),
        CommandOption("remove", "R", value: "NAME", "Forget a node that is gone for good"),
        CommandOption("force", "f", "Even when it is online"),
    ] + commonIncumbentOptions
) { session, arguments in
    let connection = try session.connection()
    let isAsked = { (name: String) in arguments.has(name) }
    if let id = arguments.value("name-for-id") {
        guard let node = ClusterStatus(try connection.document()).nodes.first(where: { $0.id == id }) else {
            session.console.print("Node is not known to cluster")
            throw ProgramEnd(status: ExitCode.noHost.rawValue)
        }
        session.console.print(node.name)
    } else if let name = arguments.value("remove") {
        try removeNode(name, session, isForced: isAsked("force"))
    } else if isAsked("cluster-id") {
        session.console.print(try session.nodeElement(session.localNodeName()).id)
    } else if isAsked("list") {
        for node in ClusterStatus(try connection.document()).nodes {
            session.console.print("\(node.id) \(node.name) \(node.isInCluster ? "member" : "lost")")
        }
    } else if isAsked("partition") {
        session.console.print(try members(connection).map { $0 + " " }.joined())
    } else if isAsked("quorum") {
        session.console.print(try isQuorate(connection) ? "1" : "0")
    } else if isAsked("name") {
        session.console.print(try session.localNodeName())
    } else {
        session.console.write(help(for: crmNodeProgram, subject: crmNodeProgram.name, session))
        throw ProgramEnd(status: ExitCode.usage.rawValue)
    }
}

private func members(_ connection: any ClusterConnection) throws(CommandFailure) -> [String] {
    if let activity = try connection.activity() { return activity.members }
    return ClusterStatus(try connection.document()).nodes.filter(\.isInCluster).map(\.name)
}

private func isQuorate(_ connection: any ClusterConnection) throws(CommandFailure) -> Bool {
    if let activity = try connection.activity() { return activity.isQuorate }
    return ClusterStatus(try connection.document()).summary.hasQuorum
}
