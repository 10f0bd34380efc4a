internal import TransitionGraph

/// What no plan may do to the services of a cluster, as far as the document says beyond doubt what that is.
struct SafetyChecks {
    let graph: TransitionGraph
    let facts: PlainFacts
    private let synapses: [TransitionGraph.ActionID: Int]
    private let operations: [Operation: TransitionGraph.ActionID]
    /// The fencing of each node that is fenced.
    private let fencings: [String: TransitionGraph.ActionID]

    private struct Operation: Hashable {
        var resource: String
        var name: String
        var node: String
    }

    init(_ graph: TransitionGraph, _ facts: PlainFacts) {
        self.graph = graph
        self.facts = facts
        var synapses: [TransitionGraph.ActionID: Int] = [:]
        for (position, synapse) in graph.synapses.enumerated() {
            for action in synapse.actions { synapses[action] = position }
        }
        self.synapses = synapses
        var operations: [Operation: TransitionGraph.ActionID] = [:]
        for action in graph.actions where action.kind == .resource {
            guard let resource = action.resource?.id, let node = action.node else { continue }
            operations[Operation(resource: resource, name: action.operation, node: node)] = action.id
        }
        self.operations = operations
        let fencings = graph.actions.filter {
            $0.kind == .cluster && $0.operation == "stonith" && $0["stonith_action"] != "on"
        }
        self.fencings = Dictionary(fencings.map { ($0.node ?? "", $0.id) }) { first, _ in first }
    }

    /// One sentence for each thing that is wrong.
    var violations: [String] {
        startsOfBanned + startsWithoutQuorum + startsBeforeEnds + startsOutOfOrder
            + promotionsTooMany + maintenanceDisturbed
    }

    private var starts: [(resource: String, node: String, action: TransitionGraph.ActionID)] {
        graph.actions.compactMap { action in
            guard action.kind == .resource, action.operation == "start", let node = action.node,
                let resource = action.resource?.id, facts.singles.contains(resource)
            else { return nil }
            return (resource, node, action.id)
        }
    }

    // MARK: - Where

    private var startsOfBanned: [String] {
        starts.filter { facts.banned[$0.resource]?.contains($0.node) ?? false }
            .map { "banned: \($0.resource) is started on \($0.node), where a constraint forbids it" }
    }

    private var startsWithoutQuorum: [String] {
        guard !facts.hasQuorum, let options = facts.options, options["no-quorum-policy"] ?? "stop" == "stop",
            !facts.mentionsRequires
        else { return [] }
        return starts.map { "quorum: \($0.resource) is started on \($0.node) by a partition without quorum" }
    }

    private var promotionsTooMany: [String] {
        var promoted: [String: Set<String>] = [:]
        for action in graph.actions where action.kind == .resource && action.operation == "promote" {
            guard let resource = action.resource, let node = action.node else { continue }
            let name = String(resource.id.prefix { $0 != ":" })
            promoted[name, default: []].insert(node)
        }
        return promoted.compactMap { name, nodes in
            guard let limit = facts.promotionLimits[name], nodes.count > limit else { return nil }
            return "promotions: \(name) is promoted on \(nodes.count) nodes, of which \(limit) are allowed"
        }
    }

    private var maintenanceDisturbed: [String] {
        guard let options = facts.options, options["maintenance-mode"] == "true" else { return [] }
        return graph.actions.compactMap { action in
            guard action.kind == .resource, ["start", "stop", "promote", "demote"].contains(action.operation),
                let resource = action.resource?.id, facts.singles.contains(resource)
            else { return nil }
            return "maintenance: \(action.operationKey) on \(action.node ?? "") in maintenance mode"
        }
    }

    // MARK: - When

    private var startsBeforeEnds: [String] {
        starts.flatMap { start in
            let others = (facts.active[start.resource] ?? []).subtracting([start.node])
            if others.isEmpty { return [String]() }
            let before = everythingBefore(start.action)
            return others.sorted().filter { mayRun(start.resource, on: $0, after: before) }
                .map { "twice: \(start.resource) may start on \(start.node) before it has ended on \($0)" }
        }
    }

    /// Whether a resource that ran on a node may still run there when some actions are done.
    private func mayRun(_ resource: String, on node: String, after done: Set<TransitionGraph.ActionID>) -> Bool {
        if let stop = operations[Operation(resource: resource, name: "stop", node: node)], done.contains(stop) {
            return false
        }
        if let fencing = fencings[node] {
            // `requires` other than fencing permits to start before it.
            return !done.contains(fencing) && !facts.mentionsRequires
        }
        // A node that is lost and is not fenced is taken to be down.
        return facts.online.contains(node)
    }

    private var startsOutOfOrder: [String] {
        var startOf: [String: TransitionGraph.ActionID] = [:]
        // On a guest node whose container is to start later, the container comes first.
        for start in starts where facts.isOrdinary(start.node) { startOf[start.resource] = start.action }
        return facts.startOrders.compactMap { order in
            guard let first = startOf[order.first], let then = startOf[order.then],
                !everythingBefore(then).contains(first)
            else { return nil }
            return "order: \(order.then) may start before \(order.first)"
        }
    }

    /// What has been done when an action begins.
    private func everythingBefore(_ action: TransitionGraph.ActionID) -> Set<TransitionGraph.ActionID> {
        var result: Set<TransitionGraph.ActionID> = []
        var pending = [action]
        while let next = pending.popLast() {
            guard let synapse = synapses[next] else { continue }
            for input in graph.synapses[synapse].inputs where result.insert(input).inserted { pending.append(input) }
        }
        return result
    }
}
