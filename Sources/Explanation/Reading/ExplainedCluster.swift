import ClusterTypes
import Scheduler
import XMLTree

/// A schedule with its ledger, and look-ups in the document it came from.
struct ExplainedCluster {
    let input: SchedulerInput
    let output: SchedulerOutput
    let ledger: Ledger
    let configuration: ConstraintIndex
    let history: FailureHistory
    /// The contributions to each resource, in order.
    private let contributions: [[Ledger.Contribution]]
    /// The required or planned actions of each resource: positions in the ledger.
    private let actions: [[Int]]

    init(_ input: SchedulerInput) {
        var input = input
        input.options.explains = true
        let output = schedule(input)
        let ledger = output.ledger ?? .empty
        self.input = input
        self.output = output
        self.ledger = ledger
        configuration = ConstraintIndex(input.cib)
        history = FailureHistory(input.cib)
        var contributions = [[Ledger.Contribution]](repeating: [], count: ledger.resources.count)
        for contribution in ledger.contributions { contributions[contribution.resource].append(contribution) }
        self.contributions = contributions
        var actions = [[Int]](repeating: [], count: ledger.resources.count)
        for (position, action) in ledger.actions.enumerated() {
            if let resource = action.resource { actions[resource].append(position) }
        }
        self.actions = actions
    }

    func node(named name: String) -> Int? { ledger.nodes.firstIndex { $0.name == name } }

    /// The primitives in a resource: members, instances, itself.
    func leaves(of resource: Int) -> [Int] {
        let children = ledger.resources[resource].children
        if ledger.resources[resource].kind != .primitive {
            // Instances of an anonymous clone that neither run nor will are all alike: they say nothing.
            return children.flatMap { leaves(of: $0) }
        }
        return [resource]
    }

    /// Whether a resource is, or will be, on a node.
    func isOn(_ resource: Int, _ node: Int) -> Bool {
        ledger.resources[resource].assigned == node || ledger.resources[resource].activeNodes.contains(node)
    }

    /// The node a resource counts as running on.
    func current(_ resource: Int) -> Int? {
        let entry = ledger.resources[resource]
        if let source = entry.migrationSource, entry.activeNodes.contains(source) { return source }
        return entry.activeNodes.first { ledger.nodes[$0].state.contains(.online) } ?? entry.activeNodes.first
    }

    func contributions(to resource: Int) -> [Ledger.Contribution] { contributions[resource] }

    func contributions(to resource: Int, on node: Int) -> [Ledger.Contribution] {
        contributions[resource].filter { $0.node == node }
    }

    /// What is to be done with a resource, of one task, on a node when one is given.
    func actions(of resource: Int, _ task: String, on node: Int? = nil) -> [Int] {
        actions[resource].filter {
            ledger.actions[$0].task == task && ledger.actions[$0].interval == 0
                && (node == nil || ledger.actions[$0].node == node)
        }
    }

    /// All that is to be done with a resource, or would be: positions in the ledger.
    func actions(of resource: Int) -> [Int] { actions[resource] }

    /// The resource and all that it is in, innermost first.
    func lineage(_ resource: Int) -> [Int] {
        var result = [resource]
        while let parent = ledger.resources[result[result.count - 1]].parent { result.append(parent) }
        return result
    }

    /// The names of a resource and of all that it is in, as instances and as configured.
    func names(_ resource: Int) -> Set<String> {
        Set(lineage(resource).flatMap { [name($0), ledger.resources[$0].configurationID] })
    }

    func name(_ resource: Int) -> String { ledger.resources[resource].id }

    func nodeName(_ node: Int) -> String { ledger.nodes[node].name }

    /// Whether the history of a resource has a migration in it.
    func hasMigrationHistory(_ name: String) -> Bool { migrationTarget(name) != nil }

    /// Where the migration in the history of a resource leads; `nil` when there is none.
    func migrationTarget(_ name: String) -> String? {
        for state in input.cib.child("status")?.children("node_state") ?? [] {
            for entry in state.child("lrm")?.child("lrm_resources")?.children ?? []
            where FailureHistory.isSame(entry.id ?? "", name) {
                for operation in entry.children
                where ["migrate_to", "migrate_from"].contains(operation["operation"] ?? "") {
                    return operation["migrate_target"] ?? "another node"
                }
            }
        }
        return nil
    }

    /// What concerns every resource.
    var remarks: [String] {
        var result: [String] = []
        let cluster = ledger.cluster
        if !cluster.isQuorate, cluster.quorumPolicy != "ignore" {
            result.append(
                "This partition has no quorum: with no-quorum-policy=\(cluster.quorumPolicy) "
                    + (cluster.quorumPolicy == "freeze" ? "nothing new starts" : "nothing that needs quorum runs"))
        }
        if cluster.isInMaintenance { result.append("maintenance-mode is on: the cluster leaves all resources alone") }
        if cluster.stopsAll { result.append("stop-all-resources is on: everything is to be stopped") }
        if cluster.isFencingEnabled, !cluster.hasFencing {
            result.append(
                "No fencing device is configured and fencing is not switched off: the cluster does not start or stop "
                    + "anything")
        }
        for action in ledger.actions where action.task == "stonith" && action.isRequired && action.detail != "on" {
            guard let node = action.node, let reason = action.reason else { continue }
            result.append("\(nodeName(node)) will be fenced: \(reason)")
        }
        return result
    }
}
