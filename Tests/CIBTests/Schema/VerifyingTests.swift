import Testing
import XMLTree

@testable import CIB

private let base = """
    <primitive id='a' class='lsb' type='x'/>
    <primitive id='f' class='stonith' type='fence_dummy'/>
    """

@Suite struct VerifyingTests {
    @Test func aGoodConfigurationHasNoProblem() {
        let document = cib(
            resources: base + "<template id='t' class='lsb' type='x'/><primitive id='b' template='t'/>",
            constraints: """
                <rsc_location id='l' rsc='tag' node='n1' score='1'/>
                <rsc_order id='o'><resource_set id='s'><resource_ref id='a'/><resource_ref id='t'/></resource_set></rsc_order>
                """,
            nodes: "<node id='1' uname='n1'/>",
            more: """
                <tags><tag id='tag'><obj_ref id='a'/></tag></tags>
                <fencing-topology><fencing-level id='fl' target='n1' index='1' devices='f'/></fencing-topology>
                """)
        #expect(document.verify().isEmpty)
    }

    @Test(arguments: [
        ("<rsc_location id='l' rsc='ghost' node='n1' score='1'/>", "rsc=\"ghost\", which does not exist"),
        ("<rsc_location id='l' rsc='a' node='n9' score='1'/>", "node=\"n9\""),
        ("<rsc_colocation id='c' rsc='a' with-rsc='n1-x'/>", "n1-x"),
        ("<rsc_order id='o' first='a' then='ghost'/>", "then=\"ghost\""),
        ("<rsc_order id='o'><resource_set id='s'><resource_ref id='ghost'/></resource_set></rsc_order>", "ghost"),
        ("<rsc_location id='a' rsc='a' node='n1' score='1'/>", "id of another element"),
    ])
    func constraintsLeadSomewhere(_ constraints: String, _ words: String) {
        let problems = cib(resources: base, constraints: constraints, nodes: "<node id='1' uname='n1'/>").verify()
        #expect(problems.contains { $0.message.contains(words) && $0.line >= 9 }, "\(problems)")
    }

    @Test(arguments: [
        ("<primitive id='b' template='ghost'/>", "template=\"ghost\""),
        ("<primitive id='b' class='lsb' type='x'><meta_attributes id-ref='ghost'/></primitive>", "id-ref=\"ghost\""),
        (
            "<primitive id='b' class='lsb' type='x'><operations><op id='o' name='monitor' interval='soon'/></operations></primitive>",
            "interval=\"soon\""
        ),
        (
            "<primitive id='b' class='lsb' type='x'><operations><op id='o' name='monitor' interval='60'/><op id='p' name='monitor' interval='1min'/></operations></primitive>",
            "name and interval of another"
        ),
        (
            "<primitive id='b' class='lsb' type='x'><meta_attributes id='m'><nvpair id='n' name='target-role' value='Running'/></meta_attributes></primitive>",
            "target-role=\"Running\""
        ),
        ("<master id='m'><primitive id='b' class='lsb' type='x'/></master>", "promotable=true"),
    ])
    func resourcesAreReadable(_ resources: String, _ words: String) {
        let problems = cib(resources: base + resources).verify()
        #expect(problems.contains { $0.message.contains(words) }, "\(problems)")
    }

    @Test func optionsAreReadable() {
        let options = """
            <cluster_property_set id='o'><nvpair id='o1' name='no-quorum-policy' value='never'/>
            <nvpair id='o2' name='stonith-enabled' value='perhaps'/><nvpair id='o3' name='cluster-delay' value='60 s'/>
            <nvpair id='o4' name='batch-limit' value='-1'/><nvpair id='o5' name='my-own' value='x'/></cluster_property_set>
            """
        #expect(cib(resources: base, options: options).verify().map(\.elementID) == ["o1", "o2"])
    }

    @Test func withoutFencingNothingStarts() {
        #expect(cib(resources: "<primitive id='a' class='lsb' type='x'/>").verify().count == 1)
        #expect(cib().verify().isEmpty)
        let off =
            "<cluster_property_set id='o'><nvpair id='p' name='stonith-enabled' value='false'/></cluster_property_set>"
        #expect(cib(resources: "<primitive id='a' class='lsb' type='x'/>", options: off).verify().isEmpty)
    }

    @Test func theSchemasProblemComesFirst() {
        let problems = cib(resources: base + "<group id='g'/>").verify()
        #expect(problems.first?.severity == .error && problems.first?.message.contains("no primitive") == true)
        #expect(
            cib(resources: base, attributes: "validate-with='pacemaker-9.9'").verify().map(\.severity) == [.warning])
    }
}
