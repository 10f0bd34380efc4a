internal import ClusterTypes

// The commit token: from the agreement on the members to the exchange of old messages.
extension RingProtocol {
    /// Starts the commit token of a new ring, as its representative.
    mutating func createRing(_ members: NodeSet, into effects: inout [Effect]) {
        let ring = RingID(representative: settings.node, sequence: highestSequence &+ 4)
        enterCommit(CommitToken(ring: ring, members: members.nodes), into: &effects)
    }

    mutating func receive(_ commit: CommitToken, into effects: inout [Effect]) {
        switch state {
        case .gathering:
            guard NodeSet(commit.members) == gathering.candidates, commit.ring.sequence > currentRing.sequence,
                commit.ring.representative == commit.members.first,
                commit.writtenCount < commit.members.count, commit.members[commit.writtenCount] == settings.node
            else { return }
            enterCommit(commit, into: &effects)
        case .committing:
            guard commit.ring == currentRing, commit.writtenCount == commit.members.count, pendingCommit == nil,
                NodeSet(commit.members) == ringMembers
            else { return }
            enterRecovery(commit, into: &effects)
        case .recovering:
            guard commit.ring == currentRing, isRepresentative, !recovery.hasOriginated else { return }
            originateToken(into: &effects)
        case .operational, .idle, .left:
            return  // An old one.
        }
    }

    private mutating func enterCommit(_ commit: CommitToken, into effects: inout [Effect]) {
        var commit = commit
        writeEntry(into: &commit)
        state = .committing
        settleDeadline = nil
        ringMembers = NodeSet(commit.members)
        currentRing = commit.ring
        highestSequence = max(highestSequence, commit.ring.sequence)
        budget.reset()
        token.lastSeenAt = now
        timers.clear(.join)
        timers.clear(.consensus)
        timers.clear(.silence)
        timers.set(.tokenLoss, at: now + settings.timeouts.token, now: now, into: &effects)
        if let sequence = reservation.request(for: commit.ring.sequence) {
            effects.append(.storeRingSequence(sequence))
        }
        if reservation.covers(commit.ring.sequence) {
            forward(commit, into: &effects)
        } else {
            pendingCommit = commit
        }
    }

    mutating func ringSequenceStored(_ sequence: UInt64, into effects: inout [Effect]) {
        reservation.confirm(sequence)
        guard state == .committing, let commit = pendingCommit, reservation.covers(commit.ring.sequence) else { return }
        pendingCommit = nil
        forward(commit, into: &effects)
    }

    /// Says what this node has of its old ring, and marks those who miss something that another one has.
    private func writeEntry(into commit: inout CommitToken) {
        let index = commit.writtenCount
        guard index < commit.entries.count else { return }
        commit.entries[index] = CommitToken.Entry(
            oldRing: installed.ring, allReceivedUpTo: installed.allReceivedUpTo,
            highestDelivered: installed.highestDelivered, hasReceivedAll: !installed.hasGap)
        let sameRing = (0...index).filter { commit.entries[$0].oldRing == installed.ring }
        let highest = sameRing.map { commit.entries[$0].allReceivedUpTo }.max() ?? installed.allReceivedUpTo
        for each in sameRing where commit.entries[each].allReceivedUpTo < highest {
            commit.entries[each].hasReceivedAll = false
        }
        commit.writtenCount = index + 1
    }

    /// Passes the commit token on, as this node's.
    mutating func forward(_ commit: CommitToken, into effects: inout [Effect]) {
        var commit = commit
        commit.node = settings.node
        commit.visit &+= 1
        let next = successor(in: ringMembers)
        token.forwarded = commit.packet(to: next)
        token.forwardedTo = next
        sendToNext(token.forwarded, next, into: &effects)
        timers.set(.tokenRetransmit, at: now + settings.timeouts.tokenRetransmit, now: now, into: &effects)
    }
}
