import CIB
import Foundation
import Testing
import XMLTree

@testable import ClusterCommands

/// The programs that ours must agree with, where they are installed.
@Suite(.serialized) struct IncumbentTests {
    /// The same lines give the same XML as the crm shell makes of them, ids included.
    @Test func theCrmShellWritesTheSameXML() throws {
        try withFolder { folder in
            let path = folder + "/cib.xml"
            try empty.formatted().write(toFile: path, atomically: true, encoding: .utf8)
            let script = "configure\n" + wholeConfiguration + "\nshow xml\n"
            guard
                let theirs = try runProcess(
                    "/usr/sbin/crm", ["-f", "-"], environment: ["CIB_file": path, "HOME": folder], input: script)
                    ?? nil,
                let start = theirs.output.range(of: "<cib "), let end = theirs.output.range(of: "</cib>")
            else {
                print("skipped: crmsh is not installed, or does not run here")
                return
            }
            let shell = try XMLElement(parsing: String(theirs.output[start.lowerBound..<end.upperBound]))
            let ours = try TestCluster([wholeConfiguration]).stored.configuration
            for section in ["resources", "constraints", "rsc_defaults", "op_defaults", "tags"] {
                #expect(
                    canonical(ours.child(section)) == canonical(shell.child("configuration")?.child(section)),
                    "\(section)")
            }
        }
    }

    @Test func crmVerifyAcceptsWhatWeWrite() throws {
        try withFolder { folder in
            let path = folder + "/cib.xml"
            try TestCluster([wholeConfiguration]).stored.root.formatted().write(
                toFile: path, atomically: true, encoding: .utf8)
            guard let result = try runProcess("/usr/sbin/crm_verify", ["--xml-file", path]) else {
                print("skipped: crm_verify is not installed")
                return
            }
            #expect(result.status == 0)
        }
    }

    @Test func bashCompletes() throws {
        try withFolder { folder in
            let script = try run("completion bash", on: TestCluster()).output
            let program = "#!/bin/sh\nshift 2\necho start\necho stop\n"
            try program.write(toFile: folder + "/crm", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/crm")
            let body = """
                \(script)
                PATH="\(folder):$PATH"
                COMP_LINE="crm resource st"; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(crm resource st); COMP_CWORD=2
                _lockstep_complete
                echo "${COMPREPLY[*]}"
                """
            let result = try runProcess("/bin/bash", ["-c", body])
            if result == nil { print("skipped: there is no bash") }
            #expect(result?.output ?? "start stop\n" == "start stop\n")
        }
    }

    private var empty: XMLElement { get throws { try TestCluster().stored.root } }

    private func canonical(_ element: XMLElement?) -> XMLElement? {
        guard var copy = element else { return nil }
        copy.attributes.sort { $0.name < $1.name }
        copy.children = copy.children.compactMap(canonical)
        return copy
    }
}
