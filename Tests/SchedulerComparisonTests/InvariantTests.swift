import ClusterTypes
import SchedulerComparison
import Testing
import TransitionGraph
import XMLTree

@Suite struct InvariantTests {
    private func action(_ id: Int, _ resource: String, _ operation: String, on node: String) -> TransitionGraph.Action {
        TransitionGraph.Action(
            id: .init(id), kind: .resource, operation: operation, operationKey: "\(resource)_\(operation)_0",
            node: node,
            resource: .init(id: resource, standard: "ocf", provider: "pacemaker", type: "Dummy"))
    }

    private func graph(_ actions: [TransitionGraph.Action], inputs: [[Int]]) -> TransitionGraph {
        TransitionGraph(
            actions: actions,
            synapses: actions.enumerated().map { position, action in
                .init(id: position, actions: [action.id], inputs: inputs[position].map { .init($0) })
            })
    }

    @Test("each check notices what it is for")
    func notices() {
        let (first, second) = (action(1, "a", "start", on: "n1"), action(2, "a", "start", on: "n2"))
        func violations(_ inputs: [[Int]], offline: Set<String> = []) -> Int {
            InvariantChecks.violations(
                graph([first, action(2, "b", "start", on: "n2")], inputs: inputs), offline: offline
            )
            .count
        }
        #expect(violations([[], [1]]) == 0)
        #expect(violations([[2], [1]]) == 1)
        #expect(violations([[], [7]]) == 2)
        #expect(violations([[], [1]], offline: ["n2"]) == 1)
        #expect(InvariantChecks.violations(graph([first, second], inputs: [[], []]), offline: []).count == 1)
    }

    @Test("a node counts as down only where all entries of its name and its id agree with the configuration")
    func downBeyondDoubt() throws {
        func offline(_ states: String) throws -> Set<String> {
            let text = """
                <cib><configuration><nodes><node id="1" uname="a"/><node id="2" uname="b"/></nodes></configuration>
                <status>\(states)</status></cib>
                """
            return InvariantChecks.offlineNodes(try XMLElement(parsing: Array(text.utf8)))
        }
        func state(_ id: String, _ name: String, isDown: Bool) -> String {
            let membership = isDown ? #"in_ccm="false" crmd="offline""# : #"in_ccm="true" crmd="online""#
            return #"<node_state id="\#(id)" uname="\#(name)" \#(membership)/>"#
        }
        let isDown = state("2", "b", isDown: true)
        #expect(try offline(state("1", "a", isDown: false) + isDown) == ["b"])
        // The scheduler goes by the id.
        #expect(try offline(state("1", "other", isDown: false) + state("7", "a", isDown: true) + isDown) == ["b"])
        #expect(try offline(isDown + state("7", "b", isDown: true)) == [])
        #expect(try offline(isDown + state("2", "b", isDown: false)) == [])
    }
}
