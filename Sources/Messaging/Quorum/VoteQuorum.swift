internal import ClusterConfiguration
internal import ClusterTypes

/// Decides from the votes of the ring's members whether this partition may act.
///
/// Every member tells its votes when a ring synchronises; the decision is taken when that is complete, so all members
/// of the ring decide from the same numbers.
///
/// - Source: votequorum(5) for the rules, corosync's votequorum.c for messages and flags. Last man standing, downscaling
///   and expected votes tracking are not there yet.
struct VoteQuorum: Sendable {
    enum Effect: Equatable {
        case multicast(VoteQuorumMessage)
        case changed(QuorumView)
        case report(MessagingReport)
    }

    private struct Voter {
        var node: NodeID
        var votes: UInt32
        var expectedVotes: UInt32
        var flags: VoteQuorumMessage.Flags = []
        var isMember: Bool
    }

    private let localNode: NodeID
    private let rules: QuorumRules
    private var ring: RingID
    private var members: [NodeID] = []
    private var previousMembers: [NodeID] = []
    /// All nodes ever heard of, ascending; this node is one of them.
    private var voters: [Voter] = []
    private var expectedVotes: UInt32
    private var quorum: UInt32 = 0
    private var isQuorate = false
    private(set) var isWaitingForAll: Bool
    private var isFirst = true
    private var isSynchronising = false

    init(localNode: NodeID, rules: QuorumRules, ring: RingID) {
        self.localNode = localNode
        self.rules = rules
        self.ring = ring
        expectedVotes = rules.expectedVotes
        isWaitingForAll = rules.waitsForAll
        voters = [
            Voter(node: localNode, votes: rules.votes, expectedVotes: rules.expectedVotes, isMember: true)
        ]
        members = [localNode]
        decide(allowsDecrease: false)
    }

    /// The decision now.
    var view: QuorumView {
        guard rules.isEnabled else {
            return QuorumView(
                isQuorate: true, ring: ring, members: members, votes: members.count, expectedVotes: members.count,
                quorum: 1)
        }
        return QuorumView(
            isQuorate: isQuorate, ring: ring, members: members, votes: Int(totalVotes),
            expectedVotes: Int(expectedVotes), quorum: Int(quorum))
    }

    mutating func synchronisationBegan(ring: RingID, members: [NodeID]) {
        self.ring = ring
        isSynchronising = true
        if members.count > 1 { isFirst = false }
        previousMembers = self.members
        self.members = members
        for index in voters.indices where !members.contains(voters[index].node) { voters[index].isMember = false }
    }

    mutating func sendState() -> [Effect] {
        let deviceInfo = VoteQuorumMessage.NodeInfo(node: 0, votes: 0, expectedVotes: 0, flags: [])
        return [.multicast(.nodeInfo(localInfo)), .multicast(.nodeInfo(deviceInfo))]
    }

    /// All members have told their votes; the driver announces the `view` when every service is done.
    mutating func activate() {
        decide(allowsDecrease: false)
        isSynchronising = false
    }

    mutating func delivered(_ message: VoteQuorumMessage, sender: NodeID) -> [Effect] {
        let before = view
        switch message {
        case .nodeInfo(let info): apply(info)
        case .reconfigure(VoteQuorumMessage.Parameter.expectedVotes, _, let value) where value > 0:
            expectedVotes = value
            for index in voters.indices where voters[index].isMember { voters[index].expectedVotes = value }
            decide(allowsDecrease: true)
        case .reconfigure(VoteQuorumMessage.Parameter.nodeVotes, let node, let value):
            guard let index = voters.firstIndex(where: { $0.node == node }) else { return [] }
            voters[index].votes = value
            decide(allowsDecrease: true)
        case .reconfigure(VoteQuorumMessage.Parameter.cancelWaitForAll, _, _):
            isWaitingForAll = false
            decide(allowsDecrease: false)
        case .reconfigure: return [.report(.init(.warning, "\(sender) asked for an unknown change of votes"))]
        case .quorumDevice: return []
        }
        return isSynchronising || view == before ? [] : [.changed(view)]
    }

    private var localInfo: VoteQuorumMessage.NodeInfo {
        var flags: VoteQuorumMessage.Flags = []
        if isQuorate { flags.insert(.quorate) }
        if isWaitingForAll { flags.insert(.waitsForAll) }
        if isFirst { flags.insert(.isFirst) }
        return .init(node: localNode.rawValue, votes: rules.votes, expectedVotes: expectedVotes, flags: flags)
    }
}

extension VoteQuorum {
    private mutating func apply(_ info: VoteQuorumMessage.NodeInfo) {
        guard info.node != 0 else { return }  // The quorum device, which nobody has here.
        let node = NodeID(info.node)
        let isFromQuorateSide = !isQuorate && info.flags.contains(.quorate)
        // Whoever is quorate knows the expected votes better, as they may have been changed while the cluster ran.
        if isFromQuorateSide, info.expectedVotes > 0 { expectedVotes = info.expectedVotes }
        let voter = Voter(
            node: node, votes: info.votes,
            expectedVotes: info.flags.contains(.quorate) ? info.expectedVotes : expectedVotes, flags: info.flags,
            isMember: !info.flags.contains(.leaving) && members.contains(node))
        let place = voters.firstIndex { $0.node >= node } ?? voters.count
        if place < voters.count, voters[place].node == node {
            voters[place] = voter
        } else {
            voters.insert(voter, at: place)
        }
        decide(allowsDecrease: isFromQuorateSide || info.flags.contains(.leaving))
        if rules.waitsForAll, info.flags.contains(.quorate), !info.flags.contains(.waitsForAll) {
            isWaitingForAll = false
        }
    }

    private var totalVotes: UInt32 {
        var total: UInt32 = 0
        for voter in voters where voter.isMember {
            total = total.addingReportingOverflow(voter.votes).partialValue
        }
        return total
    }

    private mutating func decide(allowsDecrease: Bool) {
        let total = totalVotes
        expectedVotes = max(expectedVotes, total)
        if let own = voters.firstIndex(where: { $0.node == localNode }) { voters[own].expectedVotes = expectedVotes }
        let highest = voters.reduce(UInt32(0)) { $1.isMember ? max($0, $1.expectedVotes) : $0 }
        let needed = max((highest + 2) / 2, (total + 2) / 2)
        quorum = allowsDecrease ? needed : max(quorum, needed)
        if rules.isTwoNode, voters.count(where: \.isMember) <= 2 { quorum = 1 }
        if rules.waitsForAll, isWaitingForAll {
            guard total == expectedVotes else { return }
            isWaitingForAll = false
        }
        isQuorate = total >= quorum || winsTie(total)
        if rules.waitsForAll { isWaitingForAll = !isQuorate }
    }

    /// Half of the votes are quorate when the tie breaker is on this side and the other side cannot have more.
    private func winsTie(_ total: UInt32) -> Bool {
        let lost = max(0, previousMembers.count - members.count)
        guard total == expectedVotes / 2, lost < Int(quorum) else { return false }
        let known = voters.map(\.node)
        switch rules.tieBreaker {
        case .none: return false
        case .lowestNode: return known.first.map { members.contains($0) } ?? false
        case .highestNode: return known.last.map { members.contains($0) } ?? false
        case .listed(let nodes):
            return nodes.first { known.contains($0) }.map { members.contains($0) } ?? false
        }
    }
}
