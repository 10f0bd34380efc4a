internal import CIB
internal import XMLTree

/// `configure …`: the cluster's configuration in the crm shell's language.
let configureLevel = CommandLevel(
    "configure", ["cfg"], "The configuration: resources, constraints, options",
    objectCommands + [
        Command(
            "show", "Show the configuration, or some of its objects",
            usage: ["[xml] [changed] [ID … | type:KEYWORD … | related:ID …]"],
            details: """
                Shows configuration lines that can be typed again. With "xml", shows XML.
                  configure show vip web
                  configure show xml g
                  configure show type:primitive
                """,
            words: [.object], run: showConfiguration),
        Command(
            "delete", ["del"], "Remove objects and what refers to them", usage: ["ID …"],
            details: """
                The members of a deleted group or clone become resources of their own.
                A resource that runs is removed only with --force: it is then stopped as an orphan.
                """,
            words: [.object], run: deleteObjects),
        Command("rename", "Give an object another id", usage: ["ID NEW-ID"], words: [.object]) { session, arguments in
            guard let old = arguments.word(0), let new = arguments.word(1) else {
                throw CommandFailure.usage("configure rename: expected ID NEW-ID")
            }
            try session.requireStopped([old], for: "renamed")
            try session.edit { draft throws(CommandFailure) in try draft.rename(old, to: new) }
        },
        Command(
            "modgroup", "Add a member to a group, or remove one",
            usage: ["GROUP add ID [after|before ID]", "GROUP remove ID"],
            words: [.resource, .choice(["add", "remove"]), .resource],
            run: modifyGroup),
        Command(
            "load", "Take over a configuration from a file", usage: ["[xml] {update|replace|push} FILE"],
            details: """
                update adds what is in the file, and replaces objects of the same id; replace empties the configuration
                first; push makes the configuration equal to the file. FILE is configuration lines, or XML; - is standard input.
                """,
            words: [.choice(["update", "replace", "push", "xml"]), .file], run: loadConfiguration),
        Command(
            "save", "Write the configuration to a file", usage: ["[xml] FILE"], words: [.file], run: saveConfiguration),
        Command("edit", "Edit objects in $EDITOR", usage: ["[xml] [ID …]"], words: [.object], run: editConfiguration),
        Command("get_property", ["get-property"], "Show the value of a cluster option", usage: ["NAME …"]) {
            session, arguments in
            for name in arguments.words {
                guard let value = try session.currentDraft().clusterOption(name) else {
                    throw CommandFailure.noSuchObject("cluster option \"\(name)\" is not set")
                }
                session.console.print(value)
            }
        },
        Command("verify", "Check the configuration") { session, _ in try verify(session, try session.currentDraft()) },
        Command("erase", "Remove all resources, constraints and options (not nodes)", run: eraseConfiguration),
        Command("commit", "Bring the changes of this batch to the cluster", usage: ["[force]"]) { session, arguments in
            if arguments.word(0) == "force" { session.options.forces = true }
            if let draft = session.draft { try session.commit(draft) }
            session.draft = nil
        },
        Command("refresh", ["revert"], "Drop the changes of this batch") { session, _ in session.draft = nil },
        Command("schema", "Show the schema that the configuration is written in") { session, _ in
            session.console.print(try session.currentDraft().base.schemaName ?? "none")
        },
        Command(
            "upgrade", "Bring the configuration to a newer schema", usage: ["[SCHEMA]"],
            details:
                "Without SCHEMA: to the one that a new CIB is written in. What the new schema lacks is rewritten or dropped."
        ) { session, arguments in
            _ = try session.connection().change([.upgrade(to: arguments.word(0))], expecting: nil)
        },
    ])

/// One command a kind of object; each hands its words to the parser.
private let objectCommands: [Command] = [
    objectCommand(
        "primitive", "Define a resource",
        "ID {[CLASS:[PROVIDER:]]TYPE | @TEMPLATE} [params NAME=VALUE …] [meta NAME=VALUE …] [utilization NAME=VALUE …] [op NAME [NAME=VALUE …] …]",
        details:
            "  configure primitive vip IPaddr2 params ip=10.0.0.10 cidr_netmask=24 op monitor interval=10s timeout=20s",
        [.anything, .agent, .choice(["params", "meta", "utilization", "op"])]),
    objectCommand(
        "rsc_template", "Define a template for resources", "ID [CLASS:[PROVIDER:]]TYPE [params …] [meta …] [op …]",
        [.anything, .agent]),
    objectCommand(
        "group", "Define a group of resources", "ID RESOURCE … [meta NAME=VALUE …]",
        details: "  configure group g vip web", [.anything, .resource]),
    objectCommand(
        "clone", "Run a resource on several nodes", "ID RESOURCE [meta NAME=VALUE …]",
        details: "  configure clone c web meta interleave=true", [.anything, .resource]),
    objectCommand(
        "ms", also: ["master"], "Run a resource on several nodes, promoted on some", "ID RESOURCE [meta NAME=VALUE …]",
        [.anything, .resource]),
    objectCommand(
        "location", "Prefer or avoid nodes for a resource",
        "ID RESOURCE {SCORE: NODE | rule [$role=ROLE] [SCORE:] EXPRESSION …}",
        details: """
              configure location l g 100: n1
              configure location l2 g rule -inf: not_defined pingd or pingd lte 0
            """, [.anything, .resource, .anything, .node]),
    objectCommand(
        "colocation", also: ["collocation"], "Keep resources together, or apart",
        "ID SCORE: RESOURCE[:ROLE] WITH[:ROLE] …", details: "  configure colocation c inf: web vip",
        [.anything, .anything, .resource]),
    objectCommand(
        "order", "Start resources in an order",
        "ID [Mandatory:|Optional:|Serialize:] FIRST[:ACTION] THEN[:ACTION] … [symmetrical=BOOLEAN]",
        details: "  configure order o Mandatory: vip web", [.anything, .anything, .resource]),
    objectCommand(
        "rsc_ticket", "Tie resources to a ticket", "ID TICKET: RESOURCE[:ROLE] … [loss-policy=POLICY]",
        [.anything, .anything, .resource]),
    optionCommand(
        "property", .clusterOptions, "Set options of the cluster", "  configure property stonith-enabled=false"),
    optionCommand(
        "rsc_defaults", .resourceDefaults, "Set defaults of resources",
        "  configure rsc_defaults resource-stickiness=100"),
    optionCommand(
        "op_defaults", .operationDefaults, "Set defaults of operations", "  configure op_defaults timeout=30s"),
    objectCommand(
        "fencing_topology", also: ["fencing-topology"], "Define in which order fence devices are tried",
        "[NODE:] DEVICE[,DEVICE] …", [.node]),
    objectCommand("tag", "Name a set of objects", "ID: OBJECT …", [.anything, .object]),
    objectCommand(
        "node", "Describe a node", "[ID:] NAME [attributes NAME=VALUE …] [utilization NAME=VALUE …]", [.node]),
    objectCommand("monitor", "Add a monitor to a resource", "RESOURCE[:ROLE] INTERVAL[:TIMEOUT]", [.resource]),
    objectCommand("xml", "Define an object by its XML", "ELEMENT", [.anything]),
]

private func objectCommand(
    _ name: String, also aliases: [String] = [], _ summary: String, _ usage: String, details: String = "",
    _ words: [WordKind]
) -> Command {
    Command(name, aliases, summary, usage: [usage], details: details, words: words, takesRawWords: true) {
        session, arguments in
        try session.addObject([name] + arguments.words)
    }
}

private func optionCommand(_ name: String, _ section: CIBSection, _ summary: String, _ details: String) -> Command {
    Command(
        name, [], summary, usage: ["[SET:] NAME=VALUE …", "--delete NAME …"], details: details,
        options: [CommandOption("delete", "Remove the named options")], takesRawWords: true
    ) { session, arguments in
        guard arguments.has("delete") else { return try session.addObject([name] + arguments.words) }
        try session.edit { draft throws(CommandFailure) in
            try draft.removeOptions(arguments.words, from: section)
        }
    }
}

extension Session {
    /// Reads a configuration line and adds what it stands for.
    fileprivate func addObject(_ words: [String]) throws(CommandFailure) {
        var statement = try parseStatement(words)
        try resolveAgent(&statement)
        let finished = statement
        if words.first == "ms" || words.first == "master" {
            let rest = words.dropFirst().joined(separator: " ")
            console.warning(
                "\"ms\" is deprecated, write: clone \(rest)\(rest.contains(" meta ") ? "" : " meta") promotable=true")
        }
        try edit { draft throws(CommandFailure) in try draft.add(finished) }
    }

    /// Fails when one of the resources is active on a running cluster, unless forced.
    func requireStopped(_ ids: [String], for what: String) throws(CommandFailure) {
        guard !options.forces, try connection().isLive else { return }
        let status = ClusterStatus(try connection().document())
        for id in ids {
            guard let resource = status.resource(id), resource.isActive else { continue }
            throw CommandFailure(
                .unsafe, "resource \"\(id)\" runs, so it is not \(what)",
                advice: "Stop it first: \(programName) resource stop \(id) --wait. Or repeat with --force.")
        }
    }
}

private func deleteObjects(_ session: Session, _ arguments: Arguments) throws {
    guard !arguments.words.isEmpty else { throw CommandFailure.usage("configure delete: which objects?") }
    try session.requireStopped(arguments.words, for: "deleted")
    try session.edit(checks: false) { draft throws(CommandFailure) in
        for id in arguments.words {
            // What went with an object deleted before needs no second deletion.
            if draft.object(id) == nil, ConfigurationDraft(draft.base).object(id) != nil { continue }
            for gone in try draft.delete(id) { session.console.note("\(gone) is deleted too: it depended on \(id)") }
        }
    }
}

private func modifyGroup(_ session: Session, _ arguments: Arguments) throws {
    let words = arguments.words
    guard words.count == 3 || (words.count == 5 && ["after", "before"].contains(words[3])),
        ["add", "remove"].contains(words[1])
    else {
        throw CommandFailure.usage("configure modgroup: expected GROUP add ID [after|before ID], or GROUP remove ID")
    }
    try session.edit { draft throws(CommandFailure) in
        let place = words.count == 5 ? (words[3] == "after", words[4]) : nil
        if words[1] == "add" {
            try draft.addMember(words[2], toGroup: words[0], place)
        } else {
            try draft.removeMember(words[2], fromGroup: words[0])
        }
    }
}

private func eraseConfiguration(_ session: Session, _: Arguments) throws {
    let ids = try session.currentDraft().resourceIDs
    try session.requireStopped(ids, for: "erased")
    try session.edit(checks: false) { draft throws(CommandFailure) in draft.erase() }
}

/// Prints what is wrong with a configuration.
///
/// - Throws: `.configuration` when there are errors.
func verify(_ session: Session, _ draft: ConfigurationDraft) throws {
    let document = try CIBDocument(draft.edited)
    var errors = 0
    for problem in document.verify() {
        switch problem.severity {
        case .error:
            session.console.error(problem.message)
            errors += 1
        case .warning: session.console.warning(problem.message)
        }
    }
    if errors > 0 {
        throw CommandFailure(.configuration, "the configuration has \(errors) error\(errors == 1 ? "" : "s")")
    }
}
