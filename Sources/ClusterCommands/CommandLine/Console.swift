/// Where a command writes, and how: plain text, or with colours where a person looks at it.
package final class Console {
    package enum Stream: Sendable { case output, error }

    /// Whether standard output is a terminal: progress and prompts only then.
    package let isTerminal: Bool
    /// Whether output may carry colours.
    package let usesColour: Bool
    /// Columns of the terminal, 80 when unknown.
    package let width: Int
    private let sink: (Stream, String) -> Void
    private let source: () -> String?

    /// - Parameters:
    ///   - source: returns the next line of standard input without its newline, `nil` at the end.
    ///   - sink: takes what is written, at once.
    package init(
        isTerminal: Bool = false, usesColour: Bool = false, width: Int = 80,
        source: @escaping () -> String? = { nil }, sink: @escaping (Stream, String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.usesColour = usesColour
        self.width = width
        self.source = source
        self.sink = sink
    }

    /// Writes a line to standard output.
    package func print(_ line: String = "") { sink(.output, line + "\n") }

    /// Writes text as it is, without a newline of its own.
    package func write(_ text: String) { sink(.output, text) }

    /// Writes `ERROR: …` to standard error.
    package func error(_ message: String) { sink(.error, styled("ERROR", .red) + ": " + message + "\n") }

    /// Writes a line to standard error as it is.
    package func plainError(_ line: String) { sink(.error, line + "\n") }

    /// Writes `WARNING: …` to standard error.
    package func warning(_ message: String) { sink(.error, styled("WARNING", .yellow) + ": " + message + "\n") }

    /// Writes `INFO: …` to standard error, so that output stays clean for pipes.
    package func note(_ message: String) { sink(.error, styled("INFO", .green) + ": " + message + "\n") }

    /// Writes what to do instead, under an error.
    package func hint(_ text: String) { sink(.error, "       " + text + "\n") }

    /// Replaces the line that was last shown this way: only on a terminal.
    package func progress(_ text: String) {
        if isTerminal { sink(.error, "\r\u{1b}[K" + text) }
    }

    /// The next line of standard input, `nil` at its end.
    package func readLine() -> String? { source() }

    package func styled(_ text: String, _ style: TextStyle...) -> String { styled(text, style) }

    package func styled(_ text: String, _ styles: [TextStyle]) -> String {
        guard usesColour, !styles.isEmpty, !text.isEmpty else { return text }
        return styles.map { "\u{1b}[\($0.rawValue)m" }.joined() + text + "\u{1b}[0m"
    }
}

/// How text stands out on a terminal: ECMA-48 "select graphic rendition" codes.
package enum TextStyle: Int, Sendable {
    case bold = 1
    case red = 31
    case green = 32
    case yellow = 33
    case blue = 34
    case cyan = 36
}
