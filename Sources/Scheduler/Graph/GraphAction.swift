import ClusterTypes
import TransitionGraph
import XMLTree

extension Scheduling {
    /// An action as the graph document has it.
    mutating func graphAction(_ index: ActionIndex) -> TransitionGraph.Action {
        templatedAction(index) ?? singleAction(index)
    }

    /// An action put together from nothing; a template leaves out where it runs and what to expect there.
    mutating func singleAction(_ index: ActionIndex, isTemplate: Bool = false) -> TransitionGraph.Action {
        let action = plan.actions[index]
        let isPseudo = action.flags.contains(.pseudo)
        let kind: TransitionGraph.Action.Kind
        switch action.task {
        case .fence: kind = isPseudo ? .pseudo : .cluster
        case .shutdown, .clearFailCount, .clearHistory: kind = .cluster
        default: kind = isPseudo ? .pseudo : .resource
        }
        let isPlainPseudo = kind == .pseudo && action.task != .fence
        let node = isPlainPseudo || isTemplate ? nil : action.node
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
        result.attributes = attributes(of: index, node: node, isTemplate: isTemplate, &result.extra)
        if action.task == .maintenanceNodes, action.resource == nil { result.extra.append(changedMaintenance()) }
        if let node, let downed = downed(by: index, node) { result.extra.append(downed) }
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
    private func downed(by index: ActionIndex, _ node: NodeIndex) -> XMLElement? {
        var ids: [String] = []
        switch plan.actions[index].task {
        case .shutdown: ids = [state.nodes[node].id]
        case .fence:
            guard let operation = plan.actions[index].metaValue("stonith_action"),
                operation == "off" || operation == "reboot"
            else { return nil }
            ids = [state.nodes[node].id]
            for resource in state.nodes[node].runningResources
            where state.resources[resource].flags.contains(.remoteConnection)
                && state.resources[resource].launcher != nil
            {
                if let guest = state.node(named: state.resources[resource].id) { ids.append(state.nodes[guest].id) }
            }
        case .stop:
            guard let resource = plan.actions[index].resource,
                state.resources[resource].flags.contains(.remoteConnection), !isMigratedAway(resource, before: index)
            else { return nil }
            ids = [state.resources[resource].id]
        default: return nil
        }
        return XMLElement("downed", children: ids.map { XMLElement("node", ["id": $0]) })
    }

    private func isMigratedAway(_ resource: ResourceIndex, before stop: ActionIndex) -> Bool {
        var next = plan.firstEdge(before: stop)
        while let edge = next {
            let first = plan.edges[edge].first
            if plan.actions[first].resource == resource, plan.actions[first].task == .migrateFrom { return true }
            next = plan.nextBefore(edge)
        }
        return false
    }
}
