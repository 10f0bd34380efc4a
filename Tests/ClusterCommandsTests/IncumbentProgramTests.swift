import Agents
import CIB
import Testing
import XMLTree

@testable import ClusterCommands

/// Pacemaker's programs as agents and scripts call them; what they print and return is what Pacemaker 2.1.5 does.
@Suite struct IncumbentProgramTests {
    @Test func agentsFindEveryProgram() {
        #expect(AgentTools.names.sorted() == incumbentProgramNames.sorted())
    }

    @Test(arguments: [
        ("crm_attribute -G -n nope", "", ExitCode.noSuchObject), ("crm_attribute -G -n nope -q -d 7", "7\n", .ok),
        ("crm_attribute --query -n stonith-enabled", "scope=crm_config  name=stonith-enabled value=false\n", .ok),
        ("crm_attribute -G -n foo -N n2", "scope=nodes  name=foo value=bar\n", .ok),
        ("crm_attribute -q -G -n foo -N 2", "bar\n", .ok),
        ("crm_attribute -G -n foo -N n9", "", .noSuchObject),
        ("crm_attribute --promotion=r -G", "scope=status  name=master-r value=10\n", .ok),
        ("crm_attribute --promotion r -G -q", "10\n", .ok), ("crm_attribute -p -G", "", .usage),
        ("crm_attribute -P f.* -v 1 -N n2", "", .usage),
        ("crm_master -r r -G -q -l reboot", "10\n", .ok),
        ("crm_failcount -r r -G", "scope=status  name=fail-count-r value=3\n", .ok),
        ("crm_standby -G", "scope=status  name=standby value=off\n", .ok),
        ("attrd_updater -n master-r -Q", "name=\"master-r\" host=\"n1\" value=\"10\"\n", .ok),
        ("attrd_updater -n nope -Q", "", .configuration), ("attrd_updater -Q", "", .usage),
        ("crm_node -n", "n1\n", .ok), ("crm_node -i", "1\n", .ok), ("crm_node -N 2", "n2\n", .ok),
        ("crm_node -N 9", "Node is not known to cluster\n", .noHost), ("crm_node -p", "n1 n2 \n", .ok),
        ("crm_node -l", "1 n1 member\n2 n2 lost\n", .ok),
        ("crm_resource -l", "r\n", .ok), ("crm_resource -r r -g state", "Attribute 'state' not found for 'r'\n", .ok),
        ("crm_resource -r no -W", "", .noSuchObject),
        ("cibadmin -Q -n -o crm_config", "<crm_config/>\n", .ok), ("cibadmin -Q -A //nothing", "", .noSuchObject),
    ])
    func queries(_ line: String, _ output: String, _ code: ExitCode) throws {
        let outcome = try run(line, on: world())
        #expect(outcome.output == output)
        #expect(outcome.status == code.rawValue, "\(outcome.errors)")
        #expect((code == .ok || !output.isEmpty) == outcome.errors.isEmpty, "\(outcome.errors)")
    }

    @Test(arguments: [
        ("crm_attribute -n a -v 5 -l reboot", "n1 a=5 reboot"),
        ("crm_attribute -l reboot --name a --node n2 -v -INFINITY", "n2 a=-INFINITY reboot"),
        ("crm_attribute --promotion=r -v 5", "n1 master-r=5 reboot"),
        ("crm_attribute --promotion=r -v value+=5", "n1 master-r=15 reboot"),
        ("crm_attribute --promotion=r -D", "n1 master-r=nothing reboot"),
        ("crm_attribute -P mas.* -v 1 -l reboot", "n1 master-r=1 reboot"),
        ("crm_master -r r -Q -l reboot -v 100", "n1 master-r=100 reboot"),
        ("attrd_updater -n a -U 1 -d 5", "n1 a=1 reboot"),
        ("attrd_updater -p -n master-r -D", "n1 master-r=nothing reboot"),
        ("attrd_updater -n a -v a++ -N n2", "n2 a=1 reboot"), ("crm_failcount -D -r r", "cleanup r on n1"),
    ])
    func changesUntilTheNodeLeaves(_ line: String, _ call: String) throws {
        let cluster = try world()
        #expect(try run(line, on: cluster).status == 0)
        #expect(cluster.calls == [call])
    }

    @Test func changesOfTheConfiguration() throws {
        let cluster = try world()
        for line in [
            "crm_attribute -n zz -N n2 -v 5", "crm_attribute -z -N n2 -n cpu -v 4", "crm_attribute -n pp -v 7",
            "crm_attribute -D -n foo -N n2", "crm_attribute -D -n foo -N n2",
            "crm_attribute -t rsc_defaults -n resource-stickiness -v 20", "crm_standby -v on",
            "crm_resource -r r -m -p target-role -v Stopped", "crm_resource -M -r r -N n2",
            "cibadmin -M -o crm_config -X <cluster_property_set/>",
        ] {
            let outcome = try run(line, on: cluster)
            #expect(outcome.status == 0 || line.hasPrefix("cibadmin"), "\(line): \(outcome.errors)")
        }
        let configuration = cluster.stored.configuration
        #expect(configuration.firstDescendant(id: "nodes-2-zz")?["value"] == "5")
        #expect(configuration.firstDescendant(id: "nodes-2-foo") == nil)
        #expect(configuration.firstDescendant(id: "nodes-2-utilization-cpu")?["value"] == "4")
        #expect(configuration.firstDescendant(id: "nodes-1-standby")?["value"] == "on")
        #expect(configuration.firstDescendant(id: "r-meta_attributes-target-role")?["value"] == "Stopped")
        #expect(configuration.firstDescendant(id: "cli-prefer-r")?["node"] == "n2")
        #expect(ConfigurationDraft(cluster.stored).clusterOption("pp") == "7")
    }

    // MARK: World

    /// One online node of two, a running resource with failures and a promotion score.
    private func world() throws -> TestCluster {
        let cluster = try TestCluster()
        cluster.stored = try CIBDocument(
            parsing: Array(
                """
                <cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0" \
                have-quorum="1" dc-uuid="1"><configuration><crm_config><cluster_property_set id="cib-bootstrap-options">\
                <nvpair id="o-1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config><nodes>\
                <node id="1" uname="n1"/><node id="2" uname="n2"><instance_attributes id="nodes-2">\
                <nvpair id="nodes-2-foo" name="foo" value="bar"/></instance_attributes></node></nodes><resources>\
                <primitive id="r" class="ocf" provider="heartbeat" type="Dummy"/></resources><constraints/>\
                </configuration><status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" \
                expected="member"><transient_attributes id="1"><instance_attributes id="status-1">\
                <nvpair id="status-1-a" name="master-r" value="10"/>\
                <nvpair id="status-1-b" name="fail-count-r#start_0" value="1"/>\
                <nvpair id="status-1-c" name="fail-count-r#monitor_10000" value="2"/>\
                </instance_attributes></transient_attributes></node_state></status></cib>
                """.utf8))
        return cluster
    }
}
