internal import XMLTree

/// Sets of values on their way to pacemaker-4: in the order in which they count, every name once, with a value.
enum ValueUpgradeTo4 {
    private static let sets: Set<String> = [
        "cluster_property_set", "instance_attributes", "meta_attributes", "utilization",
    ]
    private static let renamedOptions = [
        "crmd-finalization-timeout": "join-finalization-timeout",
        "crmd-integration-timeout": "join-integration-timeout", "crmd-transition-delay": "transition-delay",
    ]

    static func rewrite(_ root: inout XMLElement) -> [String] {
        var warnings: [String] = []
        guard let index = root.childIndex("configuration") else { return [] }
        rewrite(&root.children[index], in: "cib", &warnings)
        return warnings
    }

    private static func rewrite(_ element: inout XMLElement, in parent: String, _ warnings: inout [String]) {
        if element.name == "date_spec", element["moon"] != nil {
            element["moon"] = nil
            warnings.append("moon of \(element.id ?? "") is dropped: phases of the moon are no longer supported")
        }
        if sets.contains(element.name) { rewritePairs(&element, in: parent, &warnings) }
        element.children.removeAll {
            $0.name == "fencing-level" && (Int($0["index"] ?? "") ?? 0) > 9
        }
        let (values, others) = element.children.partitioned { sets.contains($0.name) }
        if !values.isEmpty { element.children = others + sorted(values) }
        for index in element.children.indices { rewrite(&element.children[index], in: element.name, &warnings) }
    }

    /// Highest score first; equal scores as they stood. The options that a new cluster begins with come before all others.
    private static func sorted(_ values: [XMLElement]) -> [XMLElement] {
        func rank(_ set: XMLElement) -> (Int, Int) {
            let isFirst = set.name == "cluster_property_set" && set.id == "cib-bootstrap-options"
            let score: Int =
                switch set["score"] {
                case nil: 0
                case "INFINITY", "+INFINITY": .max
                case "-INFINITY": .min
                case let text?: Int(text) ?? 0
                }
            return (isFirst ? 1 : 0, score)
        }
        return values.enumerated().sorted { left, right in
            let (a, b) = (rank(left.element), rank(right.element))
            return a != b ? a > b : left.offset < right.offset
        }.map(\.element)
    }

    private static func rewritePairs(_ set: inout XMLElement, in parent: String, _ warnings: inout [String]) {
        set.children = set.children.compactMap { pair in
            guard pair.name == "nvpair", let name = pair["name"] else { return pair }
            guard pair["value"] != nil else { return nil }
            var pair = pair
            if set.name == "cluster_property_set" {
                if let new = renamedOptions[name] { pair["name"] = new }
                if name == "stonith-action", pair["value"] == "poweroff" { pair["value"] = "off" }
            }
            if let reason = reasonToDrop(name, set.name, parent) {
                warnings.append("\(name) in \(set.id ?? "") is dropped: \(reason)")
                return nil
            }
            return pair
        }
        dropShadowed(&set)
    }

    private static func reasonToDrop(_ name: String, _ set: String, _ parent: String) -> String? {
        let resources: Set<String> = ["template", "primitive", "group", "clone", "master", "bundle", "rsc_defaults"]
        switch (name, set) {
        case ("remove-after-stop", "cluster_property_set"): return "it is no longer supported"
        case ("restart-type", "meta_attributes") where resources.contains(parent):
            return "it is no longer supported; consider the kind of the orders concerned"
        case ("can_fail", "meta_attributes") where parent == "op" || parent == "op_defaults",
            ("role_after_failure", "meta_attributes") where parent == "op" || parent == "op_defaults":
            return "it is no longer supported; consider on-fail"
        default: return nil
        }
    }

    /// Keeps of each name the one pair that counts: the first, or the first after the last `#default`.
    private static func dropShadowed(_ set: inout XMLElement) {
        var kept: [String: Int] = [:]
        for (index, pair) in set.children.enumerated() {
            guard pair.name == "nvpair", let name = pair["name"] else { continue }
            if pair["value"] == "#default" || kept[name].map({ set.children[$0]["value"] == "#default" }) ?? true {
                kept[name] = index
            }
        }
        let indices = Set(kept.values)
        var index = -1
        set.children.removeAll { pair in
            index += 1
            return pair.name == "nvpair" && pair["name"] != nil && !indices.contains(index)
        }
    }
}

extension Array {
    fileprivate func partitioned(_ belongs: (Element) -> Bool) -> ([Element], [Element]) {
        (filter(belongs), filter { !belongs($0) })
    }
}
