package import ClusterConfiguration
internal import Glibc

/// Who must act on a line of the log.
package enum LogLevel: Int, Sendable, Comparable {
    /// The operator, now.
    case error = 3
    /// The operator should look; nothing is lost yet.
    case warning = 4
    /// Nobody; what a person wants to read afterwards.
    case notice = 5
    case information = 6
    /// Developers.
    case debugging = 7

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

    package var word: String {
        switch self {
        case .error: "error"
        case .warning: "warning"
        case .notice: "notice"
        case .information: "info"
        case .debugging: "debug"
        }
    }

    /// The least urgent level that a `logfile_priority` or `syslog_priority` of corosync.conf(5) lets pass.
    package init(_ priority: LoggingSettings.Priority) {
        switch priority {
        case .emergency, .alert, .critical, .error: self = .error
        case .warning: self = .warning
        case .notice: self = .notice
        case .info: self = .information
        case .debug: self = .debugging
        }
    }
}
