internal import ClusterTypes

/// Watches the quorum that nodes are told: never two quorate partitions, and never a ring's number twice.
struct QuorumChecker {
    private let nodeCount: Int
    /// Two nodes may both be quorate: fencing decides between them.
    private let allowsPairs: Bool
    private var views: [NodeID: QuorumView] = [:]
    private var rings: [RingID: [NodeID]] = [:]
    private(set) var violations: [Violation] = []

    init(nodeCount: Int, allowsPairs: Bool) {
        self.nodeCount = nodeCount
        self.allowsPairs = allowsPairs
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
        guard view.isQuorate, !allowsPairs else { return }
        if view.members.count * 2 <= nodeCount {
            violations.append(
                .init(.oneQuorum, at: time, "\(node) is quorate with \(view.members) of \(nodeCount) nodes"))
        }
        for (other, otherView) in views.sorted(by: { $0.key < $1.key }) where other != node && otherView.isQuorate {
            if !otherView.members.contains(where: { view.members.contains($0) }) {
                violations.append(
                    .init(
                        .oneQuorum, at: time,
                        "\(node) is quorate with \(view.members) while \(other) is with \(otherView.members)"))
            }
        }
    }

    /// The view of a node that runs.
    func view(of node: NodeID) -> QuorumView? { views[node] }
}
