internal import ClusterTypes

// What arrives: decoding, and the rules by state for everything but token and commit token.
extension RingProtocol {
    mutating func process(
        _ packet: [UInt8], from source: NodeID?, isLoopback: Bool, into effects: inout [Effect]
    ) {
        do {
            var reader = PacketReader(packet)
            let header = try PacketHeader(from: &reader)
            if header.node == settings.node, !isLoopback, header.kind != .message { return }  // Our own, come back.
            if !isLoopback, header.node != NodeID(0) { hearing.heard(header.node, at: now) }
            switch header.kind {
            case .token:
                receive(try Token(header: header, from: &reader), into: &effects)
            case .message:
                receive(try RingMessage(header: header, from: &reader), packet, into: &effects)
            case .mergeDetect:
                receive(try MergeDetect(header: header, from: &reader), into: &effects)
            case .join:
                let join = try JoinMessage(header: header, from: &reader)
                try check(join.ringSequence)
                receive(join, into: &effects)
            case .commitToken:
                let commit = try CommitToken(header: header, from: &reader)
                try check(commit.ring.sequence)
                receive(commit, into: &effects)
            case .tokenHoldCancel:
                receive(try TokenHoldCancel(header: header, from: &reader), into: &effects)
            }
        } catch {
            reject(packet, from: source, error, into: &effects)
        }
    }

    /// Rings are numbered one after the other. Whoever could make this node believe in a number near the end of 64 bits would keep
    /// it from ever taking part in a ring again; nobody gets so far ahead by forming rings. By whole blocks, so that nodes that know
    /// slightly different numbers refuse the same ones.
    private func check(_ ringSequence: UInt64) throws(WireFailure) {
        let block = WireLimits.ringSequenceBlock
        guard ringSequence / block <= highestSequence / block + 1 else {
            throw WireFailure(.limitExceeded, field: "the ring sequence", offset: PacketHeader.size)
        }
    }

    private mutating func reject(
        _ packet: [UInt8], from source: NodeID?, _ failure: WireFailure, into effects: inout [Effect]
    ) {
        guard nextRejectionReport <= now else { return }
        nextRejectionReport = now + .seconds(1)
        effects.append(.report(.packetRejected(from: source, failure)))
    }

    // MARK: Messages

    private mutating func receive(_ message: RingMessage, _ packet: [UInt8], into effects: inout [Effect]) {
        guard packet.count <= WireLimits.packetSize else { return }
        switch state {
        case .operational:
            if message.ring == currentRing {
                installed.insert(packet, at: message.sequence)
                deliverInOrder(into: &effects)
            } else if isForeign(message.sender, ring: message.ring) {
                gathering.add(message.sender)
                enterGather(.foreignMessage(from: message.sender), into: &effects)
            }
        case .recovering:
            if message.ring == currentRing { recovery.log.insert(packet, at: message.sequence) }
        case .gathering:
            if message.ring == installed.ring {
                installed.insert(packet, at: message.sequence)
            } else if isForeign(message.sender, ring: message.ring), !gathering.processors.contains(message.sender) {
                gathering.add(message.sender)
                enterGather(.foreignMessage(from: message.sender), into: &effects)
            }
        case .committing, .idle, .left:
            return  // The commit token already says what this node has.
        }
    }

    /// False for what a member of this ring sent in an older ring, and for nodes that could not hear an answer.
    private func isForeign(_ sender: NodeID, ring: RingID) -> Bool {
        guard sender != settings.node, sender != NodeID(0), canHear(sender) else { return false }
        if shunning.isShunned(sender, now: now) { return false }
        return !(ringMembers.contains(sender) && ring.sequence <= currentRing.sequence)
    }

    private func canHear(_ node: NodeID) -> Bool { !settings.reportsReachability || reachable.contains(node) }

    // MARK: Membership messages

    private mutating func receive(_ merge: MergeDetect, into effects: inout [Effect]) {
        guard merge.ring != currentRing, isForeign(merge.sender, ring: merge.ring) else { return }
        switch state {
        case .operational:
            gathering.add(merge.sender)
            enterGather(.mergeDetected(from: merge.sender), into: &effects)
        case .gathering:
            guard !gathering.processors.contains(merge.sender) else { return }
            gathering.add(merge.sender)
            enterGather(.mergeDetected(from: merge.sender), into: &effects)
        case .committing, .recovering, .idle, .left:
            return  // First the ring that is being formed.
        }
    }

    private mutating func receive(_ join: JoinMessage, into effects: inout [Effect]) {
        guard join.sender != settings.node, join.sender != NodeID(0) else { return }
        guard join.isLeave || canHear(join.sender) else { return }  // It could not hear our answer.
        if join.isLeave { leftGracefully.insert(join.sender) }
        highestSequence = max(highestSequence, join.ringSequence)
        switch state {
        case .operational:
            if join.failed.contains(settings.node) { return }
            if !join.isLeave, shunning.isShunned(join.sender, now: now) { return }
            if installed.members.contains(join.sender), join.ringSequence < currentRing.sequence { return }
            merge(
                join, reason: join.isLeave ? .nodeLeft(join.sender) : .joinReceived(from: join.sender), into: &effects)
        case .gathering:
            merge(
                join, reason: join.isLeave ? .nodeLeft(join.sender) : .joinReceived(from: join.sender), into: &effects)
        case .committing:
            // A member that knows more than this ring's members agreed on will not accept the commit token.
            guard ringMembers.contains(join.sender),
                join.ringSequence >= currentRing.sequence || !gathering.knows(join)
            else { return }
            _ = gathering.apply(join, node: settings.node, members: installed.members)
            enterGather(.joinReceivedWhileCommitting(from: join.sender), answering: join, into: &effects)
        case .recovering:
            guard ringMembers.contains(join.sender), join.ringSequence >= currentRing.sequence else { return }
            _ = gathering.apply(join, node: settings.node, members: installed.members)
            enterGather(.joinReceivedInRecovery(from: join.sender), answering: join, into: &effects)
        case .idle, .left:
            return
        }
    }

    private mutating func merge(_ join: JoinMessage, reason: GatherReason, into effects: inout [Effect]) {
        switch gathering.apply(join, node: settings.node, members: installed.members) {
        case .changed:
            enterGather(reason, answering: join, into: &effects)
        case .agrees, .nothingNew:
            if state == .operational {
                enterGather(reason, answering: join, into: &effects)
            } else {
                formRingIfAgreed(into: &effects)
            }
        }
    }

    private mutating func receive(_ cancel: TokenHoldCancel, into effects: inout [Effect]) {
        guard cancel.ring == currentRing else { return }
        switch state {
        case .operational, .recovering:
            token.idleVisitCount = 0
            if isRepresentative, token.isHeld { releaseHeldToken(into: &effects) }
        case .committing, .gathering, .idle, .left:
            return
        }
    }
}
