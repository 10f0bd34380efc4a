import ClusterTypes
import XMLTree

extension Scheduling {
    /// Collects the meta-attributes of a resource: its own, those its ancestors set, the defaults, then the parent's.
    mutating func readMeta(of index: ResourceIndex) {
        let resource = state.resources[index]
        var meta = resource.meta
        func addMissing(_ name: String, _ value: String) {
            if meta[name] == nil, value.lowercased() != "#default" { meta[name] = value }
        }
        for attribute in resource.element.attributes { addMissing(attribute.name, attribute.value) }
        var context = RuleContext()
        context.agent = resource.agent
        collectPairs(resource.element, "meta_attributes", context, into: &meta)
        var inherited: [String: String] = [:]
        var ancestor = resource.parent
        while let parent = ancestor {
            collectPairs(state.resources[parent].element, "meta_attributes", context, into: &inherited)
            ancestor = state.resources[parent].parent
        }
        for (name, value) in inherited where meta[name] == nil { meta[name] = value }
        collectPairs(state.resourceDefaults, "meta_attributes", context, into: &meta)
        if let parent = resource.parent {
            for (name, value) in state.resources[parent].meta where meta[name] == nil { meta[name] = value }
        }
        state.resources[index].meta = meta
    }

    /// Turns meta-attributes into flags and numbers.
    mutating func applyMeta(of index: ResourceIndex) {
        let meta = state.resources[index].meta
        let agent = state.resources[index].agent
        let options = state.options
        var flags: Resource.Flags = [.unassigned]
        func isTrue(_ name: String) -> Bool { TextValue.isTrue(meta[name]) }

        if !options.maintenanceMode { flags.insert(.managed) }
        if meta["critical"] == nil || isTrue("critical") { flags.insert(.critical) }
        if isTrue("notify") { flags.insert(.notify) }
        if isTrue("internal_rsc") { flags.insert(.internalResource) }
        let isConnection = agent?.isRemoteConnection == true
        let isPlainRemote = isConnection && meta["container"] == nil
        if isConnection { flags.insert(.remoteConnection) }
        if isTrue("allow-migrate") || (meta["allow-migrate"] == nil && isPlainRemote) { flags.insert(.migratable) }
        if let managed = meta["is-managed"], managed.lowercased() != "default" {
            if TextValue.isTrue(managed) { flags.insert(.managed) } else { flags.remove(.managed) }
        }
        if isTrue("maintenance") || options.maintenanceMode {
            flags.remove(.managed)
            flags.insert(.maintenance)
        }
        if state.resources[state.top(of: index)].isClone {
            if isUnique(meta) { flags.insert(.unique) }
            if isTrue("promotable") { flags.insert(.promotable) }
        } else {
            flags.insert(.unique)
        }
        let parent = state.resources[index].parent.map { state.resources[$0].flags } ?? []
        if parent.contains(.ruledParameters) || usesRules(state.resources[index].element, in: "instance_attributes") {
            flags.insert(.ruledParameters)
        }
        if agent?.isFencing == true {
            state.options.hasFencing = true
            flags.insert(.fenceDevice)
        }
        state.resources[index].flags = flags
        readNumbers(of: index)
        applyRequirement(of: index, meta["requires"])
        if isPlainRemote, let interval = parameters(of: index, on: nil)["reconnect_interval"] {
            state.resources[index].remoteReconnect = TextValue.interval(interval)
            state.resources[index].failureExpiration = state.resources[index].remoteReconnect
        }
        if let role = targetRole(of: index) { state.resources[index].nextRole = role }
    }

    private func isUnique(_ meta: [String: String]) -> Bool {
        if let value = meta["globally-unique"] { return TextValue.isTrue(value) }
        return TextValue.integer(meta["clone-node-max"], default: 1) > 1
    }

    private mutating func readNumbers(of index: ResourceIndex) {
        let meta = state.resources[index].meta
        let health = state.options.health
        state.resources[index].priority = TextValue.score(meta["priority"], health: health) ?? .zero
        if meta["resource-stickiness"]?.lowercased() != "default" {
            state.resources[index].stickiness = TextValue.score(meta["resource-stickiness"], health: health) ?? .zero
        }
        if let threshold = TextValue.score(meta["migration-threshold"], health: health), threshold >= .zero {
            state.resources[index].banAfterFailures = threshold
        }
        state.resources[index].failureExpiration = TextValue.interval(meta["failure-timeout"])
        switch meta["multiple-active"]?.lowercased() {
        case "stop_only": state.resources[index].multipleActive = .stopOnly
        case "block": state.resources[index].multipleActive = .block
        case "stop_unexpected": state.resources[index].multipleActive = .stopUnexpected
        default: state.resources[index].multipleActive = .stopStart
        }
    }

    /// `requires`: what must hold before a start.
    private mutating func applyRequirement(of index: ResourceIndex, _ text: String?) {
        let options = state.options
        let isDevice = state.resources[index].flags.contains(.fenceDevice)
        switch text?.lowercased() {
        case "nothing": return
        case "quorum": state.resources[index].flags.insert(.needsQuorum)
        case "fencing": state.resources[index].flags.insert(.needsFencing)
        case "unfencing":
            if isDevice || !options.isFencingEnabled {
                state.resources[index].flags.insert(.needsQuorum)
            } else {
                state.resources[index].flags.formUnion([.needsFencing, .needsUnfencing])
            }
        default:
            let isConnection =
                state.resources[index].isPrimitive && state.resources[index].agent?.isRemoteConnection == true
            if isDevice || isConnection {
                applyRequirement(of: index, "quorum")
            } else if options.needsUnfencing {
                applyRequirement(of: index, "unfencing")
            } else if options.isFencingEnabled {
                applyRequirement(of: index, "fencing")
            } else {
                applyRequirement(of: index, options.quorumPolicy == .ignore ? "nothing" : "quorum")
            }
        }
    }

    /// The role that `target-role` limits a resource to; `nil` when it does not.
    func targetRole(of index: ResourceIndex) -> Role? {
        guard let text = state.resources[index].meta["target-role"], let role = TextValue.role(text) else { return nil }
        switch role {
        case .unknown, .started, .promoted: return nil
        case .stopped: return .stopped
        case .unpromoted:
            return state.resources[state.top(of: index)].flags.contains(.promotable) ? .unpromoted : nil
        }
    }

    /// Whether `target-role` keeps it from (full) activity.
    func isDisabled(_ index: ResourceIndex) -> Bool { targetRole(of: index) != nil }

    /// The agent's parameters on a node: its own first, then its ancestors'.
    mutating func parameters(of index: ResourceIndex, on node: NodeIndex?) -> [String: String] {
        let key = ParameterKey(
            resource: index, node: state.resources[index].flags.contains(.ruledParameters) ? node : nil)
        if let known = parameterCache[key] { return known }
        var context = RuleContext()
        if let node { context.nodeAttributes = state.nodes[node].attributes }
        var values: [String: String] = [:]
        var current: ResourceIndex? = index
        while let resource = current {
            collectPairs(state.resources[resource].element, "instance_attributes", context, into: &values)
            current = state.resources[resource].parent
        }
        parameterCache[key] = values
        return values
    }
}
