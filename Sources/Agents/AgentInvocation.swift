/// One run of an agent's program, complete: whoever runs it adds nothing.
package struct AgentInvocation: Sendable, Equatable {
    package struct Variable: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The folders in which agents find the system's programs.
    package static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Absolute paths in order of preference; the first that exists is run.
    package var executables: [String]
    /// Without the program's own name.
    package var arguments: [String]
    /// The whole environment; nothing is inherited. Names are unique.
    package var environment: [Variable]
    /// What the program reads on standard input; empty means end of file at once.
    package var standardInput: [UInt8]
    /// From the start of the program until its process group is sent SIGTERM, and `killGrace` later SIGKILL.
    package var timeout: Duration
    /// How much time SIGTERM gives before SIGKILL.
    package var killGrace: Duration
    /// Bytes kept of standard output and of standard error, each; the rest is read and dropped.
    package var outputLimit: Int

    package init(
        executables: [String], arguments: [String] = [], environment: [Variable] = [], standardInput: [UInt8] = [],
        timeout: Duration, killGrace: Duration = .milliseconds(500), outputLimit: Int = 64 << 10
    ) {
        self.executables = executables
        self.arguments = arguments
        self.environment = environment
        self.standardInput = standardInput
        self.timeout = timeout
        self.killGrace = killGrace
        self.outputLimit = outputLimit
    }
}

/// Numbers the runs that one core asked for; unique within that core's life.
package struct AgentRunID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(_ rawValue: UInt64) { self.rawValue = rawValue }

    package static func < (left: AgentRunID, right: AgentRunID) -> Bool { left.rawValue < right.rawValue }
    package var description: String { "run \(rawValue)" }
}
