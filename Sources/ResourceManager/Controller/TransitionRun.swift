import TransitionGraph
import XMLTree

/// One transition graph and how far it has got: which actions are ready, running, done or failed.
///
/// A synapse's actions become ready when all of its inputs are done; a failed action holds back what depends on it for
/// good. Every step costs time in proportion to the edges it touches.
struct TransitionRun: Sendable {
    enum State: UInt8, Sendable { case waiting, ready, running, done, failed }

    let id: Int
    let graph: TransitionGraph
    /// By index into the graph's actions.
    private(set) var states: [State]
    private let indices: [TransitionGraph.ActionID: Int]
    private let synapseActions: [[Int]]
    /// The synapses that have an action as input, by action.
    private let dependents: [[Int]]
    /// Inputs that are not done yet, by synapse.
    private var openInputs: [Int]
    /// Ready actions in the order in which their synapses opened.
    private(set) var ready: [Int] = []
    private(set) var runningCount = 0
    private(set) var doneCount = 0

    init(id: Int, graph: TransitionGraph) {
        self.id = id
        self.graph = graph
        var indices: [TransitionGraph.ActionID: Int] = [:]
        for (index, action) in graph.actions.enumerated() { indices[action.id] = index }
        self.indices = indices
        states = Array(repeating: .waiting, count: graph.actions.count)
        var dependents: [[Int]] = Array(repeating: [], count: graph.actions.count)
        // An input that the graph does not hold can never be done: its synapse stays closed.
        openInputs = graph.synapses.map(\.inputs.count)
        for (synapse, description) in graph.synapses.enumerated() {
            for input in description.inputs {
                if let index = indices[input] { dependents[index].append(synapse) }
            }
        }
        self.dependents = dependents
        synapseActions = graph.synapses.map { $0.actions.compactMap { indices[$0] } }
        for synapse in graph.synapses.indices where openInputs[synapse] == 0 { open(synapse) }
    }

    private mutating func open(_ synapse: Int) {
        for action in synapseActions[synapse] where states[action] == .waiting {
            states[action] = .ready
            ready.append(action)
        }
    }

    /// Takes the ready actions that `isAllowed`, in order; they count as running until they are confirmed or failed.
    mutating func takeReady(where isAllowed: (TransitionGraph.Action) -> Bool) -> [TransitionGraph.Action] {
        var taken: [TransitionGraph.Action] = []
        var kept: [Int] = []
        for index in ready {
            guard isAllowed(graph.actions[index]) else {
                kept.append(index)
                continue
            }
            states[index] = .running
            runningCount += 1
            taken.append(graph.actions[index])
        }
        ready = kept
        return taken
    }

    /// The action is done as the graph expects.
    mutating func confirm(_ action: TransitionGraph.ActionID) {
        guard let index = indices[action], states[index] == .running else { return }
        states[index] = .done
        runningCount -= 1
        doneCount += 1
        for synapse in dependents[index] {
            openInputs[synapse] -= 1
            if openInputs[synapse] == 0 { open(synapse) }
        }
    }

    /// The action came to another end than the graph expects.
    mutating func fail(_ action: TransitionGraph.ActionID) {
        guard let index = indices[action], states[index] == .running else { return }
        states[index] = .failed
        runningCount -= 1
    }

    func action(_ id: TransitionGraph.ActionID) -> TransitionGraph.Action? { indices[id].map { graph.actions[$0] } }

    /// Nothing runs and nothing can begin.
    var isFinished: Bool { runningCount == 0 && ready.isEmpty }

    /// A number among the graph's settings, such as `batch-limit`.
    func setting(_ name: String) -> Int? {
        for attribute in graph.settings where attribute.name == name { return Int(attribute.value) }
        return nil
    }
}
