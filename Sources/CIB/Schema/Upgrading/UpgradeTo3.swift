internal import XMLTree

/// From pacemaker-2 to pacemaker-3: options of clusters, resources and operations got their present names and places.
///
/// A set of values that is left empty disappears, and with it what refers to it.
///
/// - Source: release notes of Pacemaker 2.0; behaviour of Pacemaker's upgrade from 2.10.
struct UpgradeTo3 {
    private var warnings: [String] = []
    /// Pairs on their way to the defaults, by section.
    private var movedPairs: [String: [XMLElement]] = [:]
    /// Sets with a rule on their way to the defaults.
    private var movedSets: [String: [XMLElement]] = [:]
    private var removedSets: Set<String> = []

    /// Rewrites the document; returns what was dropped or changes its effect.
    consuming func rewrite(_ root: inout XMLElement) -> [String] {
        guard let index = root.childIndex("configuration") else { return [] }
        var configuration = root.children[index]
        if let options = configuration.childIndex("crm_config") {
            configuration.children[options].children = configuration.children[options].children.compactMap {
                rewriteOptions($0)
            }
        }
        fillDefaults(&configuration)
        for section in configuration.children.indices {
            switch configuration.children[section].name {
            case "nodes": rewriteNodes(&configuration.children[section])
            case "resources": rewriteResources(&configuration.children[section])
            case "constraints": rewriteConstraints(&configuration.children[section])
            default: break
            }
        }
        if !removedSets.isEmpty { dropDanglingReferences(&configuration) }
        root.children[index] = configuration
        return warnings
    }

    // MARK: - Cluster options

    private mutating func rewriteOptions(_ set: XMLElement) -> XMLElement? {
        var set = set
        guard set.name == "cluster_property_set", set["id-ref"] == nil else { return set }
        let rules = set.children.filter { $0.name != "nvpair" }
        var leaving: [String: [XMLElement]] = [:]
        set.children = set.children.compactMap { pair in
            guard pair.name == "nvpair", let name = pair["name"] else { return pair }
            var pair = pair
            switch OptionsBefore3.fate(of: name, value: pair["value"]) {
            case nil: return pair
            case .renamed(let new): pair["name"] = new
            case .moved(let section, let new, let value):
                pair["name"] = new
                if let value { pair["value"] = value }
                leaving[section, default: []].append(pair)
                return nil
            case .dropped(let reason):
                warnings.append("\(name) (\(pair.id ?? "")) is dropped: \(reason)")
                return nil
            }
            return pair
        }
        for (section, pairs) in leaving {
            if rules.isEmpty {
                movedPairs[section, default: []] += pairs
            } else {
                let id = "_2TO3_" + (set.id ?? "")
                movedSets[section, default: []].append(
                    XMLElement(
                        "meta_attributes", ["id": id, "score": set["score"]], children: rules.map { copied($0) } + pairs
                    ))
            }
        }
        return kept(set)
    }

    /// A rule that stays where it is cannot have its id twice.
    private func copied(_ rule: XMLElement) -> XMLElement {
        var rule = rule
        if let id = rule.id { rule["id"] = "_2TO3_" + id }
        rule.children = rule.children.map { copied($0) }
        return rule
    }

    private mutating func kept(_ set: XMLElement) -> XMLElement? {
        if set["id-ref"] != nil || set.children.contains(where: { $0.name == "nvpair" }) { return set }
        if let id = set.id { removedSets.insert(id) }
        return nil
    }

    private mutating func fillDefaults(_ configuration: inout XMLElement) {
        for section in ["op_defaults", "rsc_defaults"] {
            let pairs = movedPairs[section] ?? []
            let sets = movedSets[section] ?? []
            guard !pairs.isEmpty || !sets.isEmpty else { continue }
            configuration.withChild(section) { defaults in
                if let index = defaults.children.firstIndex(where: {
                    $0.name == "meta_attributes" && $0["id-ref"] == nil && $0.child("rule") == nil
                }) {
                    let present = Set(defaults.children[index].children.compactMap { $0["name"] })
                    defaults.children[index].children += pairs.filter { !present.contains($0["name"] ?? "") }
                } else if !pairs.isEmpty {
                    let id = "_2TO3_-" + (section == "op_defaults" ? "op" : "rsc") + "-defaults"
                    defaults.children.append(XMLElement("meta_attributes", ["id": id], children: pairs))
                }
                defaults.children += sets
            }
        }
    }

    // MARK: - Nodes and constraints

    private func rewriteNodes(_ nodes: inout XMLElement) {
        for index in nodes.children.indices where nodes.children[index]["type"] == "normal" {
            nodes.children[index]["type"] = "member"
        }
    }

    private mutating func rewriteConstraints(_ constraints: inout XMLElement) {
        for index in constraints.children.indices where constraints.children[index].name == "rsc_colocation" {
            for name in ["score-attribute", "score-attribute-mangle"] where constraints.children[index][name] != nil {
                warnings.append("\(name) of \(constraints.children[index].id ?? "") is dropped: it never had an effect")
                constraints.children[index][name] = nil
            }
        }
    }

    // MARK: - Resources

    private mutating func rewriteResources(_ element: inout XMLElement) {
        for index in element.children.indices {
            if ["primitive", "template"].contains(element.children[index].name) {
                rewritePrimitive(&element.children[index])
            } else {
                rewriteResources(&element.children[index])
            }
        }
    }

    private mutating func rewritePrimitive(_ primitive: inout XMLElement) {
        primitive.children = primitive.children.compactMap { child in
            var child = child
            switch child.name {
            case "instance_attributes" where child["id-ref"] == nil: rewriteParameters(&child)
            case "meta_attributes" where child["id-ref"] == nil: rewriteMeta(&child, of: primitive)
            default: return child
            }
            return kept(child)
        }
        guard let index = primitive.childIndex("operations") else { return }
        var operations = OperationsBefore3(primitive)
        operations.rewrite(&primitive.children[index])
        primitive.children += operations.resourceSets
        warnings += operations.warnings
        removedSets.formUnion(operations.removedSets)
    }

    private func rewriteParameters(_ set: inout XMLElement) {
        set.children = set.children.compactMap { pair in
            guard pair.name == "nvpair", let name = pair["name"] else { return pair }
            var pair = pair
            if name == "pcmk_arg_map" {
                guard let value = pair["value"], value.hasPrefix("port:"), !value.contains(",") else { return nil }
                pair["name"] = "pcmk_host_argument"
                pair["value"] = String(value.dropFirst(5))
            } else if ["list", "monitor", "off", "on", "reboot", "status"].contains(where: { name == "pcmk_\($0)_cmd" })
            {
                pair["name"] = String(name.dropLast(3)) + "action"
            }
            return pair
        }
    }

    private mutating func rewriteMeta(_ set: inout XMLElement, of primitive: XMLElement) {
        let isolation = ["isolation", "isolation-host", "isolation-instance", "isolation-wrapper"]
        var isDisabled = false
        set.children = set.children.compactMap { pair in
            guard pair.name == "nvpair", let name = pair["name"] else { return pair }
            var pair = pair
            if isolation.contains(name) {
                warnings.append(
                    "\(name) of \(primitive.id ?? "") is replaced by target-role=Stopped: use a bundle for isolation")
                if isDisabled { return nil }
                isDisabled = true
                pair["name"] = "target-role"
                pair["value"] = "Stopped"
            } else if ["resource-failure-stickiness", "resource_failure_stickiness"].contains(name) {
                guard pair["value"] == "-INFINITY" else {
                    warnings.append("\(name) of \(primitive.id ?? "") is dropped: set migration-threshold instead")
                    return nil
                }
                pair["name"] = "migration-threshold"
                pair["value"] = "1"
            }
            return pair
        }
    }

    private func dropDanglingReferences(_ element: inout XMLElement) {
        element.children.removeAll { $0["id-ref"].map(removedSets.contains) ?? false }
        for index in element.children.indices { dropDanglingReferences(&element.children[index]) }
    }
}
