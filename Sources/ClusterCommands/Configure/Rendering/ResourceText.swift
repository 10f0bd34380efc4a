internal import XMLTree

extension ConfigurationText {
    func renderPrimitive(_ element: XMLElement) -> String {
        var head = [style.keyword(element.name == "template" ? "rsc_template" : "primitive")]
        head.append(style.identifier(element.id ?? ""))
        head.append(element["template"].map { "@" + $0 } ?? agentName(element))
        if let description = element["description"] { head.append(pair("description", description)) }
        return joined([head.joined(separator: " ")] + renderParts(element))
    }

    func renderContainer(_ element: XMLElement) -> String {
        var head = [style.keyword(element.name == "master" ? "ms" : element.name), style.identifier(element.id ?? "")]
        for child in element.children where ["primitive", "group"].contains(child.name) { head.append(child.id ?? "") }
        if let description = element["description"] { head.append(pair("description", description)) }
        return joined([head.joined(separator: " ")] + renderParts(element))
    }

    func renderNode(_ element: XMLElement) -> String {
        var head = [style.keyword("node")]
        let name = element["uname"] ?? ""
        if let id = element.id, id != name { head.append(id + ":") }
        head.append(style.identifier(name) + (element["type"].map { ":" + $0 } ?? ""))
        if let description = element["description"] { head.append(pair("description", description)) }
        return joined([head.joined(separator: " ")] + renderParts(element))
    }

    func renderTag(_ element: XMLElement) -> String {
        let objects = element.children("obj_ref").compactMap(\.id)
        return ([style.keyword("tag"), style.identifier(element.id ?? "")] + objects).joined(separator: " ")
    }

    /// `property cib-bootstrap-options: …`, one option a line.
    func renderOptions(_ keyword: String, _ set: XMLElement) -> String {
        var head = style.keyword(keyword) + " " + (set.id ?? "") + ":"
        for rule in set.children("rule") { head += " " + renderRule(rule) }
        return joined([head] + set.children("nvpair").map(renderPair))
    }

    func renderTopology(_ topology: XMLElement) -> String {
        var parts: [String] = []
        var target: String?
        let levels = topology.children("fencing-level").enumerated().sorted {
            let keys = (levelTarget($0.element), Int($0.element["index"] ?? "") ?? 0, $0.offset)
            return keys < (levelTarget($1.element), Int($1.element["index"] ?? "") ?? 0, $1.offset)
        }
        for (_, level) in levels {
            let own = levelTarget(level)
            if own == target, !parts.isEmpty {
                parts[parts.count - 1] += " " + (level["devices"] ?? "")
            } else {
                parts.append(own + " " + (level["devices"] ?? ""))
                target = own
            }
        }
        return joined([style.keyword("fencing_topology")] + parts)
    }

    private func levelTarget(_ level: XMLElement) -> String {
        if let name = level["target-attribute"] { return "attr:\(name)=\(level["target-value"] ?? "")" }
        if let pattern = level["target-pattern"] { return "pattern:" + pattern }
        return (level["target"] ?? "") + ":"
    }
}

/// `IPaddr2` for agents of `ocf:heartbeat`, else class, provider and type.
func agentName(_ element: XMLElement) -> String {
    let parts = [element["class"], element["provider"], element["type"]].compactMap { $0 }
    if parts.count == 3, parts[0] == "ocf", parts[1] == "heartbeat" { return parts[2] }
    return parts.joined(separator: ":")
}
