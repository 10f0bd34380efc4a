internal import XMLTree

/// From pacemaker-1 to pacemaker-2: access rules got roles, and one element for all permissions.
///
/// - Source: Pacemaker Explained, "Access Control Lists"; behaviour of Pacemaker's upgrade from 1.3.
enum AccessRuleUpgrade {
    static func rewrite(_ root: inout XMLElement) {
        guard let configuration = root.childIndex("configuration"),
            let index = root.children[configuration].childIndex("acls")
        else { return }
        var acls = root.children[configuration].children[index]
        acls.children = acls.children.flatMap(rewritten)
        root.children[configuration].children[index] = acls
    }

    private static func rewritten(_ element: XMLElement) -> [XMLElement] {
        var element = element
        switch element.name {
        case "acl_user":
            element.name = "acl_target"
            let permissions = element.children.filter { $0.name != "role_ref" }
            guard !permissions.isEmpty else {
                element.children = element.children.map { renamed($0, "role") }
                return [element]
            }
            // Permissions of a person become a role of that person.
            let id = "auto-" + (element.id ?? "")
            element.children = [XMLElement("role", ["id": id])]
            return [element, XMLElement("acl_role", ["id": id], children: permissions.map(permission))]
        case "acl_role":
            element.children = element.children.map(permission)
            return [element]
        default: return [element]
        }
    }

    private static func renamed(_ element: XMLElement, _ name: String) -> XMLElement {
        var element = element
        element.name = name
        return element
    }

    private static func permission(_ old: XMLElement) -> XMLElement {
        var new = XMLElement("acl_permission", ["id": old.id, "kind": old.name])
        new.line = old.line
        if let reference = old["ref"] {
            new["reference"] = reference
        } else if let type = old["tag"] {
            new["object-type"] = type
            new["attribute"] = old["attribute"]
        } else {
            new["xpath"] = (old["xpath"] ?? "") + (old["attribute"].map { "[@\($0)]" } ?? "")
        }
        return new
    }
}
