import TransitionGraph

// Orderings can contradict each other, and an action can have to wait for one that is impossible. Whatever waits so would
// never run, and the transition would never end: it is left out, and said.

extension Scheduling {
    /// Leaves out what can never run; or, where the caller wants it kept, adds what is waited for in vain.
    mutating func settleStalled(_ graph: inout TransitionGraph) {
        let stalled = graph.stalledSynapses()
        if stalled.isEmpty { return }
        stalledCount = stalled.count
        if options.keepsStalledActions {
            var absent: Set<TransitionGraph.ActionID> = []
            let known = Set(graph.actions.map(\.id))
            for synapse in graph.synapses { absent.formUnion(synapse.inputs.filter { !known.contains($0) }) }
            graph.absentActions = absent.sorted().map { graphAction(ActionIndex($0.rawValue - 1)) }
            return
        }
        for obstacle in graph.obstacles(of: stalled).prefix(Self.reportedObstacles) {
            state.warn(sentence(for: obstacle))
        }
        graph.leaveOut(stalled)
    }

    /// More would not help anybody to understand.
    private static let reportedObstacles = 5

    private func sentence(for obstacle: TransitionGraph.Obstacle) -> String {
        switch obstacle {
        case .circle(let ids) where ids.count == 1:
            "\(described(ids[0])) would have to wait for itself: check the orderings. It is left out"
        case .circle(let ids):
            "Orderings contradict each other: \(ids.map(described).joined(separator: ", which waits for ")), "
                + "which waits for the first. These actions, and those that wait for them, are left out"
        case .absent(let input, let action):
            "\(described(action)) is left out: it waits for \(described(input)), which cannot run"
        }
    }

    /// `web_start_0 on node1`.
    private func described(_ id: TransitionGraph.ActionID) -> String {
        let index = ActionIndex(id.rawValue - 1)
        return keyText(index) + (plan.actions[index].node.map { " on \(state.nodes[$0].name)" } ?? "")
    }
}
