internal import ClusterTypes

// From the suspicion that the ring changed to the agreement on its members.
extension RingProtocol {
    /// Leaves whatever ring there was and asks who takes part in the next one.
    ///
    /// - Parameter answering: a join message whose sender counts as agreeing if it says what this node now believes.
    mutating func enterGather(
        _ reason: GatherReason, answering join: JoinMessage? = nil, into effects: inout [Effect]
    ) {
        if state != .gathering { gatheringSince = now }
        state = .gathering
        token.isHeld = false
        token.forwarded = []
        pendingCommit = nil
        gathering.add(settings.node)
        gathering.fail(unreachable(in: gathering.processors), .unreachable)
        gathering.restartAgreement(of: settings.node)
        if let join { gathering.noteAgreement(of: join) }
        effects.append(.report(.gathering(reason)))
        for timer in RingTimer.needingRing { timers.clear(timer) }
        timers.set(.consensus, at: now + settings.timeouts.consensus, now: now, into: &effects)
        watchSilence(into: &effects)
        if settings.timeouts.sendJoin > .zero {
            delayJoin(into: &effects)
        } else {
            sendJoin(into: &effects)
        }
        formRingIfAgreed(into: &effects)
    }

    /// Spreads the joins of many nodes over `send_join`, each at a place of its own that changes from ring to ring.
    private mutating func delayJoin(into effects: inout [Effect]) {
        var generator = SeededGenerator(seed: UInt64(settings.node.rawValue) << 32 ^ currentRing.sequence)
        let delay = generator.duration(in: .zero...settings.timeouts.sendJoin)
        timers.set(.join, at: now + delay, now: now, into: &effects)
    }

    private mutating func sendJoin(into effects: inout [Effect]) {
        let join = JoinMessage(
            sender: settings.node, processors: gathering.processors, failed: gathering.failed,
            ringSequence: currentRing.sequence)
        effects.append(.broadcast(join.packet()))
        // As long as somebody's life depends on one answer, that is asked for more often.
        let isDeciding = timers.isSet(.silence) && settings.peers.count <= Self.quickJoinPeerLimit
        let interval = isDeciding ? settings.timeouts.join / 3 : settings.timeouts.join
        timers.set(.join, at: now + interval, now: now, into: &effects)
    }

    mutating func joinTimerExpired(into effects: inout [Effect]) {
        guard state == .gathering else { return }
        sendJoin(into: &effects)
        formRingIfAgreed(into: &effects)
    }

    /// The nodes that did not agree in time count as failed, except when only the commit token is missing: then agreement is asked
    /// for once more.
    mutating func consensusTimerExpired(into effects: inout [Effect]) {
        guard state == .gathering else { return }
        if gathering.isAgreed {
            gathering.restartAgreement(of: settings.node)
            timers.set(.consensus, at: now + settings.timeouts.token, now: now, into: &effects)
        } else {
            gathering.fail(gathering.silent, .disagreed)
            enterGather(.consensusTimedOut, into: &effects)
        }
    }

    /// The representative-to-be sends the commit token as soon as every candidate agrees.
    mutating func formRingIfAgreed(into effects: inout [Effect]) {
        guard state == .gathering, gathering.isAgreed, isSettled else { return }
        if gathering.isOnlyForItself {
            gathering = Gathering(processors: NodeSet([settings.node]))
            createRing(NodeSet([settings.node]), into: &effects)
        } else if gathering.candidates.first == settings.node {
            createRing(gathering.candidates, into: &effects)
        }
    }

    /// A node that has just started gives its links time to come up, unless everyone within reach has spoken.
    private var isSettled: Bool {
        guard let settleDeadline, now < settleDeadline else { return true }
        return !reachable.isEmpty && reachable.isSubset(of: gathering.processors)
    }

    // MARK: Who is dead

    private static let quickJoinPeerLimit = 32

    /// A member that is alive answers a join message at once. Who does not for a moment, and was not heard for the token timeout, or
    /// whose machine says that no daemon listens, is dead: there is no consensus to wait for.
    mutating func watchSilence(into effects: inout [Effect]) {
        guard state == .gathering, let rotation = token.shortestRotation else { return }
        let answered = gatheringSince + Hearing.answerTime + rotation * 2
        let isRefused = !dead(at: answered).refused.isEmpty && now < answered
        let deadline = isRefused ? answered : max(answered, token.lastSeenAt + settings.timeouts.token)
        if now < deadline {
            timers.set(.silence, at: deadline, now: now, into: &effects)
        } else {
            timers.clear(.silence)
        }
    }

    mutating func silenceTimerExpired(into effects: inout [Effect]) {
        guard state == .gathering else { return }
        let (refused, silent) = dead(at: now)
        gathering.fail(refused, .daemonGone)
        gathering.fail(silent, .silent)
        let all = refused.union(silent)
        if all.isEmpty {
            watchSilence(into: &effects)
        } else {
            enterGather(.nodesSilent(all.nodes), into: &effects)
        }
    }

    private func dead(at moment: Instant) -> (refused: NodeSet, silent: NodeSet) {
        let candidates = gathering.candidates.filter { $0 != settings.node }
        let refused = hearing.refused(since: gatheringSince + .seconds(-1))
            .intersection(hearing.silent(since: gatheringSince)).intersection(candidates)
        guard token.lastSeenAt + settings.timeouts.token <= moment else { return (refused, NodeSet()) }
        // A node that died with the token has perhaps sent some messages after it was last seen here.
        let silent = hearing.silent(since: gatheringSince + settings.timeouts.token / -2)
        return (refused, silent.intersection(candidates).subtracting(refused))
    }

    /// Asks a member at once whether it is alive when its machine says that it is not.
    mutating func daemonMissing(_ node: NodeID, into effects: inout [Effect]) {
        guard node != settings.node, ringMembers.contains(node) else { return }
        hearing.refused(node, at: now)
        switch state {
        case .operational, .committing, .recovering:
            // Anybody can forge that answer; a new ring of the same members once a second is all the harm it does.
            guard nextRefusalGather <= now else { return }
            nextRefusalGather = now + .seconds(1)
            enterGather(.daemonGone(node), into: &effects)
        case .gathering:
            watchSilence(into: &effects)
        case .idle, .left:
            return
        }
    }

    // MARK: Links

    mutating func changeReachability(of node: NodeID, to isReachable: Bool, into effects: inout [Effect]) {
        guard settings.reportsReachability, node != settings.node else { return }
        guard reachable.contains(node) != isReachable else { return }
        if isReachable { reachable.insert(node) } else { reachable.remove(node) }
        shunning.linksChanged(to: node)
        switch state {
        case .gathering:
            if isReachable {
                sendJoin(into: &effects)
            } else if gathering.candidates.contains(node) {
                gathering.fail(NodeSet([node]), .unreachable)
                enterGather(.nodesUnreachable([node]), into: &effects)
            } else {
                formRingIfAgreed(into: &effects)
            }
        case .operational:
            if isReachable, !ringMembers.contains(node) {
                effects.append(.send(MergeDetect(sender: settings.node, ring: currentRing).packet(to: node), to: node))
                watchForOtherRings(into: &effects)
            } else {
                watchUnreachable(into: &effects)
            }
        case .committing, .recovering:
            watchUnreachable(into: &effects)
        case .idle, .left:
            return
        }
    }

    /// A member without links is dropped as soon as the token has been gone for a while.
    mutating func watchUnreachable(into effects: inout [Effect]) {
        if unreachable(in: ringMembers).isEmpty {
            timers.clear(.unreachableToken)
        } else {
            let deadline = max(now, token.lastSeenAt + unreachableToken)
            timers.set(.unreachableToken, at: deadline, now: now, into: &effects)
        }
    }

    /// On a slow network the token takes its time although nothing is wrong.
    private var unreachableToken: Duration {
        settings.timeouts.unreachableToken + (token.shortestRotation ?? .zero) * 2
    }

    mutating func unreachableTokenTimerExpired(into effects: inout [Effect]) {
        switch state {
        case .operational, .committing, .recovering:
            let missing = unreachable(in: ringMembers)
            if missing.isEmpty { return }
            if now - token.lastSeenAt >= unreachableToken {
                enterGather(.nodesUnreachable(missing.nodes), into: &effects)
            } else {
                watchUnreachable(into: &effects)
            }
        case .gathering, .idle, .left:
            return
        }
    }

    // MARK: Other rings

    /// The representative announces the ring while there is somebody outside it who could hear.
    mutating func watchForOtherRings(into effects: inout [Effect]) {
        guard state == .operational, isRepresentative, !timers.isSet(.mergeDetect), hasOutsiders else { return }
        timers.set(.mergeDetect, at: now + settings.timeouts.merge, now: now, into: &effects)
    }

    mutating func mergeDetectTimerExpired(into effects: inout [Effect]) {
        guard state == .operational, isRepresentative, hasOutsiders else { return }
        effects.append(.broadcast(MergeDetect(sender: settings.node, ring: currentRing).packet()))
        watchForOtherRings(into: &effects)
    }

    var hasOutsiders: Bool { !reachable.isSubset(of: ringMembers) }
}
