internal import XMLTree

/// What tells an element among its siblings: its name with its `id`, or with the `id-ref` of an element used elsewhere.
struct ElementKey: Equatable {
    let name: String
    let id: String?
    let reference: String?

    init(_ element: XMLElement) {
        name = element.name
        id = element.id
        reference = element.id == nil ? element["id-ref"] : nil
    }

    /// Reads only as many attributes as it must: this runs once for every sibling.
    func matches(_ element: XMLElement) -> Bool {
        guard element.name == name, element.id == id else { return false }
        return id != nil || element["id-ref"] == reference
    }
}

extension XMLElement {
    /// The way to the first element, here or below, that satisfies the condition. The children of an element are tried
    /// before what is below them: what callers look for is mostly near.
    func firstPath(where condition: (XMLElement) -> Bool) -> XMLIndexPath? {
        if condition(self) { return [] }
        if let index = children.firstIndex(where: condition) { return [index] }
        for (index, child) in children.enumerated() {
            if let path = child.firstPath(where: condition) { return [index] + path }
        }
        return nil
    }

    /// Whether the element has the name and all attributes of `pattern`.
    func satisfies(_ pattern: XMLElement) -> Bool {
        name == pattern.name && pattern.attributes.allSatisfy { self[$0.name] == $0.value }
    }
}

extension XMLElement {
    /// How an element is called in messages: `primitive id="a"`.
    var title: String { name + (id.map { " id=\"\($0)\"" } ?? "") }
}

extension CIBSection {
    /// The section in which elements of that name stand, directly below the section's element.
    static func home(ofElementNamed name: String) -> CIBSection? {
        switch name {
        case "cluster_property_set": .clusterOptions
        case "node": .nodes
        case "primitive", "group", "clone", "master", "bundle", "template": .resources
        case "rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket": .constraints
        case "fencing-level": .fencingTopology
        case "acl_role", "acl_target", "acl_group": .accessRules
        case "tag": .tags
        case "alert": .alerts
        case "node_state", "tickets": .status
        default: CIBSection(rawValue: name)?.parent
        }
    }

    /// The section around this one.
    private var parent: CIBSection? {
        switch self {
        case .configuration, .status: nil
        case .clusterOptions, .nodes, .resources, .constraints, .fencingTopology, .accessRules, .tags, .alerts,
            .resourceDefaults, .operationDefaults:
            .configuration
        }
    }
}
