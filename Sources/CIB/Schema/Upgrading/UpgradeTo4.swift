internal import XMLTree

/// From pacemaker-3 to pacemaker-4: what was long discouraged is rewritten or dropped.
///
/// - Source: release notes of Pacemaker 3.0; behaviour of Pacemaker's upgrade from 3.10.
enum UpgradeTo4 {
    /// Rewrites the document; returns what was dropped or changes its effect.
    static func rewrite(_ root: inout XMLElement) -> [String] {
        var warnings: [String] = []
        ExpandedReferences.expand(&root)
        warnings += ValueUpgradeTo4.rewrite(&root)
        if let index = root.childIndex("configuration") {
            var configuration = root.children[index]
            banPingNodes(&configuration)
            if let resources = configuration.childIndex("resources") {
                replaceMasters(&configuration.children[resources])
            }
            warnings += ConstraintUpgradeTo4.rewrite(&configuration)
            warnings += DroppedAgents.remove(from: &configuration)
            root.children[index] = configuration
        }
        ExpandedReferences.collapse(&root)
        loosenPermissions(&root)
        return warnings
    }

    /// A ping node becomes a member on which nothing may run.
    private static func banPingNodes(_ configuration: inout XMLElement) {
        guard let nodes = configuration.childIndex("nodes") else { return }
        for index in configuration.children[nodes].children.indices
        where configuration.children[nodes].children[index]["type"] == "ping" {
            configuration.children[nodes].children[index]["type"] = "member"
            let name = configuration.children[nodes].children[index]["uname"] ?? ""
            configuration.withChild("constraints") {
                $0.children.append(
                    XMLElement(
                        "rsc_location",
                        [
                            "id": ExpandedReferences.prefix + "ping-node-ban-" + name, "rsc-pattern": ".*",
                            "node": name,
                            "score": "-INFINITY", "resource-discovery": "never",
                        ]))
            }
        }
    }

    private static func replaceMasters(_ element: inout XMLElement) {
        for index in element.children.indices {
            if element.children[index].name == "master" {
                let id =
                    ExpandedReferences.prefix + "promotable-legacy-\(element.children[index].id ?? "")-meta_attributes"
                let pair = XMLElement("nvpair", ["id": id + "-promotable", "name": "promotable", "value": "true"])
                element.children[index].name = "clone"
                element.children[index].children.insert(
                    XMLElement("meta_attributes", ["id": id, "score": "INFINITY"], children: [pair]), at: 0)
            }
            if let position = element.children[index].attributes.firstIndex(where: { $0.name == "masters" }) {
                element.children[index].attributes[position].name = "promoted-max"
            }
            replaceMasters(&element.children[index])
        }
    }

    /// A permission for what is gone matches nothing.
    private static func loosenPermissions(_ root: inout XMLElement) {
        var ids: Set<String> = []
        root.forEachDescendant { if let id = $0.id { ids.insert(id) } }
        func loosen(_ element: inout XMLElement) {
            if element.name == "acl_permission", let reference = element["reference"], !ids.contains(reference) {
                element["reference"] = nil
                element["xpath"] = "/*[false()]"
            }
            for index in element.children.indices { loosen(&element.children[index]) }
        }
        guard let index = root.childIndex("configuration") else { return }
        loosen(&root.children[index])
    }
}
