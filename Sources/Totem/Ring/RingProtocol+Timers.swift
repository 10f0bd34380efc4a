internal import ClusterTypes

// Timers may fire late or after they were cleared; only a deadline that has passed counts.
extension RingProtocol {
    mutating func fire(_ timer: RingTimer, into effects: inout [Effect]) {
        guard let lateness = timers.expire(timer, now: now, into: &effects) else { return }
        if lateness > settings.timeouts.token / 2 {
            effects.append(.report(.processPaused(lateness)))
            if timer.judgesOthers {
                // What arrived meanwhile, perhaps the token, waits to be read: first that.
                timers.set(timer, at: now + settings.timeouts.join, now: now, into: &effects)
                return
            }
        }
        switch timer {
        case .tokenLoss: tokenLossTimerExpired(into: &effects)
        case .tokenRetransmit: repeatToken(into: &effects)
        case .tokenHold: if token.isHeld { resendToken(into: &effects) }
        case .join: joinTimerExpired(into: &effects)
        case .consensus: consensusTimerExpired(into: &effects)
        case .mergeDetect: mergeDetectTimerExpired(into: &effects)
        case .silence: silenceTimerExpired(into: &effects)
        case .tokenWarning: tokenWarningTimerExpired(into: &effects)
        }
    }

    private mutating func tokenLossTimerExpired(into effects: inout [Effect]) {
        switch state {
        case .operational:
            let isEarly = now - token.lastSeenAt < settings.timeouts.token
            enterGather(isEarly ? .heartbeatMissed : .tokenLost, into: &effects)
        case .committing: enterGather(.tokenLostWhileCommitting, into: &effects)
        case .recovering: enterGather(.tokenLostInRecovery, into: &effects)
        case .gathering, .idle, .left: return
        }
    }

    /// The first repetition waits for a sign of the token as long as Corosync does; when that is lost as well, further ones follow
    /// quickly: on a bad network there is else time for three only before the token counts as lost.
    private mutating func repeatToken(into effects: inout [Effect]) {
        resendToken(into: &effects)
        guard !token.forwarded.isEmpty else { return }
        let interval = settings.timeouts.tokenRetransmit / 4
        timers.set(.tokenRetransmit, at: now + interval, now: now, into: &effects)
    }

    private mutating func tokenWarningTimerExpired(into effects: inout [Effect]) {
        guard state == .operational else { return }
        effects.append(.report(.tokenLate(by: now - token.lastSeenAt, limit: settings.timeouts.token)))
    }

    /// The token is here or was just passed on: it must be back in time. What the representative may keep it for is no silence.
    mutating func expectToken(into effects: inout [Effect]) {
        let loss = state == .operational ? settings.timeouts.operationalTokenLoss : settings.timeouts.token
        let hold = state == .operational && token.isHeld ? settings.timeouts.idleHold : .zero
        timers.set(.tokenLoss, at: now + hold + loss, now: now, into: &effects)
        if state == .operational, let warning = settings.timeouts.tokenWarning {
            timers.set(.tokenWarning, at: now + warning, now: now, into: &effects)
        }
    }
}
