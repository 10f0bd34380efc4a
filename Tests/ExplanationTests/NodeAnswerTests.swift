import ClusterTypes
import Explanation
import Scheduler
import Testing
import XMLTree

/// What happens to nodes, and what is left behind on them.
@Suite struct NodeAnswerTests {
    @Test("a node that is lost is fenced, and the overview says so first")
    func fencing() throws {
        let input = try self.input(
            second: #"<node_state id="2" uname="n2" in_ccm="false" crmd="offline" join="down" expected="member"/>"#)
        let nodes = explainNodes(input)
        #expect(nodes.map(\.node) == ["n2"])
        #expect(nodes.first?.sentence == "is fenced: peer is no longer part of the cluster.")
    }

    @Test("a node in good health is not spoken of")
    func health() throws {
        #expect(explainNodes(try input(second: member(2, "n2", ""))).isEmpty)
    }

    @Test("after a live migration the source is stopped; the resource does not move again")
    func migrated() throws {
        let magic =
            #"transition-magic="0:0;1:1:0:x" transition-key="1:1:0:x" op-status="0" rc-code="0" interval="0" "#
            + #"op-digest="\#(OperationDigest.of(attributes: [:]))""#
        let ends = #"migrate_source="n1" migrate_target="n2""#
        let source =
            #"<lrm_rsc_op id="web_start_0" operation="start" call-id="1" \#(magic)/>"#
            + #"<lrm_rsc_op id="web_migrate_to_0" operation="migrate_to" call-id="2" \#(ends) \#(magic)/>"#
        let target = #"<lrm_rsc_op id="web_migrate_from_0" operation="migrate_from" call-id="1" \#(ends) \#(magic)/>"#
        let changes = explainChanges(try input(first: member(1, "n1", source), second: member(2, "n2", target)))
            .filter { $0.name == "web" }
        #expect(changes.map(\.outcome) == [.completesMigration])
        #expect(changes.first?.headline == "runs on n2 after its live migration, and is stopped on n1")
    }

    private func member(_ id: Int, _ name: String, _ history: String) -> String {
        """
        <node_state id="\(id)" uname="\(name)" in_ccm="true" crmd="online" join="member" expected="member">
        <lrm id="\(id)"><lrm_resources><lrm_resource id="web" class="ocf" provider="lockstep" type="Dummy">\(history)
        </lrm_resource></lrm_resources></lrm></node_state>
        """
    }

    private func input(first: String? = nil, second: String) throws -> SchedulerInput {
        let text = """
            <cib validate-with="pacemaker-3.9" have-quorum="1" dc-uuid="1"><configuration><crm_config/>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
            <resources><primitive id="fencing" class="stonith" type="fence_ipmilan"/>
            <primitive id="web" class="ocf" provider="lockstep" type="Dummy">
            <meta_attributes id="m"><nvpair id="a" name="allow-migrate" value="true"/></meta_attributes></primitive>
            </resources><constraints/></configuration><status>\(first ?? member(1, "n1", ""))\(second)</status></cib>
            """
        return SchedulerInput(cib: try XMLElement(parsing: Array(text.utf8)), now: WallTime(seconds: 1_700_000_000))
    }
}
