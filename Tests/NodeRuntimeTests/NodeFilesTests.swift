import ClusterTypes
import EventLoop
import Glibc
import Testing
import XMLTree

@testable import NodeRuntime

struct NodeFilesTests {
    @Test("a file is replaced whole, and a directory made with its parents")
    func replacing() throws {
        let directory = try TemporaryDirectory()
        try FileAccess.makeDirectory(directory.path + "/a/b/c", mode: 0o700)
        let path = directory.path + "/a/b/c/file"
        try FileAccess.replace(path, with: Array("old".utf8))
        try FileAccess.replace(path, with: Array("new content".utf8))
        #expect(try FileAccess.read(path, limit: 100) == Array("new content".utf8))
        #expect(throws: SystemCallFailure.self) { _ = try FileAccess.read(path, limit: 5) }
    }

    @Test("a folder's regular files are listed by name, without folders")
    func listing() throws {
        let directory = try TemporaryDirectory()
        try FileAccess.makeDirectory(directory.path + "/d/folder", mode: 0o700)
        for name in ["b", "a", ".c"] { try FileAccess.replace(directory.path + "/d/\(name)", with: []) }
        let names = [".c", "a", "b"].map { directory.path + "/d/" + $0 }
        #expect(FileAccess.regularFiles(in: directory.path + "/d") == names)
        #expect(FileAccess.regularFiles(in: directory.path + "/none").isEmpty)
    }

    @Test("a second daemon on one node is refused, and told which process has it")
    func lock() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/lock"
        let first = try NodeLock(path: path)
        let failure = #expect(throws: DaemonFailure.self) { _ = try NodeLock(path: path) }
        #expect(failure?.status == .unavailable)
        #expect(failure?.description.contains("process \(getpid())") == true)
        withExtendedLifetime(first) {}
    }

    @Test("the lock goes with its owner")
    func release() throws {
        let directory = try TemporaryDirectory()
        do { _ = try NodeLock(path: directory.path + "/lock") }
        _ = try NodeLock(path: directory.path + "/lock")
    }

    @Test("recorded schedules are numbered on from the last one that is kept")
    func numbering() throws {
        let directory = try TemporaryDirectory()
        let archive = InputArchive(folder: directory.path)
        #expect(archive.lastNumber == nil)
        for number: UInt64 in [9, 10, 3] { archive.keep(XMLElement("cib"), number: number, at: WallTime(seconds: 0)) }
        try FileAccess.replace(directory.path + "/pe-input-x.xml", with: [])
        #expect(archive.lastNumber == 10)
        #expect(InputArchive(folder: directory.path + "/none").lastNumber == nil)
    }

    @Test("bad configurations are refused with the place and what was expected")
    func configuration() throws {
        let directory = try TemporaryDirectory()
        var options = DaemonOptions()
        options.root = directory.path
        let missing = #expect(throws: DaemonFailure.self) { _ = try NodeSettings(options) }
        #expect(missing?.status == .noInput)
        try FileAccess.makeDirectory(directory.path + "/etc", mode: 0o755)
        let path = directory.path + "/etc/corosync.conf"
        try FileAccess.replace(path, with: Array("totem {\n version: 2\n token: soon\n}\n".utf8))
        let wrong = #expect(throws: DaemonFailure.self) { _ = try NodeSettings(options) }
        #expect(wrong?.status == .configuration)
        #expect(wrong?.description.contains("\(path):3") == true)
    }
}
