/// What `crm_simulate` was asked to do.
package struct SimulateOptions: Sendable, Equatable {
    package var input: String?
    /// Plans without executing.
    package var processes = false
    package var simulates = false
    package var isQuiet = false
    package var showsScores = false
    package var showsAllActions = false
    package var graphFile: String?
    package var dotFile: String?
    package var saveInput: String?
    package var saveOutput: String?
    package var date: String?
    package var quorum: String?
    package var nodesUp: [String] = []
    package var nodesDown: [String] = []
    package var nodesFailed: [String] = []
    package var operationFailures: [String] = []
    package var operationResults: [String] = []
    package var ticketsGranted: [String] = []
    package var ticketsRevoked: [String] = []
    package var ticketsStandby: [String] = []
    package var ticketsActive: [String] = []

    package init() {}
}

/// What is wrong with the arguments.
package struct UsageFailure: Error, Equatable { package var message: String }

extension SimulateOptions {
    private static let longNames: [String: Character] = [
        "run": "R", "simulate": "S", "in-place": "X", "xml-file": "x", "xml-pipe": "p", "live-check": "L",
        "show-scores": "s", "show-utilization": "U", "quiet": "Q", "verbose": "V", "save-graph": "G",
        "save-dotfile": "D", "all-actions": "a", "save-input": "I", "save-output": "O", "node-up": "u",
        "node-down": "d",
        "node-fail": "f", "op-inject": "i", "op-fail": "F", "set-datetime": "t", "quorum": "q", "watchdog": "w",
        "ticket-grant": "g", "ticket-revoke": "r", "ticket-standby": "b", "ticket-activate": "e",
    ]
    private static let withValue = Set<Character>("xGDIOudfiFtqwgrbe")

    /// Reads arguments in the incumbent's forms: `-x FILE`, `-xFILE`, `--xml-file FILE`, `--xml-file=FILE`, `-sSQ`.
    package init(arguments: [String]) throws(UsageFailure) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument.hasPrefix("--") {
                let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = parts.first.map(String.init), let option = Self.longNames[name] else {
                    throw UsageFailure(message: "unknown option \(argument)")
                }
                var value = parts.count > 1 ? String(parts[1]) : nil
                if Self.withValue.contains(option), value == nil { value = rest.popFirst() }
                try apply(option, value)
            } else if argument.hasPrefix("-"), argument.count > 1 {
                var letters = argument.dropFirst()
                while let option = letters.popFirst() {
                    guard Self.withValue.contains(option) else {
                        try apply(option, nil)
                        continue
                    }
                    try apply(option, letters.isEmpty ? rest.popFirst() : String(letters))
                    letters = ""
                }
            } else {
                throw UsageFailure(message: "unexpected argument \(argument)")
            }
        }
    }

    private mutating func apply(_ option: Character, _ value: String?) throws(UsageFailure) {
        if Self.withValue.contains(option), value == nil {
            throw UsageFailure(message: "option -\(option) needs a value")
        }
        let text = value ?? ""
        switch option {
        case "R": processes = true
        case "S", "X": (processes, simulates) = (true, true)
        case "x": input = text
        case "p": input = "-"
        case "s": (processes, showsScores) = (true, true)
        case "Q": isQuiet = true
        case "a": showsAllActions = true
        case "G": (processes, graphFile) = (true, text)
        case "D": (processes, dotFile) = (true, text)
        case "I": saveInput = text
        case "O": saveOutput = text
        case "t": date = text
        case "q": quorum = text
        case "u": nodesUp.append(text)
        case "d": nodesDown.append(text)
        case "f": nodesFailed.append(text)
        case "F": (processes, simulates) = (true, true); operationFailures.append(text)
        case "i": operationResults.append(text)
        case "g": ticketsGranted.append(text)
        case "r": ticketsRevoked.append(text)
        case "b": ticketsStandby.append(text)
        case "e": ticketsActive.append(text)
        case "V", "U", "w", "L": break
        default: throw UsageFailure(message: "unknown option -\(option)")
        }
    }
}
