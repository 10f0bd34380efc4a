internal import ClusterTypes

// A visit of the token: repeat, send, report what is missing, pass it on, deliver.
extension RingProtocol {
    mutating func receive(_ arrived: Token, into effects: inout [Effect]) {
        switch state {
        case .operational, .recovering:
            guard arrived.ring == currentRing, token.lastVisit < arrived.visit else { return }
            visit(arrived, into: &effects)
        case .committing, .gathering, .idle, .left:
            return  // Not our ring any more, or not yet.
        }
    }

    private mutating func visit(_ arrived: Token, into effects: inout [Effect]) {
        var visiting = arrived
        noteLateness()
        noteIdleness(of: visiting)
        token.lastSeenAt = now
        token.measureRotation(until: now)
        let previousAllReceived = token.lastAllReceivedUpTo
        token.lastAllReceivedUpTo = visiting.allReceivedUpTo
        if state == .operational {
            // What everybody had at two visits is known by everybody to be everywhere.
            let everywhere = min(visiting.allReceivedUpTo, previousAllReceived)
            safeUpTo = max(safeUpTo, min(everywhere, installed.allReceivedUpTo))
            installed.release(upTo: everywhere)
        }
        var allowance = budget.allowance(for: visiting, backlog: backlog, windowBase: log.window.base)
        let repeated = repeatRequested(in: &visiting, limit: allowance, into: &effects)
        allowance -= repeated
        requestMissing(in: &visiting, into: &effects)
        let sent = sendQueued(limit: allowance, numbering: &visiting, into: &effects)
        budget.account(sent: sent + repeated, in: &visiting)
        lowerAllReceived(in: &visiting)
        token.stuckVisitCount =
            visiting.allReceivedUpTo == previousAllReceived && visiting.allReceivedNode == settings.node
            ? token.stuckVisitCount + 1 : 0
        if token.stuckVisitCount > settings.failToReceiveLimit {
            gathering.failSelf(settings.node)
            enterGather(.failedToReceive, into: &effects)
            return
        }
        token.lastVisit = arrived.visit
        visiting.visit = arrived.visit.next
        if state == .recovering, recovery.visit(&visiting) { install(into: &effects) }
        passOn(visiting, into: &effects)
        if state == .operational { deliverInOrder(into: &effects) }
    }

    /// The log that the token is about.
    private var log: MessageLog { state == .recovering ? recovery.log : installed }

    private var backlog: Int {
        switch state {
        case .recovering: recovery.queue.count
        case .operational: isSynchronising ? synchronisation.count : application.count
        case .idle, .gathering, .committing, .left: 0
        }
    }

    private mutating func noteLateness() {
        guard state == .operational, let forwardedAt = token.forwardedAt else { return }
        let hold = token.wasHeld ? settings.timeouts.idleHold : .zero
        if now - forwardedAt > hold + settings.timeouts.tokenRetransmit * 3 / 4 { token.lateAt = now }
    }

    private mutating func noteIdleness(of visiting: Token) {
        let isIdle =
            visiting.sequence == token.lastSequence
            && !(settings.cancelsHoldOnRetransmit && !visiting.requests.isEmpty)
        token.idleVisitCount = isIdle ? token.idleVisitCount + 1 : 0
        token.lastSequence = visiting.sequence
        let limit = settings.idleRotationsBeforeHold
        token.isHeld = isRepresentative ? token.idleVisitCount > limit : token.idleVisitCount >= limit
        if !token.isHeld { timers.clear(.tokenHold) }
    }

    /// Sends the requested messages that this node has, and strikes them off the list.
    private mutating func repeatRequested(
        in visiting: inout Token, limit: Int, into effects: inout [Effect]
    ) -> Int {
        if visiting.requests.isEmpty { return 0 }
        var count = 0
        let ring = currentRing
        let window = log.window
        visiting.requests.removeAll { request in
            guard count < limit, request.ring == ring, let packet = window.packet(request.sequence) else {
                return false
            }
            effects.append(.broadcast(packet))
            count += 1
            return true
        }
        statistics.repeatedMessages &+= UInt64(count)
        return count
    }

    /// Asks for what has been missing for some visits.
    private mutating func requestMissing(in visiting: inout Token, into effects: inout [Effect]) {
        var sequence = log.allReceivedUpTo
        guard sequence < visiting.sequence else { return }
        let before = visiting.requests.count
        while sequence < visiting.sequence, visiting.requests.count < WireLimits.retransmitRequests {
            sequence = sequence.next
            guard log.window.covers(sequence) else { break }
            if log.window.contains(sequence) { continue }
            let missed = state == .recovering ? recovery.log.countMiss(sequence) : installed.countMiss(sequence)
            if missed < settings.missCountLimit { continue }
            if visiting.requests.contains(where: { $0.sequence == sequence && $0.ring == currentRing }) { continue }
            visiting.requests.append(Token.Request(ring: currentRing, sequence: sequence))
        }
        let added = visiting.requests.count - before
        if added > 0 { effects.append(.report(.retransmitRequested(count: added))) }
    }

    private mutating func sendQueued(
        limit: Int, numbering visiting: inout Token, into effects: inout [Effect]
    ) -> Int {
        var count = 0
        let hasHearers = !isAlone
        while count < limit, let packet = popQueued(numbered: visiting.sequence.next) {
            visiting.sequence = visiting.sequence.next
            sentCount &+= 1
            if state == .recovering {
                recovery.log.insert(packet, at: visiting.sequence)
            } else {
                installed.insert(packet, at: visiting.sequence)
            }
            if hasHearers { effects.append(.broadcast(packet)) } else { statistics.sent(packet) }
            count += 1
        }
        return count
    }

    private mutating func popQueued(numbered sequence: SequenceNumber) -> [UInt8]? {
        let (ring, count) = (currentRing, sentCount &+ 1)
        func number(_ packet: inout [UInt8]) {
            RingMessage.number(&packet, sequence: sequence, count: count, ring: ring)
        }
        if state == .operational, !isSynchronising { return application.popFirst(number) }
        guard var packet = state == .recovering ? recovery.queue.popFirst() : synchronisation.popFirst() else {
            return nil
        }
        number(&packet)
        return packet
    }

    /// The token carries the lowest all-received-up-to; only the node that lowered it may raise it again.
    private func lowerAllReceived(in visiting: inout Token) {
        let mine = log.allReceivedUpTo
        guard
            mine < visiting.allReceivedUpTo || visiting.allReceivedNode == settings.node
                || visiting.allReceivedNode == NodeID(0)
        else { return }
        visiting.allReceivedUpTo = mine
        visiting.allReceivedNode = mine == visiting.sequence ? NodeID(0) : settings.node
    }

    // MARK: Passing on

    /// Sends the token to the next node, or keeps it while the ring is idle.
    private mutating func passOn(_ visiting: Token, into effects: inout [Effect]) {
        if state == .operational, ringMembers.count == 1 {
            token.isHeld = backlog == 0 && visiting.sequence <= safeUpTo
        }
        let keeps = isRepresentative && token.isHeld && state != .gathering
        forward(visiting, keeping: keeps, into: &effects)
        guard ringMembers.count > 1 else {
            for timer in [RingTimer.tokenLoss, .tokenRetransmit, .tokenHold, .tokenWarning] { timers.clear(timer) }
            return
        }
        expectToken(into: &effects)
        if keeps { timers.set(.tokenHold, at: now + settings.timeouts.idleHold, now: now, into: &effects) }
        watchForOtherRings(into: &effects)
    }

    mutating func forward(_ visiting: Token, keeping: Bool = false, into effects: inout [Effect]) {
        var visiting = visiting
        visiting.node = settings.node
        let next = successor(in: ringMembers)
        token.forwarded = visiting.packet(to: next)
        token.forwardedTo = next
        token.forwardedAt = keeping ? nil : now
        token.wasHeld = token.isHeld
        if !keeping { sendToNext(token.forwarded, next, into: &effects) }
        timers.set(.tokenRetransmit, at: now + repetitionWait, now: now, into: &effects)
    }

    /// How long this node waits for a sign of the token that it passed on: on a network that loses tokens, not much longer than
    /// the token takes, or several losses in one rotation would use up the token timeout.
    private var repetitionWait: Duration {
        let usual = settings.timeouts.tokenRetransmit
        guard let lateAt = token.lateAt, now - lateAt < .seconds(600), let rotation = token.shortestRotation else {
            return usual
        }
        return min(usual, max(usual / 4, rotation * 2))
    }

    mutating func resendToken(into effects: inout [Effect]) {
        guard !token.forwarded.isEmpty else { return }
        switch state {
        case .committing, .recovering, .operational:
            sendToNext(token.forwarded, token.forwardedTo, into: &effects)
            timers.set(.tokenRetransmit, at: now + repetitionWait, now: now, into: &effects)
        case .idle, .gathering, .left:
            return
        }
    }

    mutating func releaseHeldToken(into effects: inout [Effect]) {
        token.isHeld = false
        token.idleVisitCount = 0
        timers.clear(.tokenHold)
        token.forwardedAt = now
        resendToken(into: &effects)
    }

    // MARK: Sending and delivering

    /// Takes a frame made by `framePrefix`, complete; a `framesQueued` follows.
    ///
    /// No event has the frame: it gets its number in place, which would copy what somebody else holds too.
    mutating func enqueue(_ frame: consuming [UInt8], in lane: PackedRing.Lane) {
        if state == .left { return }
        switch lane {
        case .application: application.append(frame)
        case .synchronisation: synchronisation.append(frame)
        }
    }

    mutating func synchronisationCompleted(_ ring: RingID, into effects: inout [Effect]) {
        guard ring == installed.ring, isSynchronising else { return }
        isSynchronising = false
        wakeToken(into: &effects)
    }

    /// Ends the idle hold when there is something to send.
    mutating func wakeToken(into effects: inout [Effect]) {
        guard state == .operational, token.isHeld, backlog > 0 else { return }
        if isRepresentative {
            releaseHeldToken(into: &effects)
        } else {
            token.isHeld = false
            effects.append(.broadcast(TokenHoldCancel(sender: settings.node, ring: currentRing).packet()))
        }
    }

    mutating func deliverInOrder(into effects: inout [Effect]) {
        while let (message, packet) = installed.nextDeliverable(safeUpTo: safeUpTo) {
            deliver(message, packet, into: &effects)
        }
    }

    /// Carriers of old messages are not for the layers above.
    func deliver(_ message: RingMessage, _ packet: [UInt8], into effects: inout [Effect]) {
        if message.encapsulation == .encapsulated { return }
        effects.append(.deliver(from: message.sender, packet[RingMessage.headerSize...], message.order))
    }
}
