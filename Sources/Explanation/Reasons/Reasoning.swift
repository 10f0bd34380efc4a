import ClusterTypes
import Scheduler

/// The reasons for what happens to one primitive or instance.
struct Reasoning {
    let cluster: ExplainedCluster
    /// Its position in the ledger.
    let index: Int
    let resource: Ledger.Resource
    let choice: Ledger.Choice?

    init(_ cluster: ExplainedCluster, _ index: Int) {
        self.cluster = cluster
        self.index = index
        resource = cluster.ledger.resources[index]
        choice = cluster.ledger.choices[index]
    }

    func explained() -> SubjectExplanation {
        let outcome = self.outcome
        let place = placeReasons(outcome)
        let actions = actionReasons(outcome)
        // A change of role is reason enough to say why in the first place.
        let promotion = outcome == .promotes || outcome == .demotes ? [] : promotionReasons()
        return SubjectExplanation(
            name: resource.id, agent: resource.agent, outcome: outcome, headline: headline(outcome),
            place: place + promotion, actions: actions, besides: choreReasons(), brief: brief(outcome, place, actions),
            candidates: candidates(), follows: follows)
    }

    /// The first reasons, in one or two sentences.
    private func brief(_ outcome: Outcome, _ place: [String], _ actions: [String]) -> [String] {
        switch outcome {
        case .cannotStart, .cannotStop: return Array(actions.suffix(2))
        case .promotes, .demotes: return Array(actions.prefix(2))
        case .starts where choice?.rule == .score: return Array(place.prefix(2))
        case .starts: return Array(place.prefix(2))
        case .stops where next == nil: return Array(actions.prefix(1) + place.prefix(4))
        case .moves, .migrates:
            // Where it is better, the first sentence has said it already.
            let isSaid = !actions.isEmpty && choice?.rule == .score
            return Array(
                actions.prefix(2) + place.dropFirst(isSaid ? 1 : 0).prefix(actions.count > 1 && isSaid ? 0 : 1))
        case .stays, .staysStopped, .unmanaged: return Array(place.prefix(1))
        case .stops, .completesMigration, .restarts, .recovers, .reloads: return Array(actions.prefix(2))
        }
    }

    /// The member of its group that decides for it.
    private var follows: String? {
        guard next != nil, choice?.rule == .onlyNode else { return nil }
        return tie.flatMap { $0.id == "#group-members" ? cluster.name($0.primary) : nil }
    }

    /// The colocation that keeps it from all nodes but the chosen one.
    var tie: ColocationCause? {
        guard let next else { return nil }
        for contribution in cluster.contributions(to: index) where contribution.node != next {
            guard contribution.amount.isMinusInfinite, case .colocation(let colocation) = contribution.cause,
                colocation.score.isInfinite
            else { continue }
            return colocation
        }
        return nil
    }

    // MARK: - What happens

    var current: Int? { cluster.current(index) }

    var next: Int? { resource.assigned }

    /// The action of a task that is to be done, if any: on a node when given.
    func planned(_ task: String, on node: Int? = nil) -> Ledger.Action? {
        cluster.actions(of: index, task, on: node).map { cluster.ledger.actions[$0] }.first { $0.isRequired }
    }

    /// The start that would be needed but cannot be done.
    var unstarted: Ledger.Action? {
        cluster.actions(of: index, "start", on: next).map { cluster.ledger.actions[$0] }.first { !$0.isInGraph }
    }

    /// The promotion that would be needed after its start but cannot be done.
    var unpromoted: Ledger.Action? {
        guard resource.nextRole == .promoted, !done("promote") else { return nil }
        return cluster.actions(of: index, "promote", on: next).map { cluster.ledger.actions[$0] }.first {
            !$0.isInGraph && !$0.isRunnable
        }
    }

    private func done(_ task: String, on node: Int? = nil) -> Bool {
        cluster.actions(of: index, task, on: node).map { cluster.ledger.actions[$0] }
            .contains { $0.isRequired && $0.isInGraph }
    }

    var outcome: Outcome {
        if !resource.state.contains(.managed) { return .unmanaged }
        guard current != nil else {
            if done("start") { return .starts }
            return next != nil && resource.nextRole > .stopped && unstarted != nil ? .cannotStart : .staysStopped
        }
        if done("migrate_from") || done("migrate_to") { return .migrates }
        let stop = planned("stop")
        if let stop, !stop.isInGraph, planned("start")?.isInGraph != true { return .cannotStop }
        if done("start") {
            if let next, !resource.activeNodes.contains(next) { return .moves }
            return resource.state.contains(.failed) ? .recovers : .restarts
        }
        if let stop, let next, resource.activeNodes == [next], stop.node != next { return .completesMigration }
        if stop != nil { return .stops }
        if done("reload-agent") || resource.state.contains(.reload) && planned("reload-agent") != nil {
            return .reloads
        }
        if done("promote") { return done("demote") ? .recovers : .promotes }
        if done("demote") { return .demotes }
        return .stays
    }

    private func headline(_ outcome: Outcome) -> String {
        let (from, to) = (current.map(cluster.nodeName) ?? "?", next.map(cluster.nodeName) ?? "?")
        let role =
            resource.nextRole == .promoted ? " (promoted)" : resource.nextRole == .unpromoted ? " (unpromoted)" : ""
        switch outcome {
        case .stays: return "runs on \(places)\(role) and stays there"
        case .staysStopped: return "runs nowhere and is not started"
        case .unmanaged:
            return current == nil
                ? "runs nowhere and is left alone (unmanaged)" : "runs on \(places) and is left alone (unmanaged)"
        case .starts:
            guard resource.nextRole == .promoted else { return "starts on \(to)" }
            return "starts on \(to)" + (unpromoted == nil ? " and is promoted" : ", but cannot be promoted yet")
        case .stops: return "stops on \(places)"
        case .moves: return "moves from \(places) to \(to)" + (resource.state.contains(.failed) ? " (it failed)" : "")
        case .migrates: return "migrates live from \(from) to \(to)"
        case .completesMigration:
            let source = planned("stop")?.node.map(cluster.nodeName) ?? "?"
            return "runs on \(to)\(role) after its live migration, and is stopped on \(source)"
        case .restarts: return "restarts on \(to)"
        case .recovers: return "failed, and recovers on \(to)\(role)"
        case .reloads: return "reloads its parameters on \(to)"
        case .promotes: return "is promoted on \(to)"
        case .demotes: return "is demoted on \(to)"
        case .cannotStart: return "should start on \(to), but cannot yet"
        case .cannotStop: return "should stop on \(places), but cannot"
        }
    }

    /// Where it is active.
    private var places: String {
        let names = resource.activeNodes.map(cluster.nodeName)
        return names.isEmpty ? "?" : Self.joined(names)
    }

    /// `a, b and c`; with a limit the rest is counted.
    static func joined(_ names: [String], limit: Int = .max) -> String {
        if names.count > limit {
            return names.prefix(limit - 1).joined(separator: ", ") + " and \(names.count - limit + 1) others"
        }
        guard names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
    }

    // MARK: - Candidates

    /// All nodes as places for it, the best first.
    private func candidates() -> [Candidate] {
        let ledger = cluster.ledger
        func rank(_ node: Int) -> (Int, Int32) {
            if node == next || (next == nil && node == current) { return (0, 0) }
            let state = ledger.nodes[node].state
            return (state.contains(.available) ? 1 : 2, -(score(node)?.value ?? -1_000_001))
        }
        let shown = ledger.nodeOrder.filter { node in
            // The node inside a container is a place for what belongs in there only.
            guard ledger.nodes[node].host != nil else { return true }
            return score(node).map { $0 >= .zero } ?? false || cluster.isOn(index, node)
        }
        let positions = Dictionary(uniqueKeysWithValues: ledger.nodeOrder.enumerated().map { ($1, $0) })
        let sorted = shown.sorted {
            let (a, b) = (rank($0), rank($1))
            return a != b ? a < b : (positions[$0] ?? 0) < (positions[$1] ?? 0)
        }
        return sorted.map { node in
            Candidate(
                node: cluster.nodeName(node), score: score(node), isChosen: node == next,
                isCurrent: resource.activeNodes.contains(node),
                isUsable: stateText(node) == nil,
                verdict: node == next ? chosenVerdict : rejection(of: node),
                terms: cluster.terms(of: index, on: node))
        }
    }

    /// The score that counted when the choice was made.
    func score(_ node: Int) -> Score? {
        guard let choice, choice.scores.indices.contains(node) else { return nil }
        return choice.scores[node]
    }

    private var chosenVerdict: String {
        switch choice?.rule {
        case .score: "highest score"
        case .onlyNode: "the only node that may run it"
        case .stays: "it is there already"
        case .preferred: "preferred among equals"
        case .capacity: "most capacity left among equals"
        case .load: "fewest resources among equals"
        case .name: "first by name among equals"
        case .unmanaged: "unmanaged: it stays"
        case .stopAll, .noNode, nil: ""
        }
    }

    /// Why not that node, in few words.
    func rejection(of node: Int) -> String {
        if let state = stateText(node) { return state }
        guard let score = score(node) else {
            if choice == nil {
                let bans = placeTerms(node).filter { $0.amount.isMinusInfinite }
                return bans.first.map { "never: \($0.text)" } ?? ""
            }
            return cluster.ledger.cluster.isSymmetric
                ? "not a place for it" : "no location constraint allows it (symmetric-cluster=false)"
        }
        let terms = placeTerms(node)
        if score.isMinusInfinite {
            let bans = terms.filter { $0.amount.isMinusInfinite }.map(\.text)
            return "never: " + (bans.first ?? "score -INFINITY")
        }
        if score < .zero {
            let against = terms.filter { $0.amount < .zero }.sorted { $0.amount < $1.amount }
            return "score below zero: " + (against.first.map { "\($0.text)" } ?? "")
        }
        guard let next, let best = self.score(next) else {
            if resource.nextRole == .stopped || choice?.rule == .stopAll { return "it is to be stopped" }
            return choice?.rule == .unmanaged ? "unmanaged" : ""
        }
        let name = cluster.nodeName(next)
        if score < best {
            return best.isInfinite ? "less than \(name)'s INFINITY" : "\(best.value - score.value) less than \(name)"
        }
        if choice?.rule == .stays { return "as good, but it runs on \(name)" }
        if choice?.rule == .capacity { return "as good, but has less capacity left" }
        let (mine, theirs) = (load(node), load(next))
        if mine > theirs {
            return
                "as good, but has \(mine) resource\(mine == 1 ? "" : "s") already, \(name) \(theirs == 0 ? "none" : "\(theirs)")"
        }
        return choice?.rule == .name ? "as good, but its name comes later" : "as good"
    }

    /// How many resources a node had been given when the choice was made.
    func load(_ node: Int) -> Int {
        guard let choice, choice.loads.indices.contains(node) else { return 0 }
        return choice.loads[node]
    }

    /// What keeps a node from running anything, if so.
    func stateText(_ node: Int) -> String? {
        guard cluster.ledger.nodes.indices.contains(node) else { return nil }
        let state = cluster.ledger.nodes[node].state
        if state.contains(.unclean) {
            return state.contains(.online) ? "unclean: it is to be fenced" : "unclean and offline: it is to be fenced"
        }
        if !state.contains(.online) {
            if let host = cluster.ledger.nodes[node].host { return "offline (in \(cluster.name(host)))" }
            return "offline"
        }
        if state.contains(.pending) { return "has not joined the cluster yet" }
        if state.contains(.failureStandby) { return "in standby after a failure (on-fail=standby)" }
        if state.contains(.standby) { return "in standby" }
        if state.contains(.shutdown) { return "shutting down" }
        if state.contains(.maintenance) { return "in maintenance" }
        return nil
    }

    /// The parts that count for the place.
    func placeTerms(_ node: Int) -> [ScoreTerm] { cluster.terms(of: index, on: node).filter { !$0.isForPromotion } }
}
