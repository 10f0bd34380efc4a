internal import ClusterConfiguration
internal import EventLoop
internal import Glibc
internal import KronosnetTransport

/// The program `lockstepd`.
package enum Daemon {
    package static let version = "0.1.0"

    /// Runs the program to its end.
    ///
    /// - Parameter arguments: the command line without the program's name.
    /// - Returns: the exit status.
    package static func main(_ arguments: [String]) -> Int32 {
        do {
            let options = try DaemonOptions(arguments)
            switch options.mode {
            case .help: print(DaemonOptions.helpText, terminator: "")
            case .version: print("lockstepd \(version)")
            case .schedulerWorker: return WorkerProgram.run(inputFolder: options.inputFolder)
            case .check: try check(options)
            case .run: return try run(options)
            }
            return 0
        } catch {
            complain(error.description)
            return error.status.rawValue
        }
    }

    private static func check(_ options: DaemonOptions) throws(DaemonFailure) {
        let settings = try NodeSettings(options)
        for warning in settings.warnings { complain(warning) }
        let count = settings.cluster.nodes.count
        let protection = settings.transport?.protection.map {
            "\($0.choice.cipher.rawValue)/\($0.choice.hash.rawValue)"
        }
        let messaging = settings.transport == nil ? "messaging by corosync" : "encryption \(protection ?? "off")"
        print(
            "\(settings.cluster.file): valid; \(count) nodes, this one is \(settings.local.name) (id \(settings.local.id)), "
                + messaging)
    }

    private static func run(_ options: DaemonOptions) throws(DaemonFailure) -> Int32 {
        // A client or worker that went away must show as an error of the write, not end the daemon.
        signal(SIGPIPE, SIG_IGN)
        do { try EventLoop.blockSignals(Node.signals) } catch { throw DaemonFailure(.system, error.description) }
        let settings = try NodeSettings(options)
        do {
            for directory in settings.directory.directories {
                try FileAccess.makeDirectory(directory.path, mode: directory.mode)
            }
        } catch { throw DaemonFailure(.system, error.description) }
        let lock = try NodeLock(path: settings.directory.lock)
        defer { withExtendedLifetime(lock) {} }
        let log = try startLog(settings)
        defer { log.close() }
        do {
            try Node(settings, options: options, log: log).run()
            log.notice("lockstepd \(version) ends")
            return 0
        } catch {
            log.error(error.description)
            return error.status.rawValue
        }
    }

    /// Where a node with these settings reports.
    static func logSettings(_ settings: NodeSettings) -> Log.Settings {
        let logging = settings.cluster.logging
        var log = Log.Settings(node: settings.local.name)
        log.file = logging.toLogFile ? logging.logFile ?? settings.directory.logFile : nil
        log.timestamp = logging.timestamp
        log.syslogFacility = logging.syslogFacility
        log.fileLevel = logging.isVerbose ? .debugging : LogLevel(logging.logFilePriority)
        log.usesStandardError = logging.toStandardError
        log.standardErrorLevel = log.fileLevel
        // A node that is a directory shares the machine's syslog with others, and need not bother it.
        log.usesSyslog = logging.toSyslog && settings.directory.root == nil
        log.syslogLevel = LogLevel(logging.syslogPriority)
        return log
    }

    private static func startLog(_ settings: NodeSettings) throws(DaemonFailure) -> Log {
        do { return try Log(logSettings(settings)) } catch { throw DaemonFailure(.system, error.description) }
    }

    private static func complain(_ text: String) {
        var line = "lockstepd: \(text)\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
