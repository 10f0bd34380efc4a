import ClusterTypes
import Scheduler
import XMLTree

/// What a search looks for.
enum SearchGoal: Sendable, Equatable {
    /// Another decision, whichever.
    case differs
    /// Some of the resources runs on that node.
    case runs(on: Int)
}

/// Finds the smallest changes that alter a decision, by scheduling again with each.
struct AlterationSearch {
    struct Result {
        var alterations: [FoundAlteration] = []
        var combination: FoundCombination?
        var neededPreference: NeededPreference?
        var triedCount = 0
    }

    /// What is decided for the resources in question, free of the numbers of interchangeable instances.
    struct Decision: Equatable {
        var parts: [Part]

        struct Part: Equatable, Comparable {
            var resource: String
            var node: String
            var role: Role
            /// Whether it is not promoted yet, although it is to be.
            var awaitsPromotion: Bool
            var outcome: String

            static func < (left: Part, right: Part) -> Bool {
                (left.resource, left.node, left.outcome) < (right.resource, right.node, right.outcome)
            }
        }
    }

    private let cluster: ExplainedCluster
    private let leaves: [Int]
    private let names: Set<String>
    private let goal: SearchGoal
    private var budget: Int
    private let present: Decision
    /// Alterations shown at most.
    private static let shownLimit = 8

    init(_ cluster: ExplainedCluster, _ leaves: [Int], goal: SearchGoal, limit: Int) {
        self.cluster = cluster
        self.leaves = leaves
        self.goal = goal
        budget = limit
        let names = Set(leaves.map { cluster.ledger.resources[$0].configurationID })
        self.names = names
        present = Self.decision(cluster, names)
    }

    consuming func run() -> Result {
        var result = Result()
        if case .runs(let node) = goal, leaves.contains(where: { cluster.ledger.resources[$0].assigned == node }) {
            return result  // It is there already, or will be.
        }
        let candidates = AlterationCandidates(cluster, leaves).all()
        var found: [(Alteration, ExplainedCluster)] = []
        for candidate in candidates where found.count < Self.shownLimit {
            guard let other = altered(by: [candidate]) else { break }
            result.triedCount += 1
            if meetsGoal(other) { found.append((candidate, other)) }
        }
        for (alteration, other) in found {
            result.alterations.append(
                FoundAlteration(
                    kind: alteration.kind, object: alteration.object, text: alteration.text,
                    result: outcomeText(other), command: alteration.command, threshold: threshold(of: alteration)))
        }
        if found.isEmpty { result.combination = combination(candidates) }
        result.neededPreference = neededPreference()
        return result
    }

    // MARK: - Trying

    /// The schedule after some changes; `nil` when the budget is spent.
    private mutating func altered(by alterations: [Alteration]) -> ExplainedCluster? {
        guard budget > 0 else { return nil }
        budget -= 1
        var input = cluster.input
        for alteration in alterations { alteration.apply(to: &input.cib) }
        return ExplainedCluster(input)
    }

    private func meetsGoal(_ other: ExplainedCluster) -> Bool {
        switch goal {
        case .differs: return Self.decision(other, names) != present
        case .runs(let node):
            let name = cluster.nodeName(node)
            return Self.decision(other, names).parts.contains { $0.node == name }
        }
    }

    static func decision(_ cluster: ExplainedCluster, _ names: Set<String>) -> Decision {
        var parts: [Decision.Part] = []
        for (index, resource) in cluster.ledger.resources.enumerated()
        where resource.kind == .primitive && names.contains(resource.configurationID) {
            let reasoning = Reasoning(cluster, index)
            let outcome = reasoning.outcome
            if outcome == .staysStopped, resource.state.isDisjoint(with: .unique), resource.parent != nil { continue }
            parts.append(part(reasoning, outcome))
        }
        return Decision(parts: parts.sorted())
    }

    /// What counts of one primitive: a place that it does not get to does not.
    private static func part(_ reasoning: Reasoning, _ outcome: Outcome) -> Decision.Part {
        let resource = reasoning.resource
        let place: Int?
        let role: Role
        switch outcome {
        case .stops, .staysStopped: (place, role) = (nil, .stopped)
        case .unmanaged: (place, role) = (reasoning.current, .unknown)
        // Kept where it is: where it would begin again counts only when nothing else is in its way.
        case .cannotStop where reasoning.unstarted?.isRunnable == false: (place, role) = (nil, .stopped)
        case .stays, .starts, .moves, .migrates, .completesMigration, .restarts, .recovers, .reloads, .promotes,
            .demotes, .cannotStart, .cannotStop:
            (place, role) = (reasoning.next, reasoning.unpromoted == nil ? resource.nextRole : .unpromoted)
        }
        return Decision.Part(
            resource: resource.configurationID, node: place.map(reasoning.cluster.nodeName) ?? "", role: role,
            awaitsPromotion: reasoning.unpromoted != nil, outcome: outcome.rawValue)
    }

    /// What happens instead: the subjects whose part of the decision is another.
    private func outcomeText(_ other: ExplainedCluster) -> String {
        var texts: [String] = []
        var before = present.parts
        for (index, resource) in other.ledger.resources.enumerated()
        where resource.kind == .primitive && names.contains(resource.configurationID) {
            let reasoning = Reasoning(other, index)
            let outcome = reasoning.outcome
            if let same = before.firstIndex(of: Self.part(reasoning, outcome)) {
                before.remove(at: same)
                continue
            }
            if outcome == .staysStopped, resource.parent != nil, resource.state.isDisjoint(with: .unique) { continue }
            texts.append("\(resource.id) \(SubjectText.verb(outcome, reasoning, other))")
        }
        if texts.isEmpty { return "fewer instances run" }
        return texts.prefix(3).joined(separator: ", ") + (texts.count > 3 ? " …" : "")
    }

    // MARK: - How much

    /// For a finite score whose removal alters the decision: the score nearest to it that does too.
    private mutating func threshold(of alteration: Alteration) -> Score? {
        guard case .removeConstraint(let id) = alteration.edits.first,
            let constraint = cluster.configuration[id]?.constraint
        else { return nil }
        let text = constraint["score"] ?? constraint.children("rule").first?["score"]
        guard let text, let value = Int32(text), abs(value) > 1, abs(value) < 1_000_000,
            constraint.children("rule").count <= 1
        else { return nil }
        // The decision differs at `other` and not at `same`.
        var same = value
        var other: Int32 = 0
        while abs(same - other) > 1 {
            let middle = other + (same - other) / 2
            var attempt = alteration
            attempt.edits = [.setScore(id, Score(middle))]
            guard let altered = altered(by: [attempt]) else { return nil }
            if meetsGoal(altered) { other = middle } else { same = middle }
        }
        return other == 0 ? nil : Score(other)
    }

    /// The smallest preference that brings the resource to the node asked about (or to the next best one).
    ///
    /// Where none of its own does, one of a resource that it must be with may.
    private mutating func neededPreference() -> NeededPreference? {
        guard let leaf = leaves.first, let target = preferenceTarget(leaf) else { return nil }
        let name = cluster.nodeName(target)
        var subjects = [preferred(leaf)]
        for primary in primaries(of: leaf) where !subjects.contains(primary) { subjects.append(primary) }
        for subject in subjects.prefix(4) {
            let id = cluster.ledger.resources[subject].configurationID
            guard let works = suffices(.infinity, for: id, on: name) else { return nil }
            if works, let score = smallest(for: id, on: name) {
                return NeededPreference(resource: id, node: name, score: score)
            }
        }
        return NeededPreference(
            resource: cluster.ledger.resources[subjects[0]].configurationID, node: name, score: nil)
    }

    /// What a preference for a resource is given to: the whole that it is in.
    private func preferred(_ resource: Int) -> Int {
        cluster.lineage(resource).last { cluster.ledger.resources[$0].kind != .bundle } ?? resource
    }

    /// What a resource, or the whole that it is in, must be with, and what these must be with; the nearest first.
    private func primaries(of resource: Int) -> [Int] {
        var result: [Int] = []
        var pending = cluster.lineage(resource)
        var seen = Set(pending)
        while let next = pending.first, result.count < 8 {
            pending.removeFirst()
            for contribution in cluster.contributions(to: next) {
                guard case .colocation(let colocation) = contribution.cause, colocation.score.isInfinite,
                    seen.insert(colocation.primary).inserted
                else { continue }
                result.append(preferred(colocation.primary))
                pending += cluster.lineage(colocation.primary).filter {
                    $0 == colocation.primary || seen.insert($0).inserted
                }
            }
        }
        return result
    }

    /// Whether a preference brings some of the resources to a node; `nil` when the budget is spent.
    private mutating func suffices(_ score: Score, for id: String, on node: String) -> Bool? {
        altered(by: [Alteration(.prefer(id, node, score), "prefer", id, "", weight: 0)]).map { other in
            Self.decision(other, names).parts.contains { $0.node == node }
        }
    }

    /// The smallest preference that does what INFINITY does; `nil` when the budget is spent.
    private mutating func smallest(for id: String, on node: String) -> Score? {
        var fails: Int32 = 0
        var works: Int32 = 1_000_000
        // Most preferences that people write are small: look there first.
        var middle: Int32 = 10_000
        while works - fails > 1 {
            guard let suffices = suffices(Score(middle), for: id, on: node) else { return nil }
            if suffices { works = middle } else { fails = middle }
            middle = fails + (works - fails) / 2
        }
        return Score(works)
    }

    private func preferenceTarget(_ leaf: Int) -> Int? {
        if case .runs(let node) = goal {
            return cluster.ledger.nodes[node].state.contains(.available) ? node : nil
        }
        guard leaves.count == 1 || cluster.lineage(leaf).count == 2, cluster.ledger.resources[leaf].assigned != nil,
            let choice = cluster.ledger.choices[leaf], choice.rule != .onlyNode, let runnerUp = choice.runnerUp,
            !cluster.lineage(leaf).contains(where: { cluster.ledger.resources[$0].kind == .clone })
        else { return nil }
        return runnerUp
    }

    // MARK: - Several together

    /// Everything the ledger names, less what is superfluous.
    private mutating func combination(_ candidates: [Alteration]) -> FoundCombination? {
        var chosen = candidates.count <= 40 ? candidates : candidates.filter { $0.isRecorded || $0.weight <= 1 }
        guard chosen.count > 1, chosen.count <= 60, let all = altered(by: chosen), meetsGoal(all) else { return nil }
        var last = all
        for candidate in chosen.reversed() {
            let rest = chosen.filter { $0.text != candidate.text }
            guard rest.count < chosen.count, !rest.isEmpty, let other = altered(by: rest) else { continue }
            if meetsGoal(other) {
                chosen = rest
                last = other
            }
        }
        return FoundCombination(texts: chosen.map(\.text), result: outcomeText(last))
    }
}
