import ClusterTypes
import Scheduler
import Testing
import TransitionGraph
import XMLTree

/// Single decisions that only unusual documents show; what is expected is what Pacemaker 3.0.2 decides.
@Suite struct DecisionTests {
    /// The recorded result of an operation.
    private func result(
        _ resource: String, _ task: String, _ code: Int, call: Int, interval: Int = 0, on node: String = "n1"
    )
        -> String
    {
        let expected = task == "monitor" && interval == 0 ? 7 : 0
        let key = "\(call):1:\(expected):aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
        let ends = task.hasPrefix("migrate") ? #"migrate_source="n1" migrate_target="n2""# : ""
        return """
            <lrm_rsc_op id="\(resource)_\(task)_\(interval)" operation_key="\(resource)_\(task)_\(interval)" \
            operation="\(task)" crm_feature_set="3.16.1" transition-key="\(key)" transition-magic="0:\(code);\(key)" \
            on_node="\(node)" call-id="\(call)" rc-code="\(code)" op-status="0" interval="\(interval)" last-rc-change="1700000000" \(ends)/>
            """
    }

    private func history(_ resource: String, _ results: String..., type: String = "Dummy") -> String {
        """
        <lrm_resource id="\(resource)" class="ocf" provider="pacemaker" type="\(type)">\(results.joined())</lrm_resource>
        """
    }

    private func state(_ id: Int, _ histories: String = "", isUp: Bool = true) -> String {
        let membership =
            isUp
            ? #"in_ccm="true" crmd="online" join="member" expected="member""#
            : #"in_ccm="false" crmd="offline" join="down" expected="down""#
        return """
            <node_state id="\(id)" uname="n\(id)" \(membership)><lrm id="\(id)"><lrm_resources>\(histories)</lrm_resources></lrm>
            </node_state>
            """
    }

    private func decide(
        _ resources: String, constraints: String = "", status: String, options: [String: String] = [:],
        hasQuorum: Bool = true
    ) throws -> SchedulerOutput {
        let pairs = options.map { #"<nvpair id="\#($0.key)" name="\#($0.key)" value="\#($0.value)"/>"# }.joined()
        let text = """
            <cib have-quorum="\(hasQuorum ? 1 : 0)" dc-uuid="1" crm_feature_set="3.16.1"><configuration><crm_config>
            <cluster_property_set id="o">\(pairs)</cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes><resources>\(resources)</resources>
            <constraints>\(constraints)</constraints></configuration><status>\(status)</status></cib>
            """
        var choices = SchedulerOptions(collectsScores: true)
        choices.repeatsIncumbent = true
        return schedule(
            SchedulerInput(
                cib: try XMLElement(parsing: Array(text.utf8)), now: WallTime(seconds: 1_700_000_100), options: choices)
        )
    }

    private func primitive(_ id: String, _ content: String = "", type: String = "Dummy") -> String {
        #"<primitive id="\#(id)" class="ocf" provider="pacemaker" type="\#(type)">\#(content)</primitive>"#
    }

    private let unfenced = ["stonith-enabled": "false"]

    @Test("an instance that is not managed counts for dependents with the score of its node, not with its stickiness")
    func unmanagedInstances() throws {
        func score(isManaged: Bool) throws -> [String] {
            let output = try decide(
                """
                <clone id="a">\(primitive("p"))</clone>
                <clone id="b"><meta_attributes id="m"><nvpair id="m1" name="promotable" value="true"/>
                <nvpair id="m2" name="is-managed" value="\(isManaged)"/></meta_attributes>
                \(primitive("q", type: "Stateful"))</clone>
                """,
                constraints: """
                    <rsc_colocation id="k" rsc="a" with-rsc="b" score="INFINITY" with-rsc-role="Unpromoted"/>
                    """,
                status: state(1, history("q", result("q", "start", 0, call: 2), type: "Stateful")),
                options: unfenced)
            return output.scores.map(\.text).filter {
                $0.hasPrefix("pcmk__primitive_assign: p:0 allocation score on n1")
            }
        }
        #expect(try score(isManaged: true) == ["pcmk__primitive_assign: p:0 allocation score on n1: 1"])
        #expect(try score(isManaged: false) == ["pcmk__primitive_assign: p:0 allocation score on n1: 0"])
    }

    @Test(
        "without quorum a remote node that may be in another partition is fenced only when that is allowed",
        arguments: [true, false])
    func remoteNodesWithoutQuorum(isAllowed: Bool) throws {
        let output = try decide(
            """
            <primitive id="f" class="stonith" type="fence_xvm"/>
            \(primitive(
                "r1", #"<operations><op id="m" name="monitor" interval="20s"/></operations>"#, type: "remote"))
            """,
            status: state(
                1,
                history(
                    "r1", result("r1", "start", 0, call: 2), result("r1", "monitor", 1, call: 3, interval: 20_000),
                    type: "remote")) + state(2, isUp: false)
                + #"<node_state id="r1" uname="r1" remote_node="true" in_ccm="true" crmd="online"/>"#,
            options: ["fence-remote-without-quorum": String(isAllowed)], hasQuorum: false)
        let isFenced = output.graph.actions.contains { $0.operation == "stonith" && $0.node == "r1" }
        #expect(isFenced == isAllowed)
    }

    @Test("an operation that is cancelled carries the parameters that were configured for it")
    func cancelledOperations() throws {
        let output = try decide(
            primitive(
                "p",
                """
                <operations><op id="m" name="monitor" interval="10s" enabled="false">
                <instance_attributes id="i"><nvpair id="i1" name="depth" value="2"/></instance_attributes></op></operations>
                """),
            status: state(
                1, history("p", result("p", "start", 0, call: 2), result("p", "monitor", 0, call: 3, interval: 10_000))),
            options: unfenced)
        let cancels = output.graph.actions.filter { $0.operation == "cancel" }
        #expect(cancels.map { $0["depth"] } == ["2"])
    }

    @Test("what is active elsewhere after a failed migration is no stopped instance for those who are told")
    func notificationsAfterFailedMigrations() throws {
        let output = try decide(
            """
            <clone id="c"><meta_attributes id="m"><nvpair id="m1" name="notify" value="true"/></meta_attributes>
            <group id="g">\(primitive("p"))</group></clone>
            """,
            status: state(
                2,
                history(
                    "p:0", result("p:0", "migrate_from", 1, call: 2, on: "n2"),
                    result("p:0", "stop", 0, call: 3, on: "n2")))
                + state(1, history("p:0", result("p:0", "monitor", 7, call: 4))), options: unfenced)
        #expect(output.summary.lines.contains { $0.hasPrefix("Restart") && $0.contains("p:0") })
        let told = output.graph.actions.compactMap { $0["CRM_meta_notify_active_resource"] }
        #expect(!told.isEmpty && told.allSatisfy { $0 == "p:0" })
    }
}
