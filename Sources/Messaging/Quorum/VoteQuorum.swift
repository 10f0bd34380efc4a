internal import ClusterConfiguration
package import ClusterTypes

/// Decides from the votes of the ring's members whether this partition may act.
///
/// Every member tells its votes when a ring synchronises; the decision is taken when that is complete, so all members
/// of the ring decide from the same numbers. Changes at run time are messages too, applied in the agreed order.
///
/// - Source: votequorum(5) for the rules, corosync's votequorum.c for messages and flags.
/// - Deviation: 1. during a synchronisation nothing is decided from half of the numbers; 2. see `TieBreaker`;
///   3. votes, not nodes, are counted when expected votes shrink, and never below the configured number when a node left.
package struct VoteQuorum: Sendable {
    package enum Effect: Equatable {
        case multicast(VoteQuorumMessage)
        case changed(QuorumView)
        /// Expect votes of those present only, after this time without a loss; again, when it is running.
        case armLastManStanding(after: Duration)
        case cancelLastManStanding
        /// Remember the most votes ever expected.
        case storeExpectedVotes(UInt32)
        /// This node has told the others that it leaves.
        case leavingAnnounced
        case report(MessagingReport)
    }

    struct Voter: Equatable {
        var node: NodeID
        var votes: UInt32
        var expectedVotes: UInt32
        var state: QuorumStatus.NodeState
    }

    let localNode: NodeID
    var rules: QuorumRules
    var ring: RingID
    var members: [NodeID]
    /// All nodes ever heard of, ascending; this node is one of them.
    var voters: [Voter]
    /// The votes of all nodes, as far as this node knows.
    var expectedVotes: UInt32
    /// Expected votes do not shrink below this when nodes leave.
    var expectedVotesBarrier: UInt32
    var quorum: UInt32 = 0
    var isQuorate = false
    var isWaitingForAll: Bool
    var tieBreaker: TieBreaker
    /// The members that came along from the last partition, if it was quorate; else nobody.
    var heirs: [NodeID] = []
    private var isFirst = true
    private var isLeaving = false
    private var isSynchronising = false
    /// A member of a quorate partition told its numbers during this synchronisation, and they may be lower.
    private var mayDecrease = false
    private var isShrinkDue = false
    var effects: [Effect] = []

    package init(localNode: NodeID, rules: QuorumRules, ring: RingID) {
        self.localNode = localNode
        self.rules = rules
        self.ring = ring
        expectedVotes = rules.initialExpectedVotes
        expectedVotesBarrier = rules.initialExpectedVotes
        isWaitingForAll = rules.waitsForAll
        tieBreaker = TieBreaker(rules.tieBreaker)
        voters = [Voter(node: localNode, votes: rules.votes, expectedVotes: expectedVotes, state: .member)]
        members = [localNode]
        decide()
        effects = []
    }

    package mutating func synchronisationBegan(ring: RingID, members: [NodeID], together: [NodeID]) -> [Effect] {
        self.ring = ring
        // An interrupted synchronisation decided nothing: the nodes still come from the partition before it.
        heirs = isQuorate ? together : []
        isSynchronising = true
        mayDecrease = false
        if members.count > 1 { isFirst = false }
        let hasLost = self.members.contains { !members.contains($0) }
        self.members = members
        for index in voters.indices where !members.contains(voters[index].node) { voters[index].state = .dead }
        if let window = rules.lastManStandingWindow {
            let isLarge = members.count >= Int(quorum) && hasLost
            if isLarge || members.count <= Int(quorum) && tieBreaker.keepsQuorum(members) {
                return [.armLastManStanding(after: window)]
            }
        }
        return []
    }

    package func sendState() -> [Effect] {
        let deviceInfo = VoteQuorumMessage.NodeInfo(node: 0, votes: 0, expectedVotes: 0, flags: [])
        return [.multicast(.nodeInfo(localInfo)), .multicast(.nodeInfo(deviceInfo))]
    }

    /// All members have told their votes; the driver announces the `view` when every service is done.
    package mutating func activate() -> [Effect] {
        decide(allowsDecrease: mayDecrease)
        isSynchronising = false
        if isShrinkDue { shrink() }
        return takeEffects()
    }

    package mutating func delivered(_ message: VoteQuorumMessage, sender: NodeID) -> [Effect] {
        let before = view
        switch message {
        case .nodeInfo(let info): apply(info)
        case .reconfigure(VoteQuorumMessage.Parameter.expectedVotes, _, let value) where value > 0:
            expectedVotesBarrier = value
            expectAll(value)
            if rules.tracksExpectedVotes { expectedVotes = max(value, rules.trackedExpectedVotes) }
            decideWhenComplete(allowsDecrease: true)
        case .reconfigure(VoteQuorumMessage.Parameter.nodeVotes, let node, let value):
            guard let index = voters.firstIndex(where: { $0.node == node }) else { return [] }
            voters[index].votes = value
            decideWhenComplete(allowsDecrease: true)
        case .reconfigure(VoteQuorumMessage.Parameter.cancelWaitForAll, let node, _):
            if isWaitingForAll { effects.append(.report(.init(.notice, "node \(node) ended the wait for all nodes"))) }
            isWaitingForAll = false
            decideWhenComplete()
        case .reconfigure: effects.append(.report(.init(.warning, "\(sender) asked for an unknown change of votes")))
        case .quorumDevice: break
        }
        if !isSynchronising, view != before { effects.append(.changed(view)) }
        return takeEffects()
    }

    /// No node was lost for the whole window.
    package mutating func lastManStandingTimerFired() -> [Effect] {
        let before = view
        if isSynchronising { isShrinkDue = true } else { shrink() }
        if view != before { effects.append(.changed(view)) }
        return takeEffects()
    }

    /// This node is about to leave; tells the others when that matters to them.
    ///
    /// - Returns: nothing when there is nothing to tell; else `leavingAnnounced` follows when the message has been
    ///   delivered here.
    package mutating func leave() -> [Effect] {
        guard rules.isEnabled, rules.allowsDownscale, !isLeaving else { return [] }
        isLeaving = true
        return [.multicast(.nodeInfo(localInfo))]
    }

    private mutating func takeEffects() -> [Effect] {
        defer { effects = [] }
        return effects
    }

    var localInfo: VoteQuorumMessage.NodeInfo {
        var flags: VoteQuorumMessage.Flags = []
        if isQuorate { flags.insert(.quorate) }
        if isLeaving { flags.insert(.leaving) }
        if isWaitingForAll { flags.insert(.waitsForAll) }
        if isFirst { flags.insert(.isFirst) }
        let votes = voters.first { $0.node == localNode }?.votes ?? rules.votes
        return .init(node: localNode.rawValue, votes: votes, expectedVotes: expectedVotes, flags: flags)
    }
}

extension VoteQuorum {
    private mutating func apply(_ info: VoteQuorumMessage.NodeInfo) {
        guard info.node != 0 else { return }  // The quorum device, which nobody has here.
        let node = NodeID(info.node)
        let isFromQuorateSide = !isQuorate && info.flags.contains(.quorate)
        // Whoever is quorate knows the expected votes better, as they may have been changed while the cluster ran.
        if isFromQuorateSide, info.expectedVotes > 0 { expectedVotes = info.expectedVotes }
        let isLeaving = info.flags.contains(.leaving)
        let isBetterInformed = info.flags.contains(.quorate) || rules.tracksExpectedVotes
        record(
            Voter(
                node: node, votes: info.votes, expectedVotes: isBetterInformed ? info.expectedVotes : expectedVotes,
                state: isLeaving ? .leaving : members.contains(node) ? .member : .dead))
        if info.votes > 1 { endLastManStanding(because: node, votes: info.votes) }
        if rules.waitsForAll, info.flags.contains(.quorate), !info.flags.contains(.waitsForAll) {
            isWaitingForAll = false
        }
        if isLeaving, node == localNode { effects.append(.leavingAnnounced) }
        decideWhenComplete(
            allowsDecrease: isFromQuorateSide || isLeaving, shrinks: isLeaving && rules.allowsDownscale)
    }

    /// Decides now, or when all members have told their votes.
    private mutating func decideWhenComplete(allowsDecrease: Bool = false, shrinks: Bool = false) {
        if isSynchronising {
            if allowsDecrease { mayDecrease = true }
        } else {
            decide(allowsDecrease: allowsDecrease, shrinks: shrinks)
        }
    }

    private mutating func record(_ voter: Voter) {
        let place = voters.firstIndex { $0.node >= voter.node } ?? voters.count
        if place < voters.count, voters[place].node == voter.node {
            voters[place] = voter
        } else {
            voters.insert(voter, at: place)
        }
    }

    private mutating func shrink() {
        isShrinkDue = false
        if isQuorate, rules.lastManStandingWindow != nil { decide(allowsDecrease: true, shrinks: true) }
    }

    /// Counting those present as all there are is right only when every node has one vote.
    private mutating func endLastManStanding(because node: NodeID, votes: UInt32) {
        guard rules.lastManStandingWindow != nil else { return }
        rules.lastManStandingWindow = nil
        isShrinkDue = false
        effects.append(.cancelLastManStanding)
        effects.append(
            .report(
                .init(
                    .warning,
                    "last_man_standing is off until the next start: it needs one vote a node, and node \(node) has \(votes)"
                )))
    }
}
