import ClusterTypes
import Scheduler

// Why an instance of a promotable clone is promoted, or is not.

extension Reasoning {
    /// The promotable clone it belongs to, and the instance of it that is judged (a cloned group is judged as a whole).
    private var promotable: (clone: Int, instance: Int)? {
        let lineage = cluster.lineage(index)
        guard
            let clone = lineage.first(where: { cluster.ledger.resources[$0].kind == .clone }),
            cluster.ledger.resources[clone].state.contains(.promotable)
        else { return nil }
        return (clone, lineage.first { cluster.ledger.resources[$0].parent == clone } ?? index)
    }

    func promotionReasons() -> [String] {
        guard let (clone, instance) = promotable, let chosen = resource.assigned else { return [] }
        let priority = cluster.ledger.resources[instance].promotionPriority
        // Infinite parts of a finite priority were outweighed or withdrawn: they say nothing.
        let terms = promotionTerms(instance, clone, chosen).filter {
            ($0.amount.isInfinite || $0.amount.isMinusInfinite) == (priority.isInfinite || priority.isMinusInfinite)
        }
        let made = terms.isEmpty ? "" : " (\(terms.map(Self.signed).joined(separator: ", ")))"
        if resource.nextRole == .promoted {
            if priority.isInfinite {
                return ["It is promoted\(terms.first.map { ": \($0.text)" } ?? ", as it is unmanaged and was before")."]
            }
            return [
                "It is promoted: its promotion priority \(priority) is the highest"
                    + "\(rivals(clone, instance, than: priority))\(made)."
            ]
        }
        if let role = configuredRole(clone) {
            return ["It is not promoted: target-role=\(role.value) \(role.owner)."]
        }
        if priority < .zero {
            if let against = terms.first(where: { $0.amount.isMinusInfinite }) {
                return ["It is not promoted: \(against.text)."]
            }
            return ["It is not promoted: its promotion priority is \(priority)\(made)."]
        }
        let promoted = siblings(clone).filter { cluster.ledger.resources[$0].nextRole == .promoted }
        let limit = cluster.ledger.resources[clone].promotedMaximum
        guard promoted.count >= limit else { return [obstacle(made)] }
        let names = promoted.prefix(3).map { sibling in
            let entry = cluster.ledger.resources[sibling]
            let place = entry.assigned.map { " on \(cluster.nodeName($0))" } ?? ""
            return "\(entry.id)\(place) (\(entry.promotionPriority))"
        }
        let most = limit == 1 ? "one instance" : "\(limit) instances"
        return [
            "It is not promoted: \(Self.joined(names)) \(names.count == 1 ? "has" : "have") the higher priority, its own is "
                + "\(priority)\(made), and \(most) may be promoted (promoted-max)."
        ]
    }

    /// Who had the promoted role and loses it, for one that gets it.
    func predecessors() -> [String] {
        guard let (clone, instance) = promotable else { return [] }
        return siblings(clone).filter { sibling in
            let entry = cluster.ledger.resources[sibling]
            return sibling != instance && currentRole(sibling) == .promoted && entry.nextRole != .promoted
        }.prefix(2).map { sibling in
            let leaf = cluster.leaves(of: sibling).first ?? sibling
            let reasoning = Reasoning(cluster, leaf)
            let outcome = reasoning.outcome
            let reason = reasoning.stateText(reasoning.current ?? -1).map { " (\($0))" } ?? ""
            return
                "\(cluster.name(sibling)), promoted until now, \(SubjectText.verb(outcome, reasoning, cluster))\(reason)."
        }
    }

    private func currentRole(_ instance: Int) -> Role {
        cluster.leaves(of: instance).map { cluster.ledger.resources[$0].currentRole }.max() ?? .unknown
    }

    private func siblings(_ clone: Int) -> [Int] { cluster.ledger.resources[clone].children }

    /// What makes up the priority: the instance's own parts, and what others that are to be with the promoted one prefer.
    private func promotionTerms(_ instance: Int, _ clone: Int, _ node: Int) -> [ScoreTerm] {
        let own = cluster.terms(of: instance, on: node).filter(\.isForPromotion)
        let others = cluster.dependentTerms(of: clone, on: node)
        return own + others
    }

    /// How many others want the role as much.
    private func rivals(_ clone: Int, _ instance: Int, than priority: Score) -> String {
        let equal = siblings(clone).filter {
            $0 != instance && cluster.ledger.resources[$0].promotionPriority == priority
                && cluster.ledger.resources[$0].assigned != nil && cluster.ledger.resources[$0].nextRole != .promoted
        }
        guard let first = equal.first else { return "" }
        let was = resource.currentRole == .promoted ? ", and it is promoted already" : ""
        return ", as is that of \(cluster.name(first))\(was)"
    }

    /// Why one with a good priority is not promoted although there would be room.
    private func obstacle(_ made: String) -> String {
        if !cluster.ledger.cluster.isQuorate { return "It is not promoted: this partition has no quorum." }
        if let promote = cluster.actions(of: index, "promote").first.map({ cluster.ledger.actions[$0] }),
            let reason = promote.reason
        {
            return "It is not promoted: \(reason)."
        }
        return "It is not promoted: as many as allowed on that node are\(made)."
    }

    /// A `target-role` that keeps it from being promoted.
    private func configuredRole(_ clone: Int) -> (owner: String, value: String)? {
        for member in cluster.lineage(index) {
            guard let (value, owner) = cluster.metaAttribute("target-role", of: member) else { continue }
            if ["unpromoted", "slave"].contains(value.lowercased()) { return (owner, value) }
        }
        return nil
    }

    static func signed(_ term: ScoreTerm) -> String {
        "\(term.amount > .zero ? "+" : "")\(term.amount) \(term.text)"
    }
}
