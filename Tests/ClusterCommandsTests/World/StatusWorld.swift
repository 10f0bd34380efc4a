import CIB

/// A pair in the middle of things: `n1` is the controller; `n2` is gone and not fenced yet.
enum StatusWorld {
    static func document(
        second: String = #"in_ccm="false" crmd="offline" join="down" expected="member""#, history: String = "",
        secondHistory: String = "", options: String = "", attributes: String = ""
    ) throws -> CIBDocument {
        let text = """
            <cib crm_feature_set="3.16.2" validate-with="pacemaker-3.9" epoch="9" num_updates="4" admin_epoch="0" have-quorum="1" \
            dc-uuid="1" cib-last-written="Mon Nov 23 06:00:00 2026" update-user="root" update-client="crm" update-origin="n1">
            <configuration><crm_config><cluster_property_set id="o">
            <nvpair id="o1" name="dc-version" value="0.1"/><nvpair id="o2" name="cluster-infrastructure" value="lockstep"/>\(options)
            </cluster_property_set></crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2">\(attributes)</node></nodes>
            <resources>
            <group id="g"><primitive id="vip" class="ocf" provider="heartbeat" type="IPaddr2"/>
            <primitive id="web" class="ocf" provider="heartbeat" type="apache"/></group>
            <clone id="c"><primitive id="d" class="ocf" provider="pacemaker" type="Dummy"/></clone>
            <clone id="m"><meta_attributes id="mm"><nvpair id="mp" name="promotable" value="true"/></meta_attributes>
            <primitive id="s" class="ocf" provider="pacemaker" type="Stateful"/></clone>
            <primitive id="off" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="om">
            <nvpair id="omt" name="target-role" value="Stopped"/></meta_attributes></primitive>
            </resources><constraints/></configuration>
            <status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">\(lrm(history))</node_state>
            <node_state id="2" uname="n2" \(second)>\(lrm(secondHistory))</node_state></status></cib>
            """
        return try CIBDocument(parsing: Array(text.utf8))
    }

    private static func lrm(_ history: String) -> String {
        "<lrm id=\"x\"><lrm_resources>\(history)</lrm_resources></lrm>"
    }

    /// The history of one resource; each operation is `name interval rc status call target`.
    static func history(_ id: String, _ type: String, _ operations: String...) -> String {
        let records = operations.map { text in
            let part = text.split(separator: " ").map(String.init)
            return """
                <lrm_rsc_op id="\(id)_\(part[0])_\(part[1])" operation="\(part[0])" interval="\(part[1])" rc-code="\(part[2])" \
                op-status="\(part[3])" call-id="\(part[4])" transition-key="1:1:\(part[5]):u" last-rc-change="1000000000" \
                exec-time="12" queue-time="0" exit-reason="\(part[2] == "1" ? "no route" : "")"/>
                """
        }
        return
            "<lrm_resource id=\"\(id)\" class=\"ocf\" provider=\"heartbeat\" type=\"\(type)\">\(records.joined())</lrm_resource>"
    }

    static let running = [
        history("vip", "IPaddr2", "monitor 0 7 0 1 7", "start 0 0 0 5 0", "monitor 10000 0 0 6 0"),
        history("web", "apache", "monitor 0 7 0 2 7", "start 0 0 0 7 0"), history("d", "Dummy", "start 0 0 0 8 0"),
        history("s", "Stateful", "start 0 0 0 9 0", "promote 0 0 0 10 0"),
    ].joined()
}
