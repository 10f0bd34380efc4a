internal import AgentRunner
internal import CLinux
internal import ClusterTypes
internal import EventLoop
internal import Glibc
internal import Supervision

/// One instance of the command: its process, its heartbeat, and the end of everything that it has started.
final class SupervisedInstance {
    private enum State {
        case running(pid_t, watch: Int32)
        /// The command has ended so; what it has left behind is being ended.
        case sweeping(InstanceEnd, until: Instant)
        case over
    }

    /// The number of the descriptor to which a command writes its heartbeats.
    static let heartbeatDescriptor: Int32 = 3
    /// How long killed processes may take to vanish (uninterruptible sleep) before the end is reported without them.
    private static let vanishGrace = Duration.seconds(1)

    private let loop: EventLoop
    private let report: (SupervisorEvent) -> Void
    private let commandEnded: () -> Void
    private var state = State.over
    private var heartbeats: Int32 = -1

    /// - Parameter commandEnded: called before other children are swept: whoever has some ends them now.
    init(loop: EventLoop, commandEnded: @escaping () -> Void, report: @escaping (SupervisorEvent) -> Void) {
        self.loop = loop
        self.commandEnded = commandEnded
        self.report = report
    }

    /// The command's process while it is not reaped.
    var process: pid_t? { if case .running(let process, _) = state { process } else { nil } }

    /// - Returns: `nil`, or why the command does not run, with the status that a shell would report.
    func start(_ command: [String], environment: [String: String], hasHeartbeat: Bool) -> (
        reason: String, status: Int32
    )? {
        guard let name = command.first else { return ("no command", 127) }
        var ends: [Int32] = [-1, -1]
        if hasHeartbeat, lockstep_pipe(&ends) != 0 { return ("pipe2: \(describeError())", 126) }
        defer { if ends[1] >= 0 { close(ends[1]) } }
        var process: pid_t = 0
        let code = withCStrings(command) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                lockstep_spawn_attached(name, arguments, environment, ends[1], Self.heartbeatDescriptor, &process)
            }
        }
        guard code == 0 else {
            if ends[0] >= 0 { close(ends[0]) }
            return ("\(name): \(String(cString: strerror(code)))", code == ENOENT ? 127 : 126)
        }
        if hasHeartbeat { listen(to: ends[0]) }
        let descriptor = lockstep_pidfd_open(process)
        do {
            if descriptor < 0 { throw SystemCallFailure.latest("pidfd_open") }
            try loop.watch(descriptor, for: .readable) { [unowned self] _ in processEnded() }
        } catch {
            if descriptor >= 0 { close(descriptor) }
            Glibc.kill(process, SIGKILL)
            waitpid(process, nil, 0)
            stopListening()
            return ("\(name) cannot be watched: \(error)", 126)
        }
        state = .running(process, watch: descriptor)
        return nil
    }

    func send(_ signal: Int32) { if let process { Glibc.kill(process, signal) } }

    /// Somebody's child has ended: perhaps one of those that are being swept.
    func childEnded() { sweep() }

    // MARK: - The end

    private func processEnded() {
        guard case .running(let process, let descriptor) = state else { return }
        loop.unwatch(descriptor)
        close(descriptor)
        stopListening()
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7f
        let end = signal == 0 ? InstanceEnd.exited((status >> 8) & 0xff) : .killed(signal: signal)
        state = .sweeping(end, until: .now() + Self.vanishGrace)
        commandEnded()
        sweep()
    }

    /// Ends what the command has left behind: this process is its parent now. Its own children come here when it is gone.
    private func sweep() {
        guard case .sweeping(let end, let limit) = state else { return }
        Children.reap(except: [])
        let remaining = Children.all()
        if remaining.isEmpty || Instant.now() > limit {
            state = .over
            return report(.instanceEnded(end))
        }
        for process in remaining { Glibc.kill(process, SIGKILL) }
        loop.schedule(after: .milliseconds(20)) { [weak self] in self?.sweep() }
    }

    // MARK: - Heartbeats

    private func listen(to descriptor: Int32) {
        heartbeats = descriptor
        do { try loop.watch(descriptor, for: .readable) { [unowned self] _ in readHeartbeats() } } catch {
            stopListening()
        }
    }

    private func readHeartbeats() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(heartbeats, &bytes, bytes.count)
        if count > 0 { return report(.heartbeatCame) }
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        // Closed by the command: the missing heartbeat will tell.
        stopListening()
    }

    private func stopListening() {
        guard heartbeats >= 0 else { return }
        loop.unwatch(heartbeats)
        close(heartbeats)
        heartbeats = -1
    }
}

func describeError() -> String { String(cString: strerror(errno)) }
