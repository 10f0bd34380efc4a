package import XMLTree

/// Whether a document is in the language that it states.
package struct SchemaCheck {
    private static let library = RelaxNGLibrary<SchemaVersion> { CIBGrammar($0).text }

    private let root: XMLElement
    /// The document without what is not checked.
    private let checked: XMLElement

    package init(_ root: XMLElement) {
        self.root = root
        var checked = root
        if let index = checked.childIndex("status") { checked.children[index] = XMLElement("status") }
        // Text means nothing in a CIB; the incumbents drop it when they read one.
        if checked.hasText { checked.removeText() }
        self.checked = checked
    }

    /// Whether the document conforms to a version, references included.
    ///
    /// - Complexity: linear in the size of the configuration.
    package func conforms(to version: SchemaVersion) -> Bool {
        do {
            guard try Self.library.schema(version).violation(in: checked) == nil else { return false }
        } catch {
            return false
        }
        return danglingReference(version) == nil
    }

    /// How the document breaks a version: in words, with line and id; `nil` when it conforms, apart from references.
    package func violation(of version: SchemaVersion) -> CIBFailure? {
        let violation: RelaxNGSchema.Violation?
        do { violation = try Self.library.schema(version).violation(in: checked) } catch { return CIBFailure(error) }
        guard let violation else { return nil }
        if let duplicate = ConfigurationIndex(configuration).duplicates.first {
            return CIBFailure(
                .schemaViolation, duplicate.message, line: duplicate.line, elementID: duplicate.elementID)
        }
        return SchemaExplanation(version)?.firstViolation(in: checked) ?? CIBFailure(violation.failure)
    }

    /// The first reference to an id that nothing in the configuration has.
    package func danglingReference(_ version: SchemaVersion) -> CIBFailure? {
        let check = ReferenceCheck(
            ConfigurationIndex(configuration), allowsUnknownTagMembers: version >= SchemaVersion(3, 3))
        guard let dangling = check.firstDangling(in: configuration) else { return nil }
        return CIBFailure(.schemaViolation, dangling.message, line: dangling.line, elementID: dangling.elementID)
    }

    private var configuration: XMLElement { root.child("configuration") ?? XMLElement("configuration") }

    /// The oldest version that the document conforms to, from `first` on.
    package func oldestConforming(from first: SchemaVersion? = nil) -> SchemaVersion? {
        SchemaVersion.all.first { $0 >= first ?? $0 && conforms(to: $0) }
    }
}

extension CIBDocument {
    /// Checks the document against the schema that it states, and that every reference names an id of the configuration (in
    /// Pacemaker's schemas a matter of data types).
    ///
    /// What states no version, or one of before 1.0, must conform to some version. What states a version that is not known
    /// here is checked against the newest known.
    ///
    /// - Returns: warnings: a `validate-with` that is not known here.
    /// - Throws: `CIBFailure` `.schemaViolation` with the violation: message, line, id.
    @discardableResult
    package func validate() throws(CIBFailure) -> [CIBProblem] { try Self.validate(root) }

    /// As `validate()`, for a root that may lack sections.
    @discardableResult
    package static func validate(_ root: XMLElement) throws(CIBFailure) -> [CIBProblem] {
        let (version, warnings) = try checkSchema(root)
        guard let version else { return warnings }
        if let dangling = SchemaCheck(root).danglingReference(version) { throw dangling }
        return warnings
    }

    /// The part of `validate` that the schema says.
    ///
    /// - Returns: the version that the document was checked against, `nil` when it wants no check; and warnings.
    static func checkSchema(_ root: XMLElement) throws(CIBFailure) -> (SchemaVersion?, [CIBProblem]) {
        let check = SchemaCheck(root)
        switch StatedSchema(root) {
        case .unchecked: return (nil, [])
        case .version(let version):
            if let violation = check.violation(of: version) { throw violation }
            return (version, [])
        case .vague:
            let usual = SchemaVersion(named: defaultSchema) ?? .newest
            if check.conforms(to: usual) { return (usual, []) }
            if let version = check.oldestConforming() { return (version, []) }
            if let violation = check.violation(of: usual) { throw violation }
            return (usual, [])
        case .unknown(let name):
            let warning = CIBProblem(
                .warning,
                "validate-with=\"\(name)\" is not known here: checked as \(SchemaVersion.newest), the newest known",
                line: Int(root.line))
            if let violation = check.violation(of: .newest) { throw violation }
            return (.newest, [warning])
        }
    }
}

/// What `validate-with` says.
package enum StatedSchema: Equatable {
    case version(SchemaVersion)
    /// Nothing, or the name of a forerunner.
    case vague
    case unknown(String)
    /// `none`: the document wants no check.
    case unchecked

    package init(_ root: XMLElement) {
        guard let name = root["validate-with"] else {
            self = .vague
            return
        }
        if name.lowercased() == SchemaVersion.unchecked {
            self = .unchecked
        } else if let version = SchemaVersion(named: name) {
            self = .version(version)
        } else {
            self = SchemaVersion.vagueNames.contains(name.lowercased()) ? .vague : .unknown(name)
        }
    }
}

extension XMLElement {
    /// Whether this element or one below it has text.
    fileprivate var hasText: Bool { !text.isEmpty || children.contains(where: \.hasText) }

    fileprivate mutating func removeText() {
        text = ""
        for position in children.indices { children[position].removeText() }
    }
}
