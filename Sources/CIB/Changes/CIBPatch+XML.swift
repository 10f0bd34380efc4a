package import XMLTree

extension CIBPatch {
    /// Reads a patch as `crm_diff` writes it: an element `diff` of format 2.
    ///
    /// - Throws: `.patchMismatch` with the line of what cannot be understood.
    package init(_ element: XMLElement) throws(CIBFailure) {
        guard element.name == "diff", element["format"] == "2" else {
            throw CIBFailure(
                .patchMismatch, "a patch is an element \"diff\" with format=\"2\"", line: Int(element.line))
        }
        if let version = element.child("version") {
            source = try Self.version(version.child("source"))
            target = try Self.version(version.child("target"))
        }
        changes = []
        for change in element.children("change") {
            if let change = try Change(change) { changes.append(change) }
        }
    }

    private static func version(_ element: XMLElement?) throws(CIBFailure) -> CIBVersion? {
        guard let element, element["epoch"] != nil else { return nil }
        return try CIBDocument.version(of: element)
    }

    /// The patch as an element `diff` of format 2.
    package var xml: XMLElement {
        var children: [XMLElement] = []
        if let source, let target {
            func attributes(_ name: String, _ version: CIBVersion) -> XMLElement {
                XMLElement(
                    name,
                    [
                        "admin_epoch": String(version.adminEpoch), "epoch": String(version.epoch),
                        "num_updates": String(version.updates),
                    ])
            }
            children.append(
                XMLElement("version", children: [attributes("source", source), attributes("target", target)]))
        }
        return XMLElement("diff", ["format": "2"], children: children + changes.map(\.xml))
    }
}

extension CIBPatch.Change {
    /// `nil` for a change that changes nothing.
    fileprivate init?(_ element: XMLElement) throws(CIBFailure) {
        func failure(_ message: String) -> CIBFailure {
            CIBFailure(.patchMismatch, message, line: Int(element.line))
        }
        func position() throws(CIBFailure) -> Int {
            guard let text = element["position"], let value = Int(text), value >= 0 else {
                throw failure("a change of a patch has no readable position")
            }
            return value
        }
        guard let path = element["path"] else { throw failure("a change of a patch has no path") }
        switch element["operation"] {
        case "create":
            guard let created = element.children.first else { throw failure("a creation of a patch has no element") }
            self = .create(path: path, position: try position(), created)
        case "delete": self = .delete(path: path, position: element["position"].flatMap { Int($0) })
        case "move": self = .move(path: path, position: try position())
        case "modify":
            var attributes: [CIBPatch.Attribute] = []
            for change in element.child("change-list")?.children("change-attr") ?? [] {
                guard let name = change["name"], name.isXMLName else {
                    throw failure("an attribute of a patch has no readable name")
                }
                switch change["operation"] {
                case "set": attributes.append(.init(name, change["value"] ?? ""))
                case "unset": attributes.append(.init(name, nil))
                case let other: throw failure("\"\(other ?? "")\" is neither set nor unset")
                }
            }
            guard !attributes.isEmpty else { return nil }
            self = .modify(path: path, attributes)
        case let other: throw failure("\"\(other ?? "")\" is not an operation of a patch")
        }
    }

    fileprivate var xml: XMLElement {
        switch self {
        case .create(let path, let position, let element):
            return XMLElement(
                "change", ["operation": "create", "path": path, "position": String(position)], children: [element])
        case .delete(let path, let position):
            return XMLElement(
                "change", ["operation": "delete", "path": path, "position": position.map { String($0) }])
        case .move(let path, let position):
            return XMLElement("change", ["operation": "move", "path": path, "position": String(position)])
        case .modify(let path, let attributes):
            let list = attributes.map { attribute in
                XMLElement(
                    "change-attr",
                    [
                        "name": attribute.name, "operation": attribute.value == nil ? "unset" : "set",
                        "value": attribute.value,
                    ])
            }
            return XMLElement(
                "change", ["operation": "modify", "path": path], children: [XMLElement("change-list", children: list)])
        }
    }
}
