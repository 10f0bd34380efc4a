internal import Glibc
internal import Synchronization

/// One line on a terminal that says how far the seeds are; nothing where nobody watches.
final class ProgressLine: Sendable {
    private struct State {
        var done = 0
        var failed = 0
        var shownAt: ContinuousClock.Instant
    }

    private let total: UInt64
    private let isShown: Bool
    private let state: Mutex<State>

    init(total: UInt64) {
        self.total = total
        isShown = isatty(STDERR_FILENO) == 1
        state = Mutex(State(shownAt: .now - .seconds(1)))
    }

    /// Counts a seed, prints what it found, and shows the line again when it is old.
    func finished(_ findings: [String]) {
        state.withLock { state in
            state.done += 1
            if !findings.isEmpty {
                state.failed += 1
                clear()
                print(findings.joined(separator: "\n"))
            }
            let now = ContinuousClock.now
            guard isShown, !findings.isEmpty || now - state.shownAt >= .milliseconds(200) else { return }
            state.shownAt = now
            write("\r\u{1b}[K\(state.done) of \(total) seeds, \(state.failed) failed")
        }
    }

    /// Makes room for the closing line.
    func clear() { if isShown { write("\r\u{1b}[K") } }

    private func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
