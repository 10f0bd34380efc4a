import ClusterTypes
import XMLTree

extension Scheduling {
    /// The definition of an operation; disabled ones only when wanted. Migrations may be configured as `migrate`.
    func definition(
        _ resource: ResourceIndex, _ name: String, _ interval: UInt32, includingDisabled: Bool
    ) -> OperationDefinition? {
        func find(_ name: String, _ interval: UInt32) -> OperationDefinition? {
            state.resources[resource].operations.first {
                $0.interval == interval && $0.name == name && (includingDisabled || !$0.isDisabled)
            }
        }
        if let found = find(name, interval) { return found }
        return name == "migrate_to" || name == "migrate_from" ? find("migrate", 0) : nil
    }

    /// Where the meta-attributes of an operation are kept; those of one definition are read once.
    mutating func operationMeta(
        _ resource: ResourceIndex, _ key: ActionKey, _ task: Task, on node: NodeIndex?
    ) -> Int32 {
        let isDevice = state.resources[resource].flags.contains(.fenceDevice)
        let cacheKey = ActionPlan.OperationMetaKey(
            resource: resource, key: key, task: task, node: isDevice ? node : nil)
        if let known = plan.operationMetaIndex[cacheKey] { return known }
        let name = plan.name(of: task)
        var definition = definition(resource, name, key.interval, includingDisabled: true)
        if definition == nil, key.notification != .none {
            definition = self.definition(resource, "notify", 0, includingDisabled: true)
        }
        let meta = readOperationMeta(resource, name, key.interval, definition, on: node)
        let index = Int32(plan.operationMeta.count)
        plan.operationMeta.append(meta)
        plan.operationMetaIndex[cacheKey] = index
        return index
    }

    /// What is configured for an operation: its attributes and sets, the defaults, and the timeouts that follow.
    mutating func readOperationMeta(
        _ resource: ResourceIndex, _ name: String, _ interval: UInt32, _ definition: OperationDefinition?,
        on node: NodeIndex?
    ) -> [String: String] {
        var context = RuleContext()
        context.agent = state.resources[resource].agent
        context.operationName = name
        context.operationInterval = interval
        var meta: [String: String] = [:]
        if let definition {
            collectPairs(definition.element, "meta_attributes", context, into: &meta)
            for attribute in definition.element.attributes { meta[attribute.name] = attribute.value }
        }
        let isProbe = name == "monitor" && interval == 0
        if isProbe, meta["timeout"] == nil, let timeout = mostFrequentMonitor(resource)?.element["timeout"] {
            meta["timeout"] = timeout
        }
        collectPairs(state.operationDefaults, "meta_attributes", context, into: &meta)
        meta["id"] = nil
        meta["interval"] = interval > 0 ? String(interval) : nil
        if state.resources[resource].agent?.isFencing == true, name == "start" || isProbe,
            let timeout = parameters(of: resource, on: node)["pcmk_monitor_timeout"]
        {
            meta["timeout"] = timeout
        }
        let timeout = TextValue.milliseconds(meta["timeout"]).flatMap { $0 > 0 ? $0 : nil } ?? 20_000
        meta["timeout"] = String(min(timeout, Int64(Int32.max)))
        validateOnFail(resource, name, definition, &meta)
        if let delay = meta["start-delay"] {
            meta["start-delay"] = String(min(max(TextValue.milliseconds(delay) ?? 0, 0), Int64(Int32.max)))
        } else if let delay = delayFromOrigin(meta["interval-origin"], interval) {
            meta["start-delay"] = String(delay)
        }
        return meta
    }

    private func mostFrequentMonitor(_ resource: ResourceIndex) -> OperationDefinition? {
        state.resources[resource].operations.filter { $0.name == "monitor" && $0.interval > 0 && !$0.isDisabled }
            .min { $0.interval < $1.interval }
    }

    /// Milliseconds until the next multiple of the interval after the origin.
    private func delayFromOrigin(_ text: String?, _ interval: UInt32) -> Int64? {
        guard let text, interval > 0, let origin = CivilTime(text, clock: state.clock) else { return nil }
        let period = seconds(interval)
        let past = (state.now.seconds - origin.epoch) % period
        return ((past <= 0 ? 0 : period) - past) * 1000
    }

    private func validateOnFail(
        _ resource: ResourceIndex, _ name: String, _ definition: OperationDefinition?, _ meta: inout [String: String]
    ) {
        let value = meta["on-fail"]?.lowercased()
        func isPromoted(_ role: String?) -> Bool { ["promoted", "master"].contains(role?.lowercased() ?? "") }
        if name == "stop" {
            if ["standby", "demote", "stop"].contains(value ?? "") { meta["on-fail"] = nil }
        } else if name == "demote", value == nil {
            for operation in state.resources[resource].operations
            where operation.name == "monitor" && operation.interval > 0 && !operation.isDisabled
                && isPromoted(operation.element["role"])
            {
                if let response = operation.element["on-fail"], response.lowercased() != "demote" {
                    meta["on-fail"] = response
                }
            }
        } else if name == "lrm_delete" {
            if value != "ignore" { meta["on-fail"] = "ignore" }
        } else if value == "demote" {
            let isMonitor = definition.map {
                $0.name == "monitor" && $0.interval > 0 && isPromoted($0.element["role"])
            }
            if definition?.name != "promote", isMonitor != true { meta["on-fail"] = nil }
        }
    }

    /// What a failure of the operation leads to.
    mutating func configuredResponse(
        _ resource: ResourceIndex, _ task: Task, _ interval: UInt32, on node: NodeIndex
    ) -> FailureResponse {
        let name = plan.name(of: task)
        let meta = plan.operationMeta[Int(operationMeta(resource, ActionKey(task, interval: interval), task, on: node))]
        let flags = state.resources[resource].flags
        var response: FailureResponse?
        switch meta["on-fail"]?.lowercased() {
        case "block": response = .block
        case "fence": response = state.options.isFencingEnabled ? .fence : .stop
        case "standby": response = .standby
        case "ignore", "nothing": response = .ignore
        case "migrate": response = .ban
        case "stop": response = .stop
        case "restart": response = .restart
        case "restart-container": response = state.resources[resource].launcher == nil ? nil : .restartContainer
        case "demote": response = .demote
        default: response = nil
        }
        let isProbe = name == "monitor" && interval == 0
        let needsReset =
            flags.contains(.remoteConnection)
            && state.node(named: state.resources[resource].id).map { state.isPlainRemote($0) } == true && !isProbe
            && name != "start"
        if needsReset, !flags.contains(.managed) { response = nil }
        if let response { return response }
        if state.resources[resource].launcher != nil { return .restartContainer }
        if needsReset { return flags.contains(.managed) ? .resetRemote : .stop }
        if name == "stop" { return state.options.isFencingEnabled ? .fence : .block }
        return .restart
    }
}
