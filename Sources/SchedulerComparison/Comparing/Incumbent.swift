internal import TransitionGraph
package import XMLTree

/// What a scheduler decided about a document, reduced to what can be compared.
package struct Decisions: Sendable, Equatable {
    /// The lines under "Transition Summary", white space folded, sorted: their order follows tables.
    package var summary: [String]
    /// Without the name of the phase; sorted.
    package var scores: [String]
    /// Each action with what it waits for.
    package var graph: [String]
    /// The attributes of each action.
    package var attributes: [String]
}

/// A `crm_simulate` of another implementation.
package struct Incumbent {
    let program: String
    /// A directory for its files.
    let directory: String

    package init(program: String, directory: String) {
        self.program = program
        self.directory = directory
    }

    /// What it decides, and the document after its transition; `nil` when it refuses the document.
    package func decide(_ cib: XMLElement) -> (decisions: Decisions, after: XMLElement?)? {
        let input = directory + "/input.xml"
        let after = directory + "/after.xml"
        let graph = directory + "/graph.xml"
        let text = directory + "/output.txt"
        for file in [after, graph, text] { store([], in: file) }
        guard store(cib.formatted().utf8, in: input) else { return nil }
        guard runProgram([program, "-x", input, "-S", "-O", after], output: text, limit: 20) != nil,
            let first = contents(of: text)
        else { return nil }
        let summary = String(decoding: first, as: UTF8.self)
        guard summary.contains("Transition Summary:") else { return nil }
        guard runProgram([program, "-x", input, "-sRQ", "-G", graph], output: text, limit: 20) != nil,
            let second = contents(of: text), let bytes = contents(of: graph),
            let document = try? XMLElement(parsing: bytes),
            let parsed = try? TransitionGraph(xml: document, allowsAbsent: true)
        else { return nil }
        let scores = String(decoding: second, as: UTF8.self).split(separator: "\n").map(String.init)
        let decisions = Decisions(summary: Self.summaryLines(summary), scores: scores, graph: parsed)
        return (decisions, contents(of: after).flatMap { try? XMLElement(parsing: $0) })
    }

    private static func summaryLines(_ text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("Transition Summary:") }) else { return [] }
        return lines[(start + 1)...].prefix { !$0.isEmpty }.map(String.init)
    }
}

extension Decisions {
    init(summary: [String], scores: [String], graph: TransitionGraph) {
        self.summary = summary.map(Self.folded).sorted()
        self.scores = scores.map(Self.withoutPhase).filter { !$0.isEmpty && !$0.contains("promotion score") }.sorted()
        var names: [TransitionGraph.ActionID: String] = [:]
        for action in graph.actions + graph.absentActions {
            names[action.id] =
                "\(action.kind.rawValue) \(action.operationKey) \(action.internalOperationKey ?? "") "
                + "\(action.node ?? "") \(action.routerNode ?? "")"
        }
        var lines: [String] = []
        var attributes: [String] = []
        var inputs: [TransitionGraph.ActionID: ([String], Int)] = [:]
        for synapse in graph.synapses {
            for action in synapse.actions {
                inputs[action] = (synapse.inputs.compactMap { names[$0] }.sorted(), synapse.priority)
            }
        }
        for action in graph.actions {
            let name = names[action.id] ?? ""
            let (waits, priority) = inputs[action.id] ?? ([], 0)
            lines.append("\(name) priority \(priority) <- " + waits.joined(separator: " | "))
            let pairs = action.attributes.filter { !$0.name.hasPrefix("crm_feature_set") }
                .map { "\($0.name)=\($0.value)" }.sorted()
            attributes.append(name + ": " + pairs.joined(separator: " ") + action.extra.map { $0.compact() }.joined())
        }
        self.graph = lines.sorted()
        self.attributes = attributes.sorted()
    }

    private static func folded(_ line: String) -> String {
        var words = line.split(separator: " ").map(String.init)
        if words.first == "*" { words.removeFirst() }
        return words.joined(separator: " ")
    }

    /// `pcmk__group_assign: a allocation score on b: 5` without its beginning: releases name the phases differently.
    private static func withoutPhase(_ line: String) -> String {
        var words = folded(line).split(separator: " ").map(String.init)
        if words.first?.hasSuffix(":") == true { words.removeFirst() }
        return words.joined(separator: " ")
    }
}
