package import ClusterTypes

/// Puts what libcpg and libquorum say into the one order that the seam promises.
///
/// The two libraries have a connection each, so either may be ahead by some rings. At every new ring this gives: the
/// messages of the old one, then the quorum of the new one, then the group's changes, then the messages of the new one.
///
/// - Source: corosync's cpg.c: when a ring is synchronised, every group's changes come first, then the ring itself.
struct RingAlignment: Sendable {
    private let group: GroupName
    /// The votes by which quorum is shown; Corosync itself decides.
    private let votes: VoteTable
    private var ring: RingID?
    /// What the process groups said and is not passed on yet.
    private var waiting: [CorosyncNotice] = []
    private var start = 0
    /// The quorum of rings that the process groups did not enter yet, in the order of the rings.
    private var ahead: [QuorumView] = []
    /// Without a quorum provider there are no decisions to wait for: every partition is quorate.
    private let hasQuorum: Bool

    init(group: GroupName, votes: VoteTable, hasQuorum: Bool) {
        self.group = group
        self.votes = votes
        self.hasQuorum = hasQuorum
    }

    /// Takes what a library said and returns what may be passed on now, in order.
    mutating func receive(_ notice: CorosyncNotice) -> [MessagingEvent] {
        switch notice {
        case .quorumDecided(let isQuorate, let decided, let members):
            let view = votes.view(isQuorate: isQuorate, ring: decided, members: members)
            if decided == ring { return [.quorumChanged(view)] }
            if let ring, decided.sequence < ring.sequence { return [] }
            ahead.append(view)
        case .ringEntered, .groupChanged, .delivered: waiting.append(notice)
        }
        return pass()
    }

    private mutating func pass() -> [MessagingEvent] {
        var events: [MessagingEvent] = []
        while start < waiting.count, let passed = passNext() { events += passed }
        if start == waiting.count || start > 1024 {
            waiting.removeFirst(start)
            start = 0
        }
        return events
    }

    /// `nil` when the next notice must wait.
    private mutating func passNext() -> [MessagingEvent]? {
        if let ring, !waiting[start].isOfNewRing {
            defer { start += 1 }
            return event(waiting[start], in: ring).map { [$0] } ?? []
        }
        var end = start
        while end < waiting.count {
            if case .ringEntered(let next, let members) = waiting[end] {
                guard let quorum = quorum(of: next, members: members) else { return nil }
                ring = next
                let changes = waiting[start..<end].compactMap { event($0, in: next) }
                start = end + 1
                return quorum + changes
            }
            end += 1
        }
        return nil
    }

    /// What to say about the quorum of a ring that is entered: nothing when it was said already; `nil`: not known yet.
    private mutating func quorum(of next: RingID, members: [NodeID]) -> [MessagingEvent]? {
        if next == ring { return [] }
        guard hasQuorum else {
            return [.quorumChanged(votes.view(isQuorate: true, ring: next, members: members))]
        }
        ahead.removeAll { $0.ring.sequence < next.sequence }
        guard let first = ahead.first else { return nil }
        guard first.ring == next else {
            // The next ring came before a decision about this one: nothing may begin in it.
            return [.quorumChanged(votes.view(isQuorate: false, ring: next, members: members))]
        }
        let known = ahead.prefix { $0.ring == next }
        ahead.removeFirst(known.count)
        return known.map { .quorumChanged($0) }
    }

    private func event(_ notice: CorosyncNotice, in ring: RingID) -> MessagingEvent? {
        switch notice {
        case .groupChanged(let members, let joined, let left):
            .groupChanged(
                GroupConfiguration(group: group, ring: ring, members: members.sorted(), joined: joined, left: left))
        case .delivered(let sender, let payload):
            .messageDelivered(GroupMessage(group: group, sender: sender, payload: payload))
        case .ringEntered, .quorumDecided: nil
        }
    }
}

extension CorosyncNotice {
    /// A new ring, or a change of the group because of one.
    fileprivate var isOfNewRing: Bool {
        switch self {
        case .ringEntered: true
        case .groupChanged(_, let joined, let left):
            joined.contains { $0.reason == .nodeUp } || left.contains { $0.reason == .nodeDown }
        case .delivered, .quorumDecided: false
        }
    }
}

/// The configured votes, to show beside Corosync's decision.
package struct VoteTable: Sendable, Equatable {
    private let votes: [NodeID: Int]
    private let expected: Int
    private let isTwoNode: Bool

    package init(votes: [NodeID: Int], expected: Int, isTwoNode: Bool) {
        self.votes = votes
        self.expected = expected
        self.isTwoNode = isTwoNode
    }

    func view(isQuorate: Bool, ring: RingID, members: [NodeID]) -> QuorumView {
        let present = members.reduce(0) { $0 + (votes[$1] ?? 1) }
        let expected = max(expected, present)
        return QuorumView(
            isQuorate: isQuorate, ring: ring, members: members.sorted(), votes: present, expectedVotes: expected,
            quorum: isTwoNode ? 1 : expected / 2 + 1)
    }
}
