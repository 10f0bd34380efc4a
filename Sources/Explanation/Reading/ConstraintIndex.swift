import XMLTree

/// Constraints by id and by the resources that they name, as people wrote them.
struct ConstraintIndex {
    /// A constraint and the part of it that an id stands for.
    struct Entry {
        var constraint: XMLElement
        /// The rule in it, when the id is a rule's.
        var rule: XMLElement?
    }

    let constraints: [XMLElement]
    private var entries: [String: Entry] = [:]
    private var namesOfConstraint: [Set<String>] = []
    private let tags: [String: [String]]

    init(_ cib: XMLElement) {
        let configuration = cib.child("configuration")
        constraints = configuration?.child("constraints")?.children.filter { $0.id != nil } ?? []
        tags = Self.readTags(configuration)
        for constraint in constraints {
            if let id = constraint.id { entries[id] = Entry(constraint: constraint) }
            for part in constraint.children {
                guard let id = part.id, entries[id] == nil else { continue }
                entries[id] = Entry(constraint: constraint, rule: part.name == "rule" ? part : nil)
            }
            namesOfConstraint.append(resources(in: constraint))
        }
    }

    /// The members of tags, and the users of templates.
    private static func readTags(_ configuration: XMLElement?) -> [String: [String]] {
        var result: [String: [String]] = [:]
        for tag in configuration?.child("tags")?.children("tag") ?? [] {
            if let id = tag.id { result[id, default: []] += tag.children("obj_ref").compactMap(\.id) }
        }
        configuration?.child("resources")?.forEachDescendant { element in
            if let template = element["template"], let id = element.id { result[template, default: []].append(id) }
        }
        return result
    }

    private func resources(in constraint: XMLElement) -> Set<String> {
        var names: Set<String> = []
        for attribute in ["rsc", "with-rsc", "first", "then"] {
            if let name = constraint[attribute] { names.insert(name) }
        }
        for set in constraint.children("resource_set") {
            names.formUnion(set.children("resource_ref").compactMap(\.id))
        }
        for name in names { names.formUnion(tags[name] ?? []) }
        return names
    }

    subscript(id: String) -> Entry? { entries[id] }

    /// The constraints that name any of these resources.
    func constraints(naming names: Set<String>) -> [XMLElement] {
        constraints.indices.filter {
            !namesOfConstraint[$0].isDisjoint(with: names) || constraints[$0]["rsc-pattern"] != nil
        }
        .map { constraints[$0] }
    }

    /// The other resources that constraints tie to these.
    func neighbours(of names: Set<String>) -> Set<String> {
        namesOfConstraint.filter { !$0.isDisjoint(with: names) }.reduce(into: names) { $0.formUnion($1) }
    }

    /// The constraint of a kind between two sets of names (a resource and what it is in).
    func constraint(_ kind: String, _ first: Set<String>, _ second: Set<String>) -> String? {
        for (constraint, names) in zip(constraints, namesOfConstraint)
        where constraint.name == kind && !names.isDisjoint(with: first) && !names.isDisjoint(with: second) {
            return constraint.id
        }
        return nil
    }
}
