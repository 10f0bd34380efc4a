internal import Synchronization

/// Schemas that are parsed when they are first needed and kept.
///
/// Parsing takes about a millisecond, so what never validates never pays for it.
package final class RelaxNGLibrary<Key: Hashable & Sendable>: Sendable {
    private let schemas = Mutex<[Key: RelaxNGSchema]>([:])
    private let text: @Sendable (Key) -> String

    /// - Parameter text: a schema in RELAX NG's XML syntax.
    package init(text: @escaping @Sendable (Key) -> String) { self.text = text }

    /// The schema of a key, ready to validate.
    ///
    /// - Throws: `XMLFailure` `.malformed` when its text is no schema.
    package func schema(_ key: Key) throws(XMLFailure) -> RelaxNGSchema {
        let outcome = schemas.withLock { schemas -> Result<RelaxNGSchema, XMLFailure> in
            if let schema = schemas[key] { return .success(schema) }
            let parsed = Result { () throws(XMLFailure) in try RelaxNGSchema(parsing: text(key)) }
            if case .success(let schema) = parsed { schemas[key] = schema }
            return parsed
        }
        return try outcome.get()
    }
}
