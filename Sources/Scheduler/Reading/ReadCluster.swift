import ClusterTypes
import XMLTree

// Phase 1: the document becomes tables. Order matters: options, nodes, resources, then the status section.

extension Scheduling {
    mutating func readCluster() {
        let configuration = cib.child("configuration")
        state.resourceDefaults = configuration?.child("rsc_defaults")
        state.operationDefaults = configuration?.child("op_defaults")
        state.options.isQuorate = TextValue.isTrue(cib["have-quorum"])
        readOptions(configuration?.child("crm_config"))
        readNodes(configuration?.child("nodes"))
        let resources = resourcesWithGuests(configuration?.child("resources"))
        readResources(resources)
        readTags(configuration?.child("tags"))
        readStatus(cib.child("status"))
    }

    private mutating func readTags(_ element: XMLElement?) {
        for tag in element?.children("tag") ?? [] {
            guard let id = tag.id else { continue }
            for reference in tag.children("obj_ref") {
                if let target = reference.id, state.tags[id]?.contains(target) != true {
                    state.tags[id, default: []].append(target)
                }
            }
        }
    }
}

// MARK: - Options

extension Scheduling {
    private static let formerNames = [
        "fencing-enabled": "stonith-enabled", "fencing-action": "stonith-action", "fencing-timeout": "stonith-timeout",
        "stop-removed-resources": "stop-orphan-resources", "cancel-removed-actions": "stop-orphan-actions",
    ]

    private mutating func readOptions(_ element: XMLElement?) {
        var values: [String: String] = [:]
        collectPairs(element, "cluster_property_set", first: "cib-bootstrap-options", into: &values)
        for (name, former) in Self.formerNames where values[name] == nil { values[name] = values[former] }
        state.options.values = values
        func flag(_ name: String, _ fallback: Bool) -> Bool { TextValue.boolean(values[name]) ?? fallback }
        var options = state.options
        options.startupProbes = flag("enable-startup-probes", true)
        options.hasFencing = flag("have-watchdog", false)
        options.needsUnfencing = configurationUsesUnfencing()
        options.fencingTimeout = Self.validInterval(values["fencing-timeout"]) ?? "60s"
        options.isFencingEnabled = flag("fencing-enabled", true)
        options.fencingAction =
            ["reboot", "off"].contains(values["fencing-action"] ?? "") ? values["fencing-action"] ?? "reboot" : "reboot"
        options.concurrentFencing = flag("concurrent-fencing", true)
        options.priorityFencingDelay = TextValue.interval(values["priority-fencing-delay"])
        options.stopAllResources = flag("stop-all-resources", false)
        options.isSymmetric = flag("symmetric-cluster", true)
        options.stopRemovedResources = flag("stop-removed-resources", true)
        options.cancelRemovedActions = flag("cancel-removed-actions", true)
        options.maintenanceMode = flag("maintenance-mode", false)
        options.startFailureIsFatal = flag("start-failure-is-fatal", true)
        options.startupFencing = options.isFencingEnabled && flag("startup-fencing", true)
        options.shutdownLock = flag("shutdown-lock", false)
        options.shutdownLockLimit = options.shutdownLock ? TextValue.interval(values["shutdown-lock-limit"]) : 0
        options.nodePendingTimeout = TextValue.interval(values["node-pending-timeout"])
        options.fenceRemoteWithoutQuorum = flag("fence-remote-without-quorum", false)
        options.clusterDelay = Self.validInterval(values["cluster-delay"]) ?? "60s"
        options.batchLimit = values["batch-limit"].flatMap { TextValue.leadingInteger($0) == nil ? nil : $0 } ?? "0"
        options.migrationLimit = values["migration-limit"].flatMap {
            (TextValue.leadingInteger($0) ?? 0) > 0 ? $0 : nil
        }
        options.clusterName = values["cluster-name"]
        options.quorumPolicy = quorumPolicy(values["no-quorum-policy"], options)
        switch values["placement-strategy"]?.lowercased() {
        case "utilization": options.placementStrategy = .utilization
        case "balanced": options.placementStrategy = .balanced
        case "minimal": options.placementStrategy = .minimal
        default: options.placementStrategy = .standard
        }
        readHealth(values, &options)
        state.options = options
    }

    private static func validInterval(_ text: String?) -> String? {
        guard let text, text.hasPrefix("P") || TextValue.milliseconds(text) != nil else { return nil }
        return text
    }

    private func quorumPolicy(_ text: String?, _ options: ClusterOptions) -> QuorumPolicy {
        switch text?.lowercased() {
        case "ignore": return .ignore
        case "freeze": return .freeze
        case "demote": return .demote
        case "fence", "suicide":
            guard options.isFencingEnabled else { return .stop }
            let panics = (TextValue.leadingInteger(cib["no-quorum-panic"]) ?? 0) != 0
            return panics || options.isQuorate ? .fence : .stop
        default: return .stop
        }
    }

    private mutating func readHealth(_ values: [String: String], _ options: inout ClusterOptions) {
        func score(_ name: String, _ fallback: Score) -> Score { TextValue.score(values[name]) ?? fallback }
        switch values["node-health-strategy"]?.lowercased() {
        case "migrate-on-red":
            options.healthStrategy = .migrateOnRed
            options.health = HealthScores(red: .minusInfinity)
        case "only-green":
            options.healthStrategy = .onlyGreen
            options.health = HealthScores(red: .minusInfinity, yellow: .minusInfinity)
        case "progressive", "custom":
            options.healthStrategy = values["node-health-strategy"]?.lowercased() == "custom" ? .custom : .progressive
            options.health = HealthScores(
                red: score("node-health-red", .minusInfinity), yellow: score("node-health-yellow", .zero),
                green: score("node-health-green", .zero))
            options.healthBase = score("node-health-base", .zero)
        default: options.healthStrategy = .none
        }
    }

    private func configurationUsesUnfencing() -> Bool {
        func uses(_ element: XMLElement) -> Bool {
            if element.name == "meta_attributes" {
                return element.children("nvpair").contains {
                    $0["value"] == "unfencing" && ($0["name"] == "provides" || $0["name"] == "requires")
                }
            }
            return element.children.contains(where: uses)
        }
        let configuration = cib.child("configuration")
        return configuration?.child("resources").map(uses) == true
            || configuration?.child("rsc_defaults").map(uses) == true
    }
}

// MARK: - Nodes

extension Scheduling {
    @discardableResult
    mutating func addNode(id: String, name: String, kind: Node.Kind, score: Score) -> NodeIndex {
        let index = state.nodes.append(Node(id: id, name: name, kind: kind, score: score))
        state.nodes[index].attributes["#kind"] = kind == .remote ? "remote" : "cluster"
        if kind == .remote { state.hasRemoteNodes = true }
        // A stable place among equals: before the first that does not compare less.
        let position =
            state.nodeOrder.firstIndex { TextValue.compareNumerically(state.nodes[$0].name, name) >= 0 }
            ?? state.nodeOrder.count
        state.nodeOrder.insert(index, at: position)
        if state.nodeByName[name.lowercased()] == nil { state.nodeByName[name.lowercased()] = index }
        placement.resize(resources: state.resources.count, nodes: state.nodes.count)
        return index
    }

    private mutating func readNodes(_ element: XMLElement?) {
        for entry in element?.children("node") ?? [] {
            guard let id = entry.id else {
                state.complain("Ignoring a node without id")
                continue
            }
            let kind: Node.Kind
            switch entry["type"]?.lowercased() {
            case nil, "member", "normal", "ping": kind = .cluster
            case "remote": kind = .remote
            default:
                state.complain("Ignoring node \(id) with unknown type \(entry["type"] ?? "")")
                continue
            }
            guard state.node(named: entry["uname"] ?? id) == nil else {
                state.complain("There are two nodes with the name \(entry["uname"] ?? id): ignoring the second")
                continue
            }
            let node = addNode(
                id: id, name: entry["uname"] ?? id, kind: kind, score: TextValue.score(entry["score"]) ?? .zero)
            markUnseen(node)
            addAttributes(entry, to: node, overwriting: false)
        }
    }

    /// A node of which nothing has been heard must be fenced at startup, except a remote one without connection.
    mutating func markUnseen(_ node: NodeIndex) {
        if state.nodes[node].isRemoteKind, state.nodes[node].connection == nil { return }
        if state.options.startupFencing {
            state.nodes[node].flags.insert(.unclean)
        } else {
            state.nodes[node].flags.remove(.unclean)
        }
    }

    /// Adds the node attributes of a `node` or `transient_attributes` element, and the built-in ones.
    mutating func addAttributes(_ element: XMLElement?, to node: NodeIndex, overwriting: Bool) {
        var attributes = state.nodes[node].attributes
        attributes["#uname"] = state.nodes[node].name
        attributes["#id"] = state.nodes[node].id
        if state.designatedController == nil, let dc = cib["dc-uuid"],
            dc.lowercased() == state.nodes[node].id.lowercased()
        {
            state.designatedController = node
            attributes["#is_dc"] = "true"
        } else if state.designatedController != node {
            attributes["#is_dc"] = "false"
        }
        if let name = state.options.clusterName { attributes["#cluster-name"] = name }
        if overwriting {
            // Within the element the first value counts, as everywhere.
            var newer: [String: String] = [:]
            collectPairs(element, "instance_attributes", into: &newer)
            attributes.merge(newer) { $1 }
        } else {
            collectPairs(element, "instance_attributes", into: &attributes)
        }
        var utilization: [String: String] = [:]
        collectPairs(element, "utilization", into: &utilization)
        for (name, value) in utilization where state.nodes[node].utilization[name] == nil {
            state.nodes[node].utilization[name] = Int(clamping: TextValue.leadingInteger(value) ?? 0)
        }
        if attributes["#site-name"] == nil, let site = attributes["site-name"] ?? state.options.clusterName {
            attributes["#site-name"] = site
        }
        state.nodes[node].attributes = attributes
    }

    /// The value of a node attribute for a resource; one that targets the host looks at the node its container is on.
    func attribute(_ name: String, of node: NodeIndex, target: String? = nil, assigned: Bool = false) -> String? {
        guard target?.lowercased() == "host", let launcher = state.guestLauncher(of: node) else {
            return state.nodes[node].attributes[name]
        }
        let container = state.resources[launcher]
        guard let host = assigned ? container.assignedNode : container.activeNodes.first else { return nil }
        return state.nodes[host].attributes[name]
    }

    func shutdownRequested(_ node: NodeIndex) -> Bool {
        guard let value = state.nodes[node].attributes["shutdown"] else { return false }
        return value != "0"
    }
}
