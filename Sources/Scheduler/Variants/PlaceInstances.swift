import ClusterTypes

// Placing the instances of a clone (or the replicas of a bundle): those that are where they may stay first.

extension Scheduling {
    mutating func assignClone(_ index: ResourceIndex, prefer: NodeIndex?, stopIfFailed: Bool) -> NodeIndex? {
        guard state.resources[index].flags.contains(.unassigned), !state.resources[index].flags.contains(.assigning)
        else {
            return nil
        }
        state.resources[index].flags.insert(.assigning)
        let isPromotable = state.resources[index].flags.contains(.promotable)
        if isPromotable { addPromotionScores(index) }
        for position in colocationsOfThis(index) {
            _ = assign(constraints.colocations[position].primary, prefer: prefer, stopIfFailed: stopIfFailed)
        }
        for position in colocationsWithThis(index) { addDependentScores(position, index) }
        showScores(index, "pcmk__clone_assign")
        state.resources[index].children = sortInstances(state.resources[index].children)
        let traits = cloneTraits(index)
        assignInstances(
            index, state.resources[index].children, total: traits.maximum, perNode: traits.maximumPerNode)
        if isPromotable { setInstanceRoles(index) }
        state.resources[index].flags.subtract([.unassigned, .assigning])
        return nil
    }

    private mutating func sortInstances(_ instances: [ResourceIndex]) -> [ResourceIndex] {
        instances.mergeSorted { compareInstances($0, $1) }
    }

    mutating func assignInstances(_ collective: ResourceIndex, _ instances: [ResourceIndex], total: Int, perNode: Int) {
        var available = 0
        for node in state.nodeOrder where placement[collective, node].isPresent {
            placement[collective, node].count = 0
            if state.isAvailable(node) { available += 1 }
        }
        let optimal = max(1, available > 0 ? total / available : 0)
        var assigned = 0
        for instance in instances {
            if assigned >= total { break }
            guard state.resources[instance].flags.contains(.unassigned),
                let current = preferredNode(instance, optimalPerNode: optimal)
            else { continue }
            if assignEarly(instance, on: current, perNode: perNode, available: total - assigned) { assigned += 1 }
        }
        for instance in instances where state.resources[instance].flags.contains(.unassigned) {
            if assigned >= total {
                addScore(instance, on: nil, .minusInfinity, because: .collectiveLimit)
            } else if assignInstance(instance, prefer: nil, perNode: perNode) != nil {
                assigned += 1
            }
        }
    }

    /// The row that counts instances a node: the clone's.
    private func countingRow(_ instance: ResourceIndex) -> ResourceIndex {
        state.resources[instance].parent ?? instance
    }

    /// The node an instance is on, when it may stay there.
    private func preferredNode(_ instance: ResourceIndex, optimalPerNode: Int) -> NodeIndex? {
        let resource = state.resources[instance]
        guard !resource.activeNodes.isEmpty, !resource.flags.contains(.failed),
            let node = state.currentNode(of: instance),
            state.isAvailable(node), state.nodes[node].score >= .zero
        else { return nil }
        let cell = placement[countingRow(instance), node]
        return cell.isPresent && Int(cell.count) >= optimalPerNode ? nil : node
    }

    private mutating func assignInstance(_ instance: ResourceIndex, prefer: NodeIndex?, perNode: Int) -> NodeIndex? {
        if state.resources[instance].flags.contains(.assigning) { return nil }
        for node in state.nodeOrder
        where placement[instance, node].isPresent && !canRun(instance, on: node, perNode: perNode) {
            noteInstanceBan(instance, node, perNode: perNode)
            placement[instance, node].score = .minusInfinity
            for child in state.resources[instance].children where placement[child, node].isPresent {
                placement[child, node].score = .minusInfinity
            }
        }
        let chosen = assign(instance, prefer: prefer, stopIfFailed: prefer == nil)
        if let chosen { countInstance(instance, chosen) }
        return chosen
    }

    private mutating func countInstance(_ instance: ResourceIndex, _ node: NodeIndex) {
        let row = countingRow(instance)
        if placement[row, node].isPresent { placement[row, node].count += 1 }
    }

    /// Records why an instance may not run on a node.
    private mutating func noteInstanceBan(_ instance: ResourceIndex, _ node: NodeIndex, perNode: Int) {
        guard ledger != nil else { return }
        let cell = placement[countingRow(instance), node]
        let isFull = cell.isPresent && cell.score >= .zero && Int(cell.count) >= perNode
        let cause: ScoreCause =
            state.resources[instance].flags.contains(.removed)
            ? .removed : !state.isAvailable(node) ? .nodeUnavailable : isFull ? .instanceLimit : .wholeBanned
        for part in [instance] + state.resources[instance].children {
            ledger?.record(part, node, .minusInfinity, cause)
        }
    }

    private func canRun(_ instance: ResourceIndex, on node: NodeIndex, perNode: Int) -> Bool {
        if state.resources[instance].flags.contains(.removed) || !state.isAvailable(node) { return false }
        let cell = placement[countingRow(instance), node]
        return cell.isPresent && cell.score >= .zero && Int(cell.count) < perNode
    }

    /// Tries to keep an instance where it is; puts everything back when it would go elsewhere.
    private mutating func assignEarly(_ instance: ResourceIndex, on current: NodeIndex, perNode: Int, available: Int)
        -> Bool
    {
        guard isAllowed(instance, current) else { return false }
        let parent = countingRow(instance)
        var saved: [(ResourceIndex, ScoreRow)] = []
        saveRows(instance, into: &saved)
        let parentRow = placement[row: parent]
        let mark = ledger?.mark
        var reserved = 0
        var chosen: NodeIndex?
        while reserved < available {
            chosen = assignInstance(instance, prefer: current, perNode: perNode)
            if chosen == current { break }
            for (resource, row) in saved { placement[row: resource] = row }
            if let mark { ledger?.withdraw(since: mark, of: saved.map(\.0)) }
            if chosen == nil {
                state.resources[instance].flags.insert(.unassigned)
                break
            }
            // Another instance will want the node it would have taken.
            reserved += 1
            unassign(instance)
            chosen = nil
        }
        placement[row: parent] = parentRow
        guard let chosen else { return false }
        countInstance(instance, chosen)
        return true
    }

    private func saveRows(_ index: ResourceIndex, into saved: inout [(ResourceIndex, ScoreRow)]) {
        saved.append((index, placement[row: index]))
        for child in state.resources[index].children { saveRows(child, into: &saved) }
    }

    // MARK: - Order of instances

    /// Negative when the first is to be placed before the second.
    mutating func compareInstances(_ left: ResourceIndex, _ right: ResourceIndex) -> Int {
        let (first, second) = (instanceActivity(left), instanceActivity(right))
        if first.all > 0, second.all > 0, first.all != second.all { return first.all < second.all ? -1 : 1 }
        let (a, b) = (allowedCurrent(left, first.node), allowedCurrent(right, second.node))
        if a.isAllowed != b.isAllowed { return a.isAllowed ? -1 : 1 }
        let (x, y) = (state.resources[left].priority, state.resources[right].priority)
        if x != y { return x > y ? -1 : 1 }
        guard let node1 = a.node else { return b.node == nil ? 0 : 1 }
        guard let node2 = b.node else { return -1 }
        let (can1, can2) = (state.isAvailable(node1), state.isAvailable(node2))
        if can1 != can2 { return can1 ? -1 : 1 }
        let (cell1, cell2) = (placement[countingRow(left), node1], placement[countingRow(right), node2])
        if !cell1.isPresent { return cell2.isPresent ? 1 : 0 }
        if !cell2.isPresent { return -1 }
        if cell1.count != cell2.count { return cell1.count < cell2.count ? -1 : 1 }
        let (failed1, failed2) = (state.anyHas(.failed, in: left), state.anyHas(.failed, in: right))
        if failed1 != failed2 { return failed1 ? 1 : -1 }
        let byColocation = compareByColocation(left, node1, right, node2)
        return byColocation != 0 ? byColocation : compareInstanceNumbers(left, right)
    }

    /// Activity of an instance; a cloned group is active where its members are.
    private func instanceActivity(_ index: ResourceIndex) -> ClusterState.Activity { state.activity(of: index) }

    private func allowedCurrent(_ instance: ResourceIndex, _ node: NodeIndex?) -> (isAllowed: Bool, node: NodeIndex?) {
        guard let node else { return (true, nil) }
        let cell = placement[instance, node]
        return cell.isPresent && cell.score >= .zero ? (true, node) : (false, nil)
    }

    private mutating func compareByColocation(
        _ left: ResourceIndex, _ node1: NodeIndex, _ right: ResourceIndex, _ node2: NodeIndex
    ) -> Int {
        let (first, second) = (colocatedScore(left, on: node1), colocatedScore(right, on: node2))
        return first < second ? 1 : first > second ? -1 : 0
    }

    private mutating func colocatedScore(_ instance: ResourceIndex, on node: NodeIndex) -> Score {
        var row = ScoreRow(repeating: NodeScore(), count: placement[row: instance].count)
        row[node.int] = NodeScore(score: state.nodes[node].score, isPresent: true)
        var optional: ScoreRow? = row
        for position in colocationsOfThis(instance) {
            let colocation = constraints.colocations[position]
            addColocatedScores(
                colocation.primary, target: instance, &optional, colocation, factor: colocation.factor, [])
        }
        for position in colocationsWithThis(instance) {
            let colocation = constraints.colocations[position]
            guard hasInfluence(colocation, instance) else { continue }
            addColocatedScores(
                colocation.dependent, target: instance, &optional, colocation, factor: colocation.factor, .nonNegative)
        }
        return optional?[node.int].score ?? .minusInfinity
    }

    func compareInstanceNumbers(_ left: ResourceIndex, _ right: ResourceIndex) -> Int {
        instanceNumber(left) - instanceNumber(right)
    }

    mutating func sortByNumber(instancesOf index: ResourceIndex) {
        let numbered = state.resources[index].children.map { (instance: $0, number: instanceNumber($0)) }
        if zip(numbered, numbered.dropFirst()).allSatisfy({ $0.number <= $1.number }) { return }
        state.resources[index].children = numbered.mergeSorted { $0.number - $1.number }.map(\.instance)
    }

    private func instanceNumber(_ index: ResourceIndex) -> Int {
        let id = state.resources[index].id
        let separator = id.lastIndex(of: ":") ?? id.lastIndex(of: "-")
        guard let separator else { return 0 }
        return Int(clamping: TextValue.leadingInteger(String(id[id.index(after: separator)...])) ?? 0)
    }
}
