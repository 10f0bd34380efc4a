import Testing
import TransitionGraph

@testable import SimulateCommand

/// The queue runs what going through all waiting synapses again and again would run, in the same order.
@Suite struct SynapseQueueTests {
    /// A graph drawn from a seed: each synapse holds one action and waits for some others, seldom for none that exists.
    private func synapses(_ seed: UInt64) -> [TransitionGraph.Synapse] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func draw(_ limit: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(limit))
        }
        let count = 1 + draw(30)
        return (0..<count).map { index in
            TransitionGraph.Synapse(
                id: index, priority: draw(6) == 0 ? 1_000_000 : 0, actions: [TransitionGraph.ActionID(index)],
                inputs: (0..<draw(4)).map { _ in TransitionGraph.ActionID(draw(count + 1)) })
        }
    }

    private func byRounds(_ synapses: [TransitionGraph.Synapse], failing: Set<Int>) -> [Int] {
        var order: [Int] = []
        var waiting = synapses
        var hasProgress = true
        while hasProgress {
            hasProgress = false
            var remaining: [TransitionGraph.Synapse] = []
            for synapse in waiting {
                let isReady = synapse.inputs.allSatisfy { input in
                    order.contains(input.rawValue)
                        && (!failing.contains(input.rawValue) || synapse.priority >= 1_000_000)
                }
                if isReady {
                    order.append(synapse.id)
                    hasProgress = true
                } else {
                    remaining.append(synapse)
                }
            }
            waiting = remaining
        }
        return order
    }

    @Test(arguments: UInt64(1)...200) func runsWhatRoundsWouldRun(_ seed: UInt64) {
        let synapses = synapses(seed)
        let failing = Set((0..<synapses.count).filter { $0 % 5 == Int(seed % 5) })
        var queue = SynapseQueue(synapses)
        var order: [Int] = []
        while let synapse = queue.next() {
            order.append(synapse.id)
            queue.settle(synapse.actions[0], hasFailed: failing.contains(synapse.id))
        }
        #expect(order == byRounds(synapses, failing: failing))
    }
}
