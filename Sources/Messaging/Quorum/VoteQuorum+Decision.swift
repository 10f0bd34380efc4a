package import ClusterTypes

// How votes become a decision.
extension VoteQuorum {
    /// The votes of all members.
    var totalVotes: UInt32 { sum(voters) }

    private func sum(_ voters: [Voter]) -> UInt32 {
        voters.reduce(0) { $1.state == .member ? $0.addingSaturated($1.votes) : $0 }
    }

    /// All members expect this many votes.
    mutating func expectAll(_ votes: UInt32) {
        expectedVotes = votes
        for index in voters.indices where voters[index].state == .member { voters[index].expectedVotes = votes }
    }

    /// Decides anew.
    ///
    /// - Parameters:
    ///   - allowsDecrease: the votes needed may become fewer.
    ///   - shrinks: from now on only those present are expected (but never fewer than is configured, when downscaling).
    mutating func decide(allowsDecrease: Bool = false, shrinks: Bool = false) {
        let total = totalVotes
        expectedVotes = max(expectedVotes, total)
        if shrinks { expectAll(rules.allowsDownscale ? max(expectedVotesBarrier, total) : total) }
        if rules.tracksExpectedVotes, expectedVotes > rules.trackedExpectedVotes {
            rules.trackedExpectedVotes = expectedVotes
            effects.append(.storeExpectedVotes(expectedVotes))
        }
        if let own = voters.firstIndex(where: { $0.node == localNode }) { voters[own].expectedVotes = expectedVotes }
        let needed = votesNeeded(of: voters, expected: nil)
        quorum = allowsDecrease ? needed : max(quorum, needed)
        if hasTwoNodes { quorum = 1 }
        if rules.waitsForAll, isWaitingForAll {
            guard total == expectedVotes else {
                isQuorate = false
                return
            }
            isWaitingForAll = false
        }
        isQuorate = total >= quorum || winsTie(total)
        if isQuorate { tieBreaker.becameQuorate(members: voters.filter { $0.state == .member }.map(\.node)) }
        if rules.waitsForAll { isWaitingForAll = !isQuorate }
    }

    private var hasTwoNodes: Bool { rules.isTwoNode && voters.count { $0.state == .member } <= 2 }

    /// More than half of what is expected, and of what is there.
    private func votesNeeded(of voters: [Voter], expected: UInt32?) -> UInt32 {
        let highest = expected ?? voters.reduce(0) { $1.state == .member ? max($0, $1.expectedVotes) : $0 }
        return max(highest.addingSaturated(2) / 2, sum(voters).addingSaturated(2) / 2)
    }

    /// Half of the votes stay quorate when the tie breaker is among them and those lost cannot be quorate themselves.
    private func winsTie(_ total: UInt32) -> Bool {
        guard tieBreaker.isOn, total == expectedVotes / 2, tieBreaker.keepsQuorum(heirs) else { return false }
        let inherited = voters.filter { $0.state == .member && heirs.contains($0.node) }
        let lost = voters.filter { $0.state != .member && tieBreaker.quorateMembers.contains($0.node) }
        return sum(inherited) == total && lost.reduce(0) { $0.addingSaturated($1.votes) } < quorum
    }
}

// What tools ask and want.
extension VoteQuorum {
    /// The decision now.
    package var view: QuorumView {
        guard rules.isEnabled else {
            return QuorumView(
                isQuorate: true, ring: ring, members: members, votes: members.count, expectedVotes: members.count,
                quorum: 1)
        }
        return QuorumView(
            isQuorate: isQuorate, ring: ring, members: members, votes: Int(totalVotes),
            expectedVotes: Int(expectedVotes), quorum: Int(quorum))
    }

    package var status: QuorumStatus {
        QuorumStatus(
            view: view,
            nodes: voters.map {
                .init(id: $0.node, state: $0.state, votes: $0.votes, expectedVotes: $0.expectedVotes)
            },
            highestExpectedVotes: voters.reduce(0) { $1.state == .member ? max($0, $1.expectedVotes) : $0 },
            totalVotes: totalVotes, quorum: quorum, isTwoNode: rules.isTwoNode, waitsForAll: rules.waitsForAll,
            isWaitingForAll: isWaitingForAll, isLastManStanding: rules.lastManStandingWindow != nil,
            tieBreaker: rules.tieBreaker, allowsDownscale: rules.allowsDownscale,
            expectedVotesBarrier: expectedVotesBarrier,
            trackedExpectedVotes: rules.tracksExpectedVotes ? rules.trackedExpectedVotes : 0,
            lowestNode: tieBreaker.quorateMembers.first, highestNode: tieBreaker.quorateMembers.last)
    }

    /// Why a change cannot be made; `nil` when it can.
    ///
    /// - Source: the checks of votequorum_setexpected(3) and votequorum_setvotes(3) in corosync.
    package func refusal(of change: QuorumChange) -> QuorumRefusal? {
        guard rules.isEnabled else { return .noProvider }
        switch change {
        case .cancelWaitForAll: return nil
        case .expectedVotes(let votes):
            let total = totalVotes
            let needed = hasTwoNodes ? 1 : votesNeeded(of: voters, expected: votes)
            let fits = votes >= total && votes > 0 && votes <= VoteQuorumMessage.voteLimit
            if fits, !isQuorate || needed <= total { return nil }
            return .expectedVotesOutOfRange(votes, totalVotes: total)
        case .votes(let node, let votes):
            guard let index = voters.firstIndex(where: { $0.node == node }) else { return .unknownNode(node) }
            var changed = voters
            changed[index].votes = votes
            let total = sum(changed)
            let needed = hasTwoNodes ? 1 : votesNeeded(of: changed, expected: nil)
            if votes <= VoteQuorumMessage.voteLimit, needed >= total / 2, needed <= total { return nil }
            return .votesOutOfRange(votes, totalVotes: total, quorum: needed)
        }
    }

    /// The messages that make a change everywhere; it must not be one that is refused.
    package func request(_ change: QuorumChange) -> [Effect] {
        switch change {
        case .expectedVotes(let votes):
            [
                .multicast(
                    .reconfigure(
                        parameter: VoteQuorumMessage.Parameter.expectedVotes, node: localNode, value: votes))
            ]
        case .votes(let node, let votes):
            [
                .multicast(
                    .reconfigure(parameter: VoteQuorumMessage.Parameter.nodeVotes, node: node, value: votes))
            ]
        case .cancelWaitForAll:
            [
                .multicast(
                    .reconfigure(parameter: VoteQuorumMessage.Parameter.cancelWaitForAll, node: localNode, value: 0))
            ]
        }
    }

    /// The configuration was read again: takes over what may change while the cluster runs, and tells the others.
    mutating func rulesChanged(_ new: QuorumRules) -> [Effect] {
        guard rules.isEnabled else { return [] }
        let fixed = rules.fixedSettings(thatDifferFrom: new)
        let own = voters.first { $0.node == localNode }
        rules.isTwoNode = new.isTwoNode
        if rules.waitForAllFollowsTwoNode {
            rules.waitsForAll = new.isTwoNode
            if !rules.waitsForAll { isWaitingForAll = false }
        }
        var info = localInfo
        info.votes = new.votes
        var told: [Effect] = [.multicast(.nodeInfo(info))]
        if new.votes != own?.votes { told += request(.votes(localNode, new.votes)) }
        let expected =
            rules.tracksExpectedVotes ? max(new.expectedVotes, rules.trackedExpectedVotes) : new.expectedVotes
        if expected != expectedVotes { told += request(.expectedVotes(expected)) }
        if !fixed.isEmpty {
            told.append(
                .report(.init(.warning, "changed with the next start only: \(fixed.joined(separator: ", "))")))
        }
        return told
    }
}

extension UInt32 {
    fileprivate func addingSaturated(_ other: UInt32) -> UInt32 {
        let (sum, overflowed) = addingReportingOverflow(other)
        return overflowed ? .max : sum
    }
}
