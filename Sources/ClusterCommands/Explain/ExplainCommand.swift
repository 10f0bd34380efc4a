internal import ClusterTypes
internal import Explanation
internal import JSONText
internal import Scheduler

/// `explain`: why a resource is where it is, why not elsewhere, what would change that.
let explainCommand = Command(
    "explain", ["why"], "Say why a resource runs where it does, and what would change that",
    usage: ["", "RESOURCE [--on NODE] [--why-not NODE]"],
    details: """
        Without a resource: what the cluster is about to do, and the first reason for each.
        With one: where it runs and why, why not on the other nodes (every part of every score), why it starts, moves or
        stops now, and the smallest changes that would alter the decision. They are found by trying them on a copy.

          lockstep explain web
          lockstep explain web --why-not n2        what keeps it from n2, and what would bring it there
          lockstep explain web -x cib.xml          in a saved CIB
          lockstep explain web --transition 12     as it was decided then (on the node that was controller)
        """,
    options: [
        CommandOption("on", value: "NODE", "Only what is, or will be, on this node"),
        CommandOption("why-not", value: "NODE", "Why it is not on this node, and what would bring it there"),
    ] + documentOptions + [
        CommandOption("output-as", value: "FORMAT", choices: ["text", "json"], "text or json"),
        CommandOption("no-search", "Leave out the search for what would change it"),
    ],
    words: [.resource], run: showExplanation)

private func showExplanation(_ session: Session, _ arguments: Arguments) throws {
    let input = try schedulerInput(session, arguments)
    let isJSON = try outputFormat(arguments, ["text", "json"]) == "json"
    guard let name = arguments.word(0) else {
        for option in ["on", "why-not"] where arguments.has(option) {
            throw CommandFailure.usage("explain: --\(option) needs a resource")
        }
        return showChanges(session, input, isJSON: isJSON)
    }
    if let extra = arguments.word(1) {
        throw CommandFailure.usage("explain: one resource at a time, also got \"\(extra)\"")
    }
    let request = ExplanationRequest(
        name, on: arguments.value("on"), absentFrom: arguments.value("why-not"),
        searchLimit: arguments.has("no-search") ? 0 : 300)
    let explanation: Explanation
    do { explanation = try explain(request, input) } catch {
        throw CommandFailure(.noSuchObject, error.description, advice: suggestion(for: name, among: error.known))
    }
    if isJSON { return session.console.print(explanation.json.text) }
    session.console.write(
        ExplanationText(explanation, width: min(session.console.width, 120)) { styled(session.console, $0, $1) }
            .render())
}

/// What is about to happen, a line each.
private func showChanges(_ session: Session, _ input: SchedulerInput, isJSON: Bool) {
    let (nodes, changes) = (explainNodes(input), explainChanges(input))
    if isJSON { return session.console.print(JSON.array(nodes.map(\.json) + changes.map(\.json)).text) }
    if nodes.isEmpty, changes.isEmpty {
        return session.console.print("Nothing is to be done: every resource is where it should be.")
    }
    for node in nodes { session.console.print(session.console.styled(node.node, .bold) + " " + node.sentence) }
    for change in changes {
        session.console.print(session.console.styled(change.name, .bold) + " " + change.headline + ".")
        for reason in (change.outcome.isChange ? change.brief : []) + change.besides {
            session.console.print("    " + reason)
        }
    }
}

func styled(_ console: Console, _ text: String, _ style: ExplanationStyle) -> String {
    switch style {
    case .heading: console.styled(text, .bold)
    case .chosen: console.styled(text, .green)
    case .rejected: console.styled(text, .red)
    case .quiet: console.styled(text, .cyan)
    }
}

/// The value of `--output-as`.
func outputFormat(_ arguments: Arguments, _ known: [String]) throws -> String {
    let format = arguments.value("output-as") ?? known[0]
    guard known.contains(format) else {
        throw CommandFailure.usage("--output-as is \"\(format)\", expected \(known.joined(separator: " or "))")
    }
    return format
}
