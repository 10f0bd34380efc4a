import ClusterTypes
import Explanation
import Scheduler
import Testing
import TransitionGraph
import XMLTree

/// Reasons beside scores: quorum, promotion, chores; and what is found through other resources.
@Suite struct ReasonTests {
    @Test("without quorum a start is said to be impossible, and why")
    func quorum() throws {
        let input = try cluster(resources: primitive("web"), attributes: "have-quorum=\"0\"")
        let change = try #require(explainChanges(input).first)
        #expect(change.outcome == .cannotStart)
        #expect(change.brief.last == "This partition has no quorum (no-quorum-policy=stop).")
    }

    @Test("equal reasons against several nodes are one sentence")
    func joined() throws {
        let input = try cluster(
            resources: primitive("web"),
            constraints: (1...3).map {
                "<rsc_location id=\"ban-\($0)\" rsc=\"web\" node=\"n\($0)\" score=\"-INFINITY\"/>"
            }.joined(),
            standby: ["n1", "n2"])
        let subject = try #require(try explain(ExplanationRequest("web"), input).subjects.first)
        #expect(
            subject.place == ["No node may run it.", "On n1 and n2: in standby.", "On n3: location constraint ban-3."])
    }

    @Test("a preference of a resource that it must be with is found where none of its own does anything")
    func preferenceOfPrimary() throws {
        let input = try cluster(
            resources: primitive("db") + primitive("web"),
            constraints: """
                <rsc_colocation id="together" rsc="web" with-rsc="db" score="INFINITY" influence="false"/>
                <rsc_location id="likes" rsc="db" node="n1" score="50"/>
                """,
            history: ["web": started("web"), "db": started("db")])
        let answer = try explain(ExplanationRequest("web", absentFrom: "n2"), input)
        #expect(answer.neededPreference?.resource == "db")
        #expect(answer.neededPreference?.node == "n2")
        #expect(answer.neededPreference?.score == Score(51))
        #expect(
            ExplanationText(answer).render().contains("A further preference of 51 of db for n2 brings it there."))
    }

    @Test("what is done besides is said with its reason")
    func besides() throws {
        let history = operation("web_start_0", "start", "0", 0) + operation("web_monitor_10000", "monitor", "10000", 0)
        let input = try cluster(resources: primitive("web"), history: ["web": history])
        let change = try #require(explainChanges(input).first)
        #expect(change.outcome == .stays)
        #expect(
            change.besides.contains(
                "Its monitor every 10 s on n1 ends: the configuration has no such operation any more."))
        #expect(change.besides.contains("It is probed on n2 and n3: whether it is active there is not known."))
    }

    @Test("no change and no action of a drawn cluster is without a reason", arguments: 1...60 as ClosedRange<UInt64>)
    func everythingHasReasons(seed: UInt64) throws {
        let input = GeneratedCluster(seed: seed).input
        let changes = explainChanges(input)
        for change in changes {
            #expect(!(change.place + change.actions + change.besides).isEmpty, "\(change.name) \(change.headline)")
            for text in change.place + change.actions + change.besides {
                #expect(text.count > 8 && !text.contains(": ."))
            }
        }
        let known = Set(changes.map { $0.name.prefix { $0 != ":" } })
        for action in schedule(input).graph.actions where action.kind == .resource {
            let name = action.resource?.id ?? ""
            #expect(known.contains(name.prefix { $0 != ":" }), "seed \(seed): \(action.operation) of \(name)")
        }
    }

    // MARK: - Three nodes, all online

    private func primitive(_ id: String) -> String {
        "<primitive id=\"\(id)\" class=\"ocf\" provider=\"lockstep\" type=\"Dummy\"/>"
    }

    private func started(_ id: String) -> String { operation("\(id)_start_0", "start", "0", 0) }

    private func operation(_ id: String, _ task: String, _ interval: String, _ code: Int) -> String {
        let key = "1:1:0:00000000-0000-0000-0000-000000000000"
        return """
            <lrm_rsc_op id="\(id)" operation_key="\(id)" operation="\(task)" interval="\(interval)" call-id="\(interval.utf8.count)" \
            rc-code="\(code)" op-status="0" transition-key="\(key)" transition-magic="0:\(code);\(key)" \
            op-digest="\(OperationDigest.of(attributes: [:]))" last-rc-change="1699999000"/>
            """
    }

    private func cluster(
        resources: String, constraints: String = "", attributes: String = "have-quorum=\"1\"", standby: [String] = [],
        history: [String: String] = [:]
    ) throws -> SchedulerInput {
        let nodes = (1...3).map { number in
            let attribute =
                standby.contains("n\(number)")
                ? "<instance_attributes id=\"a\(number)\"><nvpair id=\"s\(number)\" name=\"standby\" value=\"on\"/></instance_attributes>"
                : ""
            return "<node id=\"\(number)\" uname=\"n\(number)\">\(attribute)</node>"
        }
        let entries = history.sorted { $0.key < $1.key }.map { id, operations in
            "<lrm_resource id=\"\(id)\" class=\"ocf\" provider=\"lockstep\" type=\"Dummy\">\(operations)</lrm_resource>"
        }
        let states = (1...3).map { number in
            """
            <node_state id="\(number)" uname="n\(number)" in_ccm="true" crmd="online" join="member" expected="member">\
            <lrm id="\(number)"><lrm_resources>\(number == 1 ? entries.joined() : "")</lrm_resources></lrm></node_state>
            """
        }
        let text = """
            <cib validate-with="pacemaker-3.9" dc-uuid="1" \(attributes)><configuration>
            <crm_config><cluster_property_set id="options">
            <nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
            <nodes>\(nodes.joined())</nodes><resources>\(resources)</resources><constraints>\(constraints)</constraints>
            </configuration><status>\(states.joined())</status></cib>
            """
        return SchedulerInput(cib: try XMLElement(parsing: Array(text.utf8)), now: WallTime(seconds: 1_700_000_000))
    }
}
