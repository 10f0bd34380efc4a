// Timers may fire late or after they were cleared; only a deadline that has passed counts.
extension RingProtocol {
    mutating func fire(_ timer: RingTimer, into effects: inout [Effect]) {
        guard timers.expire(timer, now: now, into: &effects) else { return }
        switch timer {
        case .tokenLoss: tokenLossTimerExpired(into: &effects)
        case .tokenRetransmit: resendToken(into: &effects)
        case .tokenHold: if token.isHeld { resendToken(into: &effects) }
        case .join: joinTimerExpired(into: &effects)
        case .consensus: consensusTimerExpired(into: &effects)
        case .mergeDetect: mergeDetectTimerExpired(into: &effects)
        case .unreachableToken: unreachableTokenTimerExpired(into: &effects)
        }
    }

    private mutating func tokenLossTimerExpired(into effects: inout [Effect]) {
        switch state {
        case .operational: enterGather(.tokenLost, into: &effects)
        case .committing: enterGather(.tokenLostWhileCommitting, into: &effects)
        case .recovering: enterGather(.tokenLostInRecovery, into: &effects)
        case .gathering, .idle, .left: return
        }
    }
}
