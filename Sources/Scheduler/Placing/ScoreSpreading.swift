import ClusterTypes

// Where something would like to be counts, diminished, for what it is colocated with.

extension Scheduling {
    /// Adds what the dependent of a colocation prefers to the primary's scores.
    ///
    /// - Parameter position: that of the colocation.
    mutating func addDependentScores(_ position: Int, _ primary: ResourceIndex) {
        let colocation = constraints.colocations[position]
        guard hasInfluence(colocation) else { return }
        var spread: ScoreSpread = .active
        var work = placement[row: primary]
        if state.resources[primary].isClone {
            spread.insert(.nonNegative)
        } else if addSpreadSum(position, factor: colocation.factor, to: &work) {
            placement[row: primary] = work
            return
        }
        var row: ScoreRow? = work
        ledger?.recipient = primary
        addColocatedScores(
            colocation.dependent, target: primary, &row, colocation, factor: colocation.factor, spread)
        ledger?.recipient = nil
        if let row { placement[row: primary] = row }
    }

    /// Adds a resource's scores, and those of what is colocated with it, to a row (which begins as its own when `nil`).
    mutating func addColocatedScores(
        _ source: ResourceIndex, target: ResourceIndex?, _ row: inout ScoreRow?, _ colocation: Colocation?,
        factor: Float,
        _ spread: ScoreSpread
    ) {
        if state.resources[source].flags.contains(.updatingScores) { return }
        if state.resources[source].isGroup {
            let members = state.resources[source].children
            guard let member = row == nil ? members.last : members.first else { return }
            state.resources[source].flags.insert(.updatingScores)
            addColocatedScores(member, target: target, &row, colocation, factor: factor, spread)
            state.resources[source].flags.remove(.updatingScores)
            return
        }
        state.resources[source].flags.insert(.updatingScores)
        defer { state.resources[source].flags.remove(.updatingScores) }
        let mark = ledger?.mark
        var target = target
        var work: ScoreRow
        if let existing = row, let colocation {
            work = existing
            addMatchingScores(&work, source, target, colocation, factor, onlyPositive: spread.contains(.nonNegative))
        } else {
            work = placement[row: source]
            target = source
        }
        if anyAvailable(work) {
            let positions = spread.contains(.thisWith) ? colocationsOfThis(source) : colocationsWithThis(source)
            let inner = spread.union(.active)
            for position in positions {
                let next = constraints.colocations[position]
                let other: ResourceIndex
                if spread.contains(.thisWith) {
                    other = next.primary
                } else {
                    guard hasInfluence(next) else { continue }
                    other = next.dependent
                }
                let factor = factor * Float(next.score.value) / 1_000_000
                if inner == .active, addSpreadSum(position, factor: factor, to: &work) { continue }
                var optional: ScoreRow? = work
                addColocatedScores(other, target: target, &optional, next, factor: factor, inner)
                if let result = optional { work = result }
            }
        } else if spread.contains(.active) {
            if let mark, let recipient = ledger?.recipient { ledger?.withdraw(since: mark, of: [recipient]) }
            return
        }
        if spread.contains(.nonNegative) {
            for position in work.indices where work[position].isHeld {
                work[position].isHeld = false
                work[position].score = Score(1)
            }
        }
        row = work
    }

    private mutating func addMatchingScores(
        _ row: inout ScoreRow, _ source: ResourceIndex, _ target: ResourceIndex?, _ colocation: Colocation,
        _ factor: Float,
        onlyPositive: Bool
    ) {
        let sourceRow = scoresForSpreading(colocation, source)
        let byName = colocation.nodeAttribute == "#uname"
        for node in state.nodeOrder where row[node.int].isPresent {
            // A cluster node's name is its own and nobody else's.
            let isOwn = byName && !state.nodes[node].isRemoteKind
            let value = isOwn ? nil : placeValue(node, colocation.nodeAttribute, target)
            var best = Score.minusInfinity
            if isOwn || (byName && value == state.nodes[node].name) {
                if sourceRow[node.int].isPresent, state.isAvailable(node) { best = sourceRow[node.int].score }
            } else {
                for other in state.nodeOrder
                where sourceRow[other.int].isPresent && sourceRow[other.int].score > best && state.isAvailable(other)
                    && samePlace(value, placeValue(other, colocation.nodeAttribute, source))
                {
                    best = sourceRow[other.int].score
                }
            }
            if factor < 0, best < .zero {
                let stickiness = state.resources[colocation.primary].stickiness
                if stickiness >= -best || !hasInfluence(colocation) || !isAllowedOnOne(colocation.dependent) {
                    continue
                }
            }
            if row[node.int].isHeld { continue }
            let product = factor * Float(best.value)
            var delta = Int64(product < 0 ? product - 0.5 : product + 0.5)
            if delta == 0, best != .zero { delta = factor > 0 ? 1 : factor < 0 ? -1 : 0 }
            let sum = Score(delta) + row[node.int].score
            ledger?.recordSpread(source, node, Score(delta), colocation, factor)
            if onlyPositive, sum < .zero, row[node.int].score > .zero {
                row[node.int].isHeld = true
                row[node.int].score = .minusInfinity
            } else if onlyPositive, sum < .zero, row[node.int].score == .zero {
                continue
            } else {
                row[node.int].score = sum
            }
        }
    }

    /// The source's own scores; a later member of a group speaks for the group's locations too.
    private func scoresForSpreading(_ colocation: Colocation, _ source: ResourceIndex) -> ScoreRow {
        var row = placement[row: source]
        guard let group = groupSpokenFor(by: source, colocation) else { return row }
        for position in constraints.locations.indices.reversed() {
            let location = constraints.locations[position]
            guard location.resource == group, !isFilteredByRole(location, source) else { continue }
            for (node, score) in location.nodes {
                if row[node.int].isPresent {
                    row[node.int].score += score
                } else {
                    row[node.int] = NodeScore(score: score, isPresent: true)
                }
            }
        }
        return row
    }

    /// The group whose locations count too when the source's scores are asked for.
    func groupSpokenFor(by source: ResourceIndex, _ colocation: Colocation) -> ResourceIndex? {
        guard source == colocation.dependent, colocation.flags.contains(.explicit),
            let parent = state.resources[source].parent, state.resources[parent].isGroup,
            state.resources[parent].children.first != source
        else { return nil }
        return parent
    }

    private func isAllowedOnOne(_ index: ResourceIndex) -> Bool {
        state.nodeOrder.filter { placement[index, $0].isPresent && placement[index, $0].score >= .zero }.count == 1
    }
}
