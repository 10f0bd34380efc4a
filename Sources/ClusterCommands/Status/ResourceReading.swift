internal import XMLTree

/// Builds the resources' conditions from their configuration and the operation history.
struct ResourceReader {
    let configuration: XMLElement
    let options: ClusterStatus.Options
    let nodes: [NodeCondition]
    let history: Histories
    /// How many primitive instances run on each node.
    private(set) var runningCounts: [String: Int] = [:]
    private var defaults: [String: String] = [:]
    private var templates: [String: XMLElement] = [:]
    private var known: Set<String> = []
    private let maintainedNodes: Set<String>
    private let uncleanNodes: Set<String>

    init(configuration: XMLElement, options: ClusterStatus.Options, nodes: [NodeCondition], history: Histories) {
        self.configuration = configuration
        self.options = options
        self.nodes = nodes
        self.history = history
        maintainedNodes = Set(nodes.filter(\.isInMaintenance).map(\.name))
        uncleanNodes = Set(nodes.filter { $0.state == .unclean }.map(\.name))
        for set in configuration.child("rsc_defaults")?.children("meta_attributes") ?? [] where set.child("rule") == nil
        {
            for pair in set.children("nvpair") { defaults[pair["name"] ?? ""] = pair["value"] }
        }
        for template in configuration.child("resources")?.children("template") ?? [] {
            if let id = template.id { templates[id] = template }
        }
    }

    mutating func readAll() -> [ResourceCondition] {
        var resources: [ResourceCondition] = []
        for element in configuration.child("resources")?.children ?? [] where isResource(element) {
            resources.append(read(element, inherited: defaults))
        }
        return resources + readOrphans()
    }

    private mutating func read(_ element: XMLElement, inherited: [String: String]) -> ResourceCondition {
        let meta = metaAttributes(element, inherited)
        var resource: ResourceCondition
        switch element.name {
        case "group":
            resource = ResourceCondition(id: element.id ?? "", kind: .group)
            for child in element.children("primitive") { resource.members.append(read(child, inherited: meta)) }
        case "clone", "master": resource = readClone(element, meta)
        case "bundle":
            resource = ResourceCondition(id: element.id ?? "", kind: .bundle)
            for child in element.children("primitive") { resource.members.append(read(child, inherited: meta)) }
        default:
            resource = readPrimitive(element)
            take(entries(of: resource.id), into: &resource)
        }
        take(meta, into: &resource)
        return resource
    }

    private func take(_ meta: [String: String], into resource: inout ResourceCondition) {
        resource.targetRole = meta["target-role"].map { canonicalRole($0) ?? $0 }
        resource.isManaged = booleanValue(meta["is-managed"] ?? "true") ?? true
        resource.isInMaintenance =
            options.maintenanceMode || (booleanValue(meta["maintenance"] ?? "") ?? false)
            || (!resource.locations.isEmpty && resource.locations.allSatisfy { maintainedNodes.contains($0.node) })
        if resource.isInMaintenance { resource.isManaged = false }
    }

    private func readPrimitive(_ element: XMLElement) -> ResourceCondition {
        var resource = ResourceCondition(id: element.id ?? "", kind: .primitive)
        let source = element["template"].flatMap { templates[$0] } ?? element
        resource.agent = [source["class"], source["provider"], source["type"]].compactMap { $0 }.joined(separator: ":")
        return resource
    }

    /// One instance for each node where the resource is known, as many more as the clone is to have.
    private mutating func readClone(_ element: XMLElement, _ meta: [String: String]) -> ResourceCondition {
        var clone = ResourceCondition(id: element.id ?? "", kind: .clone)
        clone.isPromotable = element.name == "master" || booleanValue(meta["promotable"] ?? "") == true
        clone.isUnique = booleanValue(meta["globally-unique"] ?? "") ?? false
        let possible = nodes.filter { !$0.isRemote || $0.state == .online }.count
        clone.instanceCount = max(0, min(10_000, Int(meta["clone-max"] ?? "") ?? possible))
        guard let child = element.children.first(where: isResource) else { return clone }
        let childMeta = metaAttributes(child, meta)
        if clone.isUnique, child.name == "primitive" {
            for number in 0..<clone.instanceCount {
                var instance = readPrimitive(child)
                instance.id += ":\(number)"
                take(entries(of: child.id ?? "").filter { $0.resource == instance.id }, into: &instance)
                take(childMeta, into: &instance)
                clone.members.append(instance)
            }
            return clone
        }
        for node in nodes.map(\.name) {
            let instance = readInstance(child, childMeta, on: node)
            if instance.isActive || instance.hasFailed || instance.instances.contains(where: { $0.pending != nil }) {
                clone.members.append(instance)
            }
        }
        while clone.members.count < clone.instanceCount {
            clone.members.append(readInstance(child, childMeta, on: nil))
        }
        if clone.isPromotable {
            for index in clone.members.indices { clone.members[index].nameUnpromoted() }
        }
        return clone
    }

    /// A clone's instance on one node, `nil` for one that runs nowhere.
    private mutating func readInstance(
        _ element: XMLElement, _ meta: [String: String], on node: String?
    ) -> ResourceCondition {
        var instance: ResourceCondition
        if element.name == "group" {
            instance = ResourceCondition(id: element.id ?? "", kind: .group)
            for child in element.children("primitive") {
                instance.members.append(readInstance(child, metaAttributes(child, meta), on: node))
            }
        } else {
            instance = readPrimitive(element)
            take(entries(of: instance.id).filter { $0.node == node }, into: &instance)
        }
        take(meta, into: &instance)
        return instance
    }

    private mutating func entries(of id: String) -> [Histories.Entry] {
        known.insert(id)
        return (history.byResource[id] ?? []).map { history.entries[$0] }
    }

    private mutating func take(_ entries: [Histories.Entry], into resource: inout ResourceCondition) {
        for entry in entries {
            if entry.state.isActive {
                resource.locations.append(.init(node: entry.node, role: entry.state.role))
                runningCounts[entry.node, default: 0] += 1
                if uncleanNodes.contains(entry.node) { resource.isOnUncleanNode = true }
            }
            resource.hasFailed = resource.hasFailed || entry.state.hasFailed
            resource.isBlocked = resource.isBlocked || (entry.state.isBlocked && !options.fencingEnabled)
            if let operation = entry.state.pending { resource.pending = (operation, entry.node) }
        }
    }

    /// Resources that are recorded as active but no longer configured.
    private mutating func readOrphans() -> [ResourceCondition] {
        var orphans: [ResourceCondition] = []
        for entry in history.entries where entry.state.isActive {
            let id = String(entry.resource.prefix { $0 != ":" })
            guard !known.contains(id) else { continue }
            var orphan = ResourceCondition(id: id, kind: .primitive)
            orphan.agent = [entry.agentClass, entry.provider, entry.type].compactMap { $0 }.joined(separator: ":")
            orphan.isOrphaned = true
            take(entries(of: id), into: &orphan)
            orphans.append(orphan)
        }
        return orphans
    }

    private func metaAttributes(_ element: XMLElement, _ inherited: [String: String]) -> [String: String] {
        var values = inherited
        // What concerns the container itself does not reach its members.
        for name in ["clone-max", "promotable", "globally-unique"] { values[name] = nil }
        let template = element["template"].flatMap { templates[$0] }
        for source in [template, element].compactMap({ $0 }) {
            for set in source.children("meta_attributes") where set.child("rule") == nil {
                for pair in set.children("nvpair") { values[pair["name"] ?? ""] = pair["value"] }
            }
        }
        return values
    }
}

extension ResourceCondition {
    /// An instance of a promotable clone that is started is unpromoted.
    fileprivate mutating func nameUnpromoted() {
        for index in locations.indices where locations[index].role == "Started" { locations[index].role = "Unpromoted" }
        for index in members.indices { members[index].nameUnpromoted() }
    }
}
