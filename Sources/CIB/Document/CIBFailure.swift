package import XMLTree

/// Why a CIB was refused or a change could not be made: what, where, and what was expected.
package struct CIBFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: UInt8, Sendable, Equatable, CaseIterable {
        /// The request itself makes no sense: an empty expression, an element that does not fit its section.
        case badRequest = 1
        /// The text is not well-formed XML, or too large.
        case malformed
        /// The result would break the schema.
        case schemaViolation
        /// The document is at another version than the request expects.
        case versionConflict
        /// A replacement is older than what it would replace.
        case olderVersion
        /// What should be changed is not there.
        case notFound
        /// What should be created is already there.
        case alreadyExists
        /// A patch was made for another version, or does not fit.
        case patchMismatch
        /// The schema that is asked for is unknown here, or there is no way to it.
        case unknownSchema
        /// The change was applied, but the cluster then merged with a partition that has a newer copy without it.
        case superseded
        /// A member could not write the change to its disk.
        case notStored
    }

    package var code: Code
    /// What was found and what was expected, without position.
    package var message: String
    /// The line in the text that the request or file came with, from 1; 0 when unknown.
    package var line: Int
    /// The `id` of the element concerned, or of the nearest one around it.
    package var elementID: String?

    package init(_ code: Code, _ message: String, line: Int = 0, elementID: String? = nil) {
        self.code = code
        self.message = message
        self.line = line
        self.elementID = elementID
    }

    package init(_ failure: XMLFailure) {
        let code: Code =
            switch failure.code {
            case .malformed, .limitExceeded: .malformed
            case .invalid: .schemaViolation
            case .expression: .badRequest
            }
        self.init(code, failure.message, line: failure.line, elementID: failure.elementID)
    }

    package var description: String {
        (line > 0 ? "line \(line): " : "") + message + (elementID.map { " (in element id=\"\($0)\")" } ?? "")
    }
}
