import Testing
import XMLTree

@testable import TransitionGraph

@Suite struct StalledSynapsesTests {
    private typealias ActionID = TransitionGraph.ActionID

    /// One action a synapse: what it waits for, by number.
    private func graph(_ inputs: [Int: [Int]]) -> TransitionGraph {
        let ids = inputs.keys.sorted()
        return TransitionGraph(
            actions: ids.map {
                .init(id: .init($0), kind: .pseudo, operation: "start", operationKey: "r\($0)_start_0")
            },
            synapses: ids.enumerated().map { position, id in
                .init(id: position, actions: [.init(id)], inputs: (inputs[id] ?? []).map { .init($0) })
            })
    }

    @Test("a graph in order has nothing that stalls")
    func sound() {
        #expect(graph([1: [], 2: [1], 3: [1, 2], 4: []]).stalledSynapses() == [])
        #expect(TransitionGraph().stalledSynapses() == [])
    }

    @Test("actions may be numbered as one likes")
    func farApart() {
        let far = 9_000_000_000
        let graph = graph([-5: [], 7: [-5], far: [7, far + 1], far + 1: [far]])
        #expect(graph.stalledSynapses() == [2, 3])
        #expect(graph.document() == Array(graph.xml.formatted().utf8))
    }

    @Test("a circle stalls with all that waits for it, and is named once")
    func circle() {
        let graph = graph([1: [], 2: [1, 4], 3: [2], 4: [3], 5: [4], 6: [1]])
        let stalled = graph.stalledSynapses()
        #expect(stalled == [1, 2, 3, 4])
        #expect(graph.obstacles(of: stalled) == [.circle([ActionID(2), ActionID(4), ActionID(3)])])
    }

    @Test("an action that waits for itself is a circle")
    func itself() {
        #expect(graph([1: [1]]).obstacles(of: [0]) == [.circle([ActionID(1)])])
    }

    @Test("what waits for an action that is nowhere stalls, and the rest of the graph stays")
    func absent() {
        var graph = graph([1: [9], 2: [1], 3: []])
        let stalled = graph.stalledSynapses()
        #expect(graph.obstacles(of: stalled) == [.absent(ActionID(9), neededBy: ActionID(1))])
        graph.leaveOut(stalled)
        #expect(graph.actions.map(\.id) == [ActionID(3)])
        #expect(graph.synapses == [.init(id: 0, actions: [ActionID(3)], inputs: [])])
    }

    @Test("what is reached through a node that is down stalls, and what waits for it")
    func unreachable() {
        var graph = graph([1: [], 2: [1], 3: []])
        graph.actions[0].routerNode = "down"
        graph.actions[2].routerNode = "up"
        let unreachable = graph.synapses(routedThrough: ["down"])
        let stalled = graph.stalledSynapses(unreachable: unreachable)
        #expect(stalled == [0, 1])
        #expect(graph.obstacles(of: stalled, unreachable: unreachable) == [.unreachable(ActionID(1))])
        #expect(graph.synapses(routedThrough: []) == [])
    }

    @Test("an absent action is written and read where that is allowed")
    func absentInDocument() throws {
        var graph = graph([1: [9]])
        graph.absentActions = [
            .init(id: .init(9), kind: .resource, operation: "stop", operationKey: "r9_stop_0", node: "a")
        ]
        #expect(graph.document() == Array(graph.xml.formatted().utf8))
        #expect(try TransitionGraph(xml: graph.xml, allowsAbsent: true) == graph)
        #expect(throws: (any Error).self) { try TransitionGraph(xml: graph.xml) }
    }
}
