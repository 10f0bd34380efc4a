internal import XMLTree

/// `resource …`: what runs where, and changing it.
let resourceLevel = CommandLevel(
    "resource", ["rsc"], "Resources: start, stop, move, clean up",
    [
        Command(
            "status", ["list", "show"], "Show where resources run", usage: ["[RESOURCE …]"], words: [.resource],
            run: listResources),
        Command(
            "locate", ["where"], "Show the nodes that resources run on", usage: ["[RESOURCE …]"], words: [.resource],
            run: locateResources),
        Command("start", "Start resources", usage: ["RESOURCE …"], details: targetDetails, words: [.resource]) {
            try setTargetRole("Started", $0, $1)
        },
        Command("stop", "Stop resources", usage: ["RESOURCE …"], details: targetDetails, words: [.resource]) {
            try setTargetRole("Stopped", $0, $1)
        },
        Command(
            "restart", "Stop resources, then start them", usage: ["RESOURCE …"], words: [.resource],
            run: restartResources),
        Command("promote", "Promote instances of a clone", usage: ["CLONE …"], words: [.resource]) {
            try setTargetRole("Promoted", $0, $1)
        },
        Command("demote", "Demote the instances of a clone", usage: ["CLONE …"], words: [.resource]) {
            try setTargetRole("Unpromoted", $0, $1)
        },
        Command(
            "move", ["migrate"], "Move a resource to a node, or away from where it runs",
            usage: ["RESOURCE [NODE] [LIFETIME] [force]"],
            details: """
                Adds a constraint that prefers NODE, or without NODE one that forbids the present node. It stays until
                "resource clear RESOURCE", or until LIFETIME is over (PT1H, P1D, …).
                  resource move web n2 --wait
                """,
            words: [.resource, .node], run: moveResource),
        Command(
            "ban", "Keep a resource off a node", usage: ["RESOURCE [NODE] [LIFETIME] [force]"],
            words: [.resource, .node], run: banResource),
        Command(
            "clear", ["unmove", "unmigrate", "unban"], "Remove what move and ban have set", usage: ["RESOURCE"],
            words: [.resource], run: clearResource),
        Command(
            "cleanup", "Forget failures of a resource, so that it is tried again", usage: ["[RESOURCE] [NODE] [force]"],
            words: [.resource, .node]
        ) {
            try forgetHistory(.cleanup, $0, $1)
        },
        Command(
            "refresh", ["reprobe"], "Forget all that is known of a resource, and look again",
            usage: ["[RESOURCE] [NODE] [force]"], words: [.resource, .node]
        ) {
            try forgetHistory(.refresh, $0, $1)
        },
        Command("manage", "Let the cluster manage resources again", usage: ["RESOURCE …"], words: [.resource]) {
            try setMeta("is-managed", "true", $0, $1.words)
        },
        Command("unmanage", "Leave resources as they are", usage: ["RESOURCE …"], words: [.resource]) {
            try setMeta("is-managed", "false", $0, $1.words)
        },
        Command(
            "maintenance", "Stop managing and monitoring a resource, or resume", usage: ["RESOURCE [on|off]"],
            words: [.resource, .choice(["on", "off"])], run: setMaintenance),
        valueCommand("meta", "meta_attributes", "meta attributes"),
        valueCommand("param", "instance_attributes", "parameters"),
        valueCommand("utilization", "utilization", "utilization values"),
        Command(
            "constraints", "Show the constraints on a resource", usage: ["RESOURCE"], words: [.resource],
            run: showConstraints),
    ])

private let targetDetails = """
    Sets the meta attribute target-role. For a clone or group the members' own settings are removed.
      resource stop web --wait
    """

/// Sets `target-role` of each resource named, and removes it from what is inside.
private func setTargetRole(_ role: String, _ session: Session, _ arguments: Arguments) throws {
    try requireWords(arguments, session, "RESOURCE …")
    if ["Promoted", "Unpromoted"].contains(role) {
        for id in arguments.words {
            let element = try session.currentDraft().requireResource(id)
            guard ["clone", "master"].contains(element.name) else {
                throw CommandFailure(.configuration, "\"\(id)\" is a \(element.name), expected a promotable clone")
            }
        }
    }
    try setMeta("target-role", role, session, arguments.words)
}

/// Sets a meta attribute of resources (a tag stands for what it names), and removes it from what is inside them.
private func setMeta(_ name: String, _ value: String, _ session: Session, _ ids: [String]) throws {
    guard !ids.isEmpty else { throw CommandFailure.usage("which resource?") }
    try session.edit(checks: false) { draft throws(CommandFailure) in
        for id in ids.flatMap(draft.expandTag) {
            try draft.setValue(name, value, in: "meta_attributes", ofResource: id)
            let inner = try draft.requireResource(id)
            try draft.removeInside(inner, name)
        }
    }
}

private func requireWords(_ arguments: Arguments, _ session: Session, _ expected: String) throws(CommandFailure) {
    if arguments.words.isEmpty {
        throw .usage(
            "which resource? expected \(expected)",
            advice: "Resources: " + (try session.currentDraft().resourceIDs.joined(separator: ", ")))
    }
}

private func setMaintenance(_ session: Session, _ arguments: Arguments) throws {
    try requireWords(arguments, session, "RESOURCE [on|off]")
    let word = arguments.word(1) ?? "on"
    guard let isOn = booleanValue(word) else {
        throw CommandFailure.usage("resource maintenance: \"\(word)\", expected on or off")
    }
    try setMeta("maintenance", isOn ? "true" : "false", session, [arguments.words[0]])
}

/// Stops, waits, starts again; what was configured before is configured afterwards.
private func restartResources(_ session: Session, _ arguments: Arguments) throws {
    try requireWords(arguments, session, "RESOURCE …")
    let before = session.options.waits
    guard try session.connection().isLive else {
        throw CommandFailure(.unavailable, "a restart needs a running cluster, and this is a file")
    }
    session.options.waits = true
    defer { session.options.waits = before }
    try setTargetRole("Stopped", session, arguments)
    try setTargetRole("Started", session, arguments)
}

private func forgetHistory(_ kind: HistoryKind, _ session: Session, _ arguments: Arguments) throws {
    let words = arguments.words.filter { $0 != "force" }
    let draft = try session.currentDraft()
    if let resource = words.first {
        // A resource that is no longer configured may have left a history, so only a typing error is refused.
        if draft.resource(resource) == nil, ClusterStatus(draft.base).resource(resource) == nil {
            _ = try draft.requireResource(resource)
        }
    }
    if words.count > 1 { _ = try draft.requireNode(words[1]) }
    try session.connection().forget(kind, resource: words.first, node: words.count > 1 ? words[1] : nil)
    try session.settle()
}
