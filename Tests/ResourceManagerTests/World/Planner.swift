import ClusterTypes
import ResourceManager
import TransitionGraph
import XMLTree

/// A scheduler small enough to read: probes, then every primitive on the first node that may run it, fencing before
/// recovery, shutdown last. The tests of the controller need a graph that answers to the document, not a good one.
func plan(_ cib: XMLElement, _ now: WallTime) -> ScheduleOutcome {
    var planner = Planner(cib: cib)
    planner.plan()
    return .computed(ComputedSchedule(graph: planner.graph))
}

struct Planner {
    let cib: XMLElement
    var graph = TransitionGraph()

    init(cib: XMLElement) { self.cib = cib }

    struct NodeView {
        var id: String
        var name: String
        var state: XMLElement?
        var isOnline: Bool { state?["in_ccm"] == "true" && state?["crmd"] == "online" }
        /// Lost, or never seen (`startup-fencing`).
        var isUnclean: Bool { state == nil || state?["in_ccm"] == "false" && state?["expected"] == "member" }

        func attribute(_ name: String) -> String? {
            for set in state?.child("transient_attributes")?.children ?? [] {
                for pair in set.children where pair["name"] == name { return pair["value"] }
            }
            return nil
        }

        func history(_ resource: String) -> [XMLElement]? {
            state?.child("lrm")?.child("lrm_resources")?.children.first { $0.id == resource }?.children
        }

        /// Whether the last operation left the resource active; `nil` when nothing is known.
        func isActive(_ resource: String) -> Bool? {
            guard let entries = history(resource) else { return nil }
            let oneOff = entries.first { $0.id == "\(resource)_last_0" }
            switch (oneOff?["operation"], oneOff?["rc-code"], oneOff?["op-status"]) {
            case ("start", _, "-1"): return true
            case (_, _, "-1"), (nil, _, _): return nil
            case ("stop", "0", _): return false
            case ("monitor", "7", _): return false
            default: return true
            }
        }

        func hasFailed(_ resource: String) -> Bool {
            guard let entries = history(resource),
                let failure = entries.first(where: { $0.id == "\(resource)_last_failure_0" })
            else { return false }
            let last = entries.first { $0.id == "\(resource)_last_0" }
            let number = { (entry: XMLElement?) in Int(entry?["call-id"] ?? "") ?? 0 }
            return number(failure) >= number(last) && failure["operation"] != "stop"
                && !(failure["operation"] == "monitor" && failure["rc-code"] == "0")
        }
    }

    private mutating func add(_ action: TransitionGraph.Action, after inputs: [TransitionGraph.ActionID])
        -> TransitionGraph.ActionID
    {
        var action = action
        action.id = TransitionGraph.ActionID(graph.actions.count + 1)
        graph.actions.append(action)
        graph.synapses.append(.init(id: graph.synapses.count, actions: [action.id], inputs: inputs))
        return action.id
    }

    private mutating func operate(
        _ primitive: XMLElement, _ operation: String, _ interval: Int = 0, expecting code: Int = 0, on node: NodeView,
        after inputs: [TransitionGraph.ActionID]
    ) -> TransitionGraph.ActionID {
        let id = primitive.id ?? ""
        let reference = TransitionGraph.ResourceReference(
            id: id, standard: primitive["class"] ?? "ocf", provider: primitive["provider"],
            type: primitive["type"] ?? "Dummy")
        return add(
            TransitionGraph.Action(
                id: .init(0), kind: .resource, operation: operation, operationKey: "\(id)_\(operation)_\(interval)",
                node: node.name, nodeUUID: node.id, resource: reference,
                attributes: [
                    .init("CRM_meta_interval", String(interval)), .init("CRM_meta_timeout", "20000"),
                    .init("CRM_meta_op_target_rc", String(code)),
                ]), after: inputs)
    }

    mutating func plan() {
        let configuration = cib.child("configuration")
        let states = cib.child("status")?.children ?? []
        let nodes = (configuration?.child("nodes")?.children ?? []).map { node in
            NodeView(
                id: node.id ?? "", name: node["uname"] ?? "", state: states.first { $0.id == node.id })
        }
        guard cib["have-quorum"] == "1" else { return }
        var fenced: [TransitionGraph.ActionID] = []
        for node in nodes where node.isUnclean {
            fenced.append(
                add(
                    TransitionGraph.Action(
                        id: .init(0), kind: .cluster, operation: "stonith", operationKey: "stonith-\(node.name)-reboot",
                        node: node.name, nodeUUID: node.id, attributes: [.init("CRM_meta_stonith_action", "reboot")]),
                    after: []))
        }
        var stops: [String: [TransitionGraph.ActionID]] = [:]
        for primitive in configuration?.child("resources")?.children ?? [] where primitive.name == "primitive" {
            plan(primitive, nodes, fenced, &stops)
        }
        for node in nodes where node.isOnline && node.attribute("shutdown") != nil {
            _ = add(
                TransitionGraph.Action(
                    id: .init(0), kind: .cluster, operation: "do_shutdown", operationKey: "do_shutdown-\(node.name)",
                    node: node.name, nodeUUID: node.id), after: stops[node.name] ?? [])
        }
    }

    private mutating func plan(
        _ primitive: XMLElement, _ nodes: [NodeView], _ fenced: [TransitionGraph.ActionID],
        _ stops: inout [String: [TransitionGraph.ActionID]]
    ) {
        let id = primitive.id ?? ""
        var inputs = primitive["class"] == "stonith" ? [] : fenced
        for node in nodes where node.isOnline && node.isActive(id) == nil && node.attribute("shutdown") == nil {
            inputs.append(operate(primitive, "monitor", expecting: 7, on: node, after: []))
        }
        let eligible = nodes.filter { node in
            node.isOnline && node.attribute("shutdown") == nil
                && node.attribute("fail-count-\(id)#start_0") != "INFINITY"
                && cib.child("configuration")?.child("nodes")?.firstDescendant(id: "nodes-\(node.id)-standby")?["value"]
                    != "on"
        }
        let target = eligible.first { $0.isActive(id) == true } ?? eligible.first
        for node in nodes where node.isOnline && node.isActive(id) == true {
            guard node.name != target?.name || node.hasFailed(id) else { continue }
            let stop = operate(primitive, "stop", on: node, after: inputs)
            stops[node.name, default: []].append(stop)
            inputs.append(stop)
        }
        guard let target else { return }
        var started = inputs
        if target.isActive(id) != true || target.hasFailed(id) {
            started = [operate(primitive, "start", on: target, after: inputs)]
        }
        for operation in primitive.child("operations")?.children ?? [] where operation["name"] == "monitor" {
            let interval = (Int(operation["interval"]?.dropLast() ?? "") ?? 10) * 1000
            let isKnown = target.history(id)?.contains { $0.id == "\(id)_monitor_\(interval)" } ?? false
            if started == inputs && isKnown { continue }
            _ = operate(primitive, "monitor", interval, on: target, after: started)
        }
    }
}
