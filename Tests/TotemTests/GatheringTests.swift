import ClusterTypes
import Testing

@testable import Totem

@Suite struct GatheringTests {
    /// Nodes that never shared a ring do not believe each other's failures; were each join an answer to the other's, they
    /// would fill the network with joins (found by the simulator: five nodes, one lost, 150,000 joins in 50 ms).
    @Test func joinsThatCannotBeBelievedAreNotAnswered() {
        var gathering = Gathering(processors: NodeSet([NodeID(1), NodeID(2), NodeID(3)]))
        let join = JoinMessage(
            sender: NodeID(2), processors: gathering.processors, failed: NodeSet([NodeID(3)]), ringSequence: 8)
        let strangers = NodeSet([NodeID(1)])
        #expect(gathering.apply(join, node: NodeID(1), members: strangers) == .nothingNew)
        #expect(gathering.apply(join, node: NodeID(1), members: NodeSet([NodeID(1), NodeID(2)])) == .changed)
    }
}
