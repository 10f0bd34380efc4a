internal import Agents
internal import CLinux
internal import ClusterTypes
internal import EventLoop
internal import Glibc

/// One run of an agent's program: from its start to its end, its timeout and its output.
///
/// The run is over when the program itself ends, even when children of it still hold its output open: a service that an
/// agent started and left running is no part of the run. A run that is cut short takes its whole process group with it.
final class AgentProcess {
    private enum State {
        case starting
        case running(pid_t, descriptor: Int32)
        /// SIGTERM or SIGKILL was sent, for this reason.
        case ending(pid_t, descriptor: Int32, as: AgentOutcome.Ending)
        /// Answered, though not even SIGKILL has ended it yet: still to be reaped.
        case lingering(pid_t, descriptor: Int32)
        case over
    }

    /// How long a killed process may take to vanish before the run is answered without it (uninterruptible sleep).
    private static let vanishGrace = Duration.seconds(1)

    private let invocation: AgentInvocation
    private let loop: EventLoop
    private let completion: (AgentOutcome) -> Void
    private let output: OutputCapture
    private let errorOutput: OutputCapture
    private var state = State.starting
    private var timer: TimerID?

    init(_ invocation: AgentInvocation, loop: EventLoop, completion: @escaping (AgentOutcome) -> Void) {
        self.invocation = invocation
        self.loop = loop
        self.completion = completion
        output = OutputCapture(limit: invocation.outputLimit)
        errorOutput = OutputCapture(limit: invocation.outputLimit)
    }

    /// The process, until it is reaped.
    var processID: pid_t? {
        switch state {
        case .starting, .over: nil
        case .running(let process, _), .ending(let process, _, as: _), .lingering(let process, _): process
        }
    }

    func start() {
        switch spawn(invocation) {
        case .failure(let failure):
            answerSoon(failure.reason)
        case .success(let child):
            output.open(child.output, on: loop)
            errorOutput.open(child.errorOutput, on: loop)
            watch(child.process)
        }
    }

    /// Ends the process group, politely first; `ending` is what the outcome will say.
    func terminate(as ending: AgentOutcome.Ending) {
        guard case .running(let process, let descriptor) = state else { return }
        state = .ending(process, descriptor: descriptor, as: ending)
        kill(-process, SIGTERM)
        arm(invocation.killGrace) { $0.killHard() }
    }

    /// Kills the process group without an answer.
    func abandon() {
        switch state {
        case .starting, .over: break
        case .running(let process, let descriptor), .ending(let process, let descriptor, as: _),
            .lingering(let process, let descriptor):
            kill(-process, SIGKILL)
            loop.unwatch(descriptor)
            close(descriptor)
        }
        settle(.over)
    }

    // MARK: - From start to end

    private func watch(_ process: pid_t) {
        let descriptor = lockstep_pidfd_open(process)
        guard descriptor >= 0 else { return giveUpWatching(process, "pidfd_open: \(String(cString: strerror(errno)))") }
        do {
            // Strong on purpose: the loop keeps the run alive until its process is reaped.
            try loop.watch(descriptor, for: .readable) { _ in self.processEnded() }
        } catch {
            close(descriptor)
            return giveUpWatching(process, "\(error)")
        }
        state = .running(process, descriptor: descriptor)
        arm(invocation.timeout) { $0.terminate(as: .timedOut) }
    }

    /// A process that cannot be watched cannot be let run.
    private func giveUpWatching(_ process: pid_t, _ reason: String) {
        kill(-process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        answerSoon(.refused(reason))
    }

    private func killHard() {
        guard case .ending(let pid, let descriptor, as: let ending) = state else { return }
        kill(-pid, SIGKILL)
        arm(Self.vanishGrace) { $0.answer(ending, leaving: .lingering(pid, descriptor: descriptor)) }
    }

    private func processEnded() {
        switch state {
        case .starting, .over: break
        case .running(let process, let descriptor):
            answer(reap(process, descriptor), leaving: .over)
        case .ending(let process, let descriptor, as: let ending):
            // While its leader is not reaped the group's number cannot belong to somebody else.
            kill(-process, SIGKILL)
            _ = reap(process, descriptor)
            answer(ending, leaving: .over)
        case .lingering(let process, let descriptor):
            _ = reap(process, descriptor)
            state = .over
        }
    }

    private func reap(_ process: pid_t, _ descriptor: Int32) -> AgentOutcome.Ending {
        loop.unwatch(descriptor)
        close(descriptor)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            if errno != EINTR { return .signalled(0) }
        }
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }

    // MARK: - The answer

    private func answer(_ ending: AgentOutcome.Ending, leaving next: State) {
        output.drain()
        errorOutput.drain()
        let outcome = AgentOutcome(
            ending, output: output.text, errorOutput: errorOutput.text,
            isTruncated: output.isTruncated || errorOutput.isTruncated)
        settle(next)
        completion(outcome)
    }

    private func answerSoon(_ failure: AgentOutcome.StartFailure) {
        loop.schedule(after: .zero) { [self] in
            if case .over = state { return }
            settle(.over)
            completion(AgentOutcome(.notStarted(failure)))
        }
    }

    private func settle(_ next: State) {
        state = next
        if let timer { loop.cancel(timer) }
        timer = nil
        output.close(on: loop)
        errorOutput.close(on: loop)
    }

    private func arm(_ delay: Duration, _ action: @escaping (AgentProcess) -> Void) {
        if let timer { loop.cancel(timer) }
        timer = loop.schedule(after: delay) { [weak self] in
            guard let self else { return }
            timer = nil
            action(self)
        }
    }
}
