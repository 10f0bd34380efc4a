internal import ClusterTypes
internal import Scheduler
package import XMLTree

/// Where two schedulers differ on a document, the most important level first.
package struct Difference: Sendable, Equatable {
    package enum Level: String, Sendable, CaseIterable { case summary, scores, graph, attributes }

    package let level: Level
    /// Lines with `-` for the incumbent's and `+` for ours.
    package let lines: [String]

    /// `nil` when both decided the same.
    package init?(incumbent: Decisions, ours: Decisions, upTo deepest: Level = .graph) {
        let levels: [(Level, [String], [String])] = [
            (.summary, incumbent.summary, ours.summary), (.scores, incumbent.scores, ours.scores),
            (.graph, incumbent.graph, ours.graph), (.attributes, incumbent.attributes, ours.attributes),
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
        return result
    }
}

/// What our scheduler decides, in the same form.
package func ourDecisions(_ cib: XMLElement) -> Decisions {
    let now = WallTime(seconds: cib["execution-date"].flatMap { Int64($0) } ?? 0)
    var options = SchedulerOptions(collectsScores: true, isSanitized: true)
    options.keepsStalledActions = true
    let output = schedule(SchedulerInput(cib: cib, now: now, options: options))
    return Decisions(summary: output.summary.lines, scores: output.scores.map(\.text), graph: output.graph)
}
