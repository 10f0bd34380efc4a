import ClusterTypes
import Scheduler
import XMLTree

// Why that node, or why none, in sentences.

extension Reasoning {
    func placeReasons(_ outcome: Outcome) -> [String] {
        guard let choice else { return [] }
        switch choice.rule {
        case .unmanaged: return [unmanagedReason]
        case .stopAll: return ["stop-all-resources is on."]
        case .noNode: return noNodeReasons()
        case .onlyNode, .score, .stays, .preferred, .capacity, .load, .name:
            guard let chosen = choice.chosen else { return noNodeReasons() }
            return chosenReasons(choice, chosen) + idleConstraints + promotionReasons(chosen)
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
                guard let value = cluster.metaAttribute(name, of: member) else { continue }
                let isOff = name == "maintenance" ? TextFlags.isTrue(value) : !TextFlags.isTrue(value)
                if isOff {
                    return
                        "\(name)=\(value) of \(cluster.ledger.resources[member].configurationID): the cluster leaves it "
                        + "where it is."
                }
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
        case .onlyNode: return ["\(name) is the only node that may run it\(exclusions(chosen))."] + obligation(chosen)
        case .score: return [scoreReason(choice, chosen)] + decisiveTerms(choice, chosen)
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

    /// Why not the few others.
    private func exclusions(_ chosen: Int) -> String {
        let ledger = cluster.ledger
        let others = ledger.nodeOrder.filter { $0 != chosen && ledger.nodes[$0].host == nil }
        guard !others.isEmpty, others.count <= 2 else { return "" }
        return ": " + others.map { "\(cluster.nodeName($0)): \(plainRejection($0))" }.joined(separator: "; ")
    }

    /// Location constraints for it whose rules apply to no node now.
    private var idleConstraints: [String] {
        let names = Set(
            cluster.lineage(index).flatMap { [cluster.name($0), cluster.ledger.resources[$0].configurationID] })
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

    /// What ties it to the only node left.
    private func obligation(_ chosen: Int) -> [String] {
        guard let tie, cluster.ledger.nodeOrder.filter({ cluster.ledger.nodes[$0].host == nil }).count > 3 else {
            return []
        }
        let name = cluster.name(tie.primary)
        let id = tie.id.hasPrefix("#") ? "" : " (colocation \(tie.id))"
        return ["It must be with \(name)\(id)."]
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
    private func decisiveTerms(_ choice: Ledger.Choice, _ chosen: Int) -> [String] {
        guard let runnerUp = choice.runnerUp else { return [] }
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
        var result: [String] = []
        let state = current.flatMap { node in stateText(node).map { "\(cluster.nodeName(node)) is \($0)" } }
        switch (state, commonBan()) {
        case (let state?, let common?): result.append("\(state); on every other node: \(common).")
        case (let state?, nil): result.append("\(state), and no other node may run it.")
        case (nil, let common?): result.append("On every node: \(common).")
        case (nil, nil): result.append("No node may run it.")
        }
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

    /// What bans every node that could otherwise be used.
    private func commonBan() -> String? {
        let usable = cluster.ledger.nodeOrder.filter {
            cluster.ledger.nodes[$0].state.contains(.available) && score($0) != nil
        }
        guard let first = usable.first else { return nil }
        let bans = placeTerms(first).filter { $0.amount.isMinusInfinite }
        let common = bans.first { ban in
            usable.allSatisfy { node in placeTerms(node).contains { $0.amount.isMinusInfinite && $0.text == ban.text } }
        }
        return common?.text
    }

    // MARK: - Promotion

    private func promotionReasons(_ chosen: Int) -> [String] {
        guard
            let clone = cluster.lineage(index).first(where: { cluster.ledger.resources[$0].kind == .clone }),
            cluster.ledger.resources[clone].state.contains(.promotable)
        else { return [] }
        // An instance of a cloned group is judged as a whole.
        let instance = cluster.lineage(index).first { cluster.ledger.resources[$0].parent == clone } ?? index
        let terms = cluster.terms(of: instance, on: chosen).filter(\.isForPromotion)
        let priority = cluster.ledger.resources[instance].promotionPriority
        let details = terms.map { "\($0.amount > .zero ? "+" : "")\($0.amount) \($0.text)" }.joined(separator: ", ")
        let made = details.isEmpty ? "" : " (\(details))"
        if resource.nextRole == .promoted {
            return ["It is promoted: its promotion priority \(priority) is among the highest\(made)."]
        }
        if priority < .zero { return ["It is not promoted: its promotion priority is \(priority)\(made)."] }
        let limit = cluster.ledger.resources[clone].promotedMaximum
        return ["It is not promoted: others have the higher priority, and promoted-max is \(limit)\(made)."]
    }
}

/// Truth as the configuration writes it.
enum TextFlags {
    static func isTrue(_ text: String) -> Bool {
        ["true", "on", "yes", "y", "1"].contains(text.lowercased())
    }
}
