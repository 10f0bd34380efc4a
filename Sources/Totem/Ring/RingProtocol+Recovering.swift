internal import ClusterTypes

// Old messages are exchanged in the new ring; then the ring is installed.
extension RingProtocol {
    mutating func enterRecovery(_ commit: CommitToken, into effects: inout [Effect]) {
        let first = SequenceNumber(settings.firstSequence)
        let origins = transitionalEntries(of: commit)
        let members = NodeSet(origins.map(\.node))
        let delivered = origins.map(\.entry.highestDelivered).filter { installed.window.covers($0) }.max()
        recovery = Recovery(
            log: MessageLog(ring: commit.ring, members: ringMembers, first: first), transitional: members,
            deliveredSomewhere: delivered ?? installed.highestDelivered)
        queueOldMessages(for: origins)
        state = .recovering
        token.restart(before: first, now: now)
        forward(commit, into: &effects)
        expectToken(into: &effects)
    }

    private func transitionalEntries(of commit: CommitToken) -> [(node: NodeID, entry: CommitToken.Entry)] {
        zip(commit.members, commit.entries).filter { node, entry in
            entry.oldRing == installed.ring && installed.members.contains(node)
        }.map { (node: $0, entry: $1) }
    }

    /// Chooses the messages that this node sends again: those that a member misses. What a member with the longest gapless
    /// run has, the first such member sends; what lies behind a gap, everybody sends who has it.
    private mutating func queueOldMessages(for origins: [(node: NodeID, entry: CommitToken.Entry)]) {
        guard origins.contains(where: { !$0.entry.hasReceivedAll }) else { return }
        let base = installed.window.base
        let plausible = origins.filter { base <= $0.entry.allReceivedUpTo }
        guard let low = plausible.map(\.entry.allReceivedUpTo).min(),
            let high = plausible.map(\.entry.allReceivedUpTo).max()
        else { return }
        let speaker = plausible.first { $0.entry.allReceivedUpTo == high }?.node
        var sequence = low
        while sequence < installed.highestReceived {
            sequence = sequence.next
            guard high < sequence || speaker == settings.node else { continue }
            guard let packet = installed.window.packet(sequence), !Self.isEncapsulated(packet) else { continue }
            var carrier = RingMessage.packet(
                from: settings.node, encapsulation: .encapsulated, guarantee: .agreed, payloadCapacity: packet.count)
            carrier.append(contentsOf: packet)
            recovery.queue.append(carrier)
        }
    }

    static func isEncapsulated(_ packet: [UInt8]) -> Bool {
        packet.count > 4 && packet[4] == PacketHeader.Encapsulation.encapsulated.rawValue
    }

    /// The representative makes the first token of the ring.
    mutating func originateToken(into effects: inout [Effect]) {
        let first = SequenceNumber(settings.firstSequence)
        let initial = Token(
            node: settings.node, sequence: first, visit: first, allReceivedUpTo: first.previous,
            allReceivedNode: settings.node, ring: currentRing, isRetransmitting: recovery.originate())
        forward(initial, into: &effects)
        token.lastSeenAt = now
        timers.set(.tokenLoss, at: now + settings.timeouts.token, now: now, into: &effects)
    }

    // MARK: Installation

    /// Delivers the rest of the old ring and makes the new one the installed one.
    mutating func install(into effects: inout [Effect]) {
        takeRecoveredMessages()
        let safe = max(safeUpTo, recovery.deliveredSomewhere)
        while let (message, packet) = installed.nextDeliverable(safeUpTo: safe) {
            deliver(message, packet, into: &effects)
        }
        let transitional = recovery.transitional
        let left = installed.members.subtracting(transitional)
        effects.append(
            .configurationChanged(
                RingConfiguration(
                    kind: .transitional, ring: currentRing, members: transitional.nodes, left: left.nodes, joined: [])))
        while let (message, packet) = installed.nextRemaining() {
            let isBehindGap = installed.allReceivedUpTo < message.sequence
            if isBehindGap, !transitional.contains(message.sender) { continue }
            deliver(message, packet, into: &effects)
        }
        let regular = RingConfiguration(
            kind: .regular, ring: currentRing, members: ringMembers.nodes, left: [],
            joined: ringMembers.subtracting(transitional).nodes)
        effects.append(.configurationChanged(regular))
        if !regular.joined.isEmpty { application.restartCutMessage(prefix: framePrefix(.agreed, payloadCapacity: 64)) }
        let departures = causes(of: left)
        becomeOperational()
        leftGracefully = NodeSet()
        var summary = regular
        summary.left = left.nodes
        effects.append(.report(.ringInstalled(summary, departures: departures)))
        watchForOtherRings(into: &effects)
        announceToOutsiders(into: &effects)
    }

    private func causes(of left: NodeSet) -> [Departure] {
        left.nodes.map { node in
            if leftGracefully.contains(node) { return Departure(node, .leftItself) }
            if ringMembers.contains(node) { return Departure(node, .comesAnew) }
            return gathering.departures.first { $0.node == node } ?? Departure(node, .disagreed)
        }
    }

    private mutating func becomeOperational() {
        let empty = MessageLog(
            ring: currentRing, members: ringMembers, first: SequenceNumber(settings.firstSequence))
        installed = recovery.log
        recovery = Recovery(log: empty, transitional: NodeSet(), deliveredSomewhere: empty.highestDelivered)
        safeUpTo = SequenceNumber(settings.firstSequence)
        token.lastAllReceivedUpTo = safeUpTo
        // Who said nothing is perhaps leaving this node alone in turn: were it left alone for that, the two might take turns.
        let excluded = gathering.failed.intersection(reachable).intersection(gathering.heard).subtracting(ringMembers)
        shunning.ringInstalled(
            without: excluded, members: ringMembers, base: settings.timeouts.merge, now: now)
        gathering = Gathering(processors: ringMembers)
        hearing = Hearing(members: ringMembers, at: now)
        timers.clear(.silence)
        isSynchronising = true
        state = .operational
    }

    /// Unpacks the old ring's messages that came in messages of the new ring.
    private mutating func takeRecoveredMessages() {
        var sequence = SequenceNumber(settings.firstSequence)
        while sequence < recovery.log.allReceivedUpTo {
            sequence = sequence.next
            guard let packet = recovery.log.window.packet(sequence), Self.isEncapsulated(packet),
                let inner = try? RingMessage(packet: packet, at: RingMessage.headerSize),
                inner.ring == installed.ring, !installed.window.contains(inner.sequence)
            else { continue }
            installed.insert(Array(packet[RingMessage.headerSize...]), at: inner.sequence)
        }
    }

    /// Nodes that came within reach while this ring was being formed hear of it at once.
    private mutating func announceToOutsiders(into effects: inout [Effect]) {
        guard settings.reportsReachability else { return }
        for node in reachable.subtracting(ringMembers).nodes where !shunning.isShunned(node, now: now) {
            effects.append(.send(MergeDetect(sender: settings.node, ring: currentRing).packet(to: node), to: node))
        }
    }
}
