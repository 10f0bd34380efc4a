import SchedulerComparison
import Testing
import TransitionGraph
import XMLTree

/// Plans with a planted defect each: the check that is for it says so, and says nothing of the sound plan.
@Suite struct SafetyTests {
    private func action(
        _ id: Int, _ resource: String, _ operation: String, on node: String,
        kind: TransitionGraph.Action.Kind = .resource
    ) -> TransitionGraph.Action {
        TransitionGraph.Action(
            id: .init(id), kind: kind, operation: operation, operationKey: "\(resource)_\(operation)_0", node: node,
            resource: .init(id: resource, standard: "ocf", provider: "pacemaker", type: "Dummy"))
    }

    private func graph(_ actions: [TransitionGraph.Action], inputs: [Int: [Int]] = [:]) -> TransitionGraph {
        TransitionGraph(
            actions: actions,
            synapses: actions.map { action in
                .init(
                    id: action.id.rawValue, actions: [action.id],
                    inputs: (inputs[action.id.rawValue] ?? []).map { .init($0) })
            })
    }

    private func document(
        quorum: String = "1", options: String = "", constraints: String = "", meta: String = "", active: String? = nil,
        isLost: Bool = false
    ) throws -> XMLElement {
        let history = active.map {
            """
            <lrm id="1"><lrm_resources><lrm_resource id="\($0)" class="ocf" type="Dummy"><lrm_rsc_op id="\($0)_last_0"
            operation="start" interval="0" rc-code="0" op-status="0"/></lrm_resource></lrm_resources></lrm>
            """
        }
        let state = isLost ? #"in_ccm="false" crmd="offline""# : #"in_ccm="true" crmd="online" join="member""#
        return try XMLElement(
            parsing: Array(
                """
                <cib validate-with="pacemaker-3.7" have-quorum="\(quorum)"><configuration>
                <crm_config><cluster_property_set id="o">\(options)</cluster_property_set></crm_config>
                <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
                <resources><primitive id="a" class="ocf" type="Dummy">\(meta)</primitive>
                <primitive id="b" class="ocf" type="Dummy"/>
                <clone id="c"><meta_attributes id="m"><nvpair id="p" name="promotable" value="true"/></meta_attributes>
                <primitive id="d" class="ocf" type="Stateful"/></clone></resources>
                <constraints>\(constraints)</constraints></configuration>
                <status><node_state id="1" uname="n1" \(state)>\(history ?? "")</node_state>
                <node_state id="2" uname="n2" in_ccm="true" crmd="online" join="member"/></status></cib>
                """.utf8))
    }

    private func kinds(_ graph: TransitionGraph, _ cib: XMLElement) -> [String] {
        InvariantChecks.violations(graph, of: cib).map { String($0.prefix { $0 != ":" }) }
    }

    @Test("a start where a constraint forbids it")
    func banned() throws {
        let cib = try document(constraints: #"<rsc_location id="l" rsc="a" node="n2" score="-INFINITY"/>"#)
        #expect(kinds(graph([action(1, "a", "start", on: "n2")]), cib) == ["banned"])
        #expect(kinds(graph([action(1, "a", "start", on: "n1")]), cib) == [])
    }

    @Test("a start without quorum")
    func quorum() throws {
        let plan = graph([action(1, "a", "start", on: "n2")])
        #expect(try kinds(plan, document(quorum: "0")) == ["quorum"])
        #expect(try kinds(plan, document()) == [])
        let ignored = #"<nvpair id="q" name="no-quorum-policy" value="ignore"/>"#
        #expect(try kinds(plan, document(quorum: "0", options: ignored)) == [])
        let undemanding = #"<meta_attributes id="r"><nvpair id="s" name="requires" value="nothing"/></meta_attributes>"#
        #expect(try kinds(plan, document(quorum: "0", meta: undemanding)) == [])
    }

    @Test("a start before the resource has ended elsewhere")
    func twice() throws {
        let cib = try document(active: "a")
        let actions = [action(1, "a", "start", on: "n2"), action(2, "a", "stop", on: "n1")]
        #expect(kinds(graph(actions), cib) == ["twice"])
        #expect(kinds(graph(actions, inputs: [1: [2]]), cib) == [])
        // By way of another action.
        let between = action(3, "b", "start", on: "n2")
        #expect(kinds(graph(actions + [between], inputs: [1: [3], 3: [2]]), cib) == [])
        #expect(kinds(graph([action(1, "a", "start", on: "n2")]), cib) == ["twice"])
    }

    @Test("a start before the node where the resource ran is fenced")
    func unfenced() throws {
        let fencing = action(2, "n1", "stonith", on: "n1", kind: .cluster)
        let actions = [action(1, "a", "start", on: "n2"), fencing]
        for isLost in [true, false] {
            let cib = try document(active: "a", isLost: isLost)
            #expect(kinds(graph(actions), cib) == ["twice"])
            #expect(kinds(graph(actions, inputs: [1: [2]]), cib) == [])
        }
        // Nobody fences: a lost node is taken to be down.
        #expect(try kinds(graph([actions[0]]), document(active: "a", isLost: true)) == [])
    }

    @Test("starts that do not keep their order")
    func order() throws {
        let constraint = #"<rsc_order id="o" first="a" then="b"/>"#
        let cib = try document(constraints: constraint)
        let actions = [action(1, "a", "start", on: "n1"), action(2, "b", "start", on: "n2")]
        #expect(kinds(graph(actions), cib) == ["order"])
        #expect(kinds(graph(actions, inputs: [1: [2]]), cib) == ["order"])
        #expect(kinds(graph(actions, inputs: [2: [1]]), cib) == [])
        let optional = constraint.replacing("then", with: #"kind="Optional" then"#)
        #expect(try kinds(graph(actions), document(constraints: optional)) == [])
    }

    @Test("more promotions than are allowed")
    func promotions() throws {
        let actions = [action(1, "d", "promote", on: "n1"), action(2, "d", "promote", on: "n2")]
        #expect(try kinds(graph(actions), document()) == ["promotions"])
        #expect(try kinds(graph([actions[0]]), document()) == [])
    }

    @Test("a service that is touched in maintenance mode")
    func maintenance() throws {
        let cib = try document(options: #"<nvpair id="m" name="maintenance-mode" value="true"/>"#)
        #expect(kinds(graph([action(1, "a", "stop", on: "n1")]), cib) == ["maintenance"])
        #expect(kinds(graph([action(1, "a", "monitor", on: "n1")]), cib) == [])
    }
}
