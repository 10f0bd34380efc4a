internal import XMLTree

/// Resources of kinds that pacemaker-4 no longer has, and what mentions them.
struct DroppedAgents {
    private static let classes: Set<String> = ["nagios", "upstart"]
    private var dropped: Set<String> = []
    private var warnings: [String] = []

    /// Removes nagios and upstart resources and rkt bundles with the constraints that concern only them; returns what was removed.
    static func remove(from configuration: inout XMLElement) -> [String] {
        var removal = DroppedAgents()
        var templates: [String: String] = [:]
        configuration.child("resources")?.forEachDescendant { element in
            if element.name == "template", let kind = element["class"]?.lowercased(), classes.contains(kind) {
                templates[element.id ?? ""] = kind
            }
        }
        if let index = configuration.childIndex("resources") {
            removal.removeResources(&configuration.children[index], templates)
        }
        guard !removal.dropped.isEmpty, let index = configuration.childIndex("constraints") else {
            return removal.warnings
        }
        configuration.children[index].children = configuration.children[index].children.compactMap {
            removal.constraint($0)
        }
        return removal.warnings
    }

    private mutating func removeResources(_ parent: inout XMLElement, _ templates: [String: String]) {
        parent.children = parent.children.compactMap { child in
            var child = child
            switch child.name {
            case "primitive", "template":
                let kind = child["class"]?.lowercased()
                let reason =
                    kind.flatMap { Self.classes.contains($0) ? $0 : nil } ?? child["template"].flatMap { templates[$0] }
                guard let reason else { return child }
                return drop(child, "\(reason) resources are no longer supported")
            case "bundle" where child.child("rkt") != nil:
                return drop(child, "rkt containers are no longer supported")
            case "group", "clone":
                removeResources(&child, templates)
                let isEmpty = !child.children.contains { ["primitive", "group"].contains($0.name) }
                return isEmpty ? drop(child, "it would be empty") : child
            case "bundle":
                removeResources(&child, templates)
                return child
            default: return child
            }
        }
    }

    private mutating func drop(_ resource: XMLElement, _ reason: String) -> XMLElement? {
        warnings.append("\(resource.name) \(resource.id ?? "") is dropped: \(reason)")
        if resource.name != "template", let id = resource.id { dropped.insert(id) }
        return nil
    }

    private func constraint(_ constraint: XMLElement) -> XMLElement? {
        for name in ["rsc", "with-rsc", "first", "then"] where constraint[name].map(dropped.contains) ?? false {
            return nil
        }
        var result = constraint
        let hadSets = result.children.contains { $0.name == "resource_set" }
        result.children = result.children.compactMap { set in
            guard set.name == "resource_set", set["id-ref"] == nil else { return set }
            var set = set
            set.children.removeAll { $0.name == "resource_ref" && ($0.id.map(dropped.contains) ?? false) }
            return set.children.isEmpty ? nil : set
        }
        return hadSets && !result.children.contains { $0.name == "resource_set" } ? nil : result
    }
}
