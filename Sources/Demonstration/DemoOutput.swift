internal import ClusterTypes
internal import Glibc

/// How the demonstration talks: ticks and times, coloured on a terminal only.
struct DemoOutput: Sendable {
    private let isTerminal = isatty(1) == 1

    func title(_ text: String) { line("\n" + coloured("1", text)) }
    func done(_ text: String) { line("  " + coloured("32", "✔") + " " + text) }
    func note(_ text: String) { line("    " + coloured("2", text)) }
    func typed(_ text: String) { line("    " + coloured("36", "# " + text)) }
    func failed(_ text: String) { line("  " + coloured("31", "✘") + " " + text) }

    func line(_ text: String) {
        print(text)
        fflush(nil)
    }

    /// A duration in seconds with two decimals, such as `1.42 s`.
    static func seconds(_ duration: Duration) -> String {
        let hundredths = (duration.milliseconds + 5) / 10
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
    }

    private func coloured(_ code: String, _ text: String) -> String {
        isTerminal ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
