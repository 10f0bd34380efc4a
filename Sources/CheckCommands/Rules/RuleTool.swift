internal import ClusterTypes
internal import ToolReports
internal import XMLTree

/// `crm_rule`: says whether rules of the configuration are in effect.
///
/// - Parameters:
///   - words: the arguments without the tool's name.
///   - console: the outside world.
/// - Returns: the exit code: 0 in effect, 110 expired, 111 not yet in effect, 105 no such rule, 109 several of that id, 3 not of a kind that can be
///   judged, 112 malformed, 65 bad data, 64 wrong arguments.
/// - Source: crm_rule(8) of Pacemaker 2.1.5.
package func runRuleTool(_ words: [String], _ console: ToolConsole) -> Int32 {
    switch RuleTool.description.start(words, console) {
    case .done(let code): return code
    case .arguments(let arguments):
        guard let output = ToolAnswer("crm_rule", words, arguments, console) else { return ToolExit.error.rawValue }
        var tool = RuleTool(arguments: arguments, console: console, answer: output)
        return tool.run()
    }
}

private struct RuleTool {
    let arguments: ToolArguments
    let console: ToolConsole
    var answer: ToolAnswer

    mutating func run() -> Int32 {
        let code: ToolExit
        do { code = try check() } catch {
            if let message = error.message { answer.output.problem("crm_rule: " + message) }
            code = error.code
        }
        return answer.finish(code)
    }

    private struct Refusal: Error {
        var code: ToolExit
        /// `nil` when it was said already.
        var message: String?
    }

    private mutating func check() throws(Refusal) -> ToolExit {
        guard arguments.has("check") else { throw Refusal(code: .usage, message: "No mode operation given") }
        let rules = arguments.values("rule")
        guard !rules.isEmpty else { throw Refusal(code: .usage, message: "--check requires use of --rule=") }
        let clock = try effectiveClock()
        let cib = try readCIB()
        let check = RuleCheck(cib: cib, clock: clock)
        var code = ToolExit.ok
        for rule in rules {
            let outcome = check.outcome(of: rule)
            report(rule, outcome)
            // The last rule that says more than "satisfied" decides.
            if outcome != .satisfied { code = outcome.exit }
        }
        return code
    }

    private func effectiveClock() throws(Refusal) -> CivilClock {
        let (seconds, offset) = console.clock()
        let present = CivilClock(now: WallTime(seconds: seconds), offset: offset)
        guard let text = arguments.value("date") else { return present }
        do {
            let date = try CivilTime(reading: text, clock: present)
            return CivilClock(now: WallTime(seconds: date.epoch), offset: date.offset)
        } catch {
            if arguments.verbosity > 0 { console.log(error.origin, "error", error.message) }
            throw Refusal(code: .invalidData, message: "Invalid date specified: '\(text)'")
        }
    }

    private mutating func readCIB() throws(Refusal) -> XMLElement {
        switch arguments.value("xml-text") {
        case "-":
            guard let bytes = console.read("-"), let cib = try? XMLElement(parsing: bytes) else {
                throw Refusal(code: .invalidData, message: "Couldn't parse input from STDIN\n")
            }
            return cib
        case let text?:
            guard let cib = try? XMLElement(parsing: text) else {
                throw Refusal(code: .invalidData, message: "Couldn't parse input string: \(text)\n")
            }
            return cib
        case nil:
            switch console.clusterCIB() {
            case .success(let bytes):
                if let cib = try? XMLElement(parsing: bytes) { return cib }
                throw Refusal(code: .invalidData, message: "Couldn't parse the cluster's configuration")
            case .failure(let failure):
                answer.output.problem("CIB query failed: " + failure.exit.message)
                throw Refusal(code: failure.exit, message: nil)
            }
        }
    }

    private mutating func report(_ rule: String, _ outcome: RuleCheck.Outcome) {
        answer.output.add(XMLElement("rule-check", ["rule-id": rule, "rc": String(outcome.exit.rawValue)]))
        switch outcome {
        case .inEffect: answer.output.remark("Rule \(rule) is still in effect")
        case .satisfied: answer.output.remark("Rule \(rule) satisfies conditions")
        case .expired: answer.output.remark("Rule \(rule) is expired")
        case .notYetInEffect: answer.output.remark("Rule \(rule) has not yet taken effect")
        case .unknown(_, let reason):
            answer.output.problem("Could not determine whether rule \(rule) is in effect: \(reason)")
        }
    }
}

extension RuleCheck.Outcome {
    fileprivate var exit: ToolExit {
        switch self {
        case .inEffect, .satisfied: .ok
        case .expired: .expired
        case .notYetInEffect: .notYetInEffect
        case .unknown(let code, _): code
        }
    }
}

extension RuleTool {
    fileprivate static let description = ToolDescription(
        name: "crm_rule", summary: "evaluate rules from the Pacemaker configuration",
        groups: [
            ToolDescription.outputGroup,
            .init(
                name: "modes", title: "Modes (mutually exclusive):", help: "Show modes of operation",
                options: [.init("c", "check", "Check whether a rule is in effect")]),
            .init(
                name: "data", title: "Data:", help: "Show data options",
                options: [.init("X", "xml-text", "Use argument for XML (or stdin if '-')", value: "")]),
            .init(
                name: "additional", title: "Additional Options:", help: "Show additional options",
                options: [
                    .init("d", "date", "Whether the rule is in effect on a given date", value: ""),
                    .init("r", "rule", "The ID of the rule to check (may be specified multiple times)", value: ""),
                ]),
        ],
        epilogue: "Report bugs to users@clusterlabs.org\n")
}
