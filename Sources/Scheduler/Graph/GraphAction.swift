import ClusterTypes
import TransitionGraph
import XMLTree

extension Scheduling {
    /// An action as the graph document has it.
    mutating func graphAction(_ index: ActionIndex) -> TransitionGraph.Action {
        let action = plan.actions[index]
        let isPseudo = action.flags.contains(.pseudo)
        let kind: TransitionGraph.Action.Kind
        switch action.task {
        case .fence: kind = isPseudo ? .pseudo : .cluster
        case .shutdown, .clearFailCount, .clearHistory: kind = .cluster
        default: kind = isPseudo ? .pseudo : .resource
        }
        let isPlainPseudo = kind == .pseudo && action.task != .fence
        let node = isPlainPseudo ? nil : action.node
        var result = TransitionGraph.Action(
            id: graphID(index), kind: kind, operation: plan.name(of: action.task), operationKey: keyText(index))
        if let resource = action.resource, let history = state.resources[resource].historyID {
            result.operationKey = historyKey(index, history)
            result.internalOperationKey = keyText(index)
        }
        if let node {
            result.node = state.nodes[node].name
            result.nodeUUID = state.nodes[node].id
            result.routerNode = connectionHost(for: index).map { state.nodes[$0].name }
        }
        if let resource = action.resource, !isPseudo { result.resource = resourceReference(resource) }
        result.attributes = attributes(of: index, node: node, &result.extra)
        if action.task == .maintenanceNodes, action.resource == nil { result.extra.append(changedMaintenance()) }
        if let node { addDowned(index, node, &result.extra) }
        return result
    }

    /// `web_start_0`, `web_pre_notify_start_0`, or the whole name of an action without resource.
    func keyText(_ index: ActionIndex) -> String {
        let action = plan.actions[index]
        guard let resource = action.resource else { return plan.name(of: action.key.task) }
        return keyText(state.resources[resource].id, action.key)
    }

    func keyText(_ id: String, _ key: ActionKey) -> String {
        let name = plan.name(of: key.task)
        switch key.notification {
        case .none: return "\(id)_\(name)_\(key.interval)"
        case .pre: return "\(id)_pre_notify_\(name)_0"
        case .post: return "\(id)_post_notify_\(name)_0"
        case .confirmedPre: return "\(id)_confirmed-pre_notify_\(name)_0"
        case .confirmedPost: return "\(id)_confirmed-post_notify_\(name)_0"
        }
    }

    /// The key under which a node knows an anonymous instance.
    private func historyKey(_ index: ActionIndex, _ history: String) -> String {
        let action = plan.actions[index]
        if action.task == .notify {
            return
                "\(history)_\(action.metaValue("notify_type") ?? "")_notify_\(action.metaValue("notify_operation") ?? "")_0"
        }
        let task = action.cancelledTask ?? action.task
        let interval = action.metaValue("interval").flatMap { UInt32($0) } ?? action.key.interval
        return "\(history)_\(plan.name(of: task))_\(interval)"
    }

    private func resourceReference(_ index: ResourceIndex) -> TransitionGraph.ResourceReference {
        let resource = state.resources[index]
        var id = resource.id
        var longID: String?
        if resource.flags.contains(.removed), let history = resource.historyID {
            id = history
            longID = resource.id
        } else if !resource.flags.contains(.unique) {
            id = resource.configurationID
            longID = resource.historyID.flatMap { $0 == id ? nil : $0 } ?? resource.id
        }
        return TransitionGraph.ResourceReference(
            id: id, longID: longID, standard: resource.meta["class"] ?? "", provider: resource.meta["provider"],
            type: resource.meta["type"] ?? "")
    }

    // MARK: - Attributes

    /// The agent's parameters and the `CRM_meta_…` attributes, sorted. The first source of a name wins.
    private mutating func attributes(
        of index: ActionIndex, node: NodeIndex?, _ extra: inout [XMLElement]
    ) -> [XMLElement.Attribute] {
        var values: [String: String] = ["crm_feature_set": Self.featureSet]
        func add(_ name: String, _ value: String) { if values[name] == nil { values[name] = value } }
        let action = plan.actions[index]
        if let resource = action.resource {
            for (name, value) in operationParameters(index) { add(name, value) }
            if action.node != nil || state.resources[resource].isPrimitive {
                var parameters = parameters(of: resource, on: action.node)
                substituteRemoteAddress(resource, &parameters)
                for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
                    if name.utf8.first.map({ (48...57).contains($0) }) == true {
                        extra.append(XMLElement("param", ["name": name, "value": value]))
                    } else {
                        add(name, value)
                    }
                }
            }
        }
        func addMeta(_ name: String, _ value: String) {
            if let name = Self.metaName(name) { add(name, value) }
        }
        for entry in action.meta { addMeta(entry.name, entry.value) }
        if let node {
            addMeta("on_node", state.nodes[node].name)
            addMeta("on_node_uuid", state.nodes[node].id)
        }
        if action.metaIndex >= 0 {
            for (name, value) in plan.operationMeta[Int(action.metaIndex)] { addMeta(name, value) }
        }
        if let resource = action.resource {
            addResourceMeta(resource, &values)
            addGuestMeta(index, &values)
        }
        return values.map { XMLElement.Attribute($0.key, $0.value) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// `CRM_meta_` and the name with underscores; `nil` for names that are not for agents.
    static func metaName(_ name: String) -> String? {
        var bytes = Array("CRM_meta_".utf8)
        bytes.reserveCapacity(bytes.count + name.utf8.count)
        for byte in name.utf8 {
            if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ":") { return nil }
            bytes.append(byte == UInt8(ascii: "-") ? UInt8(ascii: "_") : byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static let featureSet = "3.16.1"

    /// The instance attributes configured for the operation itself.
    private mutating func operationParameters(_ index: ActionIndex) -> [String: String] {
        let action = plan.actions[index]
        guard let resource = action.resource, let node = action.node else { return [:] }
        var definition = definition(resource, plan.name(of: action.task), action.key.interval, includingDisabled: true)
        if definition == nil, action.key.notification != .none {
            definition = self.definition(resource, "notify", 0, includingDisabled: true)
        }
        guard let definition, definition.element.child("instance_attributes") != nil else { return [:] }
        var context = RuleContext()
        context.nodeAttributes = state.nodes[node].attributes
        var values: [String: String] = [:]
        collectPairs(definition.element, "instance_attributes", context, into: &values)
        return values
    }

    /// What a resource and those around it tell every action.
    private func addResourceMeta(_ index: ResourceIndex, _ values: inout [String: String]) {
        var current: ResourceIndex? = index
        while let ancestor = current {
            let resource = state.resources[ancestor]
            switch resource.variant {
            case .primitive: addPrimitiveMeta(ancestor, &values)
            case .group, .bundle: break
            case .clone(let traits):
                values["CRM_meta_globally_unique"] = String(resource.flags.contains(.unique))
                values["CRM_meta_notify"] = String(resource.flags.contains(.notify))
                values["CRM_meta_clone_max"] = String(traits.maximum)
                values["CRM_meta_clone_node_max"] = String(traits.maximumPerNode)
                if resource.flags.contains(.promotable) {
                    values["CRM_meta_promoted_max"] = String(traits.promotedMaximum)
                    values["CRM_meta_promoted_node_max"] = String(traits.promotedMaximumPerNode)
                    values["CRM_meta_master_max"] = String(traits.promotedMaximum)
                    values["CRM_meta_master_node_max"] = String(traits.promotedMaximumPerNode)
                }
            }
            current = resource.parent
        }
    }

    private func addPrimitiveMeta(_ index: ResourceIndex, _ values: inout [String: String]) {
        let resource = state.resources[index]
        if let number = resource.meta["clone"] { values["CRM_meta_clone"] = number }
        if let name = resource.meta["remote-node"] { values["CRM_meta_remote_node"] = name }
        var current: ResourceIndex? = index
        while let ancestor = current {
            if let launcher = state.resources[ancestor].launcher {
                values["CRM_meta_container"] = state.resources[launcher].id
            }
            current = state.resources[ancestor].parent
        }
        if let address = resource.meta["external-ip"] { values["pcmk_external_ip"] = address }
    }

    /// The remote nodes whose executors are told that maintenance begins or ends.
    private func changedMaintenance() -> XMLElement {
        XMLElement(
            "maintenance",
            children: nodesWithChangedMaintenance().map {
                let isIn = state.nodes[$0].flags.contains(.maintenance)
                return XMLElement("node", ["id": state.nodes[$0].id, "node_in_maintenance": isIn ? "1" : "0"])
            })
    }

    /// The nodes that the action takes down.
    private func addDowned(_ index: ActionIndex, _ node: NodeIndex, _ extra: inout [XMLElement]) {
        let action = plan.actions[index]
        var ids: [String] = []
        switch action.task {
        case .shutdown: ids = [state.nodes[node].id]
        case .fence:
            guard let operation = action.metaValue("stonith_action"), operation == "off" || operation == "reboot" else {
                return
            }
            ids = [state.nodes[node].id]
            for resource in state.nodes[node].runningResources
            where state.resources[resource].flags.contains(.remoteConnection)
                && state.resources[resource].launcher != nil
            {
                if let guest = state.node(named: state.resources[resource].id) { ids.append(state.nodes[guest].id) }
            }
        case .stop:
            guard let resource = action.resource, state.resources[resource].flags.contains(.remoteConnection) else {
                return
            }
            let isMigrating = plan.edgesBefore(index).contains {
                let first = plan.actions[plan.edges[$0].first]
                return first.resource == resource && first.task == .migrateFrom
            }
            if isMigrating { return }
            ids = [state.resources[resource].id]
        default: return
        }
        extra.append(XMLElement("downed", children: ids.map { XMLElement("node", ["id": $0]) }))
    }
}
