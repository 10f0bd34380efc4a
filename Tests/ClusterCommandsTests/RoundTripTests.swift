import CIB
import Testing
import XMLTree

@testable import ClusterCommands

let wholeConfiguration = """
    primitive vip ocf:heartbeat:IPaddr2 params ip=10.0.0.10 cidr_netmask=24 op monitor interval=10s timeout=20s meta target-role=Started
    primitive web ocf:heartbeat:apache params configfile="/etc/apache2/a b.conf" op monitor interval=10s op start timeout=60s interval=0
    primitive d ocf:heartbeat:Dummy
    primitive s1 systemd:cron
    primitive st1 ocf:pacemaker:Stateful op monitor role=Master interval=11s op monitor role=Slave interval=10s
    group g vip web meta target-role=Started
    clone cl d meta clone-max=2 interleave=true
    clone m1 st1 meta promotable=true
    location l g 100: n1
    location l2 g rule -inf: not_defined pingd or pingd lte 0
    location l3 g rule 50: #uname eq n1 and date gt 2020-01-01
    location l4 g resource-discovery=exclusive inf: n2
    location l5 { g cl } inf: n2
    location l6 m1 rule $role=Master 100: #uname eq n1
    location l7 m1 role=Promoted 100: n2
    colocation c inf: g cl
    colocation c2 inf: g m1:Master
    colocation c3 -inf: ( g m1 ) s1
    order o Mandatory: cl g
    order o2 inf: m1:promote g:start
    order o3 Optional: m1 ( cl g ) s1 symmetrical=false
    order o5 Serialize: cl g
    property stonith-enabled=false no-quorum-policy=ignore
    rsc_defaults resource-stickiness=100
    rsc_defaults x: migration-threshold=3
    op_defaults timeout=30s
    tag tg g cl
    """

@Suite struct RoundTripTests {
    func text(of configuration: XMLElement) -> String {
        let renderer = ConfigurationText(of: configuration)
        return orderedObjects(of: configuration).map { renderer.render($0) + "\n" }.joined()
    }

    @Test func whatIsShownCanBeTypedAgain() throws {
        let first = try TestCluster([wholeConfiguration]).stored
        let shown = text(of: first.configuration)
        // Resources are shown by kind, so their order in the document differs; everything else must not.
        var again = ConfigurationDraft(CIBDocument())
        for (_, words) in try splitLines(shown) {
            var statement = try parseStatement(words)
            if let type = statement.unresolvedAgent {
                statement.element["class"] = "ocf"
                statement.element["provider"] = "heartbeat"
                statement.element["type"] = type
            }
            try again.add(statement)
        }
        #expect(text(of: again.configuration) == shown)
        #expect(sorted(again.configuration) == sorted(first.configuration))
    }

    @Test func whatTheLanguageLacksIsShownAsXML() throws {
        let xml = """
            <op_defaults><meta_attributes id="o"><rule id="r" score="INFINITY"><op_expression id="e" name="start"/></rule>\
            <nvpair id="n" name="timeout" value="8s"/></meta_attributes></op_defaults>
            """
        let first = try TestCluster(["xml " + xml]).stored
        let shown = text(of: first.configuration)
        #expect(shown.contains("xml <op_defaults>"))
        #expect(try TestCluster([shown.split(separator: "\n").last.map(String.init) ?? ""]).stored == first)
    }

    @Test func generatedIdsAreThoseOfTheCrmShell() throws {
        let document = try TestCluster([wholeConfiguration]).stored
        for id in [
            "vip-instance_attributes", "vip-instance_attributes-ip", "vip-monitor-10s",
            "vip-meta_attributes-target-role", "web-start-0",
            "st1-monitor-11s", "l2-rule", "l2-rule-expression", "l2-rule-expression-0", "l5-0", "c3-0", "c3-1",
            "cib-bootstrap-options-stonith-enabled",
            "rsc-options-resource-stickiness", "x-migration-threshold", "op-options-timeout",
        ] {
            #expect(document.configuration.firstDescendant(id: id) != nil, "\(id)")
        }
        #expect(document.verify().filter { $0.severity == .error } == [])
    }

    @Test func allIdsAreDifferent() throws {
        let document = try TestCluster([wholeConfiguration]).stored
        var ids: [String] = []
        document.configuration.forEachDescendant { if let id = $0.id, !isReference($0) { ids.append(id) } }
        #expect(Set(ids).count == ids.count)
    }

    private func sorted(_ element: XMLElement) -> XMLElement {
        var copy = element
        copy.attributes.sort { $0.name < $1.name }
        copy.children = copy.children.map(sorted).sorted { ($0.name, $0.id ?? "") < ($1.name, $1.id ?? "") }
        copy.line = 0
        return copy
    }
}
