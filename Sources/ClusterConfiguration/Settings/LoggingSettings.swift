/// The `logging` section of corosync.conf(5).
package struct LoggingSettings: Sendable, Equatable {
    package enum Priority: String, Sendable, CaseIterable {
        case emergency = "emerg"
        case alert
        case critical = "crit"
        case error = "err"
        case warning, notice, info, debug
    }

    /// The facilities of syslog(3) that a daemon may use.
    package enum SyslogFacility: String, Sendable, CaseIterable {
        case auth, authpriv, cron, daemon, ftp, kern, lpr, mail, news, syslog, user, uucp
        case local0, local1, local2, local3, local4, local5, local6, local7
    }

    package enum Debug: String, Sendable, CaseIterable { case off, on, trace }

    package enum Timestamp: String, Sendable, CaseIterable {
        case off, on
        case highResolution = "hires"
    }

    package var toStandardError = true
    package var toSyslog = true
    /// Default yes (corosync: no): the node directory has a place for it.
    package var toLogFile = true
    /// The node directory's log file when absent.
    package var logFile: String?
    package var syslogFacility = SyslogFacility.daemon
    package var syslogPriority = Priority.info
    package var logFilePriority = Priority.info
    package var debug = Debug.off
    /// Default `hires`, as in corosync.
    package var timestamp = Timestamp.highResolution
    /// Whether anything is to be debugged: then everything is, since lines do not say which part they come from.
    package var isVerbose: Bool { debug != .off || parts.contains { $0.debug != .off } }

    /// Debugging of single parts, by name (`TOTEM`, `CPG`, `QUORUM` …), in the order of the file.
    package var parts: [Part] = []

    package struct Part: Sendable, Equatable {
        package var name: String
        package var debug: Debug
    }

    package init() {}
}
