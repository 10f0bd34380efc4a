internal import Glibc
internal import XMLTree

/// A program with arguments of its own that the executable answers for, such as `simulate` and `demo`.
package struct HostedProgram: Sendable {
    /// The command that runs it.
    package var name: String
    package var summary: String
    /// The names by which the executable may be called to be this program: `crm_simulate`.
    package var ownNames: [String]
    /// Whether it reads a CIB from a file named by `-x`, and so can be given the cluster's.
    package var readsCIB: Bool
    /// For help and completion; the program reads its words itself.
    package var options: [CommandOption]
    /// Takes the words after its name, returns an exit status.
    package var run: @Sendable ([String]) -> Int32

    package init(
        _ name: String, _ summary: String, ownNames: [String] = [], readsCIB: Bool = false,
        options: [CommandOption] = [], run: @escaping @Sendable ([String]) -> Int32
    ) {
        self.name = name
        self.summary = summary
        self.ownNames = ownNames
        self.readsCIB = readsCIB
        self.options = options
        self.run = run
    }
}

/// Ends a command with an exit status of its own, without a message.
struct ProgramEnd: Error {
    var status: Int32
}

extension HostedProgram {
    /// Runs it as a command of a session; without a file of its own it works on the session's CIB.
    func run(_ words: ArraySlice<String>, _ session: Session) throws {
        var words = Array(words)
        let namesFile = words.contains { $0.hasPrefix("-x") || $0.hasPrefix("--xml") || $0.hasPrefix("-X") }
        guard readsCIB, !namesFile, !words.contains("--help"), !words.contains("-h") else {
            throw ProgramEnd(status: run(words))
        }
        words.removeAll { $0 == "-L" || $0 == "--live-check" }
        let document = try session.currentDraft().edited
        let path = (session.environment["TMPDIR"] ?? "/tmp") + "/lockstep-cib.\(getpid()).xml"
        try writeFile(path, Array(document.formatted().utf8), mode: 0o600)
        defer { unlink(path) }
        throw ProgramEnd(status: run(["-x", path] + words))
    }
}
