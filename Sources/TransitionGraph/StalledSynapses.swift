// What in a graph can never happen: synapses that wait in a circle, for an action that is nowhere, whose actions nobody can
// be told to run, and those that wait for such synapses.

extension TransitionGraph {
    /// Why synapses can never fire.
    package enum Obstacle: Sendable, Equatable {
        /// Each waits for the next, the last for the first.
        case circle([ActionID])
        /// Waited for, but held by no synapse.
        case absent(ActionID, neededBy: ActionID)
        /// Nobody can be told to run it.
        case unreachable(ActionID)
    }

    /// The positions of the synapses with an action on a guest or remote node that is reached through one of these nodes.
    package func synapses(routedThrough nodes: Set<String>) -> Set<Int> {
        if nodes.isEmpty { return [] }
        let holders = holders()
        let actions = actions.filter { $0.routerNode.map(nodes.contains) ?? false }
        return Set(actions.compactMap { holders[$0.id] })
    }

    /// The positions of the synapses that can never fire, ascending. Cost grows with synapses plus inputs.
    ///
    /// - Parameter unreachable: positions of synapses that cannot fire for a reason of their own.
    package func stalledSynapses(unreachable: Set<Int> = []) -> [Int] {
        let holders = holders()
        var open = synapses.map { $0.inputs.count }
        // Who waits for a synapse: its newest wait leads to the others, all in one array.
        var waits: [(waiter: Int, next: Int?)] = []
        var newestWait = [Int?](repeating: nil, count: synapses.count)
        for (position, synapse) in synapses.enumerated() {
            for input in synapse.inputs {
                guard let holder = holders[input] else { continue }
                waits.append((position, newestWait[holder]))
                newestWait[holder] = waits.count - 1
            }
        }
        for position in unreachable { open[position] += 1 }
        var ready = open.indices.filter { open[$0] == 0 }
        while let position = ready.popLast() {
            var next = newestWait[position]
            while let wait = next {
                next = waits[wait].next
                let waiter = waits[wait].waiter
                open[waiter] -= 1
                if open[waiter] == 0 { ready.append(waiter) }
            }
        }
        return open.indices.filter { open[$0] > 0 }
    }

    /// What keeps synapses from firing: each circle and each absent action that a walk from one of them meets, once.
    ///
    /// - Parameters:
    ///   - stalled: what `stalledSynapses` returned.
    ///   - unreachable: what it was given.
    package func obstacles(of stalled: [Int], unreachable: Set<Int> = []) -> [Obstacle] {
        let holders = holders()
        let isStalled = Set(stalled)
        var walked: [Int: Int] = [:]  // The number of the walk that met a synapse.
        var result: [Obstacle] = []
        for (walk, start) in stalled.enumerated() {
            var path: [Int] = []
            var next: Int? = start
            while let position = next, walked[position] == nil {
                walked[position] = walk
                path.append(position)
                let synapse = synapses[position]
                if unreachable.contains(position) {
                    if let action = synapse.actions.first { result.append(.unreachable(action)) }
                    next = nil
                } else if let input = synapse.inputs.first(where: { holders[$0] == nil }) {
                    if let action = synapse.actions.first { result.append(.absent(input, neededBy: action)) }
                    next = nil
                } else {
                    next = synapse.inputs.lazy.compactMap { holders[$0] }.first(where: isStalled.contains)
                }
            }
            if let next, walked[next] == walk, let first = path.firstIndex(of: next) {
                result.append(.circle(path[first...].compactMap { synapses[$0].actions.first }))
            }
        }
        return result
    }

    /// Leaves synapses out, with their actions, and numbers the others anew.
    ///
    /// - Parameter positions: ascending.
    package mutating func leaveOut(_ positions: [Int]) {
        if positions.isEmpty { return }
        let left = Set(positions)
        var gone: Set<ActionID> = []
        for position in positions { gone.formUnion(synapses[position].actions) }
        synapses = synapses.enumerated().filter { !left.contains($0.offset) }.map(\.element)
        for position in synapses.indices { synapses[position].id = position }
        actions.removeAll { gone.contains($0.id) }
    }

    /// The position of the synapse that holds each action.
    private func holders() -> ActionPositions {
        var result = ActionPositions(count: actions.count)
        for (position, synapse) in synapses.enumerated() {
            for action in synapse.actions { result[action] = position }
        }
        return result
    }
}
