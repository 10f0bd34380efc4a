internal import Glibc
internal import SimulateCommand
internal import ToolReports
internal import TransitionGraph
package import XMLTree

/// Where two schedulers differ on a document, the most important level first.
package struct Difference: Sendable, Equatable {
    package enum Level: String, Sendable, CaseIterable { case summary, scores, graph, attributes, text }

    package let level: Level
    /// Lines with `-` for the incumbent's and `+` for ours.
    package let lines: [String]

    /// `nil` when both decided the same.
    ///
    /// - Parameter ours: `nil` when we refuse what the incumbent accepts.
    package init?(incumbent: Decisions, ours: Decisions?, upTo deepest: Level = .graph) {
        guard let ours else {
            (level, lines) = (.summary, ["- accepted", "+ refused"])
            return
        }
        let levels: [(Level, [String], [String])] = [
            (.summary, incumbent.summary, ours.summary), (.scores, incumbent.scores, ours.scores),
            (.graph, incumbent.graph, ours.graph), (.attributes, incumbent.attributes, ours.attributes),
            (.text, incumbent.text, ours.text),
        ]
        for (level, theirs, mine) in levels {
            if theirs != mine {
                self.level = level
                lines = Self.difference(theirs, mine)
                return
            }
            if level == deepest { return nil }
        }
        return nil
    }

    private static func difference(_ left: [String], _ right: [String]) -> [String] {
        var counts: [String: Int] = [:]
        for line in right { counts[line, default: 0] += 1 }
        var result: [String] = []
        for line in left {
            if let count = counts[line], count > 0 { counts[line] = count - 1 } else { result.append("- " + line) }
        }
        counts = [:]
        for line in left { counts[line, default: 0] += 1 }
        for line in right {
            if let count = counts[line], count > 0 { counts[line] = count - 1 } else { result.append("+ " + line) }
        }
        // The same lines in another order.
        if result.isEmpty {
            for (index, (theirs, mine)) in zip(left, right).enumerated() where theirs != mine {
                result += ["- \(index): \(theirs)", "+ \(index): \(mine)"]
            }
        }
        return result
    }
}

/// What our `crm_simulate` decides, in the same form; `nil` when it refuses the document.
///
/// - Parameter directory: for its files.
package func ourDecisions(_ cib: XMLElement, in directory: String) -> Decisions? {
    let (input, graph) = (directory + "/input.xml", directory + "/our-graph.xml")
    guard store(cib.formatted().utf8, in: input) else { return nil }
    var options = SimulateOptions()
    options.source = .file(input)
    (options.processes, options.simulates, options.showsScores, options.isFancy) = (true, true, true, true)
    options.graphFile = graph
    var output = ToolOutput(.text(isFancy: true))
    _ = perform(options, at: Int64(time(nil)), saying: &output)
    guard let bytes = contents(of: graph), let document = try? XMLElement(parsing: bytes),
        let parsed = try? TransitionGraph(xml: document, allowsAbsent: true)
    else { return nil }
    unlink(graph)
    let lines = outputLines(output.chunks.filter { !$0.isProblem }.map(\.text).joined())
    return Decisions(output: lines, scored: lines, graph: parsed)
}
