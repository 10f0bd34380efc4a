internal import Agents
internal import CIB
internal import ClusterTypes
internal import XMLTree

/// `ra …`: which agents there are, and what they say about themselves.
let agentLevel = CommandLevel(
    "ra", ["resource-agents"], "Resource agents of this machine",
    [
        Command("classes", "List classes of agents, and providers of ocf agents") { session, _ in
            let catalogue = session.facilities.agents.catalogue
            session.console.print("lsb")
            session.console.print("ocf / " + catalogue.providers.joined(separator: " "))
            for name in ["service", "stonith", "systemd"] { session.console.print(name) }
        },
        Command(
            "list", "List the agents of a class", usage: ["CLASS [PROVIDER]"],
            words: [.choice(AgentStandard.allCases.map(\.rawValue))]
        ) { session, arguments in
            let names = AgentStandard.allCases.map(\.rawValue)
            guard let word = arguments.word(0) else {
                throw CommandFailure.usage("ra list: which class? \(list(names, last: "or"))")
            }
            guard let standard = AgentStandard(rawValue: word) else {
                throw CommandFailure.usage(
                    "ra list: \"\(word)\" is no class, expected \(list(names, last: "or"))",
                    advice: suggestion(for: word, among: names))
            }
            let types = session.facilities.agents.catalogue.types(of: standard, provider: arguments.word(1))
            printColumns(Array(Set(types)).sorted(), session.console)
        },
        Command("providers", "List the providers of an ocf agent", usage: ["TYPE [CLASS]"], words: [.agent]) {
            session, arguments in
            guard let type = arguments.word(0) else { throw CommandFailure.usage("ra providers: of which agent type?") }
            let found = session.facilities.agents.catalogue.alternatives(ofType: type).compactMap(\.provider)
            guard !found.isEmpty else { throw CommandFailure.noSuchObject("no provider has an agent \"\(type)\"") }
            session.console.print(found.joined(separator: " "))
        },
        Command(
            "info", ["meta"], "Show parameters and operations of an agent",
            usage: ["[CLASS:[PROVIDER:]]TYPE", "TYPE CLASS [PROVIDER]"], words: [.agent], run: showAgent),
    ])

/// Reads `ocf:heartbeat:IPaddr2`, `systemd:nginx` or `IPaddr2`.
func findAgent(_ words: [String], _ session: Session) throws(CommandFailure) -> AgentReference {
    guard let first = words.first else { throw .usage("ra info: of which agent?") }
    var parts = first.split(separator: ":", maxSplits: 2).map(String.init)
    if parts.count == 1, words.count > 1 { parts = words.dropFirst() + [first] }
    if parts.count >= 2, let standard = AgentStandard(rawValue: parts[0]), standard != .ocf || parts.count == 3 {
        let isOCF = standard == .ocf
        return AgentReference(
            standard, provider: isOCF ? parts[1] : nil, isOCF ? parts[2] : parts.dropFirst().joined(separator: ":"))
    }
    var statement = ConfigurationStatement(.object(.resources), .init("primitive"))
    statement.unresolvedAgent = first
    try session.resolveAgent(&statement)
    return AgentReference(.ocf, provider: statement.element["provider"], statement.element["type"] ?? "")
}

private func showAgent(_ session: Session, _ arguments: Arguments) throws {
    let agent = try findAgent(arguments.words, session)
    guard let metadata = session.facilities.agents.metadata(of: agent) else {
        throw CommandFailure(
            .notInstalled, "agent \(agent) is not installed here, or gave no meta-data",
            advice: suggestion(for: agent.type, among: session.facilities.agents.catalogue.types(of: agent.standard)))
    }
    let console = session.console
    console.print(console.styled("\(metadata.shortDescription) (\(agent))", .bold) + "\n")
    if !metadata.longDescription.isEmpty { console.print(metadata.longDescription + "\n") }
    console.print("Parameters (*: required, []: default):\n")
    for parameter in metadata.parameters {
        var head = parameter.name + (parameter.isRequired ? "*" : "")
        head += " (\(parameter.type)" + (parameter.defaultValue.map { ", [\($0)]" } ?? "") + ")"
        console.print("\(console.styled(head, .cyan)): \(parameter.shortDescription)")
        for line in parameter.longDescription.split(separator: "\n") {
            console.print("    " + trimmed(String(line)))
        }
    }
    console.print("\nOperations' defaults (advisory minimum):\n")
    for action in metadata.actions where !["meta-data", "validate-all"].contains(action.name) {
        let timeout = action.timeout.map { " timeout=\($0.components.seconds)s" } ?? ""
        let interval = action.interval > .zero ? " interval=\(action.interval.components.seconds)s" : ""
        console.print(
            "    \(action.name.padded(to: 13))\(timeout)\(interval)\(action.role.map { " role=\($0)" } ?? "")")
    }
}

extension String {
    /// The text with spaces behind it up to a width.
    func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}

/// Prints names in columns on a terminal, and a name a line elsewhere.
func printColumns(_ names: [String], _ console: Console) {
    let width = (names.map(\.count).max() ?? 0) + 2
    let columns = console.isTerminal ? max(1, console.width / max(1, width)) : 1
    for start in stride(from: 0, to: names.count, by: columns) {
        let row = names[start..<min(start + columns, names.count)]
        console.print(trimmed(columns == 1 ? row.joined() : row.map { $0.padded(to: width) }.joined()))
    }
}
