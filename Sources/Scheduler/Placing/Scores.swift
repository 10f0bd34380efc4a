import ClusterTypes
import XMLTree

extension Scheduling {
    /// Adds to a resource's score on a node (on all nodes when `node` is nil), and to those of everything in it.
    mutating func addScore(_ index: ResourceIndex, on node: NodeIndex?, _ score: Score, because cause: ScoreCause) {
        if let node {
            addNodeScore(index, node, score, cause)
        } else {
            for node in state.nodeOrder { addNodeScore(index, node, score, cause) }
            if score.isMinusInfinite { unassignNode(index) }
        }
    }

    private mutating func addNodeScore(_ index: ResourceIndex, _ node: NodeIndex, _ score: Score, _ cause: ScoreCause) {
        if cause == .symmetricCluster,
            state.resources[index].flags.contains(.exclusiveProbes) || state.nodes[node].probeMode == .never
        {
            return
        }
        for child in state.resources[index].children { addNodeScore(child, node, score, cause) }
        if !placement[index, node].isPresent {
            placement[index, node] = NodeScore(
                score: state.nodes[node].score, probeMode: state.nodes[node].probeMode, isPresent: true)
            ledger?.record(index, node, state.nodes[node].score, .nodeScore)
        }
        placement[index, node].score += score
        ledger?.record(index, node, score, cause)
    }

    private mutating func unassignNode(_ index: ResourceIndex) { state.resources[index].assignedNode = nil }

    /// Whether the node may take the resource by its score too.
    func isAllowed(_ index: ResourceIndex, _ node: NodeIndex) -> Bool {
        placement[index, node].isPresent && placement[index, node].score >= .zero && state.isAvailable(node)
    }

    /// Whether any node in a row can be used.
    func anyAvailable(_ row: ScoreRow) -> Bool {
        state.nodeOrder.contains { row[$0.int].isPresent && row[$0.int].score >= .zero && state.isAvailable($0) }
    }

    /// Writes the scores of a resource (and of its members) as people read them.
    mutating func showScores(_ index: ResourceIndex, _ phase: String) {
        guard options.collectsScores, !state.resources[index].flags.contains(.removed) else { return }
        let id = state.resources[index].id
        for node in state.nodeOrder where placement[index, node].isPresent {
            let score = placement[index, node].score
            let name = state.nodes[node].name
            scoreLines.append(
                ReportEntry(
                    "\(phase): \(id) allocation score on \(name): \(score)",
                    XMLElement(
                        "node_weight", ["function": phase, "node": name, "score": "\(score)", "id": id])))
        }
        for child in state.resources[index].children { showScores(child, phase) }
    }
}
