import Agents
import ClusterTypes
import XMLTree

extension Scheduling {
    /// The agent's parameters and the `CRM_meta_…` attributes, sorted. The first source of a name wins.
    mutating func attributes(
        of index: ActionIndex, node: NodeIndex?, isTemplate: Bool, _ extra: inout [XMLElement]
    ) -> [XMLElement.Attribute] {
        var values = [String: String](minimumCapacity: 12)
        values["crm_feature_set"] = Self.featureSet
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
        if action.expected != .ok, !isTemplate { add(Self.expectedResultName, String(action.expected.rawValue)) }
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
        if name.utf8.contains(where: { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: ":") }) { return nil }
        let prefix = "CRM_meta_"
        return String(unsafeUninitializedCapacity: prefix.utf8.count + name.utf8.count) { bytes in
            var count = 0
            for byte in prefix.utf8 {
                bytes[count] = byte
                count += 1
            }
            for byte in name.utf8 {
                bytes[count] = byte == UInt8(ascii: "-") ? UInt8(ascii: "_") : byte
                count += 1
            }
            return count
        }
    }

    static let featureSet = "3.16.1"
    static let expectedResultName = "CRM_meta_op_target_rc"

    /// The instance attributes configured for the operation itself, or for the one that is cancelled.
    private mutating func operationParameters(_ index: ActionIndex) -> [String: String] {
        let action = plan.actions[index]
        guard let resource = action.resource, let node = action.node else { return [:] }
        let name = action.task == .cancel ? plan.name(of: action.key.task) : plan.name(of: action.task)
        var definition = definition(resource, name, action.key.interval, includingDisabled: true)
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
}
