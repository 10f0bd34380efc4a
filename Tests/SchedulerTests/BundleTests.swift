import ClusterTypes
import Scheduler
import Testing
import TransitionGraph
import XMLTree

@Suite struct BundleTests {
    private func decide(
        options: String, history: String = "", resources: String = "", constraints: String = ""
    ) throws -> SchedulerOutput {
        let text = """
            <cib have-quorum="1" dc-uuid="1"><configuration><crm_config><cluster_property_set id="o">
            <nvpair id="o1" name="stonith-enabled" value="false"/>\(options)</cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/></nodes>
            <resources><bundle id="b"><podman image="i" replicas="2" replicas-per-host="2"/>
            <network ip-range-start="192.0.2.1"/>
            <primitive id="p" class="ocf" provider="pacemaker" type="Dummy"/></bundle>\(resources)</resources>
            <constraints>\(constraints)</constraints>
            </configuration><status>
            <node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">
            <lrm id="1"><lrm_resources>\(history)</lrm_resources></lrm></node_state></status></cib>
            """
        return Scheduler.schedule(
            SchedulerInput(
                cib: try XMLElement(parsing: Array(text.utf8)), now: WallTime(seconds: 1_700_000_000),
                options: SchedulerOptions(collectsScores: true, collectsUtilization: true)))
    }

    @Test("in an opt-in cluster a connection has a score on the nodes of containers: that it may never be there")
    func connectionsInOptInClusters() throws {
        let option = #"<nvpair id="o2" name="symmetric-cluster" value="false"/>"#
        func scores(_ output: SchedulerOutput) -> [String] {
            output.scores.map(\.text).filter { $0.contains(" b-1 allocation score on b-0: -INFINITY") }
        }
        #expect(try !scores(decide(options: option)).isEmpty)
        #expect(try scores(decide(options: "")).isEmpty)
    }

    @Test("the nodes in containers have no capacities to show")
    func capacities() throws {
        let output = try decide(options: "")
        let shown = output.scores.map(\.text).filter { $0.contains(" capacity:") }
        #expect(shown == ["Original: n1 capacity:", "Remaining: n1 capacity:"])
    }

    private let address = #"<primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2"/>"#

    @Test("what is allowed everywhere by a rule is not probed in containers")
    func probesInContainers() throws {
        let output = try decide(
            options: "", resources: address,
            constraints: """
                <rsc_location id="l" rsc="ip"><rule id="r" score="INFINITY">
                <expression id="e" attribute="missing" operation="not_defined"/></rule></rsc_location>
                """)
        let probes = output.graph.actions.filter { $0.operationKey == "ip_monitor_0" }
        #expect(probes.map(\.node) == ["n1"])
    }

    @Test("in a circle of colocations a bundle is placed within itself, and gone through again by each part")
    func circles() throws {
        let output = try decide(
            options: "", resources: address,
            constraints: """
                <rsc_colocation id="c1" rsc="ip" with-rsc="b" score="50"/>
                <rsc_colocation id="c2" rsc="b" with-rsc="ip" score="1000"/>
                """)
        // For itself, for ip, and then for each address and each connection.
        #expect(output.scores.filter { $0.text.contains("bundle_assign: b allocation score on n1") }.count == 6)
    }

    @Test("what runs in a bundle can be colocated with the bundle itself")
    func contentWithItsBundle() throws {
        let output = try decide(
            options: "", constraints: #"<rsc_colocation id="c" rsc="p" with-rsc="b" score="INFINITY"/>"#)
        #expect(!output.scores.isEmpty)
    }
}
