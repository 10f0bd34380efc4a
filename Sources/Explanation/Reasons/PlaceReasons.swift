import ClusterTypes
import Scheduler
import XMLTree

// Why that node, or why none, in sentences.

extension Reasoning {
    func placeReasons(_ outcome: Outcome) -> [String] {
        guard let choice else { return next == nil && resource.kind == .primitive ? noNodeReasons() : [] }
        switch choice.rule {
        case .unmanaged: return [unmanagedReason]
        case .stopAll: return ["stop-all-resources is on."]
        case .noNode: return noNodeReasons()
        case .onlyNode, .score, .stays, .preferred, .capacity, .load, .name:
            guard let chosen = choice.chosen else { return noNodeReasons() }
            return chosenReasons(choice, chosen) + idleConstraints
        }
    }

    private var unmanagedReason: String {
        let state = resource.state
        if state.contains(.blocked) {
            let failures = resource.activeNodes.flatMap {
                cluster.history.failures(of: resource.id, on: cluster.nodeName($0))
            }
            let what =
                failures.last.map { "its \($0.text) on \($0.node)" } ?? "it failed, or is active on several nodes"
            return "It is blocked: \(what), and the cluster must not touch it until that is cleaned up."
        }
        if cluster.ledger.cluster.isInMaintenance {
            return "maintenance-mode is on: the cluster leaves it where it is."
        }
        if let node = resource.activeNodes.first(where: { cluster.ledger.nodes[$0].state.contains(.maintenance) }) {
            return "\(cluster.nodeName(node)) is in maintenance: the cluster leaves it where it is."
        }
        if cluster.ledger.cluster.isFencingEnabled, !cluster.ledger.cluster.hasFencing {
            return "Fencing is enabled but no device is configured: the cluster does not manage anything."
        }
        for member in cluster.lineage(index) {
            for name in ["maintenance", "is-managed"] {
                guard let (value, owner) = cluster.metaAttribute(name, of: member) else { continue }
                let isOff = name == "maintenance" ? TextFlags.isTrue(value) : !TextFlags.isTrue(value)
                if isOff { return "\(name)=\(value) \(owner): the cluster leaves it where it is." }
            }
        }
        return "It is unmanaged: the cluster leaves it where it is."
    }

    // MARK: - A node was chosen

    private func chosenReasons(_ choice: Ledger.Choice, _ chosen: Int) -> [String] {
        let name = cluster.nodeName(chosen)
        let others = choice.runnerUp.map { "\(cluster.nodeName($0))" } ?? "the others"
        let equal = score(chosen).map { "\($0)" } ?? "0"
        switch choice.rule {
        case .onlyNode:
            if cluster.ledger.nodes.count == 1 { return ["\(name) is the only node there is."] }
            return ["\(name) is the only node that may run it\(exclusions(chosen))."] + furtherExclusions(chosen)
        case .score:
            return [scoreReason(choice, chosen)] + (choice.runnerUp.map { decisiveTerms(chosen, over: $0) } ?? [])
        case .stays: return ["\(name) and \(others) are equally good (\(equal)); it stays where it is."]
        case .preferred:
            return [
                resource.migrationTarget == chosen
                    ? "\(name) and \(others) are equally good (\(equal)); its migration to \(name) has begun."
                    : "\(name) and \(others) are equally good (\(equal)); \(name) has most room for it."
            ]
        case .capacity: return ["\(name) and \(others) are equally good (\(equal)); \(name) has more capacity left."]
        case .load(let mine, let theirs):
            return [
                "\(name) and \(others) are equally good (\(equal)); \(name) has been given \(mine) "
                    + "resource\(mine == 1 ? "" : "s") so far, \(others) \(theirs)."
            ]
        case .name: return ["\(name) and \(others) are equally good (\(equal)); the first name is taken."]
        case .unmanaged, .stopAll, .noNode: return []
        }
    }

    /// Why not the others, where that takes few words.
    private func exclusions(_ chosen: Int) -> String {
        let groups = rejections(otherThan: chosen)
        guard let first = groups.first, groups.count <= 2 else { return "" }
        if groups.count == 1, first.nodes.count > 2 { return "; on every other: \(first.text)" }
        guard groups.allSatisfy({ $0.nodes.count <= 2 }) else { return "" }
        return ": " + groups.map { "\(Self.joined($0.nodes)): \($0.text)" }.joined(separator: "; ")
    }

    /// The same where it takes more: a sentence for each reason.
    private func furtherExclusions(_ chosen: Int) -> [String] {
        exclusions(chosen).isEmpty ? rejections(otherThan: chosen).prefix(4).map(Self.sentence) : []
    }

    private static func sentence(_ group: Rejection) -> String {
        "On \(joined(group.nodes, limit: 4)): \(group.text)."
    }

    /// A reason against nodes, and their names.
    struct Rejection {
        var text: String
        var nodes: [String]
    }

    /// Why not each node but one, equal reasons joined; nodes inside containers only where the resource could be.
    func rejections(otherThan chosen: Int?) -> [Rejection] {
        var result: [Rejection] = []
        for node in cluster.ledger.nodeOrder where node != chosen {
            guard cluster.ledger.nodes[node].host == nil || cluster.isOn(index, node) else { continue }
            let text = plainRejection(node)
            // What belongs into a container has no other place.
            if text.isEmpty || (score(node) == nil && chosen.map { cluster.ledger.nodes[$0].host != nil } ?? false) {
                continue
            }
            if let same = result.firstIndex(where: { $0.text == text }) {
                result[same].nodes.append(cluster.nodeName(node))
            } else {
                result.append(Rejection(text: text, nodes: [cluster.nodeName(node)]))
            }
        }
        return result
    }

    /// Location constraints for it whose rules apply to no node now.
    private var idleConstraints: [String] {
        let names = cluster.names(index)
        let counting = Set(
            cluster.lineage(index).flatMap { cluster.contributions(to: $0) }.compactMap {
                cluster.constraint(of: $0.cause)
            })
        return cluster.configuration.constraints(naming: names).compactMap { constraint in
            guard constraint.name == "rsc_location", let id = constraint.id, !counting.contains(id),
                constraint.child("rule") != nil, constraint["rsc-pattern"] == nil,
                constraint["rsc"].map(names.contains) ?? false
            else { return nil }
            return "Location constraint \(id) does not count: its rule is true for no node now."
        }
    }

    private func scoreReason(_ choice: Ledger.Choice, _ chosen: Int) -> String {
        guard let best = score(chosen) else { return "\(cluster.nodeName(chosen)) has the highest score." }
        guard let runnerUp = choice.runnerUp, let second = score(runnerUp) else {
            return "\(cluster.nodeName(chosen)) has the highest score (\(best))."
        }
        return "\(cluster.nodeName(chosen)) has the highest score (\(best)); the next is \(cluster.nodeName(runnerUp)) "
            + "(\(second))."
    }

    /// The terms that make the difference between the chosen node and the next, the largest first.
    func decisiveTerms(_ chosen: Int, over runnerUp: Int) -> [String] {
        let mine = placeTerms(chosen)
        let theirs = placeTerms(runnerUp)
        func isShared(_ term: ScoreTerm, _ others: [ScoreTerm]) -> Bool {
            others.contains { $0.amount == term.amount && $0.text == term.text }
        }
        let made = mine.filter { $0.amount > .zero && !isShared($0, theirs) }.map { ($0, chosen) }
        let lost = theirs.filter { $0.amount < .zero && !isShared($0, mine) }.map { ($0, runnerUp) }
        let sorted = (made + lost).enumerated().sorted {
            let (a, b) = (abs($0.element.0.amount.value), abs($1.element.0.amount.value))
            return a != b ? a > b : $0.offset < $1.offset
        }
        return sorted.prefix(3).map { item in
            let (term, node) = item.element
            return "On \(cluster.nodeName(node)): \(term.amount > .zero ? "+" : "")\(term.amount), \(term.text)."
        }
    }

    // MARK: - None was

    private func noNodeReasons() -> [String] {
        let groups = rejections(otherThan: nil)
        let here = current.flatMap { node in stateText(node).map { "\(cluster.nodeName(node)) is \($0)" } }
        let rest = groups.filter { group in
            current.map { here != nil && group.nodes == [cluster.nodeName($0)] } != true
        }
        let common = rest.count == 1 ? rest.first?.text : commonBan()
        let hasOthers = cluster.ledger.nodeOrder.contains { $0 != current && cluster.ledger.nodes[$0].host == nil }
        var result: [String] = []
        switch (here, common) {
        case (let here?, let common?) where hasOthers: result.append("\(here); on every other node: \(common).")
        case (let here?, _) where !hasOthers || rest.isEmpty: result.append("\(here), and there is no other node.")
        case (let here?, _): result.append("\(here), and no other node may run it.")
        case (nil, let common?): result.append("On every node: \(common).")
        case (nil, nil): result.append("No node may run it.")
        }
        if common == nil { result += rest.prefix(5).map(Self.sentence) }
        return result + unmovedPrimaries
    }

    /// Resources that it must be with and that do not go elsewhere for its sake.
    private var unmovedPrimaries: [String] {
        var seen: Set<String> = []
        return cluster.contributions(to: index).compactMap { contribution in
            guard case .colocation(let colocation) = contribution.cause, colocation.score.isInfinite,
                !colocation.hasInfluence, !colocation.id.hasPrefix("#"), seen.insert(colocation.id).inserted
            else { return nil }
            return
                "\(cluster.name(colocation.primary)) does not go elsewhere for it: colocation \(colocation.id) has no "
                + "influence (influence or critical is false)."
        }
    }

    /// What bans every node (apart from one that it must leave anyway).
    private func commonBan() -> String? {
        let others = cluster.ledger.nodeOrder.filter { node in
            cluster.ledger.nodes[node].host == nil && !(node == current && stateText(node) != nil)
        }
        let usable = others.filter { cluster.ledger.nodes[$0].state.contains(.available) && score($0) != nil }
        guard let first = usable.first, usable.count == others.count else { return nil }
        let bans = placeTerms(first).filter { $0.amount.isMinusInfinite }
        let common = bans.first { ban in
            usable.allSatisfy { node in placeTerms(node).contains { $0.amount.isMinusInfinite && $0.text == ban.text } }
        }
        return common?.text
    }
}

/// Truth as the configuration writes it.
enum TextFlags {
    static func isTrue(_ text: String) -> Bool {
        ["true", "on", "yes", "y", "1"].contains(text.lowercased())
    }
}
