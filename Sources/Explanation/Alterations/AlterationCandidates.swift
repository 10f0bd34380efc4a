import ClusterTypes
import Scheduler
import XMLTree

/// The changes worth trying for some resources: what the ledger names first, then whatever touches them.
struct AlterationCandidates {
    private let cluster: ExplainedCluster
    private let leaves: [Int]
    /// The resources that constraints tie to these, themselves included: names in the configuration.
    private let names: Set<String>
    private let recorded: Set<String>

    init(_ cluster: ExplainedCluster, _ leaves: [Int]) {
        self.cluster = cluster
        self.leaves = leaves
        var own: Set<String> = []
        for leaf in leaves {
            for member in cluster.lineage(leaf) { own.insert(cluster.ledger.resources[member].configurationID) }
        }
        var reach = own
        for _ in 0..<3 {
            reach = cluster.configuration.neighbours(of: reach)
            reach.formUnion(Self.relatives(reach, cluster))
        }
        names = reach
        var recorded: Set<String> = []
        for leaf in leaves {
            for member in cluster.lineage(leaf) {
                for contribution in cluster.contributions(to: member) {
                    if let id = cluster.constraint(of: contribution.cause) { recorded.insert(id) }
                    if case .dependent(_, let source, _) = contribution.cause {
                        recorded.formUnion(
                            cluster.contributions(to: source).compactMap { cluster.constraint(of: $0.cause) })
                    }
                }
            }
        }
        self.recorded = recorded
    }

    /// What the named resources are in, and what is in them.
    private static func relatives(_ names: Set<String>, _ cluster: ExplainedCluster) -> Set<String> {
        var result: Set<String> = []
        for index in cluster.ledger.resources.indices
        where names.contains(cluster.ledger.resources[index].configurationID) {
            for member in cluster.lineage(index) + cluster.leaves(of: index) {
                result.insert(cluster.ledger.resources[member].configurationID)
            }
        }
        return result
    }

    /// All of them, the smallest first.
    func all() -> [Alteration] {
        var result = constraintAlterations() + resourceAlterations() + nodeAlterations() + clusterAlterations()
        for position in result.indices where recorded.contains(result[position].object) {
            result[position].isRecorded = true
        }
        return result.enumerated().sorted {
            let (a, b) = ($0.element, $1.element)
            if a.weight != b.weight { return a.weight < b.weight }
            if a.isRecorded != b.isRecorded { return a.isRecorded }
            return $0.offset < $1.offset
        }.map(\.element)
    }

    // MARK: - Constraints

    private func constraintAlterations() -> [Alteration] {
        // What is not tied to the resources counts as well: by what it leaves of capacity, or by the number of resources.
        let all = cluster.configuration.constraints
        let tied = cluster.configuration.constraints(naming: names)
        let related = Set(tied.compactMap(\.id))
        return (all.count <= 100 ? all : tied).flatMap { constraint -> [Alteration] in
            guard let id = constraint.id else { return [] }
            let kind: String
            switch constraint.name {
            case "rsc_location": kind = "location constraint"
            case "rsc_colocation": kind = "colocation"
            case "rsc_order": kind = "order"
            case "rsc_ticket": kind = "ticket constraint"
            default: return []
            }
            var result = [
                Alteration(
                    .removeConstraint(id), "remove-constraint", id, "without \(kind) \(id)",
                    command: "crm configure delete \(id)",
                    weight: recorded.contains(id) ? 0 : related.contains(id) ? 3 : 5)
            ]
            let isUninfluential = cluster.ledger.contributions.contains {
                if case .colocation(let cause) = $0.cause { cause.id == id && !cause.hasInfluence } else { false }
            }
            if isUninfluential {
                result.append(
                    Alteration(
                        .setInfluence(id), "influence", id, "if colocation \(id) had influence=true", weight: 2))
            }
            return result
        }
    }

    // MARK: - Resources

    private var subjects: [String] { unique(leaves.map { cluster.ledger.resources[$0].configurationID }) }

    /// The subjects, and what they are tied to when that is not too much.
    private var involved: [String] {
        let others = cluster.ledger.resources.filter {
            $0.kind == .primitive && names.contains($0.configurationID) && !$0.state.contains(.internal)
        }
        return unique(subjects + competitors + others.prefix(30).map(\.configurationID))
    }

    /// Resources that take the room which others lack.
    private var competitors: [String] {
        let isShort = cluster.ledger.contributions.contains {
            if case .utilization = $0.cause { leaves.contains($0.resource) } else { false }
        }
        guard isShort else { return [] }
        return cluster.ledger.resources.filter {
            $0.kind == .primitive && $0.assigned != nil && !$0.utilization.isEmpty
        }
        .prefix(30).map(\.configurationID)
    }

    private func unique(_ list: [String]) -> [String] {
        var seen: Set<String> = []
        return list.filter { seen.insert($0).inserted }
    }

    private func resourceAlterations() -> [Alteration] {
        var result: [Alteration] = []
        let own = Set(subjects)
        for name in involved {
            guard
                let index = cluster.ledger.resources.firstIndex(where: {
                    $0.configurationID == name && $0.kind == .primitive
                })
            else { continue }
            let resource = cluster.ledger.resources[index]
            let far = own.contains(name) ? 0 : 2
            let hasFailures =
                cluster.history.failures.contains { FailureHistory.isSame($0.resource, name) }
                || cluster.ledger.nodes.contains { cluster.history.failCount(of: name, on: $0.name) != nil }
            if hasFailures {
                result.append(
                    Alteration(
                        .clearFailures(name), "cleanup", name, "once the failures of \(name) are cleaned up",
                        command: "crm resource cleanup \(name)", weight: far))
            }
            if cluster.hasMigrationHistory(name) || resource.migrationSource != nil {
                result.append(
                    Alteration(
                        .forgetMigration(name), "migration", name, "without the migration of \(name) in its history",
                        weight: far + 2))
            }
            result += metaAlterations(name, resource, far)
            if cluster.ledger.cluster.usesUtilization, !resource.utilization.isEmpty {
                result.append(
                    Alteration(
                        .removeUtilization(name), "utilization", name, "if \(name) needed no capacity",
                        weight: 2 + far))
            }
        }
        return result
    }

    private func metaAlterations(_ name: String, _ resource: Ledger.Resource, _ far: Int) -> [Alteration] {
        var result: [Alteration] = []
        func add(_ meta: String, _ value: String, _ text: String, _ weight: Int, command: String? = nil) {
            result.append(
                Alteration(
                    .setMeta(name, meta, value), meta, name, text,
                    command: command ?? "crm resource meta \(name) set \(meta) \(value)", weight: weight + far))
        }
        if resource.stickiness > .zero {
            add("resource-stickiness", "0", "if resource-stickiness of \(name) were 0", 0)
        }
        if resource.stickiness < .infinity, !resource.activeNodes.isEmpty {
            add("resource-stickiness", "INFINITY", "if resource-stickiness of \(name) were INFINITY", 2)
        }
        if resource.nextRole == .stopped || resource.nextRole == .unpromoted {
            add(
                "target-role", "Started", "if target-role of \(name) were Started", 1,
                command: "crm resource start \(name)")
        }
        if !resource.state.contains(.managed) {
            result.append(
                Alteration(
                    .setMeta(name, "is-managed", "true"), "is-managed", name, "if \(name) were managed",
                    command: "crm resource manage \(name)", weight: far))
            result.append(
                Alteration(
                    .setMeta(name, "maintenance", "false"), "maintenance", name, "if \(name) were not in maintenance",
                    command: "crm resource maintenance \(name) off", weight: far))
        }
        if resource.threshold < .infinity, resource.threshold > .zero {
            add("migration-threshold", "INFINITY", "without migration-threshold of \(name)", 1)
        }
        return result
    }

    // MARK: - Nodes, tickets, options

    private func nodeAlterations() -> [Alteration] {
        var result: [Alteration] = []
        for node in cluster.ledger.nodes where node.host == nil {
            let state = node.state
            if state.contains(.standby) {
                result.append(
                    Alteration(
                        .removeNodeAttributes(node.name, ["standby"]), "standby", node.name,
                        "if \(node.name) were not in standby", command: "crm node online \(node.name)", weight: 0))
            }
            if state.contains(.maintenance) {
                result.append(
                    Alteration(
                        .removeNodeAttributes(node.name, ["maintenance"]), "maintenance", node.name,
                        "if \(node.name) were not in maintenance", command: "crm node ready \(node.name)", weight: 0))
            }
            if !node.isRemote, !state.isDisjoint(with: [.unclean, .pending, .shutdown]) || !state.contains(.online) {
                result.append(
                    Alteration(
                        .joinNode(node.name), "node", node.name, "if \(node.name) were a healthy member", weight: 1))
            }
        }
        for element in cluster.input.cib.child("status")?.child("tickets")?.children ?? [] {
            guard let id = element.id else { continue }
            result.append(Alteration(.grantTicket(id), "ticket", id, "if ticket \(id) were granted", weight: 1))
        }
        for element in cluster.configuration.constraints where element.name == "rsc_ticket" {
            guard let id = element["ticket"], !result.contains(where: { $0.kind == "ticket" && $0.object == id }) else {
                continue
            }
            result.append(Alteration(.grantTicket(id), "ticket", id, "if ticket \(id) were granted", weight: 1))
        }
        return result
    }

    private func clusterAlterations() -> [Alteration] {
        let options = cluster.ledger.cluster
        var result: [Alteration] = []
        func add(_ name: String, _ value: String, _ weight: Int) {
            result.append(
                Alteration(
                    .setOption(name, value), "option", name, "with \(name)=\(value)",
                    command: "crm configure property \(name)=\(value)", weight: weight))
        }
        if options.isInMaintenance { add("maintenance-mode", "false", 0) }
        if options.stopsAll { add("stop-all-resources", "false", 0) }
        if !options.isQuorate {
            result.append(Alteration(.regainQuorum, "quorum", "quorum", "if this partition had quorum", weight: 0))
            if options.quorumPolicy != "ignore" { add("no-quorum-policy", "ignore", 2) }
        }
        if !options.isSymmetric { add("symmetric-cluster", "true", 3) }
        if options.isFencingEnabled, !options.hasFencing { add("stonith-enabled", "false", 1) }
        if options.usesUtilization { add("placement-strategy", "default", 3) }
        if cluster.ledger.contributions.contains(where: { $0.cause == .nodeHealth }) {
            add("node-health-strategy", "none", 2)
        }
        return result
    }
}
