internal import Explanation
internal import JSONText
internal import Scheduler

/// `placement`: resources × nodes with scores.
let placementCommand = Command(
    "placement", ["scores"], "Show what each node is worth to each resource, and which one it gets",
    usage: ["[RESOURCE] [--output-as FORMAT]"],
    details: """
        One line a resource, one column a node. lockstep explain RESOURCE says what a score is made of.

          lockstep placement
          lockstep placement -x cib.xml --output-as=html >placement.html
        """,
    options: documentOptions + [
        CommandOption(
            "output-as", value: "FORMAT", choices: ["text", "json", "svg", "html"], "text, json, svg or html")
    ],
    words: [.resource], run: showPlacement)

private func showPlacement(_ session: Session, _ arguments: Arguments) throws {
    let format = try outputFormat(arguments, ["text", "json", "svg", "html"])
    let input = try schedulerInput(session, arguments)
    if let extra = arguments.word(1) { throw CommandFailure.usage("placement: one resource, also got \"\(extra)\"") }
    let table: PlacementTable
    do { table = try PlacementTable(input, resource: arguments.word(0)) } catch {
        throw CommandFailure(
            .noSuchObject, error.description, advice: suggestion(for: arguments.word(0) ?? "", among: error.known))
    }
    let title = "Placement" + (documentName(arguments).map { ", " + $0 } ?? "")
    switch format {
    case "json": session.console.print(table.json.text)
    case "svg": session.console.write(PlacementPicture(table, title: title).svg)
    case "html": session.console.write(PlacementPicture(table, title: title).html)
    default: session.console.write(PlacementText(table) { styled(session.console, $0, $1) }.render())
    }
}

/// `picture`: the transition graph as SVG.
let pictureCommand = Command(
    "picture", "Draw what the cluster is about to do: the transition graph as SVG, or for Graphviz",
    usage: ["FILE.svg|FILE.dot [-x FILE|--transition N]"],
    details: """
        A lane for each node, actions from left to right: each waits for those with an arrow to it. A browser shows the file;
        pointing at a box tells the action's full name. In a large graph alike actions of a node are one box. A name that ends in
        .dot or .gv gets the graph for Graphviz, as crm_simulate -D writes it.

          lockstep picture next.svg
          lockstep picture - -x cib.xml >plan.svg
        """,
    options: documentOptions + [
        CommandOption("all", "a", "Draw every action by itself, and those that execute nothing and only order others")
    ],
    words: [.file], run: drawTransition)

private func drawTransition(_ session: Session, _ arguments: Arguments) throws {
    guard let path = arguments.word(0) else {
        throw CommandFailure.usage(
            "picture: which file?", advice: "lockstep picture next.svg, or - for standard output")
    }
    var input = try schedulerInput(session, arguments)
    if path.hasSuffix(".dot") || path.hasSuffix(".gv") {
        input.options.picturesGraph = true
        let dot = schedule(input).pictured.dot(allActions: arguments.has("all"))
        return try writeFile(path, Array(dot.utf8), mode: 0o644)
    }
    let output = schedule(input)
    let title = "Transition" + (documentName(arguments).map { " of " + $0 } ?? "")
    let picture = TransitionPicture(output.graph, title: title, showsOrderPoints: arguments.has("all"))
    try writeFile(path, Array(picture.svg.utf8), mode: 0o644)
}

/// What a picture's title calls the document; `nil` for the running cluster's.
private func documentName(_ arguments: Arguments) -> String? {
    if let number = arguments.value("transition") { return "transition \(number)" }
    return arguments.value("xml-file")?.split(separator: "/").last.map(String.init)
}
