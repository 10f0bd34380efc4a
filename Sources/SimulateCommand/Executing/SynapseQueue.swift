internal import TransitionGraph

/// The synapses of a graph in the order in which they are carried out: again and again from the first to the last, each when
/// all of its inputs are settled.
///
/// What these rounds would run is known without going through those that still wait: a synapse whose last input is settled
/// runs in the same round when it comes later in the graph, else in the next one.
struct SynapseQueue {
    private let synapses: [TransitionGraph.Synapse]
    /// Inputs that are not settled, by synapse.
    private var missing: [Int]
    /// The synapses that wait for an action.
    private var waiting: [TransitionGraph.ActionID: [Int]] = [:]
    /// A heap of what can run: the round first, then the position, in one number.
    private var ready: [Int] = []
    private var round = 0
    private var position = -1

    init(_ synapses: [TransitionGraph.Synapse]) {
        self.synapses = synapses
        missing = synapses.map(\.inputs.count)
        for (index, synapse) in synapses.enumerated() {
            for input in synapse.inputs { waiting[input, default: []].append(index) }
            if synapse.inputs.isEmpty { push(index) }
        }
    }

    /// The priority of what runs even after a failure.
    private static let infinity = 1_000_000

    static func isUnstoppable(_ synapse: TransitionGraph.Synapse) -> Bool { synapse.priority >= infinity }

    /// The next synapse to be carried out; `nil` when what is left waits for ever.
    mutating func next() -> TransitionGraph.Synapse? {
        guard let key = pop() else { return nil }
        (round, position) = key.quotientAndRemainder(dividingBy: synapses.count)
        return synapses[position]
    }

    /// Says that an action is over. What waits for one that failed waits on, unless nothing may stop it.
    mutating func settle(_ action: TransitionGraph.ActionID, hasFailed: Bool) {
        for index in waiting[action] ?? [] where !hasFailed || Self.isUnstoppable(synapses[index]) {
            missing[index] -= 1
            if missing[index] == 0 { push((index > position ? round : round + 1) * synapses.count + index) }
        }
    }

    private mutating func push(_ key: Int) {
        ready.append(key)
        var child = ready.count - 1
        while child > 0, ready[child] < ready[(child - 1) / 2] {
            ready.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() -> Int? {
        guard let least = ready.first else { return nil }
        ready[0] = ready[ready.count - 1]
        ready.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in (2 * parent + 1)...(2 * parent + 2) where child < ready.count && ready[child] < ready[smallest]
            {
                smallest = child
            }
            if smallest == parent { return least }
            ready.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
