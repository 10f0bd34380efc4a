import Testing
import XMLTree

@testable import CIB

@Suite struct PatchTests {
    private let old = cib(
        resources: """
            <primitive id="a" class="lsb" type="x"/><primitive id="b" class="lsb" type="y"/>
            <primitive id="c" class="lsb" type="z" description="old"/>
            """)
    private let new = cib(
        resources: """
            <primitive id="c" class="lsb" type="z"/><primitive id="it's" class="lsb" type="n"/>
            <primitive id="a" class="lsb" type="x"><meta_attributes id="m"><nvpair id="n" name="p" value="1"/>
            </meta_attributes></primitive>
            """)

    @Test func aDifferenceLeadsFromOneToTheOther() throws {
        for (from, to) in [(old, new), (new, old), (old, CIBDocument()), (CIBDocument(), new)] {
            var changed = from
            var patch = CIBPatch(from: from, to: to)
            patch.source = nil
            #expect(try CIBPatch(patch.xml) == CIBPatch(changes: patch.changes))
            var trace = EditTrace()
            try changed.apply(patch, &trace)
            #expect(changed.configuration == to.configuration && changed.status == to.status)
        }
        #expect(CIBPatch(from: old, to: old).changes.isEmpty)
    }

    @Test func readsWhatTheIncumbentWrites() throws {
        let patch = try CIBPatch(
            xml(
                """
                <diff format="2">
                  <version>
                    <source admin_epoch="0" epoch="1" num_updates="0"/>
                    <target admin_epoch="0" epoch="2" num_updates="0"/>
                  </version>
                  <change operation="modify" path="/cib"><change-list>
                    <change-attr name="epoch" operation="set" value="2"/></change-list></change>
                  <change operation="delete" path="/cib/configuration/resources/primitive[@id=&apos;a&apos;]" position="0"/>
                  <change operation="modify" path="/cib/configuration/resources/primitive[@id=&apos;c&apos;]"><change-list>
                    <change-attr name="type" operation="set" value="w"/>
                    <change-attr name="description" operation="unset"/></change-list></change>
                  <change operation="create" path="/cib/configuration/resources" position="1">
                    <primitive id="d" class="lsb" type="x"/></change>
                  <change operation="move" path="/cib/configuration/resources/primitive[@id=&apos;b&apos;]" position="2"/>
                </diff>
                """))
        var changed = old
        let summary = try changed.make(.patch(patch))
        #expect(summary.changedConfiguration && summary.resources == ["a", "b", "c", "d"])
        let resources = try #require(changed.section(.resources)).children
        #expect(resources.map(\.id) == ["d", "c", "b"])
        #expect(resources[1]["type"] == "w" && resources[1]["description"] == nil)
        #expect(changed.version > CIBVersion(adminEpoch: 0, epoch: 1, updates: 0))
        expectRefusal(.patchMismatch, changed, .patch(patch))
    }

    @Test(arguments: [
        "/cib/configuration/resources/primitive[@id='zz']", "/other", "cib", "", "/", "//", "/cib[", "/cib[@id=x]",
        "/cib/configuration[@id='", "/cib/configuration/resources/primitive[@id='a'",
    ])
    func aPathThatLeadsNowhereIsAnError(_ path: String) {
        expectRefusal(.patchMismatch, old, .patch(CIBPatch(changes: [.delete(path: path, position: nil)])))
    }

    @Test func brokenPatchesAreErrors() {
        for text in [
            "<x/>", "<diff/>", "<diff format='2'><change/></diff>",
            "<diff format='2'><change operation='move' path='/cib' position='-1'/></diff>",
            "<diff format='2'><change operation='create' path='/cib' position='0'/></diff>",
            "<diff format='2'><version><source epoch='x'/></version></diff>",
        ] {
            #expect(throws: CIBFailure.self, "\(text)") { try CIBPatch(xml(text)) }
        }
    }
}
