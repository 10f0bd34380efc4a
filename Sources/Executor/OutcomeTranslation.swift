internal import Agents
internal import ClusterTypes

/// What the end of an agent's program means for its operation.
struct OperationVerdict {
    let status: ExecutionStatus
    let code: ResultCode
    let exitReason: String

    init(_ status: ExecutionStatus, _ code: ResultCode, _ exitReason: String = "") {
        self.status = status
        self.code = code
        self.exitReason = exitReason
    }

    /// - Parameter standard: what the agent follows, `service` resolved.
    init(_ outcome: AgentOutcome, of request: OperationRequest, standard: AgentStandard) {
        switch outcome.ending {
        case .exited(let status):
            self.init(
                .done, Self.code(ofExit: status, output: outcome.output, request.operation, standard),
                Self.words(in: outcome, standard))
        case .signalled(let signal):
            self.init(.error, .genericError, "the agent was ended by signal \(signal)")
        case .timedOut:
            self.init(.timedOut, .genericError, "did not complete within \(Self.words(for: request.timeout))")
        case .terminated:
            self.init(.cancelled, .unknown)
        case .notStarted(.missing(let path)):
            self.init(.notInstalled, .notInstalled, "\(path) does not exist")
        case .notStarted(.notExecutable(let path)):
            self.init(.error, .insufficientPrivileges, "\(path) cannot be executed")
        case .notStarted(.refused(let reason)):
            self.init(.error, .genericError, reason)
        }
    }

    /// Exit statuses in the words of OCF.
    ///
    /// - Source: LSB 5.0, "Init Script Actions" (`status` has codes of its own); systemctl(1), "EXIT STATUS".
    private static func code(
        ofExit status: Int32, output: String, _ operation: String, _ standard: AgentStandard
    ) -> ResultCode {
        switch standard {
        case .ocf, .stonith, .service: ResultCode(rawValue: status)
        case .lsb where operation == "monitor":
            switch status {
            case 0: .ok
            case 1, 2, 3: .notRunning
            default: .genericError
            }
        case .lsb: (0...7).contains(status) ? ResultCode(rawValue: status) : .genericError
        case .systemd where operation == "monitor":
            // Units on their way up or down are not yet, or no longer, at rest: they count as running.
            ["active", "activating", "reloading", "deactivating"].contains(firstWord(output)) ? .ok : .notRunning
        case .systemd:
            switch status {
            case 0: .ok
            case 4: .insufficientPrivileges
            case 5: .notInstalled
            default: .genericError
            }
        }
    }

    private static func words(in outcome: AgentOutcome, _ standard: AgentStandard) -> String {
        if standard == .ocf { return outcome.exitReason }
        guard case .exited(let status) = outcome.ending, status != 0, standard == .systemd else { return "" }
        return outcome.errorOutput.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }

    private static func firstWord(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    }

    private static func words(for duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
