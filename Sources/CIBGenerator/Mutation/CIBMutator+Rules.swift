internal import ClusterTypes
internal import XMLTree

extension CIBMutator {
    /// A location whose score depends on a rule.
    mutating func addRule(_ cib: inout XMLElement) {
        guard let resource = resourceIDs(cib).first, let node = pick(places(in: cib) { $0.name == "node" }) else {
            return
        }
        var name = ""
        edit(&cib, at: node) { name = $0["uname"] ?? "" }
        var rule = conditions(nodes: [name], mayCompareNodes: true)
        if random.chance(0.85) { rule["score"] = pick(Self.scores) } else { rule["score-attribute"] = "size" }
        rule["role"] = maybe(0.2, Self.roles)
        add(
            XMLElement(
                "rsc_location",
                [
                    "id": freshID("rule-location"), "rsc": resource,
                    "resource-discovery": maybe(0.1, ["always", "never", "exclusive"]),
                ], children: [rule]), to: &cib)
    }

    /// Settings that hold only while a rule does, before or after the others.
    mutating func addSetWithRule(_ cib: inout XMLElement) {
        let kinds = ["primitive", "group", "clone", "cluster_property_set"]
        guard let path = pick(places(in: cib) { kinds.contains($0.name) }) else { return }
        let settings: [(String, [String])] = [
            ("target-role", ["Stopped", "Started"]), ("resource-stickiness", ["0", "INFINITY"]), ("priority", ["5"]),
            ("is-managed", ["false"]), ("migration-threshold", ["1"]),
        ]
        let options: [(String, [String])] = [
            ("no-quorum-policy", ["freeze", "ignore"]), ("stop-all-resources", ["true"]),
            ("symmetric-cluster", ["false"]), ("maintenance-mode", ["true"]),
        ]
        var isOption = false
        edit(&cib, at: path) { isOption = $0.name == "cluster_property_set" }
        guard let (name, values) = pick(isOption ? options : settings), let value = pick(values) else { return }
        let rule = conditions(nodes: [], mayCompareNodes: !isOption)
        let score = maybe(0.7, ["1", "100", "INFINITY", "-1"])
        let id = freshID("ruled-set")
        let set = XMLElement(
            isOption ? "cluster_property_set" : "meta_attributes", ["id": id, "score": score],
            children: [rule, XMLElement("nvpair", ["id": id + "-pair", "name": name, "value": value])])
        let target = isOption ? Array(path.dropLast()) : path
        edit(&cib, at: target) { $0.children.insert(set, at: isOption ? $0.children.count : 0) }
    }

    /// Defaults of resources or operations, for some kinds only.
    mutating func addDefaults(_ cib: inout XMLElement) {
        let isOperation = random.chance(0.5)
        let id = freshID("defaults")
        var rule = XMLElement("rule", ["id": id + "-rule", "boolean-op": maybe(0.4, ["and", "or"])])
        rule.children.append(
            XMLElement(
                "rsc_expression",
                [
                    "id": id + "-resource", "class": maybe(0.5, ["ocf", "stonith", "systemd"]),
                    "provider": maybe(0.4, ["pacemaker", "heartbeat"]), "type": maybe(0.5, ["Dummy", "Stateful"]),
                ]))
        if isOperation {
            rule.children.append(
                XMLElement(
                    "op_expression",
                    [
                        "id": id + "-operation", "name": pick(["monitor", "start", "stop"]),
                        "interval": maybe(0.3, ["10s", "0"]),
                    ]))
        }
        let settings: [(String, [String])] =
            isOperation
            ? [("on-fail", ["ignore", "block", "restart"]), ("timeout", ["7s"]), ("enabled", ["false"])]
            : [
                ("target-role", ["Stopped"]), ("resource-stickiness", ["INFINITY", "50"]), ("is-managed", ["false"]),
                ("priority", ["3"]), ("allow-migrate", ["true"]), ("maintenance", ["true"]),
            ]
        guard let (name, values) = pick(settings), let value = pick(values) else { return }
        let pair = XMLElement("nvpair", ["id": id + "-pair", "name": name, "value": value])
        let children = random.chance(0.7) ? [rule, pair] : [pair]
        cib.withChild("configuration") { configuration in
            configuration.withChild(isOperation ? "op_defaults" : "rsc_defaults") {
                $0.children.append(XMLElement("meta_attributes", ["id": id], children: children))
            }
        }
    }

    /// One to three conditions of any kind.
    private mutating func conditions(nodes: [String], mayCompareNodes: Bool, depth: Int = 0) -> XMLElement {
        var rule = XMLElement("rule", ["id": freshID("rule"), "boolean-op": maybe(0.5, ["and", "or"])])
        for _ in 0...random.below(2) {
            if depth == 0, random.chance(0.15) {
                rule.children.append(conditions(nodes: nodes, mayCompareNodes: mayCompareNodes, depth: 1))
            } else if mayCompareNodes, random.chance(0.6) {
                rule.children.append(attributeCondition(nodes))
            } else {
                rule.children.append(dateCondition())
            }
        }
        return rule
    }

    private mutating func attributeCondition(_ nodes: [String]) -> XMLElement {
        let attribute = pick(["#uname", "#kind", "site", "size", "#cluster-name", "standby", "#is_dc"]) ?? "site"
        let operation = pick(["eq", "ne", "lt", "gt", "lte", "gte", "defined", "not_defined"]) ?? "eq"
        let isUnary = operation.hasSuffix("defined")
        let values =
            attribute == "#uname" && !nodes.isEmpty ? nodes : ["a", "cluster", "remote", "container", "2", "true"]
        return XMLElement(
            "expression",
            [
                "id": freshID("expression"), "attribute": attribute, "operation": operation,
                "value": isUnary ? nil : pick(values),
                "type": isUnary ? nil : maybe(0.3, ["string", "integer", "number", "version"]),
            ])
    }

    private mutating func dateCondition() -> XMLElement {
        let id = freshID("date")
        switch random.below(4) {
        case 0: return XMLElement("date_expression", ["id": id, "operation": "gt", "start": date()])
        case 1: return XMLElement("date_expression", ["id": id, "operation": "lt", "end": date()])
        case 2:
            let unit = pick(["years", "months", "hours"]) ?? "years"
            return XMLElement(
                "date_expression", ["id": id, "operation": "in_range", "start": date()],
                children: [XMLElement("duration", ["id": id + "-duration", unit: "7"])])
        default:
            let (field, values) =
                pick([
                    ("hours", ["9-16", "10", "0-23"]), ("weekdays", ["1-5", "6-7", "2"]), ("months", ["5", "1-4"]),
                    ("years", ["2026", "2020-2030", "2005"]), ("monthdays", ["1-5", "31"]), ("yeardays", ["125"]),
                ]) ?? ("hours", ["10"])
            return XMLElement(
                "date_expression", ["id": id, "operation": "date_spec"],
                children: [XMLElement("date_spec", ["id": id + "-spec", field: pick(values)])])
        }
    }

    private mutating func date() -> String? {
        pick(["2005-06-20", "2026-05-05 11:00:00 +02:00", "2027-001", "2019-W20-3", "2026-05-05T10:00:00Z"])
    }
}
