import Foundation
import SimulateCommand
import Testing
import ToolReports
import XMLTree

/// A folder of `Scenarios`: what `crm_simulate` is asked, and what it says. All begin from the same CIB but those with their own.
struct SimulateScenario: CustomTestStringConvertible {
    let folder: URL
    var testDescription: String { folder.lastPathComponent }

    static let top = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scenarios")
    static let all: [SimulateScenario] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: top.path())) ?? []
        return names.filter { !$0.hasPrefix(".") && $0 != "cib.xml" }.sorted()
            .map { SimulateScenario(folder: top.appending(path: $0)) }
    }()

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// What is said in answer to the arguments, problems included; always at the same time.
    func outcome() throws -> String {
        let words = try text("arguments.txt").split { $0 == " " || $0 == "\n" }.map(String.init)
        var options = try SimulateOptions(arguments: words)
        let own = folder.appending(path: "cib.xml").path()
        options.source = .file(
            FileManager.default.fileExists(atPath: own) ? own : Self.top.appending(path: "cib.xml").path())
        let form: ToolOutput.Form =
            switch options.outputFormat {
            case "xml": .xml
            case "none": .none
            default: .text(isFancy: options.isFancy || !(options.showsScores || options.showsUtilization))
            }
        var output = ToolOutput(form, isQuiet: options.isQuiet, request: "crm_simulate")
        let code = perform(options, at: 1_700_000_200, saying: &output)
        return output.chunks.map { $0.isProblem ? "stderr: \($0.text)" : $0.text }.joined()
            + "exit status \(code.rawValue)\n"
    }
}

@Suite struct SimulateScenarioTests {
    /// With `LOCKSTEP_RECORD` set, what is said now is recorded, and the run fails so that the recording is looked at.
    @Test("each scenario says what it said", arguments: SimulateScenario.all)
    func says(scenario: SimulateScenario) throws {
        let outcome = try scenario.outcome()
        if ProcessInfo.processInfo.environment["LOCKSTEP_RECORD"] != nil {
            try outcome.write(
                to: scenario.folder.appending(path: "expected.txt"), atomically: true, encoding: .utf8)
            Issue.record("recorded")
        }
        #expect(outcome == (try scenario.text("expected.txt")))
    }

    @Test("a scenario says what it is about", arguments: SimulateScenario.all)
    func explains(scenario: SimulateScenario) throws { #expect(try scenario.text("README.md").hasPrefix("# ")) }

    @Test("what was simulated can be saved, read again and continued; each update counts once")
    func savesAndContinues() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "lockstep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (input, result) = (directory.appending(path: "in.xml").path(), directory.appending(path: "out.xml").path())
        let cib = SimulateScenario.top.appending(path: "cib.xml").path()
        #expect(simulated(["-x", cib, "-u", "n4", "-S", "-I", input, "-O", result]).contains("Start      ping:2"))
        let (before, after) = (try document(input), try document(result))
        #expect(before["epoch"] == "6" && before["num_updates"] == "2")
        #expect(after["epoch"] == "6")
        #expect(after.child("configuration")?.child("nodes")?.children.last?.id == "n4")
        let settled = simulated(["-x", result, "-X"])
        #expect(settled.contains("Transition Summary:\n\n") && !settled.contains("Resource action:"))
        #expect(try document(result).child("status") == after.child("status"))
    }

    @Test("a compressed CIB is read as the one it was made of")
    func readsCompressed() throws {
        let packed = FileManager.default.temporaryDirectory.appending(path: "lockstep-\(UUID().uuidString).bz2").path()
        defer { try? FileManager.default.removeItem(atPath: packed) }
        // An empty CIB of pacemaker-3.0, compressed.
        let bytes = try #require(Data(base64Encoded: compressedCIB))
        try bytes.write(to: URL(filePath: packed))
        #expect(
            simulated(["-x", packed]) == "Current cluster status:\n  * Full List of Resources:\n    * No resources\n")
        try Data(bytes.prefix(40)).write(to: URL(filePath: packed))
        #expect(simulated(["-x", packed]) == "")
    }

    private func simulated(_ arguments: [String]) -> String {
        guard let options = try? SimulateOptions(arguments: arguments) else { return "" }
        var output = ToolOutput(.text(isFancy: true))
        _ = perform(options, at: 1_700_000_200, saying: &output)
        return output.chunks.map(\.text).joined()
    }

    private func document(_ path: String) throws -> XMLElement {
        try XMLElement(parsing: Array(Data(contentsOf: URL(filePath: path))))
    }
}

private let compressedCIB =
    "QlpoOTFBWSZTWcm8tFAAAA6bgFAD6AcAAL/v34AgAJVDSNT1GR6gADJ6mg00kaDTGqYBppGhSLxdiinv5CqamQxiRG"
    + "aAW7Iwm9aEGhNdGd+5BhpDs2Gq+Pe4VqlkJQv9NUXEriQVODMWaoKPEaeZMMimZVswzgwHO8IJNUg9XWAWX3SGBCuU"
    + "61Eo4S/F3JFOFCQyby0UAA=="
