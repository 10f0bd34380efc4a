import Testing
import XMLTree

@testable import CIB

let testOrigin = CIBOrigin(node: "n1", client: "test", user: "root", seconds: 1_380_719_236)

extension CIBDocument {
    /// Applies one edit and returns what it did.
    @discardableResult
    mutating func make(_ operations: CIBOperation...) throws(CIBFailure) -> CIBChangeSummary {
        try apply(CIBChange(operations, origin: testOrigin))
    }
}

func xml(_ text: String) -> XMLElement {
    do { return try XMLElement(parsing: text) } catch {
        Issue.record("the test's own XML is broken: \(error)")
        return XMLElement("broken")
    }
}

func dummy(_ id: String) -> XMLElement {
    XMLElement("primitive", ["id": id, "class": "ocf", "provider": "heartbeat", "type": "Dummy"])
}

/// Expects the edit to fail with the code, and to leave the document alone.
func expectRefusal(
    _ code: CIBFailure.Code, _ document: CIBDocument, _ operations: CIBOperation...,
    expecting version: CIBVersion? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
    var changed = document
    #expect(sourceLocation: sourceLocation) {
        try changed.apply(CIBChange(operations, expectedVersion: version, origin: testOrigin))
    } throws: { ($0 as? CIBFailure)?.code == code }
    #expect(changed == document, sourceLocation: sourceLocation)
}

@Suite struct CreatingAndModifyingTests {
    @Test func aChangeOfTheConfigurationRaisesTheEpochAndSaysWho() throws {
        var cib = CIBDocument()
        try cib.make(.modify(xml("<node_state id='1' uname='n1'/>"), in: .section(.status), allowsCreation: true))
        let summary = try cib.make(.create(dummy("a"), in: .section(.resources)))
        #expect(cib.version == CIBVersion(adminEpoch: 0, epoch: 1, updates: 0))
        #expect(summary.changedConfiguration && !summary.changedStatus && summary.resources == ["a"])
        #expect(cib.root["cib-last-written"] == "Wed Oct  2 13:07:16 2013")
        #expect(cib.root["update-origin"] == "n1" && cib.root["update-client"] == "test")
    }

    @Test func aChangeOfTheStatusRaisesOnlyTheUpdates() throws {
        var cib = CIBDocument()
        let operation = CIBOperation.modify(
            xml(
                "<node_state id='1'><lrm id='1'><lrm_resources><lrm_resource id='a'/></lrm_resources></lrm></node_state>"
            ),
            in: .section(.status), allowsCreation: true)
        let summary = try cib.make(operation)
        #expect(cib.version == CIBVersion(adminEpoch: 0, epoch: 0, updates: 1))
        #expect(summary.changedStatus && !summary.changedConfiguration)
        #expect(summary.nodeStates == ["1"] && summary.resources == ["a"])
        #expect(try cib.make(operation).isEmpty, "the same again changes nothing")
        #expect(cib.version.updates == 1)
    }

    @Test func creatingTwiceFails() throws {
        var cib = CIBDocument()
        try cib.make(.create(dummy("a")))
        expectRefusal(.alreadyExists, cib, .create(dummy("a"), in: .section(.resources)))
        expectRefusal(.alreadyExists, cib, .create(dummy("b")), .create(dummy("a")))
        expectRefusal(.badRequest, cib, .create(xml("<nvpair id='x'/>")))
    }

    @Test func modifyingMergesByNameAndID() throws {
        var cib = CIBDocument()
        var resource = dummy("a")
        resource.children = [
            xml("<instance_attributes id='p'><nvpair id='p-x' name='x' value='1'/></instance_attributes>")
        ]
        try cib.make(.create(resource))
        try cib.make(
            .modify(
                xml(
                    "<primitive id='a' type='Stateful'><instance_attributes id='p'><nvpair id='p-y' name='y' value='2'/></instance_attributes></primitive>"
                )))
        let found = try #require(cib.section(.resources)?.child("primitive"))
        #expect(found["type"] == "Stateful" && found["class"] == "ocf")
        #expect(found.child("instance_attributes")?.children.map { $0["value"] } == ["1", "2"])
        expectRefusal(.notFound, cib, .modify(xml("<primitive id='b' type='Stateful'/>")))
    }

    @Test func valuesCount() throws {
        var cib = CIBDocument()
        func set(_ value: String) -> CIBOperation {
            .modify(
                xml("<node_state id='1'><nvpair id='f' name='fail-count' value='\(value)'/></node_state>"),
                in: .section(.status), allowsCreation: true)
        }
        func value() throws -> String? { try cib.query(xpath: "//nvpair[@id='f']").first?["value"] }
        try cib.make(set("2"))
        try cib.make(set("value++"))
        #expect(try value() == "3")
        try cib.make(set("value+=5"))
        #expect(try value() == "8")
        try cib.make(set("value+=1000000"))
        #expect(try value() == "INFINITY")
        try cib.make(set("value++"))
        #expect(try value() == "INFINITY")
        try cib.make(set("other++"))
        #expect(try value() == "other++")
        try cib.make(set("value+=99999999999999999999"))
        #expect(try value() == "value+=99999999999999999999")
    }

    @Test func anXPathNamesThePlace() throws {
        var cib = CIBDocument()
        try cib.make(.create(dummy("a")), .create(dummy("b")))
        let meta = xml("<meta_attributes id='m'><nvpair id='m-x' name='priority' value='1'/></meta_attributes>")
        try cib.make(.create(meta, in: .xpath("//primitive[@id='b']")))
        #expect(try cib.query(xpath: "//primitive[@id='b']/meta_attributes").count == 1)
        expectRefusal(.notFound, cib, .create(meta, in: .xpath("//primitive[@id='c']")))
        expectRefusal(.badRequest, cib, .create(meta, in: .xpath("//primitive[")))
        expectRefusal(.badRequest, cib, .create(meta, in: .xpath("count(//primitive)")))
    }
}

@Suite struct ReplacingAndDeletingTests {
    private var cib = CIBDocument()

    init() throws { try cib.make(.create(dummy("a")), .create(dummy("b"))) }

    @Test func anElementIsReplacedInItsPlace() throws {
        var cib = cib
        var other = dummy("a")
        other["type"] = "Stateful"
        try cib.make(.replace(other))
        #expect(cib.section(.resources)?.children.map { $0["type"] } == ["Stateful", "Dummy"])
        expectRefusal(.notFound, cib, .replace(dummy("c")))
    }

    @Test func aSectionIsReplacedOrMade() throws {
        var cib = cib
        try cib.make(.replace(XMLElement("resources", children: [dummy("c")])))
        #expect(cib.section(.resources)?.children.map(\.id) == ["c"])
        try cib.make(.replace(xml("<tags><tag id='t'><obj_ref id='c'/></tag></tags>"), in: .section(.tags)))
        #expect(cib.section(.tags)?.children.count == 1)
    }

    @Test func anOlderDocumentIsRefused() throws {
        var older = CIBDocument()
        expectRefusal(.olderVersion, cib, .replace(older.root))
        older.version = CIBVersion(adminEpoch: 1, epoch: 0, updates: 0)
        var changed = cib
        try changed.make(.replace(older.root))
        #expect(changed.version == CIBVersion(adminEpoch: 1, epoch: 1, updates: 0))
        #expect(changed.section(.resources)?.children.isEmpty == true)
    }

    @Test func replacingByItselfChangesNothing() throws {
        var changed = cib
        #expect(try changed.make(.replace(cib.root)).isEmpty)
        #expect(changed == cib)
    }

    @Test func deletingNeedsAllAttributes() throws {
        var cib = cib
        #expect(try cib.make(.delete(xml("<primitive id='a' type='Other'/>"))).isEmpty)
        try cib.make(.delete(xml("<primitive id='a' type='Dummy'/>")))
        #expect(cib.section(.resources)?.children.map(\.id) == ["b"])
        #expect(try cib.make(.delete(xml("<primitive id='a'/>"))).isEmpty)
        expectRefusal(.badRequest, cib, .delete(xml("<cib/>"), in: .xpath("/cib")))
    }

    @Test func anXPathDeletesTheFirstOrAll() throws {
        var cib = cib
        try cib.make(.deleteMatching(xpath: "//primitive"))
        #expect(cib.section(.resources)?.children.map(\.id) == ["b"])
        try cib.make(.create(dummy("c")))
        try cib.make(.deleteMatching(xpath: "//primitive | //primitive/@nothing", all: true))
        #expect(cib.section(.resources)?.children.isEmpty == true)
        expectRefusal(.badRequest, cib, .deleteMatching(xpath: "/cib"))
    }

    @Test func erasingRaisesTheAdministratorsNumber() throws {
        var cib = cib
        try cib.make(.erase)
        #expect(cib.version == CIBVersion(adminEpoch: 1, epoch: 2, updates: 0))
        #expect(cib.section(.resources)?.children.isEmpty == true)
        #expect(cib.schemaName == CIBDocument.defaultSchema)
    }
}

@Suite struct VersionRuleTests {
    @Test func anExpectedVersionMustFit() throws {
        var cib = CIBDocument()
        try cib.make(.bump)
        #expect(cib.version.epoch == 1)
        expectRefusal(.versionConflict, cib, .bump, expecting: .initial)
    }

    @Test func versionsNeverGoBack() throws {
        var cib = CIBDocument()
        try cib.make(.modify(xml("<cib admin_epoch='7'/>")))
        #expect(cib.version.adminEpoch == 7)
        expectRefusal(.olderVersion, cib, .modify(xml("<cib admin_epoch='1'/>")))
        cib.version = CIBVersion(adminEpoch: 0, epoch: .max, updates: .max)
        try cib.make(.modify(xml("<node_state id='1'/>"), in: .section(.status), allowsCreation: true))
        #expect(cib.version == CIBVersion(adminEpoch: 1, epoch: 0, updates: 0))
    }

    @Test func absurdVersionsAreErrors() {
        for text in ["-1", "4294967296", "x", ""] {
            #expect(throws: CIBFailure.self) { try CIBDocument(xml("<cib epoch='\(text)'/>")) }
        }
        #expect(throws: CIBFailure.self) { try CIBDocument(xml("<nocib/>")) }
    }
}

@Suite struct DigestTests {
    @Test func isThatOfTheIncumbent() {
        // cibadmin --md5-sum of Pacemaker 2.1.5.
        let text = """
            <cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="4" num_updates="2" admin_epoch="0">
              <configuration>
                <crm_config/>
                <nodes/>
                <resources>
                  <primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/>
                  <primitive id="b" class="ocf" provider="heartbeat" type="Stateful"/>
                </resources>
                <constraints/>
              </configuration>
              <status>
                <node_state id="1" uname="n1"/>
              </status>
            </cib>
            """
        #expect(storageDigest(of: xml(text)) == "595156721411167d7f4eb8b8452220ba")
    }
}
