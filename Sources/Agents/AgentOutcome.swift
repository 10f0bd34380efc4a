/// How a run of an agent's program ended, and what it printed.
package struct AgentOutcome: Sendable, Equatable {
    package enum Ending: Sendable, Equatable {
        /// With an exit status, 0 to 255.
        case exited(Int32)
        /// By a signal that we did not send.
        case signalled(Int32)
        /// Killed because its timeout passed.
        case timedOut
        /// Killed because the core asked for it.
        case terminated
        /// Never ran.
        case notStarted(StartFailure)
    }

    /// Why a program could not be started.
    package enum StartFailure: Sendable, Equatable {
        /// None of the executables exists; the last one tried is named.
        case missing(String)
        /// The program exists and may not be executed, or is no program.
        case notExecutable(String)
        /// The system refused, with the call and its error in words.
        case refused(String)
    }

    package var ending: Ending
    /// What was printed on standard output, cut at the invocation's limit, bytes that are not UTF-8 replaced.
    package var output: String
    /// The same of standard error.
    package var errorOutput: String
    /// Whether more was printed than was kept.
    package var isTruncated: Bool

    package init(_ ending: Ending, output: String = "", errorOutput: String = "", isTruncated: Bool = false) {
        self.ending = ending
        self.output = output
        self.errorOutput = errorOutput
        self.isTruncated = isTruncated
    }

    /// The reason an OCF agent gives on standard error: the rest of its last line that begins with `ocf-exit-reason:`.
    ///
    /// - Source: Pacemaker's extension of the OCF resource agent API, `ocf_exit_reason` of resource-agents.
    package var exitReason: String {
        let marker = "ocf-exit-reason:"
        for line in errorOutput.split(whereSeparator: \.isNewline).reversed() where line.hasPrefix(marker) {
            return String(line.dropFirst(marker.count))
        }
        return ""
    }
}
