import ClusterTypes

/// What is recorded while scheduling when an explanation is asked for; absent otherwise, so that it costs a comparison.
struct LedgerRecorder: Sendable {
    private(set) var contributions: [Ledger.Contribution] = []
    private(set) var choices: [ResourceIndex: Ledger.Choice] = [:]
    /// For each action the first other one that made it required, unrunnable or impossible to migrate.
    private(set) var implications: [Implication: ActionIndex] = [:]
    /// Actions that a changed definition requires: what keeps the reason when the action is judged anew.
    private(set) var changes: Set<ActionIndex> = []
    /// Whose row is being filled with what is colocated with it, directly or through others.
    var recipient: ResourceIndex?
    /// The colocation being applied.
    var colocation: Colocation?

    struct Implication: Hashable, Sendable {
        var action: ActionIndex
        var flag: UInt16
    }

    mutating func record(_ resource: ResourceIndex, _ node: NodeIndex, _ amount: Score, _ cause: ScoreCause) {
        if amount == .zero { return }
        contributions.append(
            Ledger.Contribution(
                resource: resource.int, node: node.int, amount: amount, cause: cause, isForPromotion: false))
    }

    mutating func recordPromotion(_ resource: ResourceIndex, _ node: NodeIndex, _ amount: Score, _ cause: ScoreCause) {
        if amount == .zero { return }
        contributions.append(
            Ledger.Contribution(
                resource: resource.int, node: node.int, amount: amount, cause: cause, isForPromotion: true))
    }

    /// Records under the colocation being applied.
    mutating func recordColocated(_ resource: ResourceIndex, _ node: NodeIndex, _ amount: Score) {
        guard let colocation else { return }
        record(resource, node, amount, .colocation(ColocationCause(colocation)))
    }

    /// Records a preference of `source` that reached the row being filled.
    mutating func recordSpread(
        _ source: ResourceIndex, _ node: NodeIndex, _ amount: Score, _ colocation: Colocation, _ factor: Float
    ) {
        guard let recipient else { return }
        record(
            recipient, node, amount, .dependent(ColocationCause(colocation), source: source.int, factor: factor))
    }

    mutating func noteChange(_ action: ActionIndex) { changes.insert(action) }

    mutating func record(_ resource: ResourceIndex, _ choice: Ledger.Choice) { choices[resource] = choice }

    mutating func record(_ flag: Action.Flags, of action: ActionIndex, because other: ActionIndex) {
        let key = Implication(action: action, flag: flag.rawValue)
        if implications[key] == nil { implications[key] = other }
    }

    // MARK: - What is taken back

    var mark: Int { contributions.count }

    /// Takes back what was recorded for some resources since a mark, because their rows were restored.
    mutating func withdraw(since mark: Int, of resources: [ResourceIndex]) {
        let positions = resources.map(\.int)
        let kept = contributions[mark...].filter { !positions.contains($0.resource) }
        contributions.removeSubrange(mark...)
        contributions.append(contentsOf: kept)
    }

    /// What was recorded since a mark counts for promotion only.
    mutating func countForPromotion(since mark: Int) {
        for position in contributions.indices[mark...] { contributions[position].isForPromotion = true }
    }

    func implication(_ flag: Action.Flags, of action: ActionIndex) -> ActionIndex? {
        implications[Implication(action: action, flag: flag.rawValue)]
    }
}

// MARK: - Choices

extension Scheduling {
    /// Records which node was chosen and what settled it; `sorted` are the candidates, best first.
    mutating func noteChoice(
        _ index: ResourceIndex, _ chosen: NodeIndex?, _ sorted: [NodeIndex], preferred: NodeIndex? = nil,
        forced: ChoiceRule? = nil
    ) {
        guard ledger != nil else { return }
        var scores = [Score?](repeating: nil, count: state.nodes.count)
        for node in state.nodeOrder where placement[index, node].isPresent {
            scores[node.int] = placement[index, node].score
        }
        let isPossible =
            forced != nil
            || chosen.map {
                placement[index, $0].score >= .zero && (state.isAvailable($0) || state.isGuest($0))
            } ?? false
        let runnerUp = sorted.first { $0 != chosen }
        let rule: ChoiceRule
        if let forced {
            rule = forced
        } else if let chosen, isPossible {
            rule = settled(index, chosen, runnerUp, preferred)
        } else {
            rule = .noNode
        }
        ledger?.record(
            index,
            Ledger.Choice(
                rule: rule, chosen: isPossible ? chosen?.int : nil, runnerUp: runnerUp?.int, scores: scores,
                loads: state.nodes.elements.map(\.assignedCount)))
    }

    private func settled(
        _ index: ResourceIndex, _ chosen: NodeIndex, _ runnerUp: NodeIndex?, _ preferred: NodeIndex?
    ) -> ChoiceRule {
        guard let runnerUp, isAllowed(index, runnerUp) else { return .onlyNode }
        if placement[index, chosen].score != placement[index, runnerUp].score { return .score }
        if chosen == state.currentNode(of: index) { return .stays }
        if chosen == preferred { return .preferred }
        if state.options.placementStrategy == .balanced, compareCapacity(chosen, runnerUp) != 0 { return .capacity }
        let (mine, other) = (state.nodes[chosen].assignedCount, state.nodes[runnerUp].assignedCount)
        if state.options.placementStrategy != .minimal, mine != other { return .load(chosen: mine, other: other) }
        return .name
    }
}
