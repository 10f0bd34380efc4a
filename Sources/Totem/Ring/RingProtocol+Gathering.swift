internal import ClusterTypes

// From the suspicion that the ring changed to the agreement on its members.
extension RingProtocol {
    /// Leaves whatever ring there was and asks who takes part in the next one.
    ///
    /// - Parameter answering: a join message whose sender counts as agreeing if it says what this node now believes.
    mutating func enterGather(
        _ reason: GatherReason, answering join: JoinMessage? = nil, into effects: inout [Effect]
    ) {
        state = .gathering
        token.isHeld = false
        token.forwarded = []
        pendingCommit = nil
        gathering.add(settings.node)
        gathering.fail(unreachable(in: gathering.processors))
        gathering.restartAgreement(of: settings.node)
        if let join { gathering.noteAgreement(of: join) }
        effects.append(.report(.gathering(reason)))
        for timer in [RingTimer.tokenLoss, .tokenRetransmit, .tokenHold, .mergeDetect, .unreachableToken] {
            timers.clear(timer)
        }
        sendJoin(into: &effects)
        timers.set(.consensus, at: now + settings.timeouts.consensus, now: now, into: &effects)
        formRingIfAgreed(into: &effects)
    }

    private mutating func sendJoin(into effects: inout [Effect]) {
        let join = JoinMessage(
            sender: settings.node, processors: gathering.processors, failed: gathering.failed,
            ringSequence: currentRing.sequence)
        effects.append(.broadcast(join.packet()))
        timers.set(.join, at: now + settings.timeouts.join, now: now, into: &effects)
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
            gathering.fail(gathering.silent)
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
                gathering.fail(NodeSet([node]))
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
            let deadline = max(now, token.lastSeenAt + settings.timeouts.unreachableToken)
            timers.set(.unreachableToken, at: deadline, now: now, into: &effects)
        }
    }

    mutating func unreachableTokenTimerExpired(into effects: inout [Effect]) {
        switch state {
        case .operational, .committing, .recovering:
            let missing = unreachable(in: ringMembers)
            if missing.isEmpty { return }
            if now - token.lastSeenAt >= settings.timeouts.unreachableToken {
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

    private var hasOutsiders: Bool { !reachable.isSubset(of: ringMembers) }
}
