internal import ClusterTypes

/// Watches the quorum that nodes are told: never two quorate partitions, and never a ring's number twice.
struct QuorumChecker {
    /// How votes are counted, as far as the promise depends on it.
    struct Promise {
        /// By node.
        var votes: [NodeID: UInt32]
        /// Two nodes may both be quorate: fencing decides between them.
        var allowsPairs = false
        /// Half of the votes may be quorate, too.
        var breaksTies = false
    }

    private let promise: Promise
    private let totalVotes: UInt32
    private var views: [NodeID: QuorumView] = [:]
    private var rings: [RingID: [NodeID]] = [:]
    private(set) var violations: [Violation] = []

    init(_ promise: Promise) {
        self.promise = promise
        totalVotes = promise.votes.values.reduce(0, +)
    }

    /// A promise for nodes with one vote each.
    init(nodes: [NodeID], allowsPairs: Bool) {
        self.init(Promise(votes: Dictionary(uniqueKeysWithValues: nodes.map { ($0, 1) }), allowsPairs: allowsPairs))
    }

    mutating func nodeStopped(_ node: NodeID) { views[node] = nil }

    mutating func changed(_ view: QuorumView, on node: NodeID, at time: Instant) {
        if let known = rings.updateValue(view.members, forKey: view.ring), known != view.members {
            violations.append(
                .init(
                    .uniqueRings, at: time, "ring \(view.ring) has the members \(known) and the members \(view.members)"
                ))
        }
        if !view.members.contains(node) {
            violations.append(.init(.uniqueRings, at: time, "\(node) is not in its own ring of \(view.members)"))
        }
        views[node] = view
        guard view.isQuorate, !promise.allowsPairs else { return }
        let votes = view.members.reduce(0) { $0 + (promise.votes[$1] ?? 0) }
        if promise.breaksTies ? votes * 2 < totalVotes : votes * 2 <= totalVotes {
            violations.append(
                .init(.oneQuorum, at: time, "\(node) is quorate with \(votes) of \(totalVotes) votes"))
        }
        for (other, otherView) in views.sorted(by: { $0.key < $1.key }) where other != node && otherView.isQuorate {
            if !otherView.members.contains(where: { view.members.contains($0) }), !isOutdated(otherView) {
                violations.append(
                    .init(
                        .oneQuorum, at: time,
                        "\(node) is quorate with \(view.members) while \(other) is with \(otherView.members)"))
            }
        }
    }

    /// Two majorities share a node; two halves need not, while a node sleeps whose half was left by others since.
    private func isOutdated(_ view: QuorumView) -> Bool {
        promise.breaksTies
            && view.members.contains { node in
                views[node].map { $0.ring != view.ring && $0.ring.sequence > view.ring.sequence } ?? false
            }
    }

    /// The view of a node that runs.
    func view(of node: NodeID) -> QuorumView? { views[node] }
}
