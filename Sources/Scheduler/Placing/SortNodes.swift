import ClusterTypes

// Which nodes are better than others: asked for every resource, so what counts is looked up once a node.

/// What speaks for a node.
private struct Candidate {
    let node: NodeIndex
    /// Minus infinity while nothing may be placed there.
    let score: Score
    /// What is left of its capacities; empty unless placement is to be balanced by them.
    let capacity: [String: Int]
    /// How many resources are placed there already, and whether this one runs there: where few nodes are to be used neither
    /// counts.
    let load: Int
    let isActive: Bool
    let nameRank: Int32

    /// Negative when the left one is better: by score, then by capacity and load, then where it is, then by name.
    static func compare(_ left: Candidate, _ right: Candidate) -> Int {
        if left.score != right.score { return left.score > right.score ? -1 : 1 }
        let order = compareAmounts(left.capacity, right.capacity)
        if order != 0 { return order }
        if left.load != right.load { return left.load < right.load ? -1 : 1 }
        if left.isActive { return -1 }
        if right.isActive { return 1 }
        return Int(left.nameRank) - Int(right.nameRank)
    }
}

/// Negative when the left one has more of more of the amounts.
func compareAmounts(_ left: [String: Int], _ right: [String: Int]) -> Int {
    if left.isEmpty, right.isEmpty { return 0 }
    var result = 0
    for name in Set(left.keys).union(right.keys) {
        let (x, y) = (left[name] ?? 0, right[name] ?? 0)
        result += x > y ? -1 : x < y ? 1 : 0
    }
    return result
}

extension Scheduling {
    /// The nodes of a row, best first.
    ///
    /// - Parameter active: where the resource runs.
    func sortedNodes(_ row: ScoreRow, active: NodeIndex?) -> [NodeIndex] {
        let present = state.nodeOrder.filter { row[$0.int].isPresent }
        // A list of what a table holds begins with its end.
        let list = state.options.placementStrategy == .balanced ? inTableOrder(present).reversed() : present
        return sortedNodes(list, row, active: active)
    }

    func inTableOrder(_ nodes: [NodeIndex]) -> [NodeIndex] {
        NodeTableOrder.of(nodes) { state.nodes[$0].tableHash }
    }

    /// As above; the order of the nodes counts with balanced placement: free capacities of several kinds do not give one.
    func sortedNodes(_ nodes: [NodeIndex], _ row: ScoreRow, active: NodeIndex?) -> [NodeIndex] {
        let strategy = state.options.placementStrategy
        var candidates: [Candidate] = []
        candidates.reserveCapacity(nodes.count)
        for node in nodes {
            candidates.append(
                Candidate(
                    node: node, score: state.isAvailable(node) ? row[node.int].score : .minusInfinity,
                    capacity: strategy == .balanced ? state.nodes[node].utilization : [:],
                    load: strategy == .minimal ? 0 : state.nodes[node].assignedCount,
                    isActive: strategy != .minimal && node == active, nameRank: state.nodes[node].nameRank))
        }
        if strategy == .balanced { return candidates.mergeSorted(by: Candidate.compare).map { $0.node } }
        candidates.sort { left, right in
            let order = Candidate.compare(left, right)
            return order == 0 ? left.node < right.node : order < 0
        }
        return candidates.map { $0.node }
    }

    /// Numbers the nodes by name once and hashes their ids, as they are sorted for every resource.
    mutating func rankNodes() {
        let nodes = state.nodes
        let sorted = nodes.indices.sorted { nodes[$0].name.utf8.lexicographicallyPrecedes(nodes[$1].name.utf8) }
        var rank: Int32 = 0
        for (position, node) in sorted.enumerated() {
            if position > 0, nodes[node].name != nodes[sorted[position - 1]].name { rank += 1 }
            state.nodes[node].nameRank = rank
            state.nodes[node].tableHash = NodeTableOrder.hash(state.nodes[node].id)
        }
    }
}
