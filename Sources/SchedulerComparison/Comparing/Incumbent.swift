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
    /// All that was printed but the scores: the state before, the summary, what was executed, the state after.
    package var text: [String] = []
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
        for file in [after, graph] { store([], in: file) }
        guard store(cib.formatted().utf8, in: input),
            let scored = lines(of: ["-x", input, "-sS", "-G", graph, "-O", after]),
            // Releases before 3.0 leave the titles out beside scores.
            let text = scored.contains("Transition Summary:") ? scored : lines(of: ["-x", input, "-S"]),
            text.contains("Transition Summary:"),
            let bytes = contents(of: graph), let document = try? XMLElement(parsing: bytes),
            let parsed = try? TransitionGraph(xml: document, allowsAbsent: true)
        else { return nil }
        let decisions = Decisions(output: text, scored: scored, graph: parsed)
        return (decisions, contents(of: after).flatMap { try? XMLElement(parsing: $0) })
    }

    private func lines(of arguments: [String]) -> [String]? {
        let text = directory + "/output.txt"
        store([], in: text)
        guard runProgram([program] + arguments, output: text, limit: 20) != nil else { return nil }
        return contents(of: text).map { outputLines(String(decoding: $0, as: UTF8.self)) }
    }
}

func outputLines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

extension Decisions {
    /// - Parameters:
    ///   - output: what `crm_simulate -S` prints, with or without scores.
    ///   - scored: what it prints with scores.
    init(output: [String], scored: [String], graph: TransitionGraph) {
        let summary =
            output.firstIndex(of: "Transition Summary:").map { output[($0 + 1)...].prefix { !$0.isEmpty } } ?? []
        self.summary = summary.map(Self.folded).sorted()
        scores = scored.filter { $0.contains(" allocation score on ") }.map(Self.withoutPhase).sorted()
        text = Self.withoutScores(output)
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

    /// Without the list of scores, its title and the empty line before it.
    private static func withoutScores(_ output: [String]) -> [String] {
        guard let title = output.firstIndex(where: { $0.hasSuffix(" Scores:") && !$0.hasPrefix(" ") }) else {
            return output
        }
        let end = output[title...].firstIndex(of: "") ?? output.endIndex
        return Array(output[..<max(0, title - 1)] + output[end...])
    }

    /// `pcmk__group_assign: a allocation score on b: 5` without its beginning: releases name the phases differently.
    private static func withoutPhase(_ line: String) -> String {
        var words = folded(line).split(separator: " ").map(String.init)
        if words.first?.hasSuffix(":") == true { words.removeFirst() }
        return words.joined(separator: " ")
    }
}
