internal import CIB
internal import XMLTree

/// `node …`: the machines of the cluster.
let nodeLevel = CommandLevel(
    "node", ["nodes"], "Nodes: standby, online, maintenance, fence",
    [
        Command("list", ["status"], "List the nodes with their state") { session, _ in
            for node in ClusterStatus(try session.connection().document()).nodes {
                let style: TextStyle = node.state == .online ? .green : .red
                let dc = node.isController ? " (DC)" : ""
                session.console.print(
                    "\(node.name)(\(node.id)): " + session.console.styled(node.description, style) + dc)
            }
        },
        Command("show", "Show the definition of nodes", usage: ["[NODE …]"], words: [.node], run: showNodes),
        Command(
            "standby", "Let resources leave nodes", usage: ["[NODE …] [reboot|forever] [--all]"],
            details: "The local node when none is named.\n  node standby n1 --wait",
            options: [CommandOption("all", "All nodes")], words: [.node]
        ) { try setStandby(true, $0, $1) },
        Command(
            "online", ["unstandby"], "Let resources return to nodes", usage: ["[NODE …] [--all]"],
            options: [CommandOption("all", "All nodes")], words: [.node]
        ) { try setStandby(false, $0, $1) },
        Command("maintenance", "Leave everything on a node as it is", usage: ["[NODE]"], words: [.node]) {
            try setMaintenance(true, $0, $1)
        },
        Command("ready", "End the maintenance of a node", usage: ["[NODE]"], words: [.node]) {
            try setMaintenance(false, $0, $1)
        },
        Command(
            "fence", "Fence a node: make sure that it does nothing any more", usage: ["NODE [reboot|off]"],
            details: "Returns when the fence device has confirmed it.", words: [.node, .choice(["reboot", "off"])],
            run: fenceNode),
        Command(
            "clearstate", "State that a node is down for certain", usage: ["NODE"],
            details: """
                Only when you have seen that the machine is off: the cluster takes your word for it and starts its
                resources elsewhere. If the machine is alive, both run and data is lost.
                """, words: [.node], run: clearNode),
        nodeValueCommand("attribute", "instance_attributes", "attributes"),
        nodeValueCommand("utilization", "utilization", "capacities"),
        Command(
            "status-attr", "Show, set or delete attributes that live until the node leaves",
            usage: ["NODE set NAME VALUE", "NODE show [NAME]", "NODE delete NAME"],
            words: [.node, .choice(["set", "show", "delete"])], run: changeTransientAttribute),
        Command(
            "delete", ["remove"], "Forget a node that is gone for good", usage: ["NODE"], words: [.node],
            run: deleteNode),
        Command("server", "List the names of the nodes") { session, _ in
            for name in try session.currentDraft().nodeNames { session.console.print(name) }
        },
    ])

/// The node that is meant when none is named.
private func localNode(_ session: Session) throws -> String {
    if let activity = try session.connection().activity() { return activity.node }
    return session.facilities.hostName
}

private func showNodes(_ session: Session, _ arguments: Arguments) throws {
    let draft = try session.currentDraft()
    let text = ConfigurationText(of: draft.configuration)
    let names = arguments.words.isEmpty ? draft.nodeNames : arguments.words
    for name in names { session.console.print(text.render(try draft.requireNode(name))) }
}

private func setStandby(_ isStandby: Bool, _ session: Session, _ arguments: Arguments) throws {
    var names = arguments.words
    var lifetime = AttributeLifetime.forever
    if let last = names.last, let given = AttributeLifetime(rawValue: last) {
        lifetime = given
        names.removeLast()
    }
    let draft = try session.currentDraft()
    if arguments.has("all") { names = draft.nodeNames }
    if names.isEmpty { names = [try localNode(session)] }
    names = try names.map { (name) throws(CommandFailure) in try draft.requireNode(name)["uname"] ?? name }
    let finished = names
    if lifetime == .reboot {
        for name in finished {
            try session.connection().setAttribute(
                node: name, name: "standby", value: isStandby ? "on" : nil, lifetime: .reboot)
        }
        return try session.settle()
    }
    try session.edit(checks: false) { draft throws(CommandFailure) in
        for name in finished {
            try draft.setValue("standby", isStandby ? "on" : "off", in: "instance_attributes", ofNode: name)
        }
    }
}

private func setMaintenance(_ isOn: Bool, _ session: Session, _ arguments: Arguments) throws {
    let name = try arguments.word(0) ?? localNode(session)
    try session.edit(checks: false) { draft throws(CommandFailure) in
        try draft.setValue("maintenance", isOn ? "true" : "false", in: "instance_attributes", ofNode: name)
    }
}

private func fenceNode(_ session: Session, _ arguments: Arguments) throws {
    guard let word = arguments.word(0) else { throw CommandFailure.usage("node fence: which node?") }
    let draft = try session.currentDraft()
    let name = try draft.requireNode(word)["uname"] ?? word
    let action = arguments.word(1) ?? draft.clusterOption("stonith-action") ?? "reboot"
    guard ["reboot", "off", "on"].contains(action) else {
        throw CommandFailure.usage("node fence: action \"\(action)\", expected reboot or off")
    }
    try confirm(session, "Fencing \(name) ends everything that runs there.")
    try session.connection().fence(node: name, action: action)
    session.console.note("\(name) is fenced (\(action))")
}

private func clearNode(_ session: Session, _ arguments: Arguments) throws {
    guard let word = arguments.word(0) else { throw CommandFailure.usage("node clearstate: which node?") }
    let name = try session.currentDraft().requireNode(word)["uname"] ?? word
    try confirm(session, "If \(name) is not really off, its resources will run twice.")
    try session.connection().confirmFenced(node: name)
}

/// Asks on a terminal, unless forced; elsewhere goes on.
func confirm(_ session: Session, _ warning: String) throws {
    guard session.console.isTerminal, !session.options.forces else { return }
    session.console.write("\(warning) Go on? (y/n) ")
    guard ["y", "yes"].contains(session.console.readLine()?.lowercased()) else {
        throw CommandFailure(.failure, "nothing was done")
    }
}

private func nodeValueCommand(_ name: String, _ setName: String, _ what: String) -> Command {
    Command(
        name, "Show, set or delete \(what) of a node",
        usage: ["NODE set NAME VALUE", "NODE show [NAME]", "NODE delete NAME"],
        words: [.node, .choice(["set", "show", "delete"])]
    ) { session, arguments in
        try runValueCommand(
            session, arguments, subject: "node \(name)",
            values: { draft, node throws(CommandFailure) in try draft.requireNode(node).values(in: setName) },
            set: { draft, node, name, value throws(CommandFailure) in
                try draft.setValue(name, value, in: setName, ofNode: node)
            })
    }
}

private func changeTransientAttribute(_ session: Session, _ arguments: Arguments) throws {
    let words = arguments.words
    guard words.count >= 2 else {
        throw CommandFailure.usage(
            "node status-attr: expected NODE set NAME VALUE, NODE show [NAME] or NODE delete NAME")
    }
    let draft = try session.currentDraft()
    let node = try draft.requireNode(words[0])
    let name = node["uname"] ?? words[0]
    switch (words[1], words.count) {
    case ("set", 4):
        try session.connection().setAttribute(node: name, name: words[2], value: words[3], lifetime: .reboot)
    case ("delete", 3):
        try session.connection().setAttribute(node: name, name: words[2], value: nil, lifetime: .reboot)
    case ("show", 2), ("show", 3):
        let states = draft.base.status.children("node_state").filter { $0.id == node.id }
        let pairs = states.flatMap { $0.children("transient_attributes") }.flatMap {
            $0.values(in: "instance_attributes")
        }
        let chosen = words.count == 3 ? pairs.filter { $0.name == words[2] } : pairs
        guard words.count == 2 || !chosen.isEmpty else {
            throw CommandFailure.noSuchObject("\"\(words[2])\" is not set for \(name)")
        }
        for pair in chosen { session.console.print("\(pair.name)=\(pair.value)") }
    default: throw CommandFailure.usage("node status-attr: expected set NAME VALUE, show [NAME] or delete NAME")
    }
    try session.settle()
}

private func deleteNode(_ session: Session, _ arguments: Arguments) throws {
    guard let word = arguments.word(0) else { throw CommandFailure.usage("node delete: which node?") }
    try removeNode(word, session, isForced: session.options.forces)
}

/// Takes a node that is gone for good out of the configuration and the status.
func removeNode(_ name: String, _ session: Session, isForced: Bool) throws(CommandFailure) {
    let document = try session.connection().document()
    let element = try ConfigurationDraft(document).requireNode(name)
    let condition = ClusterStatus(document).nodes.first { $0.id == element.id }
    guard condition?.state != .online || isForced else {
        throw CommandFailure(
            .unsafe, "node \"\(name)\" is online", advice: "Stop it first, and take it out of corosync.conf.")
    }
    var operations = [CIBOperation.delete(XMLElement("node", ["id": element.id]), in: .section(.nodes))]
    if document.status.children("node_state").contains(where: { $0.id == element.id }) {
        operations.append(.delete(XMLElement("node_state", ["id": element.id]), in: .section(.status)))
    }
    _ = try session.connection().change(operations, expecting: nil)
}
