internal import ClusterConfiguration
internal import ClusterTypes
internal import CorosyncIPC
internal import Glibc
internal import ProcessSupervision
package import Supervision

/// `supervise -- COMMAND`: what the library sam gives to programs written for it, for any command.
let superviseCommand = Command(
    "supervise", "Run a command, check its health, start it again when it fails",
    usage: ["[OPTIONS] -- COMMAND [ARGUMENT …]"],
    details: """
        COMMAND keeps this terminal, its directory and its environment. While it runs, the configuration map of this node says
        how it is (corosync-cmapctl resources.process), as for programs that use corosync's library sam. A command that ends
        with status 0 is done; any other end is a failure, and so is a failed health check. SIGTERM and SIGINT end command and
        supervisor, a second one at once; SIGHUP, SIGUSR1 and SIGUSR2 go to the command. What the command leaves running when
        it ends is ended too. The exit status is the command's, or 1 where it was ended for its health and gave 0.

        Health: --check runs a shell command (LOCKSTEP_PID is the command's process); with --heartbeat the command itself writes
        anything to the descriptor in LOCKSTEP_HEARTBEAT_FD, at least every LOCKSTEP_HEARTBEAT_MS.

        lockstep supervise -- ./server --port 80
        lockstep supervise --check 'curl -fs localhost:80 >/dev/null' --interval 5s -- ./server --port 80
        lockstep supervise --quorum --recovery quit -- ./only-in-the-majority
        """,
    options: [
        CommandOption("check", "c", value: "COMMAND", "Healthy is when this succeeds, every interval"),
        CommandOption("heartbeat", "b", "Healthy is who writes to descriptor 3, every interval"),
        CommandOption("interval", "i", value: "TIME", "Between checks, and for each (10s; for example 500ms, 2min)"),
        CommandOption("startup", value: "TIME", "A new instance may be unwell for so long (0s)"),
        CommandOption(
            "recovery", "r", value: "POLICY", choices: SupervisionSettings.Recovery.allCases.map(\.rawValue),
            "After a failure: restart (the default) or quit"),
        CommandOption("quorum", "q", "Run only while this node is quorate: wait, end, and start again accordingly"),
        CommandOption("always", "Start again after status 0, too"),
        CommandOption("restarts", value: "COUNT", "Give up after so many restarts within the window (5), or unlimited"),
        CommandOption("window", value: "TIME", "For --restarts (60s)"),
        CommandOption("pause", value: "TIME", "Before a restart (100ms)"),
        CommandOption("signal", "s", value: "SIGNAL", "Asks an unhealthy command to end (TERM)"),
        CommandOption("grace", value: "TIME", "From that signal to SIGKILL (10s)"),
    ], words: [.file]
) { session, arguments in
    let order = SupervisionOrder(
        command: arguments.words, settings: try supervisionSettings(arguments), root: session.root)
    throw ProgramEnd(status: session.facilities.supervise(order))
}

/// A command to be supervised.
package struct SupervisionOrder: Sendable, Equatable {
    package var command: [String]
    package var settings: SupervisionSettings
    /// The directory of the node whose daemon is told, `nil` for the system's places.
    package var root: String?
}

func superviseOnThisMachine(_ order: SupervisionOrder, _ environment: [String: String]) -> Int32 {
    ProcessSupervisor.run(
        order.command, order.settings, environment: environment,
        place: order.root.map { .folder(NodeDirectory(root: $0).run) } ?? .machine,
        complain: { text in
            // Not the console, which ends the program when nobody reads any more.
            let line = Array("lockstep supervise: \(text)\n".utf8)
            _ = Glibc.write(STDERR_FILENO, line, line.count)
        })
}

func supervisionSettings(_ arguments: Arguments) throws(CommandFailure) -> SupervisionSettings {
    guard !arguments.words.isEmpty else {
        throw .usage("supervise: which command?", advice: "As in: lockstep supervise -- sleep 60")
    }
    var settings = SupervisionSettings(warningSignal: SIGTERM)
    switch (arguments.value("check"), arguments.has("heartbeat")) {
    case (.some, true): throw .usage("supervise: --check and --heartbeat exclude each other")
    case (.some(let check), false): settings.healthCheck = .command(check)
    case (nil, true): settings.healthCheck = .heartbeat
    case (nil, false):
        for option in ["interval", "startup"] where arguments.has(option) {
            throw .usage("supervise: --\(option) needs --check or --heartbeat")
        }
    }
    settings.recovery = arguments.value("recovery").flatMap { .init(rawValue: $0) } ?? .restart
    settings.followsQuorum = arguments.has("quorum")
    settings.treatsSuccessAsFailure = arguments.has("always")
    settings.interval = try time("interval", arguments, atLeast: .milliseconds(10)) ?? settings.interval
    settings.startup = try time("startup", arguments) ?? settings.startup
    settings.pause = try time("pause", arguments) ?? settings.pause
    settings.grace = try time("grace", arguments) ?? settings.grace
    settings.restartLimit = try restartLimit(arguments, settings.restartLimit)
    if let name = arguments.value("signal") { settings.warningSignal = try signalNumber(name) }
    return settings
}

private func time(
    _ option: String, _ arguments: Arguments, atLeast least: Duration = .zero
) throws(CommandFailure) -> Duration? {
    guard let text = arguments.value(option) else { return nil }
    guard let time = Duration(timeText: text), time >= least else {
        let limit = least > .zero ? ", at least \(least.timeText)" : ""
        throw .usage("supervise: --\(option) is \"\(text)\", expected a time such as 10s, 500ms or 2min\(limit)")
    }
    return time
}

private func restartLimit(
    _ arguments: Arguments, _ preset: RestartLimit?
) throws(CommandFailure) -> RestartLimit? {
    let window = try time("window", arguments, atLeast: .milliseconds(1)) ?? preset?.window ?? .seconds(60)
    switch arguments.value("restarts") {
    case nil: return preset.map { RestartLimit(count: $0.count, window: window) }
    case "unlimited": return nil
    case .some(let text):
        guard let count = Int(text), (0...1_000_000).contains(count) else {
            throw .usage("supervise: --restarts is \"\(text)\", expected a number or unlimited")
        }
        return RestartLimit(count: count, window: window)
    }
}

/// `TERM`, `SIGTERM` or `15`.
private func signalNumber(_ text: String) throws(CommandFailure) -> Int32 {
    let names = [
        "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "ABRT": SIGABRT, "KILL": SIGKILL, "USR1": SIGUSR1,
        "USR2": SIGUSR2,
        "ALRM": SIGALRM, "TERM": SIGTERM,
    ]
    let upper = text.uppercased()
    let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    if let number = names[name] { return number }
    if let number = Int32(text), (1...64).contains(number) { return number }
    throw .usage(
        "supervise: --signal is \"\(text)\", expected \(list(names.keys.sorted(), last: "or")), or a number")
}
