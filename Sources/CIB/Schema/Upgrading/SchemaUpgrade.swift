package import XMLTree

/// A document brought to a newer version of the language.
package struct SchemaUpgrade: Sendable {
    package private(set) var root: XMLElement
    package private(set) var version: SchemaVersion
    /// What was dropped or changes its effect.
    package private(set) var warnings: [String] = []

    /// Brings a document as far as it goes, at most to `target`.
    ///
    /// What conforms to the next version is taken as it is; only where a major version begins and the document does not conform,
    /// it is rewritten. A document that does not conform to what it states may conform to something newer.
    ///
    /// - Throws: `.schemaViolation` when the document conforms to no version from the stated one on.
    /// - Source: behaviour of `cibadmin --upgrade`.
    package init(_ root: XMLElement, to target: SchemaVersion = .newest) throws(CIBFailure) {
        let stated: SchemaVersion? = if case .version(let version) = StatedSchema(root) { version } else { nil }
        let check = SchemaCheck(root)
        guard let first = check.oldestConforming(from: stated) else {
            let version = stated ?? SchemaVersion(named: CIBDocument.defaultSchema) ?? .newest
            throw check.violation(of: version) ?? check.danglingReference(version)
                ?? CIBFailure(.schemaViolation, "the document conforms to no known schema", line: Int(root.line))
        }
        self.root = root
        version = first
        while version < target, let next = SchemaVersion.all.first(where: { $0 > version }), next <= target {
            guard advance(to: next) else { break }
        }
        if stated.map({ $0 < version }) ?? true { self.root["validate-with"] = version.name }
    }

    private mutating func advance(to next: SchemaVersion) -> Bool {
        if SchemaCheck(root).conforms(to: next) {
            version = next
            return true
        }
        guard next.major > version.major else { return false }
        var rewritten = root
        switch next.major {
        case 2: AccessRuleUpgrade.rewrite(&rewritten)
        case 3: warnings += UpgradeTo3().rewrite(&rewritten)
        default: warnings += UpgradeTo4.rewrite(&rewritten)
        }
        rewritten["validate-with"] = next.name
        guard SchemaCheck(rewritten).conforms(to: next) else { return false }
        root = rewritten
        version = next
        return true
    }
}

extension CIBDocument {
    /// A configuration that the scheduler can read: as it is from pacemaker-3.0 on (and where no check is wanted), else
    /// brought to the newest pacemaker-3.
    ///
    /// - Returns: the root, and what was dropped on the way.
    /// - Throws: `.schemaViolation`, in the incumbents' words, when there is no way.
    package static func readableForm(
        of root: XMLElement
    ) throws(CIBFailure) -> (root: XMLElement, warnings: [String]) {
        switch StatedSchema(root) {
        case .unchecked: return (root, [])
        case .version(let version) where version >= .oldestRead: return (root, [])
        case .version, .vague, .unknown: break
        }
        let claim = root["validate-with"] ?? "(none)"
        let upgrade: SchemaUpgrade
        do { upgrade = try SchemaUpgrade(root, to: SchemaVersion(3, 10)) } catch {
            throw CIBFailure(
                .schemaViolation,
                "Cannot upgrade configuration (claiming schema \(claim)) to at least \(SchemaVersion.oldestRead) because it "
                    + "does not validate with any schema from \(SchemaVersion(named: claim)?.name ?? "unknown") to "
                    + "\(SchemaVersion.newest): \(error.message)", line: error.line, elementID: error.elementID)
        }
        guard upgrade.version >= .oldestRead else {
            throw CIBFailure(
                .schemaViolation,
                "Cannot upgrade configuration (claiming schema \(claim)) to at least \(SchemaVersion.oldestRead) because it "
                    + "would not upgrade past \(upgrade.version)", line: Int(root.line))
        }
        return (upgrade.root, upgrade.warnings)
    }

    /// A document that breaks the version it states, under the oldest newer one that it conforms to; `nil` when there is none.
    package static func restatedSchema(of root: XMLElement) -> XMLElement? {
        guard case .version(let stated) = StatedSchema(root),
            let version = SchemaCheck(root).oldestConforming(from: stated), version > stated
        else { return nil }
        var result = root
        result["validate-with"] = version.name
        return result
    }
}
