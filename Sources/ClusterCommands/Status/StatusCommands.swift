internal import ClusterTypes
internal import JSONText
internal import XMLTree

/// `status`: nodes, resources, failures.
let statusCommand = Command(
    "status", ["st"], "Show the state of nodes and resources", usage: ["[SECTION …]"],
    details: """
        Shows nodes, resources and failed actions in the layout of crm_mon. Words and options choose more:
          inactive (-r)   resources that run nowhere, too (the default; --active hides them)
          bynode (-n)     resources under the node they run on
          ops, fail (-f)  accepted for the sake of scripts
          bans (-L)       constraints that keep resources off nodes
          attributes (-A) node attributes
        """,
    options: [
        CommandOption("watch", "W", "Show it again whenever something changes"),
        CommandOption("output-as", value: "FORMAT", choices: ["text", "json", "xml"], "text, json or xml"),
        CommandOption("one-shot", "1", "Show it once (the default)"),
        CommandOption("inactive", "r", "Resources that run nowhere, too (the default)"),
        CommandOption("active", "Only resources that run"),
        CommandOption("group-by-node", "n", "Resources under their node"),
        CommandOption("show-node-attributes", "A", "Node attributes"),
        CommandOption("neg-locations", "L", "Constraints that keep resources off nodes"),
        CommandOption("failcounts", "f", "Accepted, has no effect"),
        CommandOption("operations", "o", "Accepted, has no effect"),
        CommandOption("timing-details", "t", "Accepted, has no effect"),
    ],
    words: [.choice(["bynode", "inactive", "attributes", "bans"])], run: showStatus)

private func showStatus(_ session: Session, _ arguments: Arguments) throws {
    var view = StatusView()
    view.showsInactive = !arguments.has("active")
    view.groupsByNode = arguments.has("group-by-node")
    view.showsAttributes = arguments.has("show-node-attributes")
    view.showsBans = arguments.has("neg-locations")
    for word in arguments.words {
        switch word {
        case "bynode": view.groupsByNode = true
        case "inactive": view.showsInactive = true
        case "attributes": view.showsAttributes = true
        case "bans": view.showsBans = true
        case "ops", "operations", "timing", "failcounts", "fail", "tickets", "noheaders", "detail", "brief", "full",
            "simple":
            break  // The incumbents' words for sections that are always, or never, shown.
        default:
            throw CommandFailure.usage(
                "status: unknown section \"\(word)\"",
                advice: suggestion(for: word, among: ["bynode", "inactive", "attributes", "bans"]))
        }
    }
    let format = arguments.value("output-as") ?? "text"
    guard arguments.has("watch") else { return try printStatus(session, format, view) }
    try watchStatus(session, format, view)
}

private func printStatus(_ session: Session, _ format: String, _ view: StatusView) throws {
    session.console.write(try renderStatus(session, format, view))
}

private func renderStatus(_ session: Session, _ format: String, _ view: StatusView) throws -> String {
    let status = ClusterStatus(try session.connection().document())
    let now = session.facilities.now()
    switch format {
    case "json": return status.json(now: now.seconds, activity: try session.connection().activity()).text + "\n"
    case "xml":
        return "<?xml version=\"1.0\"?>\n"
            + status.xml(request: "crm_mon --output-as=xml", now: now.seconds).formatted()
    default:
        let console = session.console
        var text = StatusText(status, view: view, now: now) { console.styled($0, $1) }.render()
        if let activity = try session.connection().activity(), !activity.isSettled {
            text += "\n" + console.styled("In progress", .cyan) + ":\n  * " + activity.progressText + "\n"
        }
        return text
    }
}

/// Shows the status again whenever the text differs, until the daemon goes away.
private func watchStatus(_ session: Session, _ format: String, _ view: StatusView) throws {
    var last = ""
    while true {
        let text = try renderStatus(session, format, view)
        // The time of day alone is no news.
        let content = text.split(separator: "\n").filter { !$0.contains("Last updated:") }.joined(separator: "\n")
        if content != last {
            session.console.write(session.console.isTerminal ? "\u{1b}[H\u{1b}[2J" + text : text + "\n")
            last = content
        }
        session.facilities.pause(.milliseconds(250))
    }
}

/// `verify`: what is wrong with the configuration.
let verifyCommand = Command("verify", "Check the configuration") { session, _ in
    try verify(session, try session.currentDraft())
}

/// `events`: the timeline as it happens.
let eventsCommand = Command(
    "events", ["timeline"], "Follow the timeline: who failed, who was fenced, what was started",
    options: [CommandOption("output-as", value: "FORMAT", choices: ["text", "json"], "text or json (a line an event)")]
) { session, arguments in
    let asJSON = arguments.value("output-as") == "json"
    try session.connection().followEvents { line in
        session.console.print(asJSON ? line : eventText(line))
        return true
    }
}

/// One line for people: time, what happened, and the rest as `name=value`.
func eventText(_ line: String) -> String {
    guard let event = try? JSON(parsing: Array(line.utf8)), case .object(let members) = event else { return line }
    var time = ""
    switch event["time"] {
    case .integer(let seconds): time = dateText(seconds)
    case .number(let seconds):
        let milliseconds = Int64(exactly: (seconds * 1000).rounded()) ?? 0
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        time = String(dateText(milliseconds / 1000).split(separator: " ").dropLast().last ?? "") + "." + fraction
    default: break
    }
    let rest = members.filter { $0.name != "time" && $0.name != "event" }.map { member in
        "\(member.name)=" + (member.value.string ?? member.value.text)
    }
    return ([time, (event["event"]?.string ?? "").padded(to: 20)] + rest).joined(separator: " ")
}
