internal import ClusterTypes
internal import XMLTree

extension CIBMutator {
    mutating func resourceIDs(_ cib: XMLElement) -> [String] {
        let kinds = ["primitive", "group", "clone", "master", "bundle"]
        var ids: [String] = []
        func collect(_ element: XMLElement) {
            if kinds.contains(element.name), let id = element.id { ids.append(id) }
            for child in element.children { collect(child) }
        }
        cib.child("configuration")?.child("resources").map(collect)
        return random.shuffled(ids)
    }

    mutating func add(_ constraint: XMLElement, to cib: inout XMLElement) {
        cib.withChild("configuration") { configuration in
            configuration.withChild("constraints") { $0.children.append(constraint) }
        }
    }

    mutating func freshID(_ kind: String) -> String { "mutation-\(kind)-\(random.below(1_000_000))" }

    mutating func maybe(_ probability: Double, _ values: [String]) -> String? {
        random.chance(probability) ? pick(values) : nil
    }

    static let scores = ["INFINITY", "-INFINITY", "100", "-100", "10", "-5", "INFINITY"]
    static let roles = ["Started", "Promoted", "Unpromoted", "Stopped"]
    static let actions = ["start", "stop", "promote", "demote"]

    mutating func addColocation(_ cib: inout XMLElement) {
        let ids = resourceIDs(cib)
        guard ids.count > 1 else { return }
        add(
            XMLElement(
                "rsc_colocation",
                [
                    "id": freshID("colocation"), "rsc": ids[0], "with-rsc": ids[1], "score": pick(Self.scores),
                    "rsc-role": maybe(0.2, Self.roles), "with-rsc-role": maybe(0.25, Self.roles),
                    "node-attribute": maybe(0.1, ["site", "#id", "rack"]),
                    "influence": maybe(0.1, ["true", "false"]),
                ]), to: &cib)
    }

    mutating func addOrder(_ cib: inout XMLElement) {
        let ids = resourceIDs(cib)
        guard ids.count > 1 else { return }
        let kind = maybe(0.7, ["Mandatory", "Optional", "Serialize", "Mandatory"])
        add(
            XMLElement(
                "rsc_order",
                [
                    "id": freshID("order"), "first": ids[0], "then": ids[1], "kind": kind,
                    "score": kind == nil ? maybe(0.5, ["0", "INFINITY", "1", "-1"]) : nil,
                    "first-action": maybe(0.3, Self.actions), "then-action": maybe(0.3, Self.actions),
                    "symmetrical": kind == "Serialize" ? nil : maybe(0.2, ["true", "false"]),
                    "require-all": maybe(0.1, ["false"]),
                ]), to: &cib)
    }

    /// A colocation, an ordering or a ticket of resource sets.
    mutating func addSets(_ cib: inout XMLElement) {
        var ids = resourceIDs(cib)[...]
        guard ids.count > 1, let kind = pick(["rsc_colocation", "rsc_order", "rsc_ticket", "rsc_location"]) else {
            return
        }
        var constraint = XMLElement(kind, ["id": freshID("sets")])
        switch kind {
        case "rsc_colocation": constraint["score"] = pick(Self.scores)
        case "rsc_order": constraint["kind"] = maybe(0.7, ["Mandatory", "Optional", "Serialize"])
        case "rsc_ticket":
            constraint["ticket"] = pick(["ticketA", "ticketB"])
            constraint["loss-policy"] = maybe(0.7, ["stop", "demote", "fence", "freeze"])
        default:
            let node = pick(places(in: cib) { $0.name == "node" && $0["uname"] != nil })
            guard let node else { return }
            edit(&cib, at: node) { constraint["node"] = $0["uname"] }
            constraint["score"] = pick(Self.scores)
        }
        for _ in 0...random.below(3) where !ids.isEmpty {
            let count = 1 + random.below(3)
            let members = ids.prefix(count)
            ids = ids.dropFirst(count)
            constraint.children.append(
                XMLElement(
                    "resource_set",
                    [
                        "id": freshID("set"), "sequential": maybe(0.4, ["true", "false"]),
                        "require-all": kind == "rsc_order" ? maybe(0.3, ["false"]) : nil,
                        "action": kind == "rsc_order" ? maybe(0.25, Self.actions) : nil,
                        "role": kind == "rsc_order" ? nil : maybe(0.25, Self.roles),
                        "score": kind == "rsc_colocation" ? maybe(0.1, Self.scores) : nil,
                    ], children: members.map { XMLElement("resource_ref", ["id": $0]) }))
        }
        add(constraint, to: &cib)
    }

    /// Changes what kind of constraint one is.
    mutating func changeConstraint(_ cib: inout XMLElement) {
        let names = ["rsc_colocation", "rsc_order", "rsc_location", "rsc_ticket", "resource_set"]
        guard let path = pick(places(in: cib) { names.contains($0.name) }) else { return }
        var name = ""
        edit(&cib, at: path) { name = $0.name }
        let choices: [(String, [String])] =
            switch name {
            case "rsc_colocation":
                [("rsc-role", Self.roles), ("with-rsc-role", Self.roles), ("influence", ["true", "false"])]
            case "rsc_order":
                [
                    ("kind", ["Mandatory", "Optional", "Serialize"]), ("symmetrical", ["true", "false"]),
                    ("first-action", Self.actions), ("then-action", Self.actions), ("require-all", ["false"]),
                ]
            case "rsc_location": [("resource-discovery", ["always", "never", "exclusive"]), ("role", Self.roles)]
            case "rsc_ticket": [("loss-policy", ["stop", "demote", "fence", "freeze"]), ("rsc-role", Self.roles)]
            default: [("sequential", ["true", "false"]), ("require-all", ["true", "false"]), ("role", Self.roles)]
            }
        guard let (attribute, values) = pick(choices), let value = pick(values) else { return }
        edit(&cib, at: path) { constraint in
            if attribute == "kind" { constraint["score"] = nil }
            constraint[attribute] = value
        }
    }
}
