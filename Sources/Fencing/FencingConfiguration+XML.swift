package import XMLTree

extension FencingConfiguration {
    /// Reads the `configuration` section: `stonith` primitives, location constraints on them, `fencing-topology`, `nodes`.
    ///
    /// A device that is disabled by `target-role=Stopped` is left out, as is a level that names no target or device.
    /// Attribute sets with rules are ignored: what fences a node must not depend on the time of day.
    package init(configuration: XMLElement) {
        self.init()
        let templates = configuration.child("resources")?.children("template") ?? []
        var bans: [String: [String]] = [:]
        for constraint in configuration.child("constraints")?.children("rsc_location") ?? [] {
            guard let resource = constraint["rsc"], let node = constraint["node"],
                let score = constraint["score"], score == "-INFINITY" || Int(score).map({ $0 <= -1_000_000 }) == true
            else { continue }
            bans[resource, default: []].append(node)
        }
        configuration.child("resources")?.forEachDescendant { element in
            guard element.name == "primitive", let device = Self.device(element, templates, bans) else { return }
            devices.append(device)
        }
        levels = (configuration.child("fencing-topology")?.children("fencing-level") ?? []).compactMap(
            TopologyLevel.init)
        nodes = (configuration.child("nodes")?.children("node") ?? []).compactMap { element in
            element["uname"].map { Node(name: $0, attributes: element.pairs(in: "instance_attributes")) }
        }
    }

    private static func device(
        _ primitive: XMLElement, _ templates: [XMLElement], _ bans: [String: [String]]
    ) -> FencingDevice? {
        let template = primitive["template"].flatMap { name in templates.first { $0.id == name } }
        guard let id = primitive.id, (primitive["class"] ?? template?["class"]) == "stonith",
            let agent = primitive["type"] ?? template?["type"]
        else { return nil }
        let sources = [primitive] + (template.map { [$0] } ?? [])
        let meta = sources.flatMap { $0.pairs(in: "meta_attributes") }
        // The first one counts: a resource's own value comes before its template's.
        if meta.first(where: { $0.name == "target-role" })?.value.lowercased() == "stopped" { return nil }
        var parameters: [XMLElement.Attribute] = []
        for pair in sources.flatMap({ $0.pairs(in: "instance_attributes") })
        where !parameters.contains(where: { $0.name == pair.name }) {
            parameters.append(pair)
        }
        return FencingDevice(id: id, agent: agent, parameters: parameters, bannedNodes: bans[id] ?? [])
    }
}

extension TopologyLevel {
    fileprivate init?(_ element: XMLElement) {
        guard let index = element["index"].flatMap({ Int($0) }), (1...9).contains(index) else { return nil }
        let devices = (element["devices"] ?? "").split { $0 == "," || $0.isWhitespace }.map(String.init)
        if devices.isEmpty { return nil }
        let target: Target
        if let name = element["target"] {
            target = .node(name)
        } else if let pattern = element["target-pattern"] {
            target = .pattern(pattern)
        } else if let name = element["target-attribute"] {
            target = .attribute(name: name, value: element["target-value"] ?? "")
        } else {
            return nil
        }
        self.init(index: index, target: target, devices: devices)
    }
}

extension XMLElement {
    /// The names and values of the sets of that kind that have no rule.
    fileprivate func pairs(in sets: String) -> [XMLElement.Attribute] {
        children(sets).filter { $0.child("rule") == nil }.flatMap { set in
            set.children("nvpair").compactMap { pair in
                guard let name = pair["name"], let value = pair["value"] else { return nil }
                return Attribute(name, value)
            }
        }
    }
}
