import ClusterTypes
import Scheduler
import Testing
import XMLTree

@Suite struct UtilizationTests {
    /// - Parameter capacities: the amounts each node has, by its id.
    private func place(_ capacities: [(id: String, amounts: [String: Int])], _ resources: String) throws
        -> SchedulerOutput
    {
        func pairs(_ amounts: [String: Int]) -> String {
            amounts.sorted { $0.key < $1.key }.map { #"<nvpair id="x" name="\#($0.key)" value="\#($0.value)"/>"# }
                .joined()
        }
        let nodes = capacities.map { id, amounts in
            #"<node id="\#(id)" uname="node\#(id)"><utilization id="u\#(id)">\#(pairs(amounts))</utilization></node>"#
        }
        let states = capacities.map { id, _ in
            #"<node_state id="\#(id)" uname="node\#(id)" in_ccm="true" crmd="online" join="member" expected="member"/>"#
        }
        let text = """
            <cib have-quorum="1"><configuration><crm_config><cluster_property_set id="o">
            <nvpair id="o1" name="stonith-enabled" value="false"/>
            <nvpair id="o2" name="placement-strategy" value="balanced"/></cluster_property_set></crm_config>
            <nodes>\(nodes.joined())</nodes><resources>\(resources)</resources><constraints/></configuration>
            <status>\(states.joined())</status></cib>
            """
        return schedule(
            SchedulerInput(cib: try XMLElement(parsing: Array(text.utf8)), now: WallTime(seconds: 1_700_000_000)))
    }

    private func primitive(_ id: String, memory: Int? = nil) -> String {
        let need = memory.map { #"<utilization id="u"><nvpair id="x" name="memory" value="\#($0)"/></utilization>"# }
        return #"<primitive id="\#(id)" class="ocf" provider="pacemaker" type="Dummy">\#(need ?? "")</primitive>"#
    }

    @Test("of nodes with equally much that cannot hold a group, the first in the order of a hash table is tried")
    func equallyCapable() throws {
        let output = try place(
            [("2", ["cpu": 7]), ("3", ["memory": 1024])],
            #"<group id="g">\#(primitive("a"))\#(primitive("b", memory: 1536))</group>"#)
        #expect(output.placement.first { $0.resource == "a" }?.node == "node3")
    }

    @Test("of three nodes each better than the next, the order of a hash table decides which is best")
    func circle() throws {
        let output = try place(
            [("1", ["a": 3, "b": 2, "c": 1]), ("2", ["a": 2, "b": 1, "c": 3]), ("3", ["a": 1, "b": 3, "c": 2])],
            primitive("p"))
        #expect(output.placement.first?.node == "node2")
    }
}
