import ClusterTypes
import Foundation
import Scheduler
import XMLTree

/// Recorded CIBs of the incumbent's scheduler, where the environment says where they are (`LOCKSTEP_SCHEDULER_CASES`).
enum SharedCase {
    static let folder = ProcessInfo.processInfo.environment["LOCKSTEP_SCHEDULER_CASES"]

    /// The names of all cases, or of those that begin with one of some words.
    static func names(beginning words: [String] = []) -> [String] {
        guard let folder, let files = try? FileManager.default.contentsOfDirectory(atPath: folder + "/xml") else {
            return []
        }
        return files.filter { $0.hasSuffix(".xml") }.map { String($0.dropLast(4)) }
            .filter { name in words.isEmpty || words.contains { name.hasPrefix($0) } }.sorted()
    }

    static func input(_ name: String) throws -> SchedulerInput {
        let text = try Data(contentsOf: URL(filePath: (folder ?? "") + "/xml/\(name).xml"))
        var cib = try XMLElement(parsing: Array(text))
        if cib.child("status") == nil { cib.children.append(XMLElement("status")) }
        let now = cib["execution-date"].flatMap { Int64($0) } ?? 1_700_000_000
        return SchedulerInput(cib: cib, now: WallTime(seconds: now), options: SchedulerOptions(isSanitized: true))
    }
}
