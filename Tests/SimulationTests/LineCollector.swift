import Synchronization

/// Keeps the lines of a trace.
final class LineCollector: Sendable {
    private let collected = Mutex<[String]>([])

    func append(_ line: String) { collected.withLock { $0.append(line) } }

    var lines: [String] { collected.withLock { $0 } }
}
