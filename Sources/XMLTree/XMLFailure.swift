/// What is wrong with a piece of XML, and where.
package struct XMLFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// The text is not well-formed XML.
        case malformed
        /// The document breaks its schema.
        case invalid
        /// An XPath expression cannot be read or does not select elements.
        case expression
        /// The text is larger or deeper than `XMLLimits` allows.
        case limitExceeded
    }

    package var code: Code
    /// What was found and what was expected, without position.
    package var message: String
    /// From 1; 0 when there is no position.
    package var line: Int
    /// The `id` of the element concerned, or of the nearest one around it.
    package var elementID: String?

    package init(_ code: Code, _ message: String, line: Int = 0, elementID: String? = nil) {
        self.code = code
        self.message = message
        self.line = line
        self.elementID = elementID
    }

    static func tooDeep(line: Int) -> XMLFailure {
        XMLFailure(.limitExceeded, "elements are nested deeper than \(XMLLimits.depth)", line: line)
    }

    package var description: String {
        (line > 0 ? "line \(line): " : "") + message + (elementID.map { " (in element id=\"\($0)\")" } ?? "")
    }
}

/// The bounds of what is read from outside.
package enum XMLLimits {
    /// Bytes of one document.
    package static let documentSize = 256 << 20
    /// Elements within elements.
    package static let depth = 250
}
