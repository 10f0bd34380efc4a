internal import XMLTree

/// The ids of a configuration, by what they name.
struct ConfigurationIndex {
    /// The name of the element of each id.
    private(set) var elements: [String: String] = [:]
    private(set) var fencingDevices: Set<String> = []
    /// The names of nodes, of remote nodes and of guest nodes.
    private(set) var nodeNames: Set<String> = []
    private(set) var hasNodes = false
    private(set) var duplicates: [CIBProblem] = []

    private static let references: Set<String> = ["resource_ref", "obj_ref", "role", "role_ref", "node", "acl_target"]

    init(_ configuration: XMLElement) {
        configuration.forEachDescendant { element in
            if element.name == "node", let name = element["uname"] {
                nodeNames.insert(name)
                hasNodes = true
            }
            if element.name == "primitive", element["class"] == "stonith", let id = element.id {
                fencingDevices.insert(id)
            }
            if element.name == "primitive", element["type"] == "remote", let id = element.id { nodeNames.insert(id) }
            if element.name == "nvpair", element["name"] == "remote-node", let name = element["value"] {
                nodeNames.insert(name)
            }
            guard let id = element.id, !Self.references.contains(element.name) else { return }
            if let first = elements[id] {
                duplicates.append(
                    CIBProblem(
                        .error, "\(element.title) has the id of another element, a \(first)", line: Int(element.line),
                        elementID: id))
            } else {
                elements[id] = element.name
            }
        }
    }

    private static let resourceNames: Set<String> = [
        "primitive", "group", "clone", "master", "bundle", "template", "tag",
    ]

    /// Whether constraints may name it: a resource, a template, or a tag for several.
    func isResource(_ id: String) -> Bool { elements[id].map(Self.resourceNames.contains) ?? false }
}
