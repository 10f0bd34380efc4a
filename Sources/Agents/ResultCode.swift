/// What an agent's operation said about its resource: the exit codes of the OCF resource agent API, which the other
/// standards are translated to.
///
/// - Source: OCF Resource Agent API 1.1, "Exit status codes"; Pacemaker Administration, "OCF Return Codes".
package struct ResultCode: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let ok = ResultCode(rawValue: 0)
    package static let genericError = ResultCode(rawValue: 1)
    package static let invalidParameter = ResultCode(rawValue: 2)
    package static let unimplemented = ResultCode(rawValue: 3)
    package static let insufficientPrivileges = ResultCode(rawValue: 4)
    package static let notInstalled = ResultCode(rawValue: 5)
    package static let notConfigured = ResultCode(rawValue: 6)
    package static let notRunning = ResultCode(rawValue: 7)
    package static let runningPromoted = ResultCode(rawValue: 8)
    package static let failedPromoted = ResultCode(rawValue: 9)
    /// Active, and more likely to fail soon: counts as `ok`.
    package static let degraded = ResultCode(rawValue: 190)
    /// Promoted, and more likely to fail soon: counts as `runningPromoted`.
    package static let degradedPromoted = ResultCode(rawValue: 191)
    /// No result yet: how the history writes a pending operation.
    package static let unknown = ResultCode(rawValue: 193)

    /// The word that the incumbent's tools print.
    package var description: String {
        switch self {
        case .ok: "ok"
        case .genericError: "error"
        case .invalidParameter: "invalid parameter"
        case .unimplemented: "unimplemented feature"
        case .insufficientPrivileges: "insufficient privileges"
        case .notInstalled: "not installed"
        case .notConfigured: "not configured"
        case .notRunning: "not running"
        case .runningPromoted: "promoted"
        case .failedPromoted: "promoted (failed)"
        case .degraded: "degraded"
        case .degradedPromoted: "promoted (degraded)"
        case .unknown: "unknown"
        default: "exit code \(rawValue)"
        }
    }
}

/// Whether an operation came to an end, and how: `op-status` of the operation history.
package enum ExecutionStatus: Int32, Sendable, Hashable {
    case pending = -1
    /// The agent gave a result, good or bad.
    case done = 0
    case cancelled = 1
    case timedOut = 2
    case notSupported = 3
    /// The agent gave a result that says failure.
    case error = 4
    case hardError = 5
    case fatalError = 6
    case notInstalled = 7
    case notConnected = 8
    case invalid = 9
    case noFenceDevice = 10
    case noSecrets = 11
}
