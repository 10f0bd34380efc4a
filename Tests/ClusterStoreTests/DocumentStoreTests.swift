import CIB
import Glibc
import Testing
import XMLTree

@testable import ClusterStore

/// A directory that is gone when the test is over.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/lockstep-store-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in DurableFile.names(in: path) { unlink(path + "/" + name) }
        rmdir(path)
    }

    var names: [String] { DurableFile.names(in: path) }

    func overwrite(_ name: String, _ text: String) throws {
        try DurableFile.write(Array(text.utf8), to: path + "/" + name)
    }

    func text(_ name: String) throws -> String {
        String(decoding: try #require(try DurableFile.read(path + "/" + name)), as: UTF8.self)
    }
}

private func document(_ epoch: Int) throws -> CIBDocument {
    try CIBDocument(
        XMLElement(
            parsing: """
                <cib epoch="\(epoch)" num_updates="7" admin_epoch="0" validate-with="pacemaker-3.9"><configuration>
                <crm_config/><nodes/><resources/><constraints/></configuration><status><node_state id="1"/></status></cib>
                """))
}

@Suite struct DocumentStoreTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func anEmptyDirectoryHasNoDocument() {
        #expect(DocumentStore(directory: directory.path).load() == DocumentStore.Loaded())
    }

    @Test func whatIsStoredIsLoadedWithoutStatus() throws {
        var store = DocumentStore(directory: directory.path)
        try store.store(try document(4))
        try store.store(try document(5))
        let loaded = DocumentStore(directory: directory.path).load()
        #expect(loaded.notes.isEmpty)
        #expect(loaded.document?.version == CIBVersion(adminEpoch: 0, epoch: 5, updates: 0))
        #expect(loaded.document?.status.children.isEmpty == true)
        #expect(
            directory.names == ["cib-1.raw", "cib-1.raw.sig", "cib-2.raw", "cib-2.raw.sig", "cib.xml", "cib.xml.sig"])
        #expect(try directory.text("cib.xml.sig").count == 32)
    }

    @Test func theLineageIsKeptUnlessTheLastCopyIsLost() throws {
        var store = DocumentStore(directory: directory.path)
        for epoch in 1...2 { try store.store(try document(epoch)) }
        try store.store(CIBLineage(rawValue: 40))
        #expect(store.load().lineage == CIBLineage(rawValue: 40))
        try directory.overwrite("cib.xml", "x")
        #expect(store.load().lineage == CIBLineage(rawValue: 40), "the numbered copy is the same")
        try directory.overwrite("cib-2.raw", "y")
        #expect(store.load().lineage == .none)
    }

    @Test func aDamagedLineageIsSaid() throws {
        var store = DocumentStore(directory: directory.path)
        try store.store(try document(1))
        try directory.overwrite("cib.lineage", "many\n")
        let loaded = store.load()
        #expect(loaded.lineage == .none && loaded.notes.count == 1 && loaded.document != nil)
    }

    @Test func theHistoryIsBoundedAndGoesOnAfterARestart() throws {
        for epoch in 1...5 {
            var store = DocumentStore(directory: directory.path, historyLimit: 3)
            try store.store(try document(epoch))
        }
        #expect(directory.names.filter { $0.hasSuffix(".raw") } == ["cib-3.raw", "cib-4.raw", "cib-5.raw"])
    }

    @Test(arguments: ["", "<cib", "<cib epoch=\"x\"/>", "<cib epoch=\"9\" num_updates=\"0\" admin_epoch=\"0\"/>"])
    func aDamagedFileGivesWayToTheHistory(_ damage: String) throws {
        var store = DocumentStore(directory: directory.path)
        try store.store(try document(4))
        try store.store(try document(5))
        // The numbered copy is the same file as cib.xml, so only the name is changed.
        try directory.overwrite("cib.xml", damage)
        let loaded = store.load()
        #expect(loaded.document?.version.epoch == 5)
        #expect(loaded.notes.count == 2 && loaded.notes[0].contains("damaged") && loaded.notes[1].contains("cib-2.raw"))
        #expect(directory.names.contains("cib.xml.damaged"))
    }

    @Test func theLastIntactCopyOfTheHistoryIsTaken() throws {
        var store = DocumentStore(directory: directory.path)
        for epoch in 1...3 { try store.store(try document(epoch)) }
        try directory.overwrite("cib.xml", "x")
        try directory.overwrite("cib-3.raw", "y")
        #expect(store.load().document?.version.epoch == 2)
        for name in ["cib-1.raw", "cib-2.raw.sig", "cib.xml"] { try directory.overwrite(name, "z") }
        let loaded = store.load()
        #expect(loaded.document == nil && loaded.notes.last?.contains("empty") == true)
    }

    @Test func aPowerCutBetweenTheRenamesLosesNothing() throws {
        var store = DocumentStore(directory: directory.path)
        try store.store(try document(4))
        let oldDigest = try directory.text("cib.xml.sig")
        try store.store(try document(5))
        // As if the new cib.xml had reached the disk and its new digest had not.
        try directory.overwrite("cib.xml.sig", oldDigest)
        #expect(store.load().document?.version.epoch == 5)
    }

    @Test func aDirectoryThatIsGoneIsAFailureInWords() throws {
        var store = DocumentStore(directory: directory.path + "/gone")
        let document = try document(1)
        #expect { try store.store(document) } throws: { error in
            (error as? StoreFailure)?.message.contains("/gone/cib.new: No such file") == true
        }
        #expect(store.load().document == nil)
    }

    @Test func aFullDiskKeepsTheOldFile() throws {
        // Writing to /dev/full fails as on a full file system.
        let descriptor = open("/dev/full", O_WRONLY)
        try #require(descriptor >= 0, "the test needs /dev/full")
        close(descriptor)
        #expect(symlink("/dev/full", directory.path + "/value.new") == 0)
        try directory.overwrite("other", "kept")
        #expect { try DurableFile.write([1, 2], to: directory.path + "/value") } throws: { error in
            (error as? StoreFailure)?.code == .full
        }
        #expect(try directory.text("other") == "kept" && !directory.names.contains("value"))
    }
}
