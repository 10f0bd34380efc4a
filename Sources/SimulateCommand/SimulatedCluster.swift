import Scheduler
import TransitionGraph
import XMLTree

/// A CIB whose status section follows the actions of a transition, as if every agent did what was expected.
struct SimulatedCluster {
    private(set) var cib: XMLElement
    private let now: Int64
    /// The names resources are known by, to tell an instance from its clone.
    private let recordedNames: Set<String>

    init(_ cib: XMLElement, now: Int64, recordedNames: Set<String>) {
        self.cib = cib
        self.now = now
        self.recordedNames = recordedNames
    }

    /// What the runs of a transition print, in the order of execution; false when it could not finish.
    mutating func run(_ graph: TransitionGraph, _ output: inout TextOutput) -> Bool {
        var positions: [TransitionGraph.ActionID: Int] = [:]
        for (position, action) in graph.actions.enumerated() { positions[action.id] = position }
        var done: Set<TransitionGraph.ActionID> = []
        var waiting = graph.synapses
        while !waiting.isEmpty {
            var still: [TransitionGraph.Synapse] = []
            for synapse in waiting {
                guard synapse.inputs.allSatisfy(done.contains) else {
                    still.append(synapse)
                    continue
                }
                for id in synapse.actions {
                    if let position = positions[id] { perform(graph.actions[position], &output) }
                    done.insert(id)
                }
            }
            if still.count == waiting.count { return false }
            waiting = still
        }
        return true
    }

    private mutating func perform(_ action: TransitionGraph.Action, _ output: inout TextOutput) {
        let node = action.node ?? ""
        switch action.kind {
        case .pseudo:
            output.item("Pseudo action:   \(action.operationKey)" + (action.node.map { " on \($0)" } ?? ""))
        case .cluster where action.operation == "stonith":
            let operation = action["CRM_meta_stonith_action"] ?? ""
            output.item("Fencing \(node) (\(operation))")
            if operation.lowercased() != "on" { takeDown(node, uuid: action.nodeUUID) }
        case .cluster:
            if let resource = action.resource {
                output.item("Cluster action:  \(action.operation) for \(resource.id) on \(node)")
            } else {
                output.item("Cluster action:  \(action.operation) on \(node)")
            }
        case .resource: performOperation(action, node, &output)
        }
    }

    private mutating func takeDown(_ node: String, uuid: String?) {
        withNodeState(node, uuid: uuid) { state in
            state["in_ccm"] = "false"
            state["crmd"] = "offline"
            state["join"] = "down"
            state["expected"] = "down"
            state.children.removeAll { $0.name == "lrm" || $0.name == "transient_attributes" }
        }
    }

    private mutating func performOperation(_ action: TransitionGraph.Action, _ node: String, _ output: inout TextOutput)
    {
        guard let reference = action.resource else { return }
        var name = reference.id
        if !recordedNames.contains(name), let long = reference.longID, recordedNames.contains(long) { name = long }
        let padded = name + String(repeating: " ", count: max(0, 15 - name.utf8.count))
        let interval = action["CRM_meta_interval"].flatMap { UInt32($0) } ?? 0
        if action.operation == "delete" {
            output.item("Resource action: \(padded) delete on \(node)")
            return
        }
        output.item(
            "Resource action: \(padded) \(action.operation)" + (interval > 0 ? "=\(interval)" : "") + " on \(node)")
        let status = action["CRM_meta_op_target_rc"].flatMap { Int($0) } ?? 0
        let entry = HistoryRecord(
            action, status: status, interval: interval, now: now, featureSet: cib["crm_feature_set"])
        withNodeState(node, uuid: action.routerNode == nil ? action.nodeUUID : node) { state in
            let nodeID = state.id
            state.withChild("lrm") { lrm in
                if lrm.id == nil { lrm["id"] = nodeID }
                lrm.withChild("lrm_resources") { list in
                    // As with the incumbents, a history that is there twice is not continued but begun anew.
                    func position(_ id: String) -> Int? {
                        let all = list.children.indices.filter {
                            list.children[$0].name == "lrm_resource" && list.children[$0].id == id
                        }
                        return all.count == 1 ? all[0] : nil
                    }
                    if let index = position(name) ?? position(reference.id) {
                        entry.record(in: &list.children[index])
                    } else {
                        var history = XMLElement(
                            "lrm_resource",
                            [
                                "id": reference.id, "class": reference.standard, "provider": reference.provider,
                                "type": reference.type,
                            ])
                        entry.record(in: &history)
                        list.children.append(history)
                    }
                }
            }
        }
    }

    private mutating func withNodeState(_ node: String, uuid: String?, _ body: (inout XMLElement) -> Void) {
        cib.withChild("status") { status in
            if let index = status.children.firstIndex(where: { $0.name == "node_state" && $0["uname"] == node }) {
                body(&status.children[index])
            } else if let uuid, let index = status.childIndex("node_state", id: uuid) {
                status.children[index]["uname"] = node
                body(&status.children[index])
            } else {
                status.children.append(XMLElement("node_state", ["id": uuid ?? node, "uname": node]))
                body(&status.children[status.children.count - 1])
            }
        }
    }
}

/// A history entry of a simulated operation.
private struct HistoryRecord {
    private let resource: String
    private let operation: String
    private let interval: UInt32
    private let node: String
    private let status: Int
    private let targetStatus: Int
    private let attributes: [String: String]
    private let now: Int64
    private let featureSet: String

    init(_ action: TransitionGraph.Action, status: Int, interval: UInt32, now: Int64, featureSet: String?) {
        resource = action.resource?.id ?? ""
        operation = action.operation
        self.interval = interval
        node = action.node ?? ""
        self.status = status
        targetStatus = status
        attributes = Dictionary(action.attributes.map { ($0.name, $0.value) }) { first, _ in first }
        self.now = now
        self.featureSet = action["crm_feature_set"] ?? featureSet ?? ""
    }

    func record(in history: inout XMLElement) {
        let task = operation == "reload" || operation == "reload-agent" ? "start" : operation
        let key = "\(resource)_\(task)_\(interval)"
        let id: String
        if task == "notify" {
            let kind = attributes["CRM_meta_notify_type"] ?? ""
            id = "\(resource)_\(kind)_notify_\(attributes["CRM_meta_notify_operation"] ?? "")_0"
        } else if task == "migrate_to" || task == "migrate_from" || interval > 0 {
            id = key
        } else {
            id = "\(resource)_last_0"
        }
        let callID = 1 + history.children.compactMap { $0["call-id"].flatMap { Int($0) } }.reduce(0, max)
        let transition = "\(callID):-1:\(targetStatus):xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
        let exit = task == "notify" ? 0 : status
        history.withChild("lrm_rsc_op", id: id) { entry in
            entry["operation_key"] = key
            entry["operation"] = task
            entry["crm-debug-origin"] = "crm_simulate"
            entry["crm_feature_set"] = featureSet
            entry["transition-key"] = transition
            entry["transition-magic"] = "0:\(exit);\(transition)"
            entry["exit-reason"] = ""
            entry["on_node"] = node
            entry["call-id"] = String(callID)
            entry["rc-code"] = String(exit)
            entry["op-status"] = "0"
            entry["interval"] = String(interval)
            entry["last-rc-change"] = String(now)
            entry["exec-time"] = "0"
            entry["queue-time"] = "0"
            if task == "migrate_to" || task == "migrate_from" {
                entry["migrate_source"] = attributes["CRM_meta_migrate_source"]
                entry["migrate_target"] = attributes["CRM_meta_migrate_target"]
            }
            entry["op-digest"] = OperationDigest.of(attributes: attributes)
        }
    }
}
