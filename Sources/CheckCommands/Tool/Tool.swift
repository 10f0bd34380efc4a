internal import ToolReports

/// What every tool does first: help, version, wrong arguments.
enum ToolStart {
    case arguments(ToolArguments)
    /// The tool is done; the exit code.
    case done(Int32)
}

extension ToolDescription {
    /// Reads the arguments, and answers those that ask about the tool itself.
    func start(_ words: [String], _ console: ToolConsole) -> ToolStart {
        let arguments: ToolArguments
        do { arguments = try ToolArguments(words, self) } catch {
            console.write(.error, "\(name): \(error.message)\n")
            return .done(ToolExit.usage.rawValue)
        }
        if let topic = arguments.helpTopic {
            console.write(.output, help(topic: topic))
            return .done(ToolExit.ok.rawValue)
        }
        if arguments.has("version") {
            console.write(.output, ToolVersion.text)
            return .done(ToolExit.ok.rawValue)
        }
        return .arguments(arguments)
    }
}

extension ToolConsole {
    /// A line as the incumbents' libraries log it on a terminal.
    func log(_ origin: String, _ severity: String, _ message: String) {
        write(.error, "(\(origin)) \t\(severity): \(message)\n")
    }
}
