package import ClusterTypes

/// Supervises one command: instance after instance, their health, quorum, and how it all ends.
///
/// A value: events in, effects out. Whoever interprets the effects starts processes, sends signals and keeps timers.
///
/// - Source: sam_overview(3) for what happens to a process that is unwell or loses quorum.
package struct Supervisor: Sendable {
    private enum Phase: Equatable {
        case waitingForQuorum
        /// The end of an instance is a moment ago.
        case pausing
        case running
        case ending(Reason)
        case over
    }

    /// Why an instance is made to end.
    private enum Reason: Equatable {
        case unwell
        case quorumLost
        case requested(signal: Int32)
    }

    private let settings: SupervisionSettings
    private var phase = Phase.waitingForQuorum
    private var isQuorate = false
    private var instance = 0
    private var wasKilled = false
    /// When instances followed failed ones, the latest last; those outside the limit's window are forgotten.
    private var restarts: [Instant] = []
    private var effects: [SupervisorEffect] = []

    package init(_ settings: SupervisionSettings) { self.settings = settings }

    package mutating func receive(_ event: SupervisorEvent, at now: Instant) -> [SupervisorEffect] {
        effects = []
        switch event {
        case .began(let isQuorate):
            self.isQuorate = isQuorate
            startWhenQuorate()
        case .instanceStarted: instanceStarted()
        case .instanceNotStarted(let reason, let status): instanceNotStarted(reason, status)
        case .instanceEnded(let end): instanceEnded(end, now)
        case .heartbeatCame: heartbeatCame()
        case .checkEnded(let failure): checkEnded(failure)
        case .quorumChanged(let isQuorate): quorumChanged(isQuorate)
        case .endRequested(let signal, let isDelivered): endRequested(signal, isDelivered)
        case .signalCame(let signal): if hasInstance { effects.append(.sendSignal(signal)) }
        case .timerExpired(let timer): timerExpired(timer)
        }
        return effects
    }

    private var hasInstance: Bool {
        switch phase {
        case .running, .ending: true
        case .waitingForQuorum, .pausing, .over: false
        }
    }

    // MARK: - Starting

    private mutating func startWhenQuorate() {
        if settings.followsQuorum, !isQuorate {
            phase = .waitingForQuorum
            effects += [.say("not quorate: waiting"), .publish(.waitingForQuorum)]
            return
        }
        instance += 1
        wasKilled = false
        phase = .running
        effects.append(.startInstance(number: instance))
    }

    private mutating func instanceStarted() {
        guard phase == .running else { return }
        effects.append(.publish(.running))
        switch settings.healthCheck {
        case .none: break
        case .command: effects.append(.setTimer(.health, after: max(settings.startup, settings.interval)))
        case .heartbeat: effects.append(.setTimer(.health, after: settings.startup + settings.interval))
        }
    }

    /// A command that cannot be run now cannot be run later either.
    private mutating func instanceNotStarted(_ reason: String, _ status: Int32) {
        effects.append(.say(reason))
        finish(status, .failed)
    }

    // MARK: - Health

    private mutating func heartbeatCame() {
        guard phase == .running, settings.healthCheck == .heartbeat else { return }
        effects += [.publishHealth, .setTimer(.health, after: settings.interval)]
    }

    private mutating func checkEnded(_ failure: String?) {
        guard phase == .running else { return }
        if let failure { return beginEnding(.unwell, saying: "the health check failed: \(failure)") }
        effects += [.publishHealth, .setTimer(.health, after: settings.interval)]
    }

    private mutating func healthTimerExpired() {
        guard phase == .running else { return }
        switch settings.healthCheck {
        case .none: break
        case .command: effects.append(.runCheck)
        case .heartbeat: beginEnding(.unwell, saying: "no heartbeat for \(settings.interval.timeText)")
        }
    }

    // MARK: - Quorum

    private mutating func quorumChanged(_ isQuorate: Bool) {
        guard settings.followsQuorum, isQuorate != self.isQuorate else { return }
        self.isQuorate = isQuorate
        switch phase {
        case .waitingForQuorum where isQuorate:
            effects.append(.say("quorate"))
            startWhenQuorate()
        case .running where !isQuorate: beginEnding(.quorumLost, saying: "quorum is lost")
        case .waitingForQuorum, .running, .pausing, .ending, .over: break
        }
    }

    // MARK: - Ending

    private mutating func beginEnding(_ reason: Reason, saying text: String) {
        phase = .ending(reason)
        effects += [.say(text), .cancelTimer(.health), .abandonCheck]
        effects += [.sendSignal(settings.warningSignal), .setTimer(.grace, after: settings.grace)]
    }

    private mutating func endRequested(_ signal: Int32, _ isDelivered: Bool) {
        switch phase {
        case .waitingForQuorum, .pausing: finish(128 + signal, .withdrawn)
        case .running:
            phase = .ending(.requested(signal: signal))
            effects += [.cancelTimer(.health), .abandonCheck]
            if !isDelivered { effects.append(.sendSignal(signal)) }
            effects.append(.setTimer(.grace, after: settings.grace))
        case .ending(.requested): kill()
        case .ending(.unwell), .ending(.quorumLost):
            // It is ending already, but nothing shall follow.
            phase = .ending(.requested(signal: signal))
        case .over: break
        }
    }

    private mutating func timerExpired(_ timer: SupervisorTimer) {
        switch timer {
        case .health: healthTimerExpired()
        case .grace:
            guard case .ending = phase else { return }
            effects.append(.say("it does not end: killed"))
            kill()
        case .pause: if phase == .pausing { startWhenQuorate() }
        }
    }

    private mutating func kill() {
        guard !wasKilled else { return }
        wasKilled = true
        effects += [.cancelTimer(.grace), .kill]
    }

    // MARK: - After the end of an instance

    private mutating func instanceEnded(_ end: InstanceEnd, _ now: Instant) {
        guard hasInstance else { return }
        effects += [.cancelTimer(.health), .cancelTimer(.grace), .abandonCheck]
        switch phase {
        case .running:
            if end == .exited(0), !settings.treatsSuccessAsFailure { return finish(0, .withdrawn) }
            effects.append(.say(end.words))
            recover(end.status, now)
        case .ending(.unwell): recover(end.failureStatus, now)
        case .ending(.quorumLost):
            switch settings.recovery {
            case .quit: finish(end.failureStatus, .failed)
            // Not the command's fault, so it does not count.
            case .restart: startWhenQuorate()
            }
        case .ending(.requested): finish(end.status, .withdrawn)
        case .waitingForQuorum, .pausing, .over: break
        }
    }

    private mutating func recover(_ status: Int32, _ now: Instant) {
        guard settings.recovery == .restart else { return finish(status, .failed) }
        if let limit = settings.restartLimit {
            restarts.removeAll { now - $0 >= limit.window }
            if restarts.count >= limit.count {
                effects.append(.say("\(limit.count) restarts within \(limit.window.timeText): given up"))
                return finish(status, .failed)
            }
            restarts.append(now)
        }
        phase = .pausing
        effects += [.publish(.stopped), .setTimer(.pause, after: settings.pause)]
    }

    private enum Farewell { case failed, withdrawn }

    private mutating func finish(_ status: Int32, _ farewell: Farewell) {
        phase = .over
        for timer in SupervisorTimer.allCases { effects.append(.cancelTimer(timer)) }
        switch farewell {
        case .failed: effects.append(.publish(.failed))
        case .withdrawn: effects.append(.withdraw)
        }
        effects.append(.end(status: status))
    }
}

extension InstanceEnd {
    fileprivate var words: String {
        switch self {
        case .exited(let status): "it ended with status \(status)"
        case .killed(let signal): "it was killed by signal \(signal)"
        }
    }

    /// The status of a command that was ended because it failed: never success.
    fileprivate var failureStatus: Int32 { status == 0 ? 1 : status }
}
