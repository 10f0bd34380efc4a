/// The `logging` section of corosync.conf(5).
package struct LoggingSettings: Sendable, Equatable {
    package enum Priority: String, Sendable, CaseIterable {
        case emergency = "emerg"
        case alert
        case critical = "crit"
        case error = "err"
        case warning, notice, info, debug
    }

    package enum Debug: String, Sendable, CaseIterable { case off, on, trace }

    package enum Timestamp: String, Sendable, CaseIterable {
        case off, on
        case highResolution = "hires"
    }

    package var toStandardError = true
    package var toSyslog = true
    package var toLogFile = false
    /// The node directory's log file when absent.
    package var logFile: String?
    package var syslogFacility = "daemon"
    package var syslogPriority = Priority.info
    package var logFilePriority = Priority.info
    package var debug = Debug.off
    package var timestamp = Timestamp.on
    /// Debugging of single parts, by name (`TOTEM`, `CPG`, `QUORUM` …), in the order of the file.
    package var parts: [Part] = []

    package struct Part: Sendable, Equatable {
        package var name: String
        package var debug: Debug
    }

    package init() {}
}
