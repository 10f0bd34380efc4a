package import XMLTree

/// The cluster information base: configuration and status of a cluster, as a value.
///
/// Always holds a root `cib` with a readable version, a `configuration` with its four required sections, and a `status`.
/// Copies share storage; edits happen in place along one path of the tree.
///
/// - Source: Pacemaker Explained, "Cluster-Wide Configuration".
package struct CIBDocument: Sendable, Equatable {
    /// The element `cib`. Edited through `apply` only, so that the version keeps step.
    package internal(set) var root: XMLElement

    /// The feature set that a CIB made here states: that of Pacemaker 2.1.5.
    package static let featureSet = "3.16.1"
    /// The schema that a CIB made here is written in.
    package static let defaultSchema = "pacemaker-3.9"

    /// A CIB without any resource, at version 0.0.0, with the schema and feature set above.
    package init() {
        root = XMLElement(
            "cib",
            [
                "crm_feature_set": Self.featureSet, "validate-with": Self.defaultSchema, "epoch": "0",
                "num_updates": "0", "admin_epoch": "0",
            ],
            children: [
                XMLElement(
                    "configuration",
                    children: ["crm_config", "nodes", "resources", "constraints"].map { XMLElement($0) }),
                XMLElement("status"),
            ])
    }

    /// Takes over a CIB from outside. Missing version numbers count as 0; missing required sections are added.
    ///
    /// The schema is not checked here: see `validate`.
    ///
    /// - Throws: `CIBFailure` `.badRequest` when the root is not `cib`, `.schemaViolation` when a version number is no
    ///   number.
    package init(_ root: XMLElement) throws(CIBFailure) {
        guard root.name == "cib" else {
            throw CIBFailure(
                .badRequest, "the root element is \"\(root.name)\", expected \"cib\"", line: Int(root.line))
        }
        self.root = root
        _ = try Self.version(of: root)
        self.root.completeSections()
    }

    /// Parses and takes over a CIB; see `init(_:)`.
    package init(parsing text: [UInt8]) throws(CIBFailure) {
        let root: XMLElement
        do { root = try XMLElement(parsing: text) } catch { throw CIBFailure(error) }
        try self.init(root)
    }
}

// MARK: - Queries

extension CIBDocument {
    /// The version that the root states.
    package var version: CIBVersion {
        get { (try? Self.version(of: root)) ?? .initial }
        set {
            root["epoch"] = String(newValue.epoch)
            root["num_updates"] = String(newValue.updates)
            root["admin_epoch"] = String(newValue.adminEpoch)
        }
    }

    /// The element `configuration`.
    package var configuration: XMLElement { root.child("configuration") ?? XMLElement("configuration") }

    /// The element `status`.
    package var status: XMLElement { root.child("status") ?? XMLElement("status") }

    /// The element of a section, `nil` when the CIB has none.
    package func section(_ section: CIBSection) -> XMLElement? {
        var element: XMLElement? = root
        for name in section.path { element = element?.child(name) }
        return element
    }

    /// The schema that the CIB says it is written in: `validate-with`.
    package var schemaName: String? { root["validate-with"] }

    /// The elements that an XPath expression selects, in document order.
    ///
    /// - Complexity: linear in the size of the document; not for hot paths.
    /// - Throws: `.badRequest` when the expression cannot be read or selects no elements by its kind.
    package func query(xpath: String) throws(CIBFailure) -> [XMLElement] {
        do { return try root.select(xpath: xpath).map { root.element(at: $0) } } catch { throw CIBFailure(error) }
    }

    /// The document with an empty status section: what is written to disk.
    package var withoutStatus: CIBDocument {
        var copy = self
        if let index = copy.root.childIndex("status") { copy.root.children[index] = XMLElement("status") }
        return copy
    }

    static func version(of root: XMLElement) throws(CIBFailure) -> CIBVersion {
        func number(_ name: String) throws(CIBFailure) -> UInt32 {
            guard let text = root[name] else { return 0 }
            guard let value = UInt32(text) else {
                throw CIBFailure(
                    .schemaViolation, "\(name)=\"\(text)\" is not a number from 0 to \(UInt32.max)",
                    line: Int(root.line))
            }
            return value
        }
        return CIBVersion(
            adminEpoch: try number("admin_epoch"), epoch: try number("epoch"), updates: try number("num_updates"))
    }
}

extension XMLElement {
    /// Adds the sections that every CIB has, where they are missing.
    mutating func completeSections() {
        withChild("configuration") { configuration in
            for name in ["crm_config", "nodes", "resources", "constraints"] { configuration.withChild(name) { _ in } }
        }
        withChild("status") { _ in }
    }
}
