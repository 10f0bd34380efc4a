internal import AgentRunner
internal import Agents
internal import CLinux
internal import ClusterTypes
package import CorosyncIPC
internal import EventLoop
internal import Glibc
package import Supervision

/// Runs a command under a ``Supervisor`` until that is done: the edge that starts processes, keeps timers and talks to the daemon.
package final class ProcessSupervisor {
    private static let signals = [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD]
    /// How long the daemon may take for the last changes of the map.
    private static let farewell = Duration.seconds(2)

    private let settings: SupervisionSettings
    private let command: [String]
    private let environment: [String: String]
    private let loop: EventLoop
    private let complain: (String) -> Void
    private var supervisor: Supervisor
    private var timers: [SupervisorTimer: TimerID] = [:]
    private lazy var instance = SupervisedInstance(
        loop: loop, commandEnded: { [unowned self] in checks.killAll() }, report: { [unowned self] in receive($0) })
    private lazy var checks = AgentRunner<Int>(loop: loop) { [unowned self] in checkEnded($0, $1) }
    private var lastCheck = 0
    private var link: Mailbox<ClusterLink.Message>?
    private var hasBegun = false
    private var status: Int32?

    /// Supervises until the supervisor is done.
    ///
    /// - Parameters:
    ///   - command: the program, looked for in PATH, and its arguments.
    ///   - environment: what the command inherits.
    ///   - place: of the daemon's sockets.
    ///   - complain: takes what somebody should read.
    /// - Returns: the exit status: the command's, as a shell reports it.
    package static func run(
        _ command: [String], _ settings: SupervisionSettings, environment: [String: String], place: ServicePlace,
        complain: @escaping (String) -> Void
    ) -> Int32 {
        do {
            let runner = try ProcessSupervisor(command, settings, environment, complain)
            return try runner.run(place)
        } catch {
            complain("\(error)")
            return 71
        }
    }

    private init(
        _ command: [String], _ settings: SupervisionSettings, _ environment: [String: String],
        _ complain: @escaping (String) -> Void
    ) throws(SystemCallFailure) {
        self.command = command
        self.settings = settings
        self.environment = environment
        self.complain = complain
        supervisor = Supervisor(settings)
        loop = try EventLoop()
    }

    private func run(_ place: ServicePlace) throws -> Int32 {
        if lockstep_adopt_orphans() != 0 { throw SystemCallFailure.latest("prctl") }
        // Before any thread starts, so that signals come here.
        try loop.watchSignals(Self.signals) { [unowned self] in signalCame($0) }
        let thread = try startLink(place)
        if !settings.followsQuorum { begin(isQuorate: false) }
        loop.run()
        thread.handle.stop()
        // A daemon that hangs would hold the thread: the process ends without it.
        return status ?? 70
    }

    private func begin(isQuorate: Bool) {
        hasBegun = true
        receive(.began(isQuorate: isQuorate))
    }

    // MARK: - The daemon

    private func startLink(_ place: ServicePlace) throws -> EventLoopThread {
        let own = loop.makeMailbox { [unowned self] (notice: ClusterLink.Notice) in noticeCame(notice) }
        let station = try Station<ClusterLink.Message>()
        let link = ClusterLink(place: place, settings: settings, loop: station.loop) { own.post($0) }
        station.settle { link.receive($0) }
        self.link = station.mailbox
        if settings.followsQuorum { station.loop.schedule(after: .zero) { link.connect() } }
        return try Station.start(station, name: "cluster")
    }

    private func noticeCame(_ notice: ClusterLink.Notice) {
        switch notice {
        case .quorum(let isQuorate) where hasBegun: receive(.quorumChanged(isQuorate: isQuorate))
        case .quorum(let isQuorate): begin(isQuorate: isQuorate)
        case .unreachable(let text):
            complain(text + (settings.followsQuorum ? "" : "; the configuration map is not told"))
            if settings.followsQuorum, !hasBegun { begin(isQuorate: false) }
        case .ended: loop.stop()
        }
    }

    // MARK: - Signals

    private func signalCame(_ signal: ArrivedSignal) {
        switch signal.number {
        case SIGCHLD:
            Children.reap(except: checks.processIDs + (instance.process.map { [$0] } ?? []))
            instance.childEnded()
        case SIGTERM, SIGINT, SIGQUIT:
            receive(.endRequested(signal: signal.number, isDelivered: signal.isFromKernel))
        // The terminal goes away; from a process it is the usual request to read a configuration again.
        case SIGHUP where signal.isFromKernel: receive(.endRequested(signal: SIGHUP, isDelivered: true))
        default: receive(.signalCame(signal.number))
        }
    }

    // MARK: - Effects

    private func receive(_ event: SupervisorEvent) {
        for effect in supervisor.receive(event, at: .now()) { perform(effect) }
    }

    private func perform(_ effect: SupervisorEffect) {
        switch effect {
        case .startInstance(let number): start(number)
        case .sendSignal(let signal): instance.send(signal)
        case .kill: instance.send(SIGKILL)
        case .runCheck: runCheck()
        case .abandonCheck: checks.killAll()
        case .setTimer(let timer, let delay): set(timer, delay)
        case .cancelTimer(let timer): if let set = timers.removeValue(forKey: timer) { loop.cancel(set) }
        case .publish(let state): link?.post(.publish(state))
        case .publishHealth: link?.post(.publishHealth)
        case .withdraw: link?.post(.withdraw)
        case .say(let text): complain(text)
        case .end(let status):
            self.status = status
            link?.post(.end)
            loop.schedule(after: Self.farewell) { [unowned self] in loop.stop() }
        }
    }

    private func start(_ number: Int) {
        var environment = self.environment
        environment["LOCKSTEP_INSTANCE"] = String(number)
        let hasHeartbeat = settings.healthCheck == .heartbeat
        if hasHeartbeat {
            environment["LOCKSTEP_HEARTBEAT_FD"] = String(SupervisedInstance.heartbeatDescriptor)
            environment["LOCKSTEP_HEARTBEAT_MS"] = String(settings.interval.milliseconds)
        }
        if let failure = instance.start(command, environment: environment, hasHeartbeat: hasHeartbeat) {
            receive(.instanceNotStarted(reason: failure.reason, status: failure.status))
        } else {
            receive(.instanceStarted)
        }
    }

    private func set(_ timer: SupervisorTimer, _ delay: Duration) {
        if let old = timers[timer] { loop.cancel(old) }
        timers[timer] = loop.schedule(after: delay) { [unowned self] in
            timers[timer] = nil
            receive(.timerExpired(timer))
        }
    }

    // MARK: - Checks

    private func runCheck() {
        guard case .command(let text) = settings.healthCheck else { return }
        lastCheck += 1
        checks.run(lastCheck, checkInvocation(text))
    }

    /// The check runs where the command was started, with its environment; the shell goes there first.
    private func checkInvocation(_ text: String) -> AgentInvocation {
        let folder = getcwd(nil, 0)
        defer { free(folder) }
        let path = folder.map { String(cString: $0) } ?? "/"
        var variables = environment
        variables["LOCKSTEP_PID"] = String(instance.process ?? 0)
        return AgentInvocation(
            executables: ["/bin/sh"], arguments: ["-c", "cd -- \"$0\" && exec /bin/sh -c \"$1\"", path, text],
            environment: variables.map { AgentInvocation.Variable($0.key, $0.value) },
            timeout: settings.interval, outputLimit: 4096)
    }

    private func checkEnded(_ number: Int, _ outcome: AgentOutcome) {
        guard number == lastCheck else { return }
        receive(.checkEnded(failure: checkFailure(outcome)))
    }

    private func checkFailure(_ outcome: AgentOutcome) -> String? {
        let said = (outcome.errorOutput + "\n" + outcome.output).split(whereSeparator: \.isNewline).last
        let detail = said.map { " (\($0))" } ?? ""
        switch outcome.ending {
        case .exited(0): return nil
        case .exited(let status): return "status \(status)\(detail)"
        case .signalled(let signal): return "killed by signal \(signal)\(detail)"
        case .timedOut: return "not over after \(settings.interval.timeText)\(detail)"
        case .terminated: return "ended before its time"
        case .notStarted(.missing(let path)): return "\(path) is missing"
        case .notStarted(.notExecutable(let path)): return "\(path) cannot be executed"
        case .notStarted(.refused(let reason)): return reason
        }
    }
}
