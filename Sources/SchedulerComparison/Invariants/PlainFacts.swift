internal import XMLTree

/// What a document says beyond doubt, read without the scheduler: only what has one definition, no rule and no reference, so
/// that a check may rely on it. What is doubtful is left out.
struct PlainFacts {
    /// The cluster options, when one set alone gives them; `nil` otherwise.
    private(set) var options: [String: String]?
    let hasQuorum: Bool
    /// Primitives that exist once, outside of clones and bundles: they may run on one node only.
    let singles: Set<String>
    /// For each of these, the nodes where its history shows it to run.
    private(set) var active: [String: Set<String>] = [:]
    /// The nodes that are up.
    private(set) var online: Set<String> = []
    /// For each of these, the nodes where a location constraint of its own forbids it.
    private(set) var banned: [String: Set<String>] = [:]
    /// Pairs of ``singles`` of which the second may start only after the first has.
    private(set) var startOrders: [(first: String, then: String)] = []
    /// How many instances each promotable clone may promote; by the primitives in it.
    private(set) var promotionLimits: [String: Int] = [:]
    private let nodeNames: [String: String]
    /// Whether something says that it needs other things than the default before it starts.
    let mentionsRequires: Bool

    init(_ cib: XMLElement) {
        let configuration = cib.child("configuration") ?? XMLElement("configuration")
        let resources = configuration.child("resources") ?? XMLElement("resources")
        hasQuorum = ["1", "true", "yes", "on", "y"].contains(cib["have-quorum"]?.lowercased() ?? "")
        mentionsRequires = Self.mentionsRequires(cib)
        let unique = Self.uniqueNames(resources)
        singles = Self.singles(resources, unique)
        nodeNames = Self.nodeNames(configuration)
        options = Self.options(configuration)
        if !Self.isCurrent(cib) { return }
        readStatus(cib)
        readConstraints(configuration)
        readPromotions(resources, unique)
    }

    /// Whether a node is one that takes part in the cluster by itself, not a guest or remote node.
    func isOrdinary(_ node: String) -> Bool { nodeNames.values.contains(node) }

    /// Old schemas spell things in other ways.
    private static func isCurrent(_ cib: XMLElement) -> Bool {
        cib["validate-with"].map { $0.hasPrefix("pacemaker-3") || $0.hasPrefix("pacemaker-4") } ?? false
    }

    private static func mentionsRequires(_ cib: XMLElement) -> Bool {
        var result = false
        cib.forEachDescendant { element in
            if element["requires"] != nil || element.name == "nvpair" && element["name"] == "requires" { result = true }
        }
        return result
    }

    private static func singles(_ resources: XMLElement, _ unique: Set<String>) -> Set<String> {
        let plain =
            resources.children("primitive")
            + resources.children("group").flatMap { group in group.children("primitive") }
        // Connections and fencing devices live by rules of their own.
        return Set(
            plain.filter { $0["class"] != "stonith" && $0["type"] != "remote" && $0["class"] != nil }
                .compactMap(\.id).filter(unique.contains))
    }

    private static func uniqueNames(_ resources: XMLElement) -> Set<String> {
        var counts: [String: Int] = [:]
        resources.forEachDescendant { if let id = $0.id { counts[id, default: 0] += 1 } }
        return Set(counts.filter { $0.value == 1 }.keys)
    }

    /// The nodes of the cluster that the configuration names once, by id.
    static func nodeNames(_ configuration: XMLElement) -> [String: String] {
        var result: [String: String] = [:]
        var doubtful: Set<String> = []
        for node in configuration.child("nodes")?.children("node") ?? [] {
            guard let id = node.id, let name = node["uname"], ["member", nil].contains(node["type"]) else { continue }
            if result.updateValue(name, forKey: id) != nil { doubtful.insert(id) }
        }
        for id in doubtful { result[id] = nil }
        return Set(result.values).count == result.count ? result : [:]
    }

    private static func options(_ configuration: XMLElement) -> [String: String]? {
        let sets = configuration.child("crm_config")?.children ?? []
        guard sets.count <= 1 else { return nil }
        var result: [String: String] = [:]
        for pair in sets.first?.children ?? [] {
            guard pair.name == "nvpair", pair["id-ref"] == nil, let name = pair["name"],
                result.updateValue(pair["value"] ?? "", forKey: name) == nil
            else { return nil }
        }
        return sets.first?["id-ref"] == nil ? result : nil
    }
}

// MARK: - The status

extension PlainFacts {
    private mutating func readStatus(_ cib: XMLElement) {
        var seen: Set<String> = []
        for state in cib.child("status")?.children("node_state") ?? [] {
            guard let id = state.id, let name = nodeNames[id], state["uname"] == name, seen.insert(id).inserted,
                state["remote_node"] == nil
            else { continue }
            if state["crmd"] == "online", state["in_ccm"] == "true", state["join"] == "member" { online.insert(name) }
            for history in state.histories where history.name == "lrm_resource" {
                guard let resource = history.id, singles.contains(resource), Self.showsActive(history) else { continue }
                active[resource, default: []].insert(name)
            }
        }
    }

    /// Whether the last thing that happened is a start that went well, and nothing else is known.
    private static func showsActive(_ history: XMLElement) -> Bool {
        let records = history.children
        guard records.count == 1, let record = records.first else { return false }
        return record.name == "lrm_rsc_op" && record["operation"] == "start" && record["rc-code"] == "0"
            && record["op-status"] == "0" && record["interval"] == "0"
    }
}

// MARK: - The configuration

extension PlainFacts {
    private mutating func readConstraints(_ configuration: XMLElement) {
        let names = Set(nodeNames.values)
        for constraint in configuration.child("constraints")?.children ?? [] where constraint.children.isEmpty {
            switch constraint.name {
            case "rsc_location":
                guard let resource = constraint["rsc"], singles.contains(resource), let node = constraint["node"],
                    names.contains(node), constraint["score"] == "-INFINITY", constraint["role"] == nil
                else { continue }
                banned[resource, default: []].insert(node)
            case "rsc_order":
                guard let first = constraint["first"], let then = constraint["then"], first != then,
                    singles.contains(first), singles.contains(then),
                    Set(constraint.attributes.map(\.name)).subtracting(["kind"]) == ["id", "first", "then"],
                    constraint["kind"] ?? "Mandatory" == "Mandatory"
                else { continue }
                startOrders.append((first, then))
            default: continue
            }
        }
    }

    private mutating func readPromotions(_ resources: XMLElement, _ unique: Set<String>) {
        for clone in resources.children("clone") {
            let sets = clone.children("meta_attributes")
            guard sets.count == 1, let set = sets.first, set["id-ref"] == nil,
                set.children.allSatisfy({ $0.name == "nvpair" && $0["id-ref"] == nil })
            else { continue }
            func value(_ name: String) -> [String] {
                set.children.filter { $0["name"] == name }.map { $0["value"] ?? "" }
            }
            let limit = value("promoted-max")
            guard value("promotable") == ["true"], value("globally-unique").isEmpty, value("master-max").isEmpty,
                value("promoted-node-max").isEmpty, value("master-node-max").isEmpty, limit.count <= 1,
                let count = Int(limit.first ?? "1"), count > 0
            else { continue }
            clone.forEachDescendant {
                if $0.name == "primitive", let id = $0.id, unique.contains(id) { promotionLimits[id] = count }
            }
        }
    }
}
