internal import XMLTree

/// A document in which every `id-ref` is replaced by a copy of what it refers to, and the way back.
///
/// Rewriting then need not think of references: where the definition moved or went away, a copy takes its place.
struct ExpandedReferences {
    /// Marks copies; no element of the language has such an attribute.
    private static let mark = "lockstep-copy"
    /// What new ids begin with.
    static let prefix = "pcmk__3_10_upgrade-"

    private var definitions: [String: XMLElement] = [:]

    /// Replaces the references in a document; those that lead nowhere stay.
    static func expand(_ root: inout XMLElement) {
        var expansion = ExpandedReferences()
        root.forEachDescendant { element in
            if let id = element.id, expansion.definitions[id] == nil { expansion.definitions[id] = element }
        }
        root = expansion.expanded(root, depth: 0)
    }

    private func expanded(_ element: XMLElement, depth: Int) -> XMLElement {
        guard depth < XMLLimits.depth else { return element }
        guard let reference = element["id-ref"], let definition = definitions[reference],
            definition.name == element.name
        else {
            var result = element
            for index in result.children.indices {
                result.children[index] = expanded(result.children[index], depth: depth + 1)
            }
            return result
        }
        if element.name == "nvpair", let name = element["name"] {
            // The value of another pair under a name of its own.
            var pair = definition
            pair["id"] = Self.prefix + reference + "-" + name
            pair["name"] = name
            return pair
        }
        return Self.copy(expanded(definition, depth: depth + 1))
    }

    /// The element as a copy: it and what is in it become references again where there is another definition.
    static func copy(_ element: XMLElement) -> XMLElement {
        var copy = element
        if copy.id != nil { copy[mark] = "" }
        copy.children = copy.children.map(Self.copy)
        return copy
    }

    /// Whether the element is a definition of the document, not a copy.
    static func isOriginal(_ element: XMLElement) -> Bool { element[mark] == nil }

    /// Turns copies into references, but the first one whose definition is gone.
    static func collapse(_ root: inout XMLElement) {
        var defined: Set<String> = []
        root.forEachDescendant { if $0[mark] == nil, let id = $0.id { defined.insert(id) } }
        root = collapsed(root, &defined)
    }

    private static func collapsed(_ element: XMLElement, _ defined: inout Set<String>) -> XMLElement {
        var result = element
        if result[mark] != nil, let id = result.id {
            guard defined.insert(id).inserted else { return XMLElement(result.name, ["id-ref": id]) }
            result[mark] = nil
        }
        for index in result.children.indices {
            result.children[index] = collapsed(result.children[index], &defined)
        }
        return result
    }
}
