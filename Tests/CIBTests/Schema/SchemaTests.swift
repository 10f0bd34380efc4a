import Testing
import XMLTree

@testable import CIB

/// A CIB with the given content in its sections.
func cib(
    resources: String = "", constraints: String = "", options: String = "", nodes: String = "", more: String = "",
    attributes: String = "validate-with=\"pacemaker-3.9\""
) -> CIBDocument {
    let text = """
        <cib epoch="1" num_updates="0" admin_epoch="0" \(attributes)>
          <configuration>
            <crm_config>\(options)</crm_config>
            <nodes>\(nodes)</nodes>
            <resources>
        \(resources)
            </resources>
            <constraints>
        \(constraints)
            </constraints>
            \(more)
          </configuration>
          <status><node_state id="1" any="thing"><lrm/></node_state></status>
        </cib>
        """
    do { return try CIBDocument(parsing: Array(text.utf8)) } catch {
        Issue.record("the test's own CIB is broken: \(error)")
        return CIBDocument()
    }
}

private let web = "<primitive id='web' class='ocf' provider='heartbeat' type='apache'/>"

@Suite struct SchemaTests {
    @Test func aWholeConfigurationConforms() throws {
        let document = cib(
            resources: """
                <template id='t' class='ocf' provider='heartbeat' type='Dummy'/>
                <primitive id='a' template='t'><meta_attributes id='a-m'><nvpair id='a-m-1' name='priority' value='1'/>
                </meta_attributes><operations><op id='a-mon' name='monitor' interval='10s' timeout='20s' on-fail='restart'/>
                </operations><utilization id='a-u'><nvpair id='a-u-cpu' name='cpu' value='2'/></utilization></primitive>
                <group id='g'><primitive id='ip' class='ocf' provider='heartbeat' type='IPaddr2'/>\(web)</group>
                <clone id='c'><primitive id='s' class='systemd' type='nginx'/></clone>
                <bundle id='b'><podman image='x' replicas='2' promoted-max='1'/>
                <network ip-range-start='10.0.0.1'><port-mapping id='p' port='80'/></network>
                <storage><storage-mapping id='sm' source-dir='/a' target-dir='/b'/></storage>
                <primitive id='inner' class='ocf' provider='heartbeat' type='Dummy'/></bundle>
                <primitive id='f' class='stonith' type='fence_dummy'/>
                """,
            constraints: """
                <rsc_location id='l1' rsc='a' node='n1' score='INFINITY'/>
                <rsc_location id='l2' rsc-pattern='x.*'><rule id='r' score='-INFINITY' boolean-op='or'>
                <expression id='e' attribute='#uname' operation='eq' value='n2'/>
                <date_expression id='d' operation='date_spec'><date_spec id='ds' hours='9-17'/></date_expression>
                </rule></rsc_location>
                <rsc_colocation id='co' rsc='a' with-rsc='g' score='-5' with-rsc-role='Promoted'/>
                <rsc_order id='o'><resource_set id='rs' sequential='false'><resource_ref id='a'/></resource_set></rsc_order>
                <rsc_order id='o2' first='a' then='g' kind='Optional'/>
                <rsc_ticket id='tk' rsc='a' ticket='T' loss-policy='fence'/>
                """,
            options:
                "<cluster_property_set id='x'><nvpair id='x-1' name='stonith-enabled' value='true'/></cluster_property_set>",
            nodes: "<node id='1' uname='n1'><instance_attributes id='n1-a'/></node>",
            more: """
                <fencing-topology><fencing-level id='fl' target='n1' index='1' devices='f,f2'/></fencing-topology>
                <rsc_defaults><meta_attributes id='rd'><nvpair id='rd-1' name='resource-stickiness' value='1'/>
                </meta_attributes></rsc_defaults><op_defaults/>
                <tags><tag id='tag'><obj_ref id='a'/></tag></tags>
                <acls><acl_role id='ro'><acl_permission id='ap' kind='read' xpath='/cib'/></acl_role>
                <acl_target id='joe'><role id='ro'/></acl_target></acls>
                <alerts><alert id='al' path='/x'><select><select_nodes/></select><recipient id='rec' value='y'/></alert></alerts>
                """)
        #expect(try document.validate().isEmpty)
    }

    @Test(arguments: [
        ("<primitive id='a' class='ocf' type='Dummy'/>", "a", "primitive id=\"a\" has no provider"),
        ("<primitive id='a' class='odd' type='x'/>", "a", "class=\"odd\": expected ocf, lsb"),
        ("<primitive id='1a' class='lsb' type='x'/>", "1a", "id=\"1a\": expected a name that begins with a letter"),
        (
            "<primitive id='a' class='lsb' type='x' colour='red'/>", "a",
            "an attribute colour, which pacemaker-3.9 does not have there"
        ),
        (
            "<primitive id='a' class='lsb' type='x'><op id='o' name='monitor' interval='1'/></primitive>", "o",
            "op id=\"o\" is not allowed in primitive id=\"a\""
        ),
        (
            "<primitive id='a' class='lsb' type='x'><operations><op id='o' name='monitor'/></operations></primitive>",
            "o",
            "op id=\"o\" has no interval"
        ),
        ("<group id='g'/>", "g", "group id=\"g\" has no primitive"),
        ("<clone id='c'/>", "c", "clone id=\"c\" has none of primitive, group"),
        (
            "<primitive id='a' class='lsb' type='x'/>\n<primitive id='a' class='lsb' type='x'/>", "a",
            "primitive id=\"a\" has the id of another element, a primitive"
        ),
        ("<machine id='m'/>", "m", "machine id=\"m\" is not allowed in resources by pacemaker-3.9"),
    ])
    func breachesAreNamed(_ resources: String, _ id: String, _ words: String) {
        #expect { try cib(resources: resources).validate() } throws: { error in
            guard let failure = error as? CIBFailure else { return false }
            return failure.code == .schemaViolation && failure.elementID == id && failure.message.contains(words)
                && (6...7).contains(failure.line)
        }
    }

    @Test(arguments: [
        "<rsc_location id='l' rsc='web' node='n' score='much'/>", "<rsc_location id='l' rsc='web' score='1'/>",
        "<rsc_order id='o' first='web'/>", "<rsc_colocation id='c' rsc='web'/>",
        "<rsc_order id='o' first='web' then='web' kind='Sometimes'/>",
        "<rsc_location id='l' rsc='web'><rule id='r'/></rsc_location>", "<rsc_order id='o' first='web' then='ghost'/>",
    ])
    func brokenConstraintsAreRefused(_ constraints: String) {
        #expect(throws: CIBFailure.self) { try cib(resources: web, constraints: constraints).validate() }
    }

    @Test func textMeansNothing() throws {
        #expect(try cib(resources: "<primitive id='a' class='lsb' type='x'>text</primitive>").validate().isEmpty)
    }

    @Test func otherLanguagesAreSaid() throws {
        #expect(try cib(attributes: "validate-with='pacemaker-3.0'").validate().isEmpty)
        let newer = try cib(attributes: "validate-with='pacemaker-9.1'").validate()
        #expect(newer.map(\.severity) == [.warning] && newer[0].message.contains("pacemaker-9.1"))
        #expect(throws: CIBFailure.self) {
            try cib(resources: "<x/>", attributes: "validate-with='pacemaker-9.1'").validate()
        }
        #expect(throws: CIBFailure.self) {
            try cib(resources: "<x/>", attributes: "validate-with='pacemaker-2.10'").validate()
        }
        for name in SchemaVersion.vagueNames {
            #expect(try cib(attributes: "validate-with='\(name)'").validate().isEmpty)
        }
        #expect(try cib(resources: "<x/>", attributes: "validate-with='none'").validate().isEmpty)
    }

    @Test func aChangeThatBreaksTheSchemaIsRefused() throws {
        let document = cib(resources: web)
        expectRefusal(.schemaViolation, document, .create(xml("<primitive id='b' class='ocf' type='x'/>")))
        expectRefusal(
            .schemaViolation, document, .create(xml("<group id='web'><primitive id='c' class='lsb' type='x'/></group>"))
        )
        expectRefusal(.schemaViolation, document, .modify(xml("<primitive id='web' bad='1'/>")))
        expectRefusal(.unknownSchema, document, .upgrade(to: "pacemaker-9.9"))
        var old = cib(resources: web, attributes: "validate-with='pacemaker-2.10'")
        try old.make(.upgrade())
        #expect(old.schemaName == CIBDocument.defaultSchema)
        let broken = cib(resources: "<x/>", attributes: "validate-with='pacemaker-2.10'")
        expectRefusal(.schemaViolation, broken, .upgrade())
    }
}
