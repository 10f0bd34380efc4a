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
    /// The connection to whatever ran the operation was lost.
    package static let connectionLost = ResultCode(rawValue: 189)
    /// No result yet: how the history writes a pending operation.
    package static let unknown = ResultCode(rawValue: 193)
    /// How older versions recorded an operation that took too long.
    package static let timedOut = ResultCode(rawValue: 198)

    /// What a degraded result counts as; any other counts as itself.
    package var withoutDegradation: ResultCode {
        switch self {
        case .degraded: .ok
        case .degradedPromoted: .runningPromoted
        default: self
        }
    }

    /// The word that `crm_mon` prints for the result of an operation; `unknown` for a number without one.
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
        case .connectionLost: "lost"
        case .timedOut: "timed out"
        default: "unknown"
        }
    }

    /// The sentence that Pacemaker 3 prints for the same number.
    ///
    /// - Source: crm_error(8), `crm_error --exit --list`.
    package var sentence: String {
        switch self {
        case .ok: "OK"
        case .genericError: "Error occurred"
        case .invalidParameter: "Invalid parameter"
        case .unimplemented: "Unimplemented"
        case .insufficientPrivileges: "Insufficient privileges"
        case .notInstalled: "Not installed"
        case .notConfigured: "Not configured"
        case .notRunning: "Not running"
        case .runningPromoted: "Promoted"
        case .failedPromoted: "Failed in promoted role"
        case ResultCode(rawValue: 124): "Timeout occurred"
        case .degraded: "Service is active but might fail soon"
        case .degradedPromoted: "Service is promoted but might fail soon"
        case .unknown: "No exit status available"
        default: "Unknown exit status"
        }
    }
}

/// Whether an operation came to an end, and how: `op-status` of the operation history.
package enum ExecutionStatus: Int32, Sendable, Hashable, CustomStringConvertible {
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

    /// The words of Pacemaker's reports.
    ///
    /// - Source: `op-status` in Pacemaker's API schemas.
    package var description: String {
        switch self {
        case .pending: "pending"
        case .done: "complete"
        case .cancelled: "Cancelled"
        case .timedOut: "Timed Out"
        case .notSupported: "NOT SUPPORTED"
        case .error: "Error"
        case .hardError: "Hard error"
        case .fatalError: "Fatal error"
        case .notInstalled: "Not installed"
        case .notConnected: "Internal communication failure"
        case .invalid: "Cannot execute now"
        case .noFenceDevice: "No fence device"
        case .noSecrets: "CIB secrets unavailable"
        }
    }
}
