/// One thing wrong or doubtful in a configuration file: where it is, what it is and what was expected.
package struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
    package enum Severity: Sendable, Equatable {
        /// The node must not start (or must keep its last good settings).
        case error
        /// The line has no effect, or not the effect it seems to have.
        case warning
    }

    package let severity: Severity
    package let file: String
    /// Counted from 1; 0 when the problem is that something is absent from the whole file.
    package let line: Int
    package let message: String

    package init(_ severity: Severity, file: String, line: Int, _ message: String) {
        self.severity = severity
        self.file = file
        self.line = line
        self.message = message
    }

    /// `file:line: error: message`, as compilers print it.
    package var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        return "\(place): \(severity == .error ? "error" : "warning"): \(message)"
    }
}

/// Everything wrong with a configuration file, in the order of its lines.
package struct ConfigurationFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let problems: [ConfigurationProblem]

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
