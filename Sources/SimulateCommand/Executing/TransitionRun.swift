internal import Scheduler
internal import ToolReports
internal import TransitionGraph
internal import XMLTree

/// Carries a transition out on paper: every agent does what is expected of it, except where a failure was asked for.
struct TransitionRun {
    var cib: SimulatedCIB
    private let graph: TransitionGraph
    /// The names resources are known by, to tell an instance from its clone.
    private let recordedNames: Set<String>
    private let failures: [String]
    /// Seconds since the epoch.
    private let time: Int64
    /// Done for what can never be aborted only.
    private var failed: Set<TransitionGraph.ActionID> = []
    /// Nothing but what can never be aborted, and pseudo-actions, is begun any more.
    private var isAborted = false

    init(
        _ graph: TransitionGraph, cib: SimulatedCIB, recordedNames: Set<String>, failures: [String], time: Int64
    ) {
        self.graph = graph
        self.cib = cib
        self.recordedNames = recordedNames
        self.failures = failures
        self.time = time
    }

    /// Executes the actions in the order of their inputs; whether the transition came to its end.
    mutating func execute(_ output: inout ToolOutput) throws(SimulatedCIB.Failure) -> Bool {
        var actions: [TransitionGraph.ActionID: TransitionGraph.Action] = [:]
        for action in graph.actions { actions[action.id] = action }
        var queue = SynapseQueue(graph.synapses)
        var remaining = graph.synapses.count
        while let synapse = queue.next() {
            let members = synapse.actions.compactMap { actions[$0] }
            guard !isAborted || SynapseQueue.isUnstoppable(synapse) || members.allSatisfy({ $0.kind == .pseudo }) else {
                continue
            }
            remaining -= 1
            for action in members {
                try perform(action, &output)
                queue.settle(action.id, hasFailed: failed.contains(action.id))
            }
        }
        return remaining == 0 || isAborted
    }

    private mutating func perform(
        _ action: TransitionGraph.Action, _ output: inout ToolOutput
    ) throws(SimulatedCIB.Failure) {
        let node = action.node ?? ""
        switch action.kind {
        case .pseudo:
            say(
                &output, "Pseudo action:   \(action.operationKey)" + (action.node.map { " on \($0)" } ?? ""),
                XMLElement("pseudo_action", ["task": action.operationKey, "node": action.node]))
        case .cluster where action.operation == "stonith": try fence(action, &output)
        case .cluster:
            let resource = action.resource.map { " for \($0.id)" } ?? ""
            say(
                &output, "Cluster action:  \(action.operation)\(resource) on \(node)",
                XMLElement("cluster_action", ["task": action.operation, "node": node, "id": action.resource?.id]))
        case .resource: try run(action, &output)
        }
    }

    private mutating func fence(
        _ action: TransitionGraph.Action, _ output: inout ToolOutput
    ) throws(SimulatedCIB.Failure) {
        let node = action.node ?? ""
        let operation = action["CRM_meta_stonith_action"] ?? ""
        say(
            &output, "Fencing \(node) (\(operation))",
            XMLElement("fencing_action", ["target": node, "op": operation]))
        guard operation.lowercased() != "on" else { return }
        try cib.setMembership(of: node, .down, id: action.nodeUUID, origin: "simulate_fencing_action")
        cib.clearNode(node)
    }

    // MARK: - Operations of resources

    private mutating func run(
        _ action: TransitionGraph.Action, _ output: inout ToolOutput
    ) throws(SimulatedCIB.Failure) {
        guard let reference = action.resource, let node = action.node else { return }
        var name = reference.id
        if !recordedNames.contains(name), let long = reference.longID, recordedNames.contains(long) { name = long }
        let interval = action["CRM_meta_interval"].flatMap { UInt32($0) } ?? 0
        let needsHistory = action.operation != "delete" && action.operation != "meta-data"
        let shownInterval = needsHistory ? interval : 0
        say(
            &output,
            "Resource action: \(name.padded(to: 15)) \(action.operation)"
                + (shownInterval > 0 ? "=\(shownInterval)" : "") + " on \(node)",
            XMLElement(
                "rsc_action",
                [
                    "resource": name, "op": action.operation, "node": node,
                    "interval": shownInterval > 0 ? String(shownInterval) : nil,
                ]))
        guard needsHistory else { return }
        let target = action["CRM_meta_op_target_rc"].flatMap { Int32($0) } ?? 0
        let nodeID = action.routerNode == nil ? action.nodeUUID : node
        try cib.ensureNode(node, id: nodeID)
        let failure = requestedFailure(of: action.operation, interval, [name, reference.id], on: node, &output)
        var record = HistoryRecord(
            resource: reference.id, task: action.operation, interval: interval, status: target, targetStatus: target,
            reason: "User-injected result", node: node, time: time, featureSet: TransitionGraph.featureSet)
        record.attributes = Dictionary(action.parameters.map { ($0.name, $0.value) }) { first, _ in first }
        var counter: FailureCounter?
        if let failure {
            output.remark("Pretending action \(action.id) failed with rc=\(failure.status)")
            failed.insert(action.id)
            isAborted = true
            record.status = failure.status
            let failures = FailureCounter(
                resource: failure.name, task: action.operation, interval: interval, status: failure.status, time: time,
                isFatal: isFatal(action.operation))
            try cib.announce(failures, on: node, to: &output)
            counter = failures
        }
        try cib.add(record, to: ResourceHistoryName(name, reference), on: node, counting: counter)
    }

    /// Whether the graph counts one failure of the operation as enough.
    private func isFatal(_ operation: String) -> Bool {
        let setting: String
        switch operation {
        case "start": setting = "failed-start-offset"
        case "stop": setting = "failed-stop-offset"
        default: return false
        }
        let offset = graph.settings.first { $0.name == setting }?.value ?? "INFINITY"
        return offset == "INFINITY" || offset == "+INFINITY"
    }

    /// The exit status that was asked for instead of the expected one, and the name it was asked for by.
    private func requestedFailure(
        of task: String, _ interval: UInt32, _ names: [String], on node: String, _ output: inout ToolOutput
    ) -> (name: String, status: Int32)? {
        for specification in failures {
            for name in names {
                let key = "\(name)_\(task)_\(interval)@\(node)="
                guard specification.lowercased().hasPrefix(key.lowercased()) else { continue }
                if let status = OperationSpecification.leadingInteger(
                    specification.drop { $0 != "=" }.dropFirst())
                {
                    return (name, status)
                }
                output.problem(
                    "Invalid failed operation '\(specification)' (result code must be integer)")
                break
            }
        }
        return nil
    }

    private func say(_ output: inout ToolOutput, _ line: String, _ element: XMLElement) {
        if !output.isQuiet { output.item(line, element) }
    }
}

extension TransitionGraph {
    /// The features of the software whose results are recorded.
    static let featureSet = "3.16.1"
}
