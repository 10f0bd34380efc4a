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
        // Of others the links have perhaps not come up yet, and nobody believes what a node says of those it was not with.
        gathering.fail(unreachable(in: gathering.processors).intersection(installed.members), .unreachable)
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

    /// A member that is alive answers a join message at once. Who has not been heard for the token timeout and does not answer for a
    /// moment, or whose machine says that no daemon listens, is dead: there is no consensus to wait for.
    mutating func watchSilence(into effects: inout [Effect]) {
        guard state == .gathering else { return }
        if let deadline = gathering.candidates.nodes.compactMap({ deathMoment(of: $0) }).min() {
            timers.set(.silence, at: max(now, deadline), now: now, into: &effects)
        } else {
            timers.clear(.silence)
        }
    }

    mutating func silenceTimerExpired(into effects: inout [Effect]) {
        guard state == .gathering else { return }
        let dead = gathering.candidates.filter { deathMoment(of: $0).map { $0 <= now } ?? false }
        if dead.isEmpty {
            watchSilence(into: &effects)
            return
        }
        let refused = dead.filter(isRefused)
        gathering.fail(refused, .daemonGone)
        gathering.fail(dead.subtracting(refused), .silent)
        enterGather(.nodesSilent(dead.nodes), into: &effects)
    }

    /// When a member is dead unless it is heard before; `nil` for this node, and where nothing is known of the network yet.
    private func deathMoment(of node: NodeID) -> Instant? {
        guard node != settings.node, let heard = hearing.lastHeard(node), let rotation = token.shortestRotation else {
            return nil
        }
        let answered = gatheringSince + Hearing.answerTime + rotation * 2
        return isRefused(node) ? answered : max(answered, heard + settings.timeouts.token)
    }

    private func isRefused(_ node: NodeID) -> Bool {
        guard let heard = hearing.lastHeard(node), heard < gatheringSince else { return false }
        return hearing.isRefused(node, since: gatheringSince + .seconds(-1))
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

    /// What the transport says of a node does not end a ring; who is not within reach when its token is gone is not asked any more.
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
            }
        case .committing, .recovering, .idle, .left:
            return  // A ring ends when its token is gone, and not before.
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
