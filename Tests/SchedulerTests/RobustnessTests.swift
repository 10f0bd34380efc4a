import ClusterTypes
import Scheduler
import Testing
import TransitionGraph
import XMLTree

@Suite struct RobustnessTests {
    private func schedule(_ constraints: String, state: String = "", keeping: Bool = false) throws -> SchedulerOutput {
        let primitives = ["one", "two", "three"].map {
            """
            <primitive id="\($0)" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="\($0)-meta">
            <nvpair id="\($0)-t" name="failure-timeout" value="10"/></meta_attributes></primitive>
            """
        }
        let text = """
            <cib have-quorum="1"><configuration><crm_config><cluster_property_set id="p">
            <nvpair id="f" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
            <nodes><node id="1" uname="alpha"/></nodes><resources>\(primitives.joined())</resources>
            <constraints>\(constraints)</constraints></configuration>
            <status><node_state id="1" uname="alpha" in_ccm="true" crmd="online" join="member" expected="member">\(state)
            </node_state></status></cib>
            """
        var options = SchedulerOptions()
        options.repeatsIncumbent = keeping
        return Scheduler.schedule(
            SchedulerInput(
                cib: try XMLElement(parsing: Array(text.utf8)), now: WallTime(seconds: 1_777_975_200), options: options)
        )
    }

    private let contradiction = """
        <rsc_order id="o1" first="one" then="two"/><rsc_order id="o2" first="two" then="one"/>
        """

    @Test("orderings that contradict each other are named, and the other resources start")
    func contradictions() throws {
        let output = try schedule(contradiction)
        #expect(output.graph.actions.contains { $0.operationKey == "three_start_0" })
        #expect(!output.graph.actions.contains { $0.operationKey == "one_start_0" || $0.operationKey == "two_start_0" })
        #expect(output.graph.stalledSynapses().isEmpty)
        #expect(
            output.notices.contains { $0.message.contains("one_start_0") && $0.message.contains("two_start_0") })
    }

    @Test("a caller that compares gets the graph with what can never run")
    func keeps() throws {
        let output = try schedule(contradiction, keeping: true)
        #expect(output.graph.actions.contains { $0.operationKey == "one_start_0" })
        #expect(!output.graph.stalledSynapses().isEmpty)
    }

    @Test("times at the ends of their range", arguments: ["9223372036854775807", "-9223372036854775808", "x", ""])
    func times(text: String) throws {
        let output = try schedule(
            "",
            state: """
                <transient_attributes id="1"><instance_attributes id="i">
                <nvpair id="i1" name="fail-count-one#monitor_10000" value="3"/>
                <nvpair id="i2" name="last-failure-one#monitor_10000" value="\(text)"/>
                <nvpair id="i3" name="shutdown" value="\(text)"/></instance_attributes></transient_attributes>
                <lrm id="1"><lrm_resources><lrm_resource id="one" class="ocf" provider="pacemaker" type="Dummy">
                <lrm_rsc_op id="one_last_failure_0" operation_key="one_monitor_10000" operation="monitor" call-id="2"
                rc-code="7" op-status="4" interval="10000" last-rc-change="\(text)" transition-key="1:1:0:x"
                transition-magic="4:7;1:1:0:x"/></lrm_resource></lrm_resources></lrm>
                """)
        #expect(!output.placement.isEmpty)
    }

    @Test("the second resource with an id and the second node with a name are ignored, and said")
    func duplicates() throws {
        let primitive = "<primitive id='web' class='ocf' provider='pacemaker' type='Dummy'/>"
        let text = """
            <cib><configuration><crm_config/><nodes><node id='1' uname='a'/><node id='2' uname='a'/></nodes>
            <resources>\(primitive)\(primitive)</resources><constraints/></configuration><status/></cib>
            """
        let output = Scheduler.schedule(
            SchedulerInput(cib: try XMLElement(parsing: Array(text.utf8)), now: WallTime(seconds: 1)))
        #expect(output.placement.map(\.resource) == ["web"])
        #expect(output.notices.filter { $0.message.contains("ignoring the second") }.count == 2)
    }
}
