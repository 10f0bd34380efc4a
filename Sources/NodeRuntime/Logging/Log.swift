package import ClusterConfiguration
internal import ClusterTypes
package import EventLoop
internal import Glibc
internal import Synchronization

/// Where every part of the daemon reports: standard error, the node's log file, and syslog where the node is the machine's.
///
/// Lines are written by a thread of their own, so that a slow disk or terminal never delays the token.
package struct Log: Sendable {
    /// Where lines go, and which.
    package struct Settings: Sendable, Equatable {
        package var node: String
        /// `nil`: none.
        package var file: String?
        package var fileLevel = LogLevel.information
        package var usesStandardError = true
        package var standardErrorLevel = LogLevel.information
        package var usesSyslog = false
        package var syslogLevel = LogLevel.information
        package var syslogFacility = LoggingSettings.SyslogFacility.daemon
        /// How lines of the file and of standard error begin.
        package var timestamp = LoggingSettings.Timestamp.highResolution

        package init(node: String) { self.node = node }

        /// The least urgent level that goes anywhere.
        var threshold: LogLevel {
            max(
                file == nil ? .error : fileLevel, usesStandardError ? standardErrorLevel : .error,
                usesSyslog ? syslogLevel : .error)
        }
    }

    private enum Message: Sendable {
        case line(LogLine)
        case reopen
        case change(Settings)
    }

    private let mailbox: Mailbox<Message>
    private let thread: EventLoopThread
    private let threshold: Threshold

    /// What every thread asks before it makes a line.
    private final class Threshold: Sendable {
        let level: Atomic<Int>
        init(_ level: LogLevel) { self.level = Atomic(level.rawValue) }
    }

    /// Starts the log's thread. A file that cannot be opened is reported on standard error and tried again at ``reopen()``.
    package init(_ settings: Settings) throws(SystemCallFailure) {
        let writer = LogWriter(settings)
        let loop = try EventLoop()
        mailbox = loop.makeMailbox { (message: Message) in
            switch message {
            case .line(let line): writer.write(line)
            case .reopen: writer.open()
            case .change(let settings): writer.change(settings)
            }
        }
        thread = try EventLoopThread.start(name: "log", loop: loop)
        threshold = Threshold(settings.threshold)
    }

    /// Follows new settings from the next line on.
    package func change(_ settings: Settings) {
        threshold.level.store(settings.threshold.rawValue, ordering: .relaxed)
        mailbox.post(.change(settings))
    }

    /// Never blocks.
    package func write(_ level: LogLevel, _ text: @autoclosure () -> String) {
        if level.rawValue > threshold.level.load(ordering: .relaxed) { return }
        mailbox.post(.line(LogLine(time: .now(), level: level, text: text())))
    }

    package func error(_ text: @autoclosure () -> String) { write(.error, text()) }
    package func warning(_ text: @autoclosure () -> String) { write(.warning, text()) }
    package func notice(_ text: @autoclosure () -> String) { write(.notice, text()) }
    package func information(_ text: @autoclosure () -> String) { write(.information, text()) }
    package func debugging(_ text: @autoclosure () -> String) { write(.debugging, text()) }

    /// Opens the file anew, after somebody rotated it.
    package func reopen() { mailbox.post(.reopen) }

    /// Writes what was reported and ends; call it once, when the rest of the daemon has ended.
    package func close() {
        thread.handle.stop()
        thread.join()
    }
}

/// Confined to the log's thread.
private final class LogWriter {
    private var settings: Log.Settings
    private let processID = getpid()
    private var file: Int32 = -1

    init(_ settings: Log.Settings) {
        self.settings = settings
        openSyslog()
        open()
    }

    func change(_ settings: Log.Settings) {
        let isElsewhere = settings.file != self.settings.file
        self.settings = settings
        openSyslog()
        guard isElsewhere else { return }
        if file >= 0 { close(file) }
        file = -1
        open()
    }

    /// Opens it anew with the facility that holds now.
    private func openSyslog() {
        if settings.usesSyslog { openlog("lockstepd", LOG_PID, settings.syslogFacility.number) }
    }

    deinit { if file >= 0 { close(file) } }

    func open() {
        guard let path = settings.file else { return }
        if file >= 0 { close(file) }
        file = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        if file < 0 {
            let reason = String(cString: strerror(errno))
            write(LogLine(time: .now(), level: .warning, text: "cannot write the log file \(path): \(reason)"))
        }
    }

    func write(_ line: LogLine) {
        let text = line.rendered(node: settings.node, processID: processID, timestamp: settings.timestamp)
        if settings.usesStandardError, line.level <= settings.standardErrorLevel { put(text, to: STDERR_FILENO) }
        if file >= 0, line.level <= settings.fileLevel { put(text, to: file) }
        if settings.usesSyslog, line.level <= settings.syslogLevel {
            line.text.withCString { text in
                withVaList([text]) { vsyslog(Int32(line.level.rawValue), "%s", $0) }
            }
        }
    }

    /// A line that a full disk or a closed terminal refuses is lost: there is nobody left to tell.
    private func put(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
