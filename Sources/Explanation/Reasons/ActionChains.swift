import ClusterTypes
import Scheduler

// From an action to the first cause of its being needed, or of its being impossible.

extension Reasoning {
    /// Why an action is needed: from it to the first cause.
    func chain(_ action: Ledger.Action) -> [String] {
        var result: [String] = []
        var action = action
        var seen: Set<Int> = []
        while let other = action.requiredBy, seen.insert(other).inserted, result.count < 6 {
            let cause = cluster.ledger.actions[other]
            if cause.resource != action.resource {
                result.append("Required by \(describe(cause))\(link(action, other)).")
            }
            action = cause
        }
        if let reason = rootReason(action) { result.append(reason) }
        return result
    }

    /// The first cause of a chain in words.
    private func rootReason(_ action: Ledger.Action) -> String? {
        let owner = action.resource.map { $0 == index ? "Its" : "\(cluster.name($0))'s" } ?? "Its"
        switch action.reason {
        case "resource definition change":
            return "\(owner) parameters or operations differ from those it was started with."
        case "node availability":
            return "\(action.resource.map { $0 == index ? "It" : cluster.name($0) } ?? "It") has no node to run on."
        case let reason?:
            return reason.hasPrefix("required ") || reason.hasPrefix("unrunnable ") ? nil : capitalised(reason) + "."
        case nil:
            guard let owner = action.resource, owner != index else { return nil }
            let parts = cluster.ledger.resources[owner].kind == .primitive ? [owner] : cluster.leaves(of: owner)
            guard let resource = parts.first(where: { $0 != index && Reasoning(cluster, $0).outcome.isChange }) else {
                return nil
            }
            let other = Reasoning(cluster, resource)
            let outcome = other.outcome
            return "\(cluster.name(resource)) \(SubjectText.verb(outcome, other, cluster))."
        }
    }

    /// Why an action cannot run: from it to the first cause.
    func blockReasons(_ action: Ledger.Action?) -> [String] {
        guard var action else { return [] }
        var result: [String] = []
        var seen: Set<Int> = []
        while let other = action.blockedBy, seen.insert(other).inserted, result.count < 6 {
            let cause = cluster.ledger.actions[other]
            result.append("It needs \(describe(cause))\(link(action, other)), which cannot be done.")
            action = cause
        }
        if let root = unrunnableReason(action) { result.append(root) }
        return result
    }

    private func unrunnableReason(_ action: Ledger.Action) -> String? {
        switch action.reason {
        case "no quorum":
            return "This partition has no quorum (no-quorum-policy=\(cluster.ledger.cluster.quorumPolicy))."
        case "quorum freeze": return "This partition has no quorum, and no-quorum-policy is freeze."
        default: break
        }
        if let resource = action.resource {
            let entry = cluster.ledger.resources[resource]
            let name = resource == index ? "It" : cluster.name(resource)
            if !entry.state.contains(.managed) {
                return "\(name) is \(entry.state.contains(.blocked) ? "blocked" : "unmanaged")."
            }
            if action.task == "start", entry.assigned == nil {
                return "\(name) has no node to run on\(homelessness(resource))."
            }
        }
        if let node = action.node, let state = stateText(node) { return "\(cluster.nodeName(node)) is \(state)." }
        return nil
    }

    /// Why a resource has no node, in few words.
    private func homelessness(_ resource: Int) -> String {
        let other = Reasoning(cluster, resource)
        if let place = other.placeReasons(other.outcome).first, place != "No node may run it." {
            return ": " + String(place.prefix(1).lowercased() + place.dropFirst().dropLast())
        }
        let reasons = other.rejections(otherThan: nil).map { "\(Self.joined($0.nodes, limit: 3)): \($0.text)" }
        return reasons.isEmpty
            ? "" : ": " + reasons.prefix(3).joined(separator: "; ") + (reasons.count > 3 ? "; …" : "")
    }

    // MARK: - Words

    /// An action as a noun: `the start of db on n1`.
    func describe(_ action: Ledger.Action) -> String {
        let place = action.node.map { " on \(cluster.nodeName($0))" } ?? ""
        guard let resource = action.resource else {
            return action.task == "stonith"
                ? "the \(action.detail == "on" ? "un" : "")fencing of \(action.node.map(cluster.nodeName) ?? "a node")"
                : action.task + place
        }
        let name = cluster.name(resource)
        let noun: String
        switch action.task {
        case "start", "running": noun = "the start of"
        case "stop", "stopped": noun = "the stop of"
        case "promote", "promoted": noun = "the promotion of"
        case "demote", "demoted": noun = "the demotion of"
        case "monitor": noun = "the probe of"
        case "migrate_to", "migrate_from": noun = "the migration of"
        case "delete", "lrm_delete": noun = "the cleanup of"
        default: noun = "the \(action.task) of"
        }
        return "\(noun) \(name)\(place)"
    }

    /// The ordering behind one action depending on another, in parentheses.
    func link(_ action: Ledger.Action, _ other: Int) -> String {
        guard let mine = action.resource, let theirs = cluster.ledger.actions[other].resource, mine != theirs else {
            return ""
        }
        let (my, their) = (cluster.names(mine), cluster.names(theirs))
        if let id = cluster.configuration.constraint("rsc_order", my, their) { return " (order \(id))" }
        if let id = cluster.configuration.constraint("rsc_colocation", my, their) { return " (colocation \(id))" }
        let shared = Set(cluster.lineage(mine)).intersection(cluster.lineage(theirs))
        if let whole = shared.min(), cluster.ledger.resources[whole].kind == .group {
            return " (in the same group)"
        }
        return ""
    }

    func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
