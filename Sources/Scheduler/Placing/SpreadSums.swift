import ClusterTypes

// In a long chain of colocations every resource asks for the preferences of all behind it. Where their order cannot matter,
// they are added up once; where it could (a sum that reaches infinity on the way, a row that runs out of nodes), the chain is
// walked as before.

/// What one colocation spreads to its primary: the preferences of its dependent and of all that depend on that.
struct SpreadSum: Sendable {
    /// What is added to the score of one node.
    struct Cell: Sendable {
        /// All that is added, and all that is taken away.
        private(set) var raised = 0
        private(set) var lowered = 0
        /// Minus infinity is among it.
        private(set) var isForbidden = false

        private static let infinity = Int(Score.infinity.value)

        var isZero: Bool { raised == 0 && lowered == 0 && !isForbidden }

        mutating func add(_ score: Score) {
            if score.isMinusInfinite {
                isForbidden = true
            } else if score.isInfinite {
                raised += 2 * Self.infinity  // Enough for every score but minus infinity.
            } else if score > .zero {
                raised += Int(score.value)
            } else {
                lowered += Int(score.value)
            }
        }

        mutating func add(_ other: Cell) {
            raised += other.raised
            lowered += other.lowered
            if other.isForbidden { isForbidden = true }
        }

        /// A score with all of it, in whatever order it is added; `nil` when the order decides.
        func added(to score: Score) -> Score? {
            if isForbidden || score.isMinusInfinite { return .minusInfinity }
            if score.isInfinite { return .infinity }
            let start = Int(score.value)
            if start + raised >= Self.infinity { return lowered == 0 ? .infinity : nil }
            if start + lowered <= -Self.infinity { return raised == 0 ? .minusInfinity : nil }
            return Score(start + raised + lowered)
        }

        /// Whether a score is never below zero on the way.
        func keepsAllowed(_ score: Score) -> Bool { !isForbidden && Int(score.value) + lowered >= 0 }
    }

    /// In the order of the node table.
    private(set) var cells: [Cell]
    /// Whether all of it arrives undiminished: every colocation on the way is infinite.
    private(set) var isUndiminished = true

    init(nodeCount: Int) { cells = [Cell](repeating: Cell(), count: nodeCount) }

    mutating func add(_ score: Score, on node: NodeIndex) { cells[node.int].add(score) }

    mutating func add(_ behind: SpreadSum, through colocation: Colocation) {
        for node in cells.indices { cells[node].add(behind.cells[node]) }
        if !behind.isUndiminished || !colocation.score.isInfinite { isUndiminished = false }
    }
}

/// The sums made so far, by the position of their colocation, and what they were made from.
struct SpreadSums: Sendable {
    private enum Entry {
        /// Its sum is being made, so that what asks for it is part of a circle.
        case underWay
        case mustBeWalked
        case made(SpreadSum)
    }

    private var entries: [Int: Entry] = [:]
    /// The sums that a row, or another sum, is part of.
    private var rowReaders: [ResourceIndex: [Int]] = [:]
    private var readers: [Int: [Int]] = [:]

    func isKnown(_ position: Int) -> Bool { entries[position] != nil }

    subscript(position: Int) -> SpreadSum? {
        if case .made(let sum) = entries[position] { return sum }
        return nil
    }

    mutating func begin(_ position: Int) { entries[position] = .underWay }

    /// - Parameter sum: `nil` when it must be walked.
    mutating func keep(_ sum: SpreadSum?, for position: Int) {
        entries[position] = sum.map(Entry.made) ?? .mustBeWalked
    }

    mutating func note(_ row: ResourceIndex, isPartOf position: Int) { rowReaders[row, default: []].append(position) }

    mutating func note(_ part: Int, isPartOf position: Int) { readers[part, default: []].append(position) }

    /// Forgets every sum that a changed row is part of.
    mutating func forget(_ changedRows: [ResourceIndex]) {
        var pending = changedRows.flatMap { rowReaders.removeValue(forKey: $0) ?? [] }
        while let position = pending.popLast() {
            if entries.removeValue(forKey: position) == nil { continue }
            pending += readers.removeValue(forKey: position) ?? []
        }
    }
}

extension Scheduling {
    /// Adds what a colocation spreads to a row in one go; false when it must be walked.
    mutating func addSpreadSum(_ position: Int, factor: Float, to row: inout ScoreRow) -> Bool {
        if ledger != nil { return false }  // An explanation names each contribution.
        spreadSums.forget(placement.takeChanges())
        guard let sum = spreadSum(position) else { return false }
        if state.nodeOrder.allSatisfy({ sum.cells[$0.int].isZero || !row[$0.int].canChange }) { return true }
        guard factor == 1, sum.isUndiminished, keepsNode(row, sum) else { return false }
        var result = row
        for node in state.nodeOrder where row[node.int].isPresent {
            guard let score = sum.cells[node.int].added(to: row[node.int].score) else { return false }
            result[node.int].score = score
        }
        row = result
        return true
    }

    /// Whether some node stays available whatever is added first: otherwise spreading ends on the way.
    private func keepsNode(_ row: ScoreRow, _ sum: SpreadSum) -> Bool {
        state.nodeOrder.contains {
            row[$0.int].isPresent && state.isAvailable($0) && sum.cells[$0.int].keepsAllowed(row[$0.int].score)
        }
    }

    private mutating func spreadSum(_ position: Int) -> SpreadSum? {
        if !spreadSums.isKnown(position) {
            spreadSums.begin(position)
            let sum = makeSpreadSum(position)
            spreadSums.keep(sum, for: position)
        }
        return spreadSums[position]
    }

    private mutating func makeSpreadSum(_ position: Int) -> SpreadSum? {
        let colocation = constraints.colocations[position]
        // Elsewhere what a node is worth depends on other nodes and on who asks.
        guard colocation.nodeAttribute == "#uname", !state.hasRemoteNodes else { return nil }
        var sum = SpreadSum(nodeCount: state.nodes.count)
        var source = colocation.dependent
        if state.resources[source].isGroup {
            guard let first = state.resources[source].children.first else { return sum }
            source = first
        } else if groupSpokenFor(by: source, colocation) != nil {
            return nil
        }
        placement.watch(source)
        spreadSums.note(source, isPartOf: position)
        for node in state.nodeOrder {
            let isUsable = placement[source, node].isPresent && state.isAvailable(node)
            sum.add(isUsable ? placement[source, node].score : .minusInfinity, on: node)
        }
        for inner in colocationsWithThis(source) where hasInfluence(constraints.colocations[inner]) {
            guard let behind = spreadSum(inner) else { return nil }
            spreadSums.note(inner, isPartOf: position)
            sum.add(behind, through: constraints.colocations[inner])
        }
        return sum
    }
}

extension NodeScore {
    /// Whether an addition can make a difference.
    fileprivate var canChange: Bool { isPresent && !score.isMinusInfinite }
}
