import TransitionGraph

// Orderings can contradict each other, an action can have to wait for one that is impossible, and in maintenance mode a guest
// node is taken to be up although its host is down. Whatever waits so would never run, and the transition would never end: it
// is left out, and said.

extension Scheduling {
    /// Leaves out what can never run; or, where the caller wants it kept, adds what is waited for in vain.
    mutating func settleStalled(_ graph: inout TransitionGraph) {
        let unreachable = options.repeatsIncumbent ? [] : graph.synapses(routedThrough: deadRouters)
        let stalled = graph.stalledSynapses(unreachable: unreachable)
        if stalled.isEmpty { return }
        stalledCount = stalled.count
        if options.repeatsIncumbent {
            var absent: Set<TransitionGraph.ActionID> = []
            let known = Set(graph.actions.map(\.id))
            for synapse in graph.synapses { absent.formUnion(synapse.inputs.filter { !known.contains($0) }) }
            graph.absentActions = absent.sorted().map { graphAction(ActionIndex($0.rawValue - 1)) }
            return
        }
        for obstacle in graph.obstacles(of: stalled, unreachable: unreachable).prefix(Self.reportedObstacles) {
            state.warn(sentence(for: obstacle))
        }
        graph.leaveOut(stalled)
    }

    /// The nodes that are down, where there are guest or remote nodes to be reached through others.
    private var deadRouters: Set<String> {
        guard state.nodes.elements.contains(where: \.isRemoteKind) else { return [] }
        return Set(state.nodes.elements.filter { !$0.flags.contains(.online) && !$0.isRemoteKind }.map(\.name))
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
        case .unreachable(let action):
            "\(described(action)) is left out: the node through which it would be asked for is down"
        }
    }

    /// `web_start_0 on node1`.
    private func described(_ id: TransitionGraph.ActionID) -> String {
        let index = ActionIndex(id.rawValue - 1)
        return keyText(index) + (plan.actions[index].node.map { " on \(state.nodes[$0].name)" } ?? "")
    }
}
