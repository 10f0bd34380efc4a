import ClusterTypes
import Scheduler

// Why something happens to a resource now.

extension Reasoning {
    func actionReasons(_ outcome: Outcome) -> [String] {
        switch outcome {
        case .stays, .unmanaged: return []
        case .staysStopped: return []
        case .starts: return startReasons()
        case .cannotStart: return startReasons() + blockReasons(planned("start"))
        case .moves, .migrates: return moveReasons(outcome)
        case .completesMigration:
            return ["A live migration ends with the stop on the node that the resource came from."]
        case .stops: return stopReasons()
        case .cannotStop: return stopReasons() + blockReasons(planned("stop"))
        case .restarts, .recovers, .reloads: return restartReasons(outcome)
        case .promotes: return ["It is unpromoted now."]
        case .demotes: return demoteReasons()
        }
    }

    // MARK: - Starting

    private func startReasons() -> [String] {
        let failures = cluster.ledger.nodeOrder.flatMap {
            cluster.history.failures(of: resource.id, on: cluster.nodeName($0))
        }
        var result = ["It runs nowhere now."]
        for failure in failures.suffix(2) { result.append("Its \(failure.text) on \(failure.node).") }
        result += waits(planned("start"))
        return result
    }

    /// What must happen before, where that is more than probing.
    private func waits(_ action: Ledger.Action?) -> [String] {
        guard resource.state.contains(.needsFencing), action != nil else { return [] }
        let fenced = cluster.ledger.actions.filter { $0.task == "stonith" && $0.isRequired }.compactMap(\.node)
        return fenced.map { "It waits until \(cluster.nodeName($0)) is fenced." }
    }

    // MARK: - Moving

    private func moveReasons(_ outcome: Outcome) -> [String] {
        guard let current, let next else { return [] }
        var result: [String] = []
        if let state = stateText(current) {
            result.append("\(cluster.nodeName(current)) is \(state).")
        } else if let failure = failureThere(current) {
            result.append(failure)
            if let score = score(current), score < .zero {
                result.append("It may not stay on \(cluster.nodeName(current)): \(plainRejection(current)).")
            }
        } else if let score = score(current) {
            if score < .zero {
                result.append("It may not stay on \(cluster.nodeName(current)): \(plainRejection(current)).")
            } else {
                result.append(attraction(current, score, next))
            }
        } else {
            result.append("\(cluster.nodeName(current)): \(rejection(of: current)).")
        }
        if outcome == .moves, resource.state.contains(.migratable) {
            result.append(contentsOf: whyNotLive(current))
        }
        return result + waits(planned("start"))
    }

    /// Why not a node, without the word for how strongly.
    func plainRejection(_ node: Int) -> String {
        let text = rejection(of: node)
        for start in ["never: ", "score below zero: "] where text.hasPrefix(start) {
            return String(text.dropFirst(start.count))
        }
        return text
    }

    /// Why the other node is better than one that is good enough.
    private func attraction(_ current: Int, _ score: Score, _ next: Int) -> String {
        let (here, there) = (cluster.nodeName(current), cluster.nodeName(next))
        let hold = "its resource-stickiness is \(resource.stickiness)"
        guard let best = self.score(next), best != score else {
            return "\(here) is \(rejection(of: current)); \(hold), so nothing holds it there."
        }
        return "\(there) has a better score (\(best)) than \(here) (\(score)); \(hold)."
    }

    private func failureThere(_ node: Int) -> String? {
        guard resource.state.contains(.failed) else { return nil }
        let failures = cluster.history.failures(of: resource.id, on: cluster.nodeName(node))
        return failures.last.map { "Its \($0.text) on \($0.node)." } ?? interruptedMigration
            ?? "It failed on \(cluster.nodeName(node))."
    }

    /// A migration in the history that did not come to its end.
    private var interruptedMigration: String? {
        guard let target = cluster.migrationTarget(resource.id) else { return nil }
        return "Its migration to \(target) did not complete."
    }

    /// Why a resource that may migrate is stopped and started instead.
    private func whyNotLive(_ current: Int) -> [String] {
        let nodes = cluster.ledger.nodes
        if nodes[current].state.contains(.unclean) { return ["Not live: \(cluster.nodeName(current)) is unclean."] }
        if resource.state.contains(.failed) { return ["Not live: it failed."] }
        for task in ["start", "stop"] {
            if let action = planned(task), let other = action.unmigratableBy {
                if cluster.ledger.actions[other].resource == index {
                    return interruptedMigration.map { ["Not live: \($0.prefix(1).lowercased() + $0.dropFirst())"] }
                        ?? []
                }
                return ["Not live: \(describe(cluster.ledger.actions[other]))\(link(action, other))."]
            }
        }
        return []
    }

    // MARK: - Stopping

    private func stopReasons() -> [String] {
        guard let stop = planned("stop") else { return [] }
        if next == nil {
            var reasons: [String] = []
            if let current, resource.state.contains(.failed), let failure = failureThere(current) {
                reasons.append(failure)
            }
            if resource.activeNodes.count > 1 { reasons.append("It is active on \(resource.activeNodes.count) nodes.") }
            return reasons
        }
        if let start = planned("start"), !start.isRunnable {
            let reasons = blockReasons(start)
            guard let root = reasons.last else { return ["It cannot start again."] }
            return ["It cannot start again: \(root.prefix(1).lowercased() + root.dropFirst())"] + reasons.dropLast()
        }
        return chain(stop)
    }

    private func demoteReasons() -> [String] {
        guard let demote = planned("demote") else { return [] }
        return chain(demote)
    }

    // MARK: - Restarting

    private func restartReasons(_ outcome: Outcome) -> [String] {
        var result: [String] = []
        if resource.activeNodes.count > 1 {
            result.append("It is active on \(resource.activeNodes.count) nodes: all copies stop, then one starts.")
        }
        if outcome == .recovers || resource.state.contains(.failed), let node = current,
            let failure = failureThere(node)
        {
            result.append(failure)
        }
        guard result.isEmpty else { return result }
        for task in ["start", "stop", "reload-agent", "demote", "promote"] {
            guard let action = planned(task), action.requiredBy != nil || action.reason != nil else { continue }
            return chain(action)
        }
        if resource.migrationSource != nil || resource.migrationTarget != nil
            || cluster.hasMigrationHistory(resource.id)
        {
            let what = interruptedMigration ?? "A migration was interrupted."
            return [what + " So its state is uncertain: it is stopped, then started."]
        }
        return ["Its start must be done again."]
    }

    // MARK: - Chains

    /// Why an action is needed: from it to the first cause.
    func chain(_ action: Ledger.Action) -> [String] {
        var result: [String] = []
        var action = action
        var seen: Set<Int> = []
        while let other = action.requiredBy, seen.insert(other).inserted, result.count < 6 {
            let cause = cluster.ledger.actions[other]
            if cause.resource != action.resource || result.isEmpty {
                result.append("Required by \(describe(cause))\(link(action, other)).")
            }
            action = cause
        }
        if let reason = rootReason(action) { result.append(reason) }
        return result.isEmpty ? [action.reason.map { capitalised($0) + "." }].compactMap { $0 } : result
    }

    /// The first cause of a chain in words.
    private func rootReason(_ action: Ledger.Action) -> String? {
        let owner = action.resource.map { $0 == index ? "Its" : "\(cluster.name($0))'s" } ?? "Its"
        switch action.reason {
        case "resource definition change":
            return "\(owner) parameters or operations differ from those it was started with."
        case "node availability":
            return "\(action.resource.map { $0 == index ? "It" : cluster.name($0) } ?? "It") has no node to run on."
        case let reason?: return reason.hasPrefix("required ") ? nil : capitalised(reason) + "."
        case nil:
            guard let resource = action.resource, resource != index else { return nil }
            let other = Reasoning(cluster, resource)
            let outcome = other.outcome
            guard outcome.isChange else { return nil }
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
        case "no quorum": return "This partition has no quorum."
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
        let usable = cluster.ledger.nodeOrder.first {
            cluster.ledger.nodes[$0].state.contains(.available) && cluster.ledger.nodes[$0].host == nil
        }
        return usable.map { ": \(cluster.nodeName($0)): \(other.plainRejection($0))" } ?? ""
    }

    // MARK: - Words

    /// An action as a noun: `the start of db on n1`.
    func describe(_ action: Ledger.Action) -> String {
        let place = action.node.map { " on \(cluster.nodeName($0))" } ?? ""
        guard let resource = action.resource else {
            return action.task == "stonith"
                ? "the fencing of \(action.node.map(cluster.nodeName) ?? "a node")" : action.task + place
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
        func names(_ resource: Int) -> Set<String> {
            Set(cluster.lineage(resource).flatMap { [cluster.name($0), cluster.ledger.resources[$0].configurationID] })
        }
        if let id = cluster.configuration.ordering(names(mine), names(theirs)) { return " (order \(id))" }
        let shared = Set(cluster.lineage(mine)).intersection(cluster.lineage(theirs))
        if let whole = shared.min(), cluster.ledger.resources[whole].kind == .group {
            return " (in the same group)"
        }
        return ""
    }

    func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}

/// Short texts about what happens to a resource.
enum SubjectText {
    static func verb(_ outcome: Outcome, _ reasoning: Reasoning, _ cluster: ExplainedCluster) -> String {
        let to = reasoning.next.map { " to \(cluster.nodeName($0))" } ?? ""
        let at = (reasoning.next ?? reasoning.current).map { " on \(cluster.nodeName($0))" } ?? ""
        switch outcome {
        case .stays: return "stays" + at
        case .staysStopped: return "stays stopped"
        case .unmanaged: return "is unmanaged"
        case .starts: return "starts" + at
        case .stops: return "stops" + (reasoning.current.map { " on \(cluster.nodeName($0))" } ?? "")
        case .moves: return "moves" + to
        case .migrates: return "migrates" + to
        case .completesMigration: return "ends its migration" + to
        case .restarts: return "restarts" + at
        case .recovers: return "recovers" + at
        case .reloads: return "reloads" + at
        case .promotes: return "is promoted" + at
        case .demotes: return "is demoted" + at
        case .cannotStart: return "cannot start" + at
        case .cannotStop: return "cannot stop" + at
        }
    }
}
