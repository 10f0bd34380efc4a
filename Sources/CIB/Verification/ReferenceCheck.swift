internal import XMLTree

/// Finds references to what is not there.
struct ReferenceCheck {
    private let index: ConfigurationIndex
    /// Whether a tag may name what is not there, as from pacemaker-3.3 on.
    private let allowsUnknownTagMembers: Bool

    init(_ index: ConfigurationIndex, allowsUnknownTagMembers: Bool = false) {
        self.index = index
        self.allowsUnknownTagMembers = allowsUnknownTagMembers
    }

    func problems(in configuration: XMLElement) -> [CIBProblem] {
        var problems: [CIBProblem] = []
        configuration.forEachDescendant { element in
            for (attribute, id) in resourceReferences(of: element) where !index.isResource(id) {
                let what = index.elements[id].map { ", a \($0)" } ?? ", which does not exist"
                problems.append(
                    error("\(element.title) names \(attribute)=\"\(id)\"\(what): expected a resource", element))
            }
            if let problem = otherReference(of: element) { problems.append(problem) }
        }
        return problems
    }

    /// The first reference to an id that nothing in the configuration has.
    func firstDangling(in element: XMLElement) -> CIBProblem? {
        for (attribute, id) in references(of: element) where index.elements[id] == nil {
            return error("\(element.title) names \(attribute)=\"\(id)\", which does not exist", element)
        }
        for child in element.children {
            if let problem = firstDangling(in: child) { return problem }
        }
        return nil
    }

    private func references(of element: XMLElement) -> [(String, String)] {
        var references = resourceReferences(of: element)
        switch element.name {
        case "primitive": if let id = element["template"] { references.append(("template", id)) }
        case "obj_ref": if let id = element.id, !allowsUnknownTagMembers { references.append(("id", id)) }
        case "role", "role_ref": if let id = element.id { references.append(("id", id)) }
        case "read", "write", "deny": if let id = element["ref"] { references.append(("ref", id)) }
        case "acl_permission": if let id = element["reference"] { references.append(("reference", id)) }
        default: break
        }
        if let id = element["id-ref"] { references.append(("id-ref", id)) }
        return references
    }

    private func error(_ message: String, _ element: XMLElement) -> CIBProblem {
        CIBProblem(.error, message, line: Int(element.line), elementID: element.id)
    }

    private func resourceReferences(of element: XMLElement) -> [(String, String)] {
        let names: [String] =
            switch element.name {
            case "rsc_location", "rsc_ticket": ["rsc"]
            case "rsc_colocation": ["rsc", "with-rsc"]
            case "rsc_order": ["first", "then"]
            case "resource_ref": ["id"]
            default: []
            }
        return names.compactMap { name in element[name].map { (name, $0) } }
    }

    private func otherReference(of element: XMLElement) -> CIBProblem? {
        if let reference = element["id-ref"], index.elements[reference] != element.name {
            return error("\(element.title) refers to id-ref=\"\(reference)\", which is no \(element.name)", element)
        }
        switch element.name {
        case "primitive":
            if let template = element["template"], index.elements[template] != "template" {
                return error("\(element.title) is made from template=\"\(template)\", which does not exist", element)
            }
        case "obj_ref":
            if let id = element.id, index.elements[id] == nil {
                return error("a tag refers to id=\"\(id)\", which does not exist", element)
            }
        case "role":
            if let id = element.id, index.elements[id] != "acl_role" {
                return error("access is granted by role id=\"\(id)\", which does not exist", element)
            }
        case "rsc_location":
            if let node = element["node"], index.hasNodes, !index.nodeNames.contains(node) {
                return CIBProblem(
                    .warning, "\(element.title) names node=\"\(node)\", which is not in the cluster",
                    line: Int(element.line), elementID: element.id)
            }
        case "fencing-level":
            let devices = element["devices"]?.split(separator: ",") ?? []
            if let unknown = devices.first(where: { !index.fencingDevices.contains(String($0)) }) {
                return error("\(element.title) names the device \"\(unknown)\", which is no fencing device", element)
            }
        default: break
        }
        return nil
    }
}
