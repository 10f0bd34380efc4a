import Testing
import XMLTree

@testable import CIB

private func upgraded(_ document: CIBDocument, to version: SchemaVersion) throws -> (XMLElement, [String]) {
    let upgrade = try SchemaUpgrade(document.root, to: version)
    #expect(upgrade.version == version)
    let configuration = try #require(upgrade.root.child("configuration"))
    return (configuration, upgrade.warnings)
}

private func text(_ section: String, of configuration: XMLElement) -> String {
    configuration.child(section)?.compact() ?? ""
}

@Suite struct UpgradeFrom1Tests {
    @Test func permissionsBecomeRoles() throws {
        let old = cib(
            more: """
                <acls><acl_user id='ann'><read id='r1' xpath='/cib' attribute='x'/><deny id='d1' tag='nvpair'/></acl_user>
                <acl_user id='bob'><role_ref id='admin'/></acl_user>
                <acl_role id='admin'><write id='w1' ref='r1'/></acl_role></acls>
                """, attributes: "validate-with='pacemaker-1.2'")
        let (configuration, _) = try upgraded(old, to: SchemaVersion(2, 0))
        #expect(
            text("acls", of: configuration)
                == "<acls><acl_target id=\"ann\"><role id=\"auto-ann\"/></acl_target><acl_role id=\"auto-ann\">"
                + "<acl_permission id=\"r1\" kind=\"read\" xpath=\"/cib[@x]\"/>"
                + "<acl_permission id=\"d1\" kind=\"deny\" object-type=\"nvpair\"/></acl_role>"
                + "<acl_target id=\"bob\"><role id=\"admin\"/></acl_target>"
                + "<acl_role id=\"admin\"><acl_permission id=\"w1\" kind=\"write\" reference=\"r1\"/></acl_role></acls>"
        )
    }
}

@Suite struct UpgradeFrom2Tests {
    private let newest3 = SchemaVersion(3, 10)

    @Test func optionsAreRenamedMovedAndDropped() throws {
        let old = cib(
            options: """
                <cluster_property_set id='s'><nvpair id='a' name='stonith_enabled' value='false'/>
                <nvpair id='b' name='default-action-timeout' value='30s'/><nvpair id='c' name='cluster-infrastructure' value='cman'/>
                <nvpair id='d' name='default_resource_failure_stickiness' value='-INFINITY'/></cluster_property_set>
                <cluster_property_set id='e'><nvpair id='f' name='expected-quorum-votes' value='2'/></cluster_property_set>
                """,
            more:
                "<op_defaults><meta_attributes id='o'><nvpair id='x' name='y' value='z'/></meta_attributes></op_defaults>",
            attributes: "validate-with='pacemaker-2.5'")
        let (configuration, warnings) = try upgraded(old, to: newest3)
        #expect(
            text("crm_config", of: configuration)
                == "<crm_config><cluster_property_set id=\"s\"><nvpair id=\"a\" name=\"stonith-enabled\" value=\"false\"/>"
                + "</cluster_property_set></crm_config>")
        #expect(
            text("op_defaults", of: configuration)
                == "<op_defaults><meta_attributes id=\"o\"><nvpair id=\"x\" name=\"y\" value=\"z\"/>"
                + "<nvpair id=\"b\" name=\"timeout\" value=\"30s\"/></meta_attributes></op_defaults>")
        #expect(
            text("rsc_defaults", of: configuration)
                == "<rsc_defaults><meta_attributes id=\"_2TO3_-rsc-defaults\">"
                + "<nvpair id=\"d\" name=\"migration-threshold\" value=\"1\"/></meta_attributes></rsc_defaults>")
        #expect(warnings.count == 2)
    }

    @Test func whatAStartRequiresMovesToTheResource() throws {
        let old = cib(
            resources: """
                <primitive id='p' class='lsb' type='x'><operations>
                <op id='p-start' name='start' interval='0' requires='quorum'/>
                <op id='p-promote' name='promote' interval='0' requires='nothing'/>
                <op id='p-mon' name='monitor' interval='9' requires='fencing'><instance_attributes id='i'>
                <nvpair id='t' name='timeout' value='20'/><nvpair id='z' name='zz' value='1'/></instance_attributes></op>
                </operations></primitive>
                <primitive id='q' class='stonith' type='y'><instance_attributes id='qi'>
                <nvpair id='q1' name='pcmk_arg_map' value='port:plug'/><nvpair id='q2' name='pcmk_off_cmd' value='o'/>
                </instance_attributes></primitive>
                """, attributes: "validate-with='pacemaker-2.10'")
        let (configuration, warnings) = try upgraded(old, to: newest3)
        #expect(
            text("resources", of: configuration)
                == "<resources><primitive id=\"p\" class=\"lsb\" type=\"x\"><operations>"
                + "<op id=\"p-start\" name=\"start\" interval=\"0\"/><op id=\"p-promote\" name=\"promote\" interval=\"0\"/>"
                + "<op id=\"p-mon\" name=\"monitor\" interval=\"9\"><instance_attributes id=\"i\">"
                + "<nvpair id=\"z\" name=\"zz\" value=\"1\"/></instance_attributes><meta_attributes id=\"_2TO3_p-mon-meta\">"
                + "<nvpair id=\"t\" name=\"timeout\" value=\"20\"/></meta_attributes></op></operations>"
                + "<meta_attributes id=\"_2TO3_p-meta\">"
                + "<nvpair id=\"_2TO3_p-promote-meta-requires\" name=\"requires\" value=\"nothing\"/></meta_attributes>"
                + "</primitive><primitive id=\"q\" class=\"stonith\" type=\"y\"><instance_attributes id=\"qi\">"
                + "<nvpair id=\"q1\" name=\"pcmk_host_argument\" value=\"plug\"/>"
                + "<nvpair id=\"q2\" name=\"pcmk_off_action\" value=\"o\"/></instance_attributes></primitive></resources>"
        )
        #expect(warnings.contains { $0.contains("p-mon") })
    }

    @Test func whatConformsAlreadyOnlyStatesTheNewVersion() throws {
        let old = cib(
            resources: "<primitive id='a' class='lsb' type='x'/>", attributes: "validate-with='pacemaker-1.0'")
        let upgrade = try SchemaUpgrade(old.root)
        var expected = old.root
        expected["validate-with"] = "pacemaker-4.0"
        #expect(upgrade.root == expected && upgrade.warnings.isEmpty)
    }

    @Test func theSchedulerGetsWhatItReads() throws {
        let old = cib(
            options:
                "<cluster_property_set id='s'><nvpair id='a' name='stonith_enabled' value='false'/></cluster_property_set>",
            attributes: "validate-with='pacemaker-0.6'")
        #expect(try CIBDocument.readableForm(of: old.root).root["validate-with"] == "pacemaker-3.10")
        let recent = cib(attributes: "validate-with='pacemaker-3.0'")
        #expect(try CIBDocument.readableForm(of: recent.root).root == recent.root)
        let broken = cib(resources: "<x id='y'/>", attributes: "validate-with='pacemaker-2.10'")
        let failure = #expect(throws: CIBFailure.self) { try CIBDocument.readableForm(of: broken.root) }
        #expect(failure?.message.hasPrefix("Cannot upgrade configuration (claiming schema pacemaker-2.10)") == true)
        #expect(failure?.elementID == "y" && failure?.line == 6)
    }

    @Test func whatOnlyANewerVersionHasIsFoundThere() throws {
        let meta = "<meta_attributes id='m'><rule id='r'><rsc_expression id='e' type='x'/></rule></meta_attributes>"
        let early = cib(
            resources: "<primitive id='a' class='lsb' type='x'>\(meta)</primitive>",
            attributes: "validate-with='pacemaker-3.0'")
        #expect(throws: CIBFailure.self) { try early.validate() }
        let restated = try #require(CIBDocument.restatedSchema(of: early.root))
        #expect(try #require(restated["validate-with"]) > "pacemaker-3.0")
        #expect(CIBDocument.restatedSchema(of: cib(attributes: "validate-with='pacemaker-3.0'").root) == nil)
    }
}

@Suite struct UpgradeFrom3Tests {
    private let prefix = "pcmk__3_10_upgrade-"

    private func upgrade(_ document: CIBDocument) throws -> (XMLElement, [String]) {
        try upgraded(document, to: .newest)
    }

    @Test func valuesAreSortedAndShadowedOnesDropped() throws {
        let old = cib(
            resources: """
                <primitive id='p' class='lsb' type='x'><meta_attributes id='low' score='-5'/>
                <meta_attributes id='high' score='INFINITY'><nvpair id='a' name='x' value='1'/><nvpair id='b' name='x' value='2'/>
                <nvpair id='c' name='y'/><nvpair id='d' name='restart-type' value='ignore'/>
                <nvpair id='e' name='z' value='1'/><nvpair id='f' name='z' value='#default'/><nvpair id='g' name='z' value='3'/>
                </meta_attributes><operations/></primitive>
                """)
        let (configuration, warnings) = try upgrade(old)
        #expect(
            text("resources", of: configuration)
                == "<resources><primitive id=\"p\" class=\"lsb\" type=\"x\"><operations/>"
                + "<meta_attributes id=\"high\" score=\"INFINITY\"><nvpair id=\"a\" name=\"x\" value=\"1\"/>"
                + "<nvpair id=\"g\" name=\"z\" value=\"3\"/></meta_attributes><meta_attributes id=\"low\" score=\"-5\"/>"
                + "</primitive></resources>")
        #expect(warnings.count == 1)
    }

    @Test func aMasterBecomesAPromotableClone() throws {
        let old = cib(resources: "<master id='m'><primitive id='a' class='lsb' type='x'/></master>")
        let set = prefix + "promotable-legacy-m-meta_attributes"
        #expect(
            text("resources", of: try upgrade(old).0)
                == "<resources><clone id=\"m\"><meta_attributes id=\"\(set)\" score=\"INFINITY\">"
                + "<nvpair id=\"\(set)-promotable\" name=\"promotable\" value=\"true\"/></meta_attributes>"
                + "<primitive id=\"a\" class=\"lsb\" type=\"x\"/></clone></resources>")
    }

    @Test func severalRulesBecomeSeveralLocations() throws {
        let rule = { (id: String) in
            "<rule id='\(id)' score='1'><expression id='\(id)-e' attribute='a' operation='defined'/></rule>"
        }
        let old = cib(
            resources: "<primitive id='p' class='lsb' type='x'/>",
            constraints: "<rsc_location id='l' rsc='p'>\(rule("r1"))\(rule("r2"))</rsc_location>",
            more: "<acls><acl_role id='ro'><acl_permission id='ap' kind='read' reference='l'/></acl_role></acls>")
        let (configuration, _) = try upgrade(old)
        let ids = configuration.child("constraints")?.children.compactMap { $0.id }
        #expect(ids == [prefix + "l-1", prefix + "l-2"])
        #expect(
            text("acls", of: configuration).contains("xpath=\"//*[@id = '\(prefix)l-1' or @id = '\(prefix)l-2']\""))
    }

    @Test func aLifetimeBecomesACondition() throws {
        let date = "<date_expression id='d' operation='lt' end='2030-01-01'/>"
        let old = cib(
            resources: "<primitive id='p' class='lsb' type='x'/>",
            constraints: """
                <rsc_location id='l' rsc='p' node='n' score='5'><lifetime><rule id='r' score='1'>\(date)</rule></lifetime></rsc_location>
                <rsc_order id='o' first='p' then='p'><lifetime><rule id-ref='r'/></lifetime></rsc_order>
                """)
        let (configuration, warnings) = try upgrade(old)
        #expect(
            text("constraints", of: configuration)
                == "<constraints><rsc_location id=\"l\" rsc=\"p\"><rule id=\"\(prefix)l-lifetime-and-rule\" boolean-op=\"and\">"
                + "<rule id=\"\(prefix)l-node-score-rule\" score=\"5\"><expression id=\"\(prefix)l-node-score-rule-expr\" "
                + "attribute=\"#uname\" operation=\"eq\" value=\"n\"/></rule>"
                + "<rule id=\"r\" score=\"1\"><date_expression id=\"d\" operation=\"lt\" end=\"2030-01-01\"/></rule></rule>"
                + "</rsc_location><rsc_order id=\"o\" first=\"p\" then=\"p\"/></constraints>")
        #expect(warnings.count == 1)
    }

    @Test func agentsThatAreGoneTakeTheirConstraintsAlong() throws {
        let old = cib(
            resources: """
                <primitive id='u' class='upstart' type='x'/><primitive id='p' class='lsb' type='x'/>
                <group id='g'><primitive id='n' class='nagios' type='x'/></group><bundle id='b'><rkt image='i'/></bundle>
                """,
            constraints: """
                <rsc_order id='o' first='u' then='p'/><rsc_colocation id='c' rsc='g' with-rsc='p'/>
                <rsc_colocation id='s'><resource_set id='s1'><resource_ref id='u'/><resource_ref id='p'/></resource_set>
                <resource_set id='s2'><resource_ref id='b'/></resource_set></rsc_colocation>
                """)
        let (configuration, warnings) = try upgrade(old)
        #expect(configuration.child("resources")?.children.map(\.id) == ["p"])
        #expect(
            text("constraints", of: configuration)
                == "<constraints><rsc_colocation id=\"s\"><resource_set id=\"s1\"><resource_ref id=\"p\"/></resource_set>"
                + "</rsc_colocation></constraints>")
        #expect(warnings.count == 4)
    }

    @Test func pingNodesAreMembersWhereNothingRuns() throws {
        let (configuration, _) = try upgrade(cib(nodes: "<node id='1' uname='n1' type='ping'/>"))
        #expect(text("nodes", of: configuration) == "<nodes><node id=\"1\" uname=\"n1\" type=\"member\"/></nodes>")
        #expect(text("constraints", of: configuration).contains("rsc-pattern=\".*\" node=\"n1\" score=\"-INFINITY\""))
    }

    @Test func aDefinitionThatGoesAwayLivesOnWhereItWasReferredTo() throws {
        let old = cib(
            resources: """
                <primitive id='u' class='upstart' type='x'><meta_attributes id='m'><nvpair id='n' name='x' value='1'/>
                </meta_attributes></primitive>
                <primitive id='p' class='lsb' type='x'><meta_attributes id-ref='m'/></primitive>
                <primitive id='q' class='lsb' type='x'><meta_attributes id-ref='m'/></primitive>
                """)
        let sets = try upgrade(old).0.child("resources")?.children.compactMap { $0.child("meta_attributes") }
        #expect(sets?.map { $0.id ?? "" } == ["m", ""] && sets?.last?["id-ref"] == "m")
    }
}
