internal import ClusterConfiguration
internal import CorosyncClient
internal import JSONText
internal import LocalServices
internal import XMLTree

/// `messaging`: links, ring, quorum, groups, map and statistics of a node.
let messagingCommand = Command(
    "messaging", ["ring"], "Show links, ring, quorum, process groups, and the figures behind them",
    usage: ["", "--map[=PREFIX]", "--statistics[=PREFIX]"],
    details: """
        Shows what the messaging of this node is like: who is in the ring, whether it is quorate, how the links to each node
        are, who is in which process group, and what has been counted since the start. json and xml contain everything, also
        the configuration map and the statistics that --map and --statistics show. Works on a corosync daemon, too.
        """,
    options: [
        CommandOption("output-as", value: "FORMAT", choices: ["text", "json", "xml"], "text, json or xml"),
        CommandOption("map", "m", value: "PREFIX", "The configuration map, or the keys of it that begin so")
            .withOptionalValue,
        CommandOption("statistics", "s", value: "PREFIX", "The statistics, or those that begin so").withOptionalValue,
    ]
) { session, arguments in
    let snapshot = try session.facilities.observeMessaging(session.root)
    let console = session.console
    switch arguments.value("output-as") ?? "text" {
    case "json": console.print(snapshot.json.text)
    case "xml":
        console.write(
            "<?xml version=\"1.0\"?>\n" + snapshot.xml(request: "lockstep messaging --output-as=xml").formatted())
    case "text":
        guard arguments.has("map") || arguments.has("statistics") else {
            let width = console.isTerminal ? console.width : nil
            return console.write(MessagingText(snapshot: snapshot, width: width) { console.styled($0, $1) }.render())
        }
        let chosen =
            (arguments.value("map").map { prefix in snapshot.map.filter { $0.key.hasPrefix(prefix) } } ?? [])
            + (arguments.value("statistics").map { prefix in snapshot.statistics.filter { $0.key.hasPrefix(prefix) } }
                ?? [])
        for entry in chosen { console.print("\(entry.key) = \(entry.value.text)") }
        if chosen.isEmpty { throw CommandFailure.noSuchObject("no key begins so") }
    case let format:
        throw CommandFailure.usage("--output-as is \"\(format)\", expected text, json or xml")
    }
}

/// Asks the daemon of the node in a directory, or of this machine.
func observeMessaging(root: String?) throws(CommandFailure) -> MessagingSnapshot {
    var observation = MessagingObservation(root: root)
    do { return try observation.snapshot() } catch {
        switch error {
        case .library:
            throw CommandFailure(
                .disconnected, "no daemon answers for the messaging of this node",
                advice: root == nil
                    ? "Is it running? A node with a directory of its own needs --root DIR."
                    : "Is the daemon of \(NodeDirectory(root: root).run) running, without --no-corosync-ipc?")
        case .access:
            throw CommandFailure(
                .insufficientPrivileges, "this user may not ask for the messaging of this node",
                advice: "Root may, and who is named in a uidgid section of corosync.conf(5).")
        default: throw CommandFailure(.disconnected, "the daemon does not tell about its messaging: \(error.name)")
        }
    }
}
