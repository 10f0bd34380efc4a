import ClusterTypes

// Capacity: what resources need of named amounts, and what nodes have left.

extension Scheduling {
    mutating func consumeCapacity(of node: NodeIndex, by index: ResourceIndex) {
        for (name, amount) in state.resources[index].utilization {
            state.nodes[node].utilization[name] = Int(
                Int32(clamping: (state.nodes[node].utilization[name] ?? 0).subtractingSaturating(amount)))
        }
    }

    mutating func releaseCapacity(of node: NodeIndex, by index: ResourceIndex) {
        for (name, amount) in state.resources[index].utilization {
            state.nodes[node].utilization[name] = Int(
                Int32(clamping: (state.nodes[node].utilization[name] ?? 0).addingSaturating(amount)))
        }
    }

    /// Negative when the left node has more left of more of the amounts.
    func compareCapacity(_ left: NodeIndex, _ right: NodeIndex) -> Int {
        compareAmounts(state.nodes[left].utilization, state.nodes[right].utilization)
    }

    private func fits(_ need: [String: Int], _ node: NodeIndex) -> Bool {
        need.allSatisfy { $0.value <= state.nodes[node].utilization[$0.key] ?? 0 }
    }

    /// Bans nodes that cannot hold a resource with all that must be with it; when none can, those that cannot hold it alone.
    ///
    /// - Returns: the node with most left, when none can hold all.
    mutating func banInsufficientCapacity(_ index: ResourceIndex) -> NodeIndex? {
        guard state.options.placementStrategy != .standard else { return nil }
        var together: [ResourceIndex] = []
        collectColocated(index, original: index, into: &together)
        if together.isEmpty { return nil }
        if !together.contains(index) { together.append(index) }
        var need: [String: Int] = [:]
        for resource in together { addNeed(of: resource, together, into: &need) }
        var mostCapable: NodeIndex?
        let available = state.nodeOrder.filter { isAllowed(index, $0) }
        let anyFits = available.contains { fits(need, $0) }
        if !anyFits {
            let present = state.nodeOrder.filter { placement[index, $0].isPresent }
            for node in inTableOrder(present) where isAllowed(index, node) {
                if mostCapable.map({ compareCapacity(node, $0) < 0 }) ?? true { mostCapable = node }
            }
        }
        let limit = anyFits ? need : state.resources[index].utilization
        for node in available where !fits(limit, node) {
            addScore(
                index, on: node, .minusInfinity,
                because: shortages(limit, node, isTogether: anyFits && together.count > 1))
        }
        return mostCapable
    }

    /// What a node lacks; only worth finding for an explanation.
    private func shortages(_ need: [String: Int], _ node: NodeIndex, isTogether: Bool) -> ScoreCause {
        guard ledger != nil else { return .utilization([]) }
        return .utilization(
            need.sorted { $0.key < $1.key }.compactMap { name, needed in
                let left = state.nodes[node].utilization[name] ?? 0
                return needed <= left
                    ? nil : ScoreCause.Shortage(name: name, needed: needed, left: left, isTogether: isTogether)
            })
    }

    // MARK: - What goes together

    private func collectColocated(_ index: ResourceIndex, original: ResourceIndex, into list: inout [ResourceIndex]) {
        let resource = state.resources[index]
        if case .group(let traits) = resource.variant {
            let isCloned = resource.parent.map { state.resources[$0].isClone } ?? false
            if traits.isColocated || isCloned {
                list.insert(index, at: 0)
                for member in resource.children { collectColocated(member, original: original, into: &list) }
                return
            }
            if resource.children.isEmpty { return }
        }
        if list.contains(index) { return }
        list.insert(index, at: 0)
        for position in colocationsOfThis(index) {
            let colocation = constraints.colocations[position]
            if colocation.primary != original, colocation.score.isInfinite,
                affectsLocation(index, colocation.primary, colocation)
            {
                collectColocated(colocation.primary, original: original, into: &list)
            }
        }
        for position in colocationsWithThis(index) {
            let colocation = constraints.colocations[position]
            if colocation.dependent == original { continue }
            if resource.isClone, !state.resources[colocation.dependent].isClone { continue }
            if colocation.score.isInfinite, affectsLocation(colocation.dependent, index, colocation) {
                collectColocated(colocation.dependent, original: original, into: &list)
            }
        }
    }

    private func addNeed(of index: ResourceIndex, _ together: [ResourceIndex], into need: inout [String: Int]) {
        let resource = state.resources[index]
        guard resource.flags.contains(.unassigned) else { return }
        switch resource.variant {
        case .primitive:
            for (name, amount) in resource.utilization { need[name] = (need[name] ?? 0).addingSaturating(amount) }
        case .group(let traits):
            let isCloned = resource.parent.map { state.resources[$0].isClone } ?? false
            let members = traits.isColocated || isCloned ? resource.children : Array(resource.children.prefix(1))
            for member in members
            where state.resources[member].flags.contains(.unassigned) && !together.contains(member) {
                addNeed(of: member, together, into: &need)
            }
        case .clone:
            var isCounted = false
            for child in resource.children {
                if together.contains(child) {
                    isCounted = true
                } else if state.resources[child].children.contains(where: { together.contains($0) }) {
                    addNeed(of: child, together, into: &need)
                    isCounted = true
                }
            }
            if !isCounted, let child = resource.children.first { addNeed(of: child, together, into: &need) }
        case .bundle: addBundleNeed(of: index, together, into: &need)
        }
    }

    // MARK: - Order of placement

    /// Sorts the top-level resources by priority, then by what their current node and the best nodes are worth to them.
    mutating func sortResources() {
        let empty = [NodeScore](repeating: NodeScore(isPresent: true), count: state.nodes.count)
        let nodes = sortedNodes(state.nodeOrder, baseRow(empty), active: nil)
        var cache: [ResourceIndex: ScoreRow] = [:]
        for resource in state.topLevel {
            var row: ScoreRow?
            addColocatedScores(resource, target: nil, &row, nil, factor: 1, .thisWith)
            cache[resource] = row
        }
        let current = Dictionary(uniqueKeysWithValues: state.topLevel.map { ($0, state.currentNode(of: $0)) })
        let resources = state.resources
        state.topLevel = state.topLevel.mergeSorted { left, right in
            let (a, b) = (resources[left].priority, resources[right].priority)
            if a != b { return a > b ? -1 : 1 }
            func score(_ node: NodeIndex?, _ resource: ResourceIndex) -> Score {
                guard let node, let cell = cache[resource]?[node.int], cell.isPresent else { return .minusInfinity }
                return cell.score
            }
            let (x, y) = (score(current[left] ?? nil, left), score(current[right] ?? nil, right))
            if x != y { return x > y ? -1 : 1 }
            for node in nodes {
                let (x, y) = (score(node, left), score(node, right))
                if x != y { return x > y ? -1 : 1 }
            }
            return 0
        }
    }

    /// The nodes' own scores as a row.
    private func baseRow(_ row: ScoreRow) -> ScoreRow {
        var row = row
        for node in state.nodeOrder { row[node.int].score = state.nodes[node].score }
        return row
    }
}

extension Int {
    func addingSaturating(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    func subtractingSaturating(_ other: Int) -> Int {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
