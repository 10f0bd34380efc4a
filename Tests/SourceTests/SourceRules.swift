import Foundation
import Testing

/// Rules of the house that the compiler doesn't check.
@Suite struct SourceRules {
    /// Targets that are values: they may import each other and what is below them, never an edge or a system library.
    static let cores: Set<String> = [
        "Agents", "CIB", "ClusterConfiguration", "ClusterTypes", "Executor", "Fencing", "JSONText", "Kronosnet",
        "LocalServices", "Messaging", "ResourceManager", "Scheduler", "Supervision", "Totem", "TransitionGraph",
    ]
    static let allowedInCores: Set<String> = cores.union(["RegularExpressions", "XMLTree"])

    struct SourceFile: CustomTestStringConvertible {
        var target: String
        var name: String
        var lines: [Substring]
        var testDescription: String { "\(target)/\(name)" }
    }

    static let sources: [SourceFile] = {
        let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        guard let paths = FileManager.default.enumerator(atPath: top.path()) else { return [] }
        return paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            guard let text = try? String(contentsOf: top.appending(path: path), encoding: .utf8),
                let target = path.split(separator: "/").first
            else { return nil }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            return SourceFile(target: String(target), name: String(path.dropFirst(target.count + 1)), lines: lines)
        }
    }()

    @Test func theSourcesAreFound() {
        #expect(Self.sources.count > 100)
        #expect(Self.cores.isSubset(of: Set(Self.sources.map(\.target))))
    }

    @Test func coresImportNoEdge() {
        for file in Self.sources where Self.cores.contains(file.target) {
            for line in file.lines {
                guard
                    let range = line.range(
                        of: #"^\s*(package |internal |public )?import (\w+ )?"#, options: .regularExpression)
                else { continue }
                let module = String(line[range.upperBound...].prefix { $0.isLetter || $0.isNumber })
                #expect(Self.allowedInCores.contains(module), "\(file.testDescription) imports \(module)")
            }
        }
    }

    @Test func coresReadNoClockAndDrawNoChance() {
        let forbidden = [
            "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator", ".shuffled()", ".randomElement()",
        ]
        for file in Self.sources where Self.cores.contains(file.target) {
            for (number, line) in file.lines.enumerated()
            where !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") {
                for word in forbidden where line.contains(word) {
                    Issue.record("\(file.testDescription):\(number + 1) uses \(word)")
                }
            }
        }
    }

    @Test func nothingTrapsByHabit() {
        let forbidden = ["try!", " as! ", "fatalError(", "TODO", "FIXME"]
        for file in Self.sources {
            for (number, line) in file.lines.enumerated() {
                for word in forbidden where line.contains(word) {
                    Issue.record("\(file.testDescription):\(number + 1) has \(word)")
                }
            }
        }
    }

    @Test func uncheckedPromisesGiveTheirReason() {
        for file in Self.sources {
            for (number, line) in file.lines.enumerated()
            where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
                let before = file.lines[max(0, number - 8)...number]
                #expect(before.contains { $0.contains("//") }, "\(file.testDescription):\(number + 1) gives no reason")
            }
        }
    }

    @Test func filesStaySmall() {
        for file in Self.sources {
            #expect(
                file.lines.count <= 400,
                "\(file.testDescription) has \(file.lines.count) lines: look for the second idea")
        }
    }
}
