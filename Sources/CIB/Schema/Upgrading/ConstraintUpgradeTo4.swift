internal import XMLTree

/// Constraints on their way to pacemaker-4: one rule a location, and no lifetimes.
enum ConstraintUpgradeTo4 {
    private static var prefix: String { ExpandedReferences.prefix }

    static func rewrite(_ configuration: inout XMLElement) -> [String] {
        guard let index = configuration.childIndex("constraints") else { return [] }
        var warnings: [String] = []
        var constraints = configuration.children[index]
        var replaced: [String: [String]] = [:]
        constraints.children = constraints.children.flatMap { split($0, &replaced) }
        constraints.children = constraints.children.map(withoutLifetime)
        let orphans = dropLifetimes(&constraints, in: configuration, &warnings)
        if !orphans.isEmpty { constraints.children.append(holder(of: orphans)) }
        configuration.children[index] = constraints
        if !replaced.isEmpty { redirectPermissions(&configuration, replaced) }
        return warnings
    }

    // MARK: - Several rules

    private static func split(_ location: XMLElement, _ replaced: inout [String: [String]]) -> [XMLElement] {
        let rules = location.children("rule")
        guard location.name == "rsc_location", rules.count > 1 else { return [location] }
        let id = location.id ?? ""
        let others = ["resource_set", "lifetime"].map { name in location.children.filter { $0.name == name } }
        let parts = rules.enumerated().map { index, rule in
            var part = location
            part["id"] = prefix + id + "-\(index + 1)"
            let shared = index == 0 ? others : others.map { $0.map(ExpandedReferences.copy) }
            part.children = shared[0] + [rule] + shared[1]
            return part
        }
        replaced[id] = parts.compactMap(\.id)
        return parts
    }

    private static func redirectPermissions(_ element: inout XMLElement, _ replaced: [String: [String]]) {
        if element.name == "acl_permission", let reference = element["reference"], let ids = replaced[reference] {
            element["reference"] = nil
            element["xpath"] = "//*[" + ids.map { "@id = '\($0)'" }.joined(separator: " or ") + "]"
        }
        for index in element.children.indices { redirectPermissions(&element.children[index], replaced) }
    }

    // MARK: - Lifetimes

    /// The lifetime of a location becomes a condition of its rule.
    private static func withoutLifetime(_ location: XMLElement) -> XMLElement {
        guard location.name == "rsc_location", let lifetime = location.child("lifetime") else { return location }
        let id = location.id ?? ""
        var result = location
        let own = location.child("rule") ?? nodeRule(of: location)
        let limits = lifetime.children("rule")
        let limit =
            limits.count == 1
            ? limits[0]
            : XMLElement("rule", ["id": prefix + id + "-lifetime-or-rule", "boolean-op": "or"], children: limits)
        result["node"] = nil
        result["score"] = nil
        result.children = location.children("resource_set")
        result.children.append(
            XMLElement(
                "rule", ["id": prefix + id + "-lifetime-and-rule", "boolean-op": "and"], children: [own, limit]))
        return result
    }

    private static func nodeRule(of location: XMLElement) -> XMLElement {
        let id = prefix + (location.id ?? "") + "-node-score-rule"
        let expression = XMLElement(
            "expression",
            ["id": id + "-expr", "attribute": "#uname", "operation": "eq", "value": location["node"] ?? ""])
        return XMLElement("rule", ["id": id, "score": location["score"]], children: [expression])
    }

    /// Drops the lifetimes of colocations and orders; returns the rules in them that are referred to elsewhere.
    private static func dropLifetimes(
        _ constraints: inout XMLElement, in configuration: XMLElement, _ warnings: inout [String]
    ) -> [XMLElement] {
        var dropped: [XMLElement] = []
        for index in constraints.children.indices
        where ["rsc_colocation", "rsc_order"].contains(constraints.children[index].name) {
            guard let lifetime = constraints.children[index].child("lifetime") else { continue }
            warnings.append(
                "the lifetime of \(constraints.children[index].id ?? "") is dropped: such constraints hold at all times now"
            )
            dropped += lifetime.children("rule")
            constraints.children[index].children.removeAll { $0.name == "lifetime" }
        }
        guard !dropped.isEmpty else { return [] }
        var live: Set<String> = []
        func collect(_ element: XMLElement) {
            element.forEachDescendant { if $0.name == "rule", let id = $0.id { live.insert(id) } }
        }
        collect(constraints)
        for section in configuration.children where section.name != "constraints" { collect(section) }
        var seen: Set<String> = []
        return dropped.filter { rule in
            guard let id = rule.id, ExpandedReferences.isOriginal(rule) else { return false }
            return live.contains(id) && seen.insert(id).inserted
        }
    }

    /// A location that concerns no resource, to hold rules that others refer to.
    private static func holder(of rules: [XMLElement]) -> XMLElement {
        let id = prefix + "coloc-order-lifetime-rules"
        let rule = XMLElement("rule", ["id": id + "-rule", "score": "-INFINITY"], children: rules)
        return XMLElement("rsc_location", ["id": id, "rsc-pattern": "a^"], children: [rule])
    }
}
