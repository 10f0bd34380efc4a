import ClusterTypes
import Scheduler

// Why something happens to a resource now.

extension Reasoning {
    func actionReasons(_ outcome: Outcome) -> [String] {
        switch outcome {
        case .stays, .unmanaged: return []
        case .staysStopped: return []
        case .starts: return startReasons()
        case .cannotStart: return startReasons().dropFirst() + blockReasons(unstarted)
        case .moves, .migrates: return moveReasons(outcome)
        case .completesMigration:
            return ["A live migration ends with the stop on the node that the resource came from."]
        case .stops: return stopReasons()
        case .cannotStop: return stopReasons() + blockReasons(planned("stop"))
        case .restarts, .recovers, .reloads: return restartReasons(outcome)
        case .promotes: return promotionReasons() + predecessors()
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
        if let unpromoted { return result + blockReasons(unpromoted) }
        return result + waits(planned("start")) + (resource.nextRole == .promoted ? predecessors() : [])
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
                result += attraction(current, score, next)
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
    private func attraction(_ current: Int, _ score: Score, _ next: Int) -> [String] {
        let (here, there) = (cluster.nodeName(current), cluster.nodeName(next))
        let hold = "its resource-stickiness is \(resource.stickiness)"
        guard let best = self.score(next), best != score else {
            return ["\(here) is \(rejection(of: current)); \(hold), so nothing holds it there."]
        }
        // Where the present node is the next best, the choice of the place says what makes the difference.
        let difference = choice?.runnerUp == current ? [] : decisiveTerms(next, over: current).prefix(1)
        return ["\(there) has a better score (\(best)) than \(here) (\(score)); \(hold)."] + difference
    }

    private func failureThere(_ node: Int) -> String? {
        guard resource.state.contains(.failed) else { return nil }
        let failures = cluster.history.failures(of: resource.id, on: cluster.nodeName(node))
        return failures.last.map { "Its \($0.text) on \($0.node)." } ?? interruptedMigration
            ?? "\(stateText(node).map { "\(cluster.nodeName(node)) is \($0)" } ?? "It failed on \(cluster.nodeName(node))")."
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
        (planned("demote").map(chain) ?? []) + promotionReasons()
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
        if let agent = cluster.actions(of: index, "delete").map({ cluster.ledger.actions[$0] }).first(where: {
            $0.reason == ChoreReason.agentChanged.rawValue
        }) {
            let place = agent.node.map { " on \(cluster.nodeName($0))" } ?? ""
            return ["Its agent is another than the one it was started with\(place)."]
        }
        if let contained = failedContent { return [contained] }
        for task in ["start", "stop", "reload-agent", "demote", "promote"] {
            guard let action = planned(task), action.requiredBy != nil || action.reason != nil else { continue }
            let reasons = chain(action)
            if !reasons.isEmpty { return reasons }
        }
        if resource.state.contains(.startPending) {
            return ["Its last start has not ended: whether it runs is not known."]
        }
        if resource.migrationSource != nil || resource.migrationTarget != nil
            || cluster.hasMigrationHistory(resource.id)
        {
            let what = interruptedMigration ?? "A migration was interrupted."
            return [what + " So its state is uncertain: it is stopped, then started."]
        }
        return ["Its start must be done again."]
    }

    /// A failure of something in a container, which the container's restart repairs.
    private var failedContent: String? {
        for content in resource.launched where cluster.ledger.resources[content].state.contains(.failed) {
            let name = cluster.name(content)
            let failures = cluster.ledger.nodeOrder.flatMap {
                cluster.history.failures(of: name, on: cluster.nodeName($0))
            }
            let what = failures.last.map { "\(name)'s \($0.text) on \($0.node)" } ?? "\(name) in it failed"
            return "\(what): its container is restarted."
        }
        return nil
    }
}

/// Short texts about what happens to a resource.
enum SubjectText {
    static func verb(_ outcome: Outcome, _ reasoning: Reasoning, _ cluster: ExplainedCluster) -> String {
        let to = reasoning.next.map { " to \(cluster.nodeName($0))" } ?? ""
        let at = (reasoning.next ?? reasoning.current).map { " on \(cluster.nodeName($0))" } ?? ""
        let from = reasoning.current.map { " on \(cluster.nodeName($0))" } ?? ""
        switch outcome {
        case .stays: return "stays" + at
        case .staysStopped: return "stays stopped"
        case .unmanaged: return "is unmanaged"
        case .starts:
            return "starts" + at
                + (reasoning.unpromoted == nil && reasoning.resource.nextRole == .promoted ? " and is promoted" : "")
        case .stops: return "stops" + from
        case .moves: return "moves" + to
        case .migrates: return "migrates" + to
        case .completesMigration: return "ends its migration" + to
        case .restarts: return "restarts" + at
        case .recovers: return "recovers" + at
        case .reloads: return "reloads" + at
        case .promotes: return "is promoted" + at
        case .demotes: return "is demoted" + at
        case .cannotStart: return "cannot start" + at
        case .cannotStop: return "cannot stop" + from
        }
    }
}
