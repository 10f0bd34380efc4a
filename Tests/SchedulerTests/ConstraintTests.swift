import ClusterTypes
import Scheduler
import Testing
import XMLTree

@Suite struct ConstraintTests {
    private func decide(
        resources: String, constraints: String = "", transient: String = ""
    ) throws -> SchedulerOutput {
        let text = """
            <cib have-quorum="1" dc-uuid="1"><configuration><crm_config><cluster_property_set id="o">
            <nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
            <resources>\(resources)</resources><constraints>\(constraints)</constraints></configuration><status>
            <node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">
            <transient_attributes id="1"><instance_attributes id="t">\(transient)</instance_attributes>
            </transient_attributes></node_state>
            <node_state id="2" uname="n2" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>
            """
        return Scheduler.schedule(
            SchedulerInput(
                cib: try XMLElement(parsing: Array(text.utf8)), now: WallTime(seconds: 1_700_000_000),
                options: SchedulerOptions(collectsScores: true)))
    }

    private func scores(_ output: SchedulerOutput, _ end: String) -> [String] {
        output.scores.map(\.text).filter { $0.hasSuffix(end) }
    }

    @Test("of two values of a node attribute in one set the first counts")
    func firstValue() throws {
        let output = try decide(
            resources: #"<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/>"#,
            transient: """
                <nvpair id="f1" name="fail-count-a#start_0" value="2"/>
                <nvpair id="f2" name="fail-count-a#start_0" value="INFINITY"/>
                """)
        #expect(!scores(output, "a allocation score on n1: 0").isEmpty)
    }

    @Test("in a set that is kept apart, a clone named by what it clones is kept apart from those after it too")
    func apartByContent() throws {
        let resources = """
            <clone id="c"><primitive id="p" class="ocf" provider="pacemaker" type="Dummy"/></clone>
            <primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/>
            """
        func set(_ name: String) -> String {
            """
            <rsc_colocation id="k" score="-100"><resource_set id="s"><resource_ref id="\(name)"/>
            <resource_ref id="a"/></resource_set></rsc_colocation>
            """
        }
        let (named, byContent) = try (
            decide(resources: resources, constraints: set("c")), decide(resources: resources, constraints: set("p"))
        )
        #expect(named.scores.map(\.text) != byContent.scores.map(\.text))
    }
}
