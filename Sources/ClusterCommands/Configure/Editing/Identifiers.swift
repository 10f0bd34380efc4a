internal import XMLTree

/// Makes the ids of elements below an object, as the crm shell does: `vip-instance_attributes`, `vip-monitor-10s`, …
///
/// An id that is taken gets the first free of `-0`, `-1`, … behind it.
struct IdentifierMaker {
    private var used: Set<String> = []

    /// - Parameter configuration: every id in it counts as taken.
    init(_ configuration: XMLElement) {
        configuration.forEachDescendant { element in
            if let id = element.id, !isReference(element) { used.insert(id) }
        }
    }

    func isUsed(_ id: String) -> Bool { used.contains(id) }

    /// Gives every element here and below that lacks an id the one it should have.
    ///
    /// - Parameter prefix: what an id made here begins with: the id of the nearest element around that has one.
    mutating func fill(_ element: inout XMLElement, prefix: String) {
        // Ids that were given come first, wherever they stand.
        element.forEachDescendant { part in
            if let id = part.id, !isReference(part) { used.insert(id) }
        }
        fillParts(&element, prefix: prefix)
    }

    private mutating func fillParts(_ element: inout XMLElement, prefix: String) {
        if isReference(element) || element["id-ref"] != nil { return }
        // Operations are named after their resource, so the list itself stays without an id.
        if element.id == nil, partsWithIDs.contains(element.name) {
            element.attributes.insert(.init("id", free(name(of: element, prefix))), at: 0)
        }
        if let id = element.id { used.insert(id) }
        let inner = element.name == "operations" ? prefix : element.id ?? prefix
        for index in element.children.indices { fillParts(&element.children[index], prefix: inner) }
    }

    private func name(of element: XMLElement, _ prefix: String) -> String {
        // An XML id cannot begin with a digit, ids of nodes do.
        let prefix = prefix.utf8.first.map { (0x30...0x39).contains($0) } == true ? "num-" + prefix : prefix
        let name = element["name"] ?? ""
        switch element.name {
        case "nvpair": return prefix + "-" + identifierText(name)
        case "op":
            return "\(prefix)-\(identifierText(name))" + (element["interval"].map { "-" + identifierText($0) } ?? "")
        case "instance_attributes", "meta_attributes", "utilization", "rule", "expression", "duration", "date_spec":
            return prefix + "-" + element.name
        case "date_expression": return prefix + "-expression"
        case "fencing-level": return "fencing"
        default: return prefix
        }
    }

    private func free(_ wanted: String) -> String {
        guard used.contains(wanted) else { return wanted }
        var number = 0
        while used.contains("\(wanted)-\(number)") { number += 1 }
        return "\(wanted)-\(number)"
    }
}

/// The elements below an object that have an id; those of bundles, for instance, have none.
private let partsWithIDs: Set<String> = [
    "nvpair", "op", "instance_attributes", "meta_attributes", "utilization", "rule", "expression", "date_expression",
    "duration", "date_spec", "resource_set", "fencing-level",
]

/// Whether the element's `id` names another element.
func isReference(_ element: XMLElement) -> Bool {
    ["resource_ref", "obj_ref", "role"].contains(element.name)
}

/// Text with everything that an id cannot hold replaced by `_`.
private func identifierText(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        let fits =
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || "_-.#".unicodeScalars.contains(scalar)
        result.unicodeScalars.append(fits && scalar != "#" ? scalar : "_")
    }
    return result
}

extension XMLElement {
    /// Takes over the ids of an older form of this object, part by part, so that an edit does not rename what it leaves alone.
    mutating func adoptIdentifiers(from old: XMLElement) {
        if self.id == nil, let id = old.id { attributes.insert(.init("id", id), at: 0) }
        var taken: Set<Int> = []
        for index in children.indices where !isReference(children[index]) && children[index].id == nil {
            let match = old.children.indices.first {
                !taken.contains($0) && samePart(children[index], old.children[$0])
            }
            guard let match else { continue }
            taken.insert(match)
            if children[index].name == "operations", old.children[match].id == nil {
                children[index].adoptParts(from: old.children[match])
            } else {
                children[index].adoptIdentifiers(from: old.children[match])
            }
        }
    }

    private mutating func adoptParts(from old: XMLElement) {
        var shell = self
        shell["id"] = "-"
        shell.adoptIdentifiers(from: old)
        children = shell.children
    }
}

private func samePart(_ new: XMLElement, _ old: XMLElement) -> Bool {
    guard new.name == old.name else { return false }
    switch new.name {
    case "nvpair": return new["name"] == old["name"]
    case "op": return new["name"] == old["name"] && new["interval"] == old["interval"] && new["role"] == old["role"]
    default: return true
    }
}
