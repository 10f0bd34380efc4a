import ClusterTypes
import XMLTree

// Which instances of a promotable clone are promoted: those whose agents (and constraints) ask for it most.

extension Scheduling {
    /// Lets promotion scores count when instances are placed.
    mutating func addPromotionScores(_ clone: ResourceIndex) {
        if cloneTraits(clone).promotionScoresAdded { return }
        updateClone(clone) { $0.promotionScoresAdded = true }
        for child in state.resources[clone].children {
            for node in state.nodeOrder where placement[child, node].isPresent && state.isAvailable(node) {
                let score = promotionScore(child, node).score
                if score > .zero {
                    placement[child, node].score += score
                    ledger?.record(child, node, score, .promotionScore)
                }
                if score > state.resources[child].priority { state.resources[child].priority = score }
            }
        }
    }

    mutating func setInstanceRoles(_ clone: ResourceIndex) {
        for node in state.nodeOrder { placement[clone, node].count = 0 }
        for instance in state.resources[clone].children { setInstancePriority(instance, clone) }
        sortPromotable(clone)
        var promoted = 0
        for instance in state.resources[clone].children { setInstanceRole(instance, &promoted) }
    }

    // MARK: - Scores

    private func promotionScore(_ index: ResourceIndex, _ node: NodeIndex) -> (score: Score, isDefault: Bool) {
        let resource = state.resources[index]
        guard resource.children.isEmpty else {
            var sum: Int64 = 0
            var isDefault = true
            for child in resource.children {
                let result = promotionScore(child, node)
                if !result.isDefault { isDefault = false }
                sum += Int64(result.score.value)
            }
            return (Score(sum), isDefault)
        }
        guard promotionScoreApplies(index, node) else { return (.zero, true) }
        let target = resource.meta["container-attribute-target"]
        let assigned = !resource.flags.contains(.unassigned)
        func value(_ name: String) -> String? {
            attribute("master-\(name)", of: node, target: target, assigned: assigned)
        }
        var text = value(resource.historyID ?? resource.id)
        if text == nil, !resource.flags.contains(.unique) {
            let base = baseName(resource.id)
            if base != resource.id { text = value(base) }
        }
        guard let text else { return (.zero, true) }
        return (TextValue.score(text, health: state.options.health) ?? .zero, false)
    }

    /// Scores count where the instance is known (or any interchangeable one is), and where it may run.
    private func promotionScoreApplies(_ index: ResourceIndex, _ node: NodeIndex) -> Bool {
        let resource = state.resources[index]
        var isKnown = false
        if !resource.flags.contains(.unique) {
            let clone = state.top(of: index)
            let id = baseName(resource.id)
            let active = activeInstance(of: clone, named: id, on: node)
            isKnown = active == index || (active == nil && isAnonymousKnown(clone, named: id, on: node))
        }
        if !isKnown {
            let nothingProbed = resource.activeNodes.isEmpty && resource.probedNodes.isEmpty
            isKnown = nothingProbed || resource.probedNodes.contains(node) || resource.activeNodes.contains(node)
        }
        let cell = placement[index, node]
        return isKnown && cell.isPresent && cell.score >= .zero
    }

    private func activeInstance(of clone: ResourceIndex, named id: String, on node: NodeIndex) -> ResourceIndex? {
        for child in state.resources[clone].children {
            if let found = member(of: child, named: id), state.resources[found].activeNodes.contains(node) {
                return found
            }
        }
        return nil
    }

    private func isAnonymousKnown(_ clone: ResourceIndex, named id: String, on node: NodeIndex) -> Bool {
        state.resources[clone].children.contains {
            member(of: $0, named: id).map { state.resources[$0].probedNodes.contains(node) } ?? false
        }
    }

    // MARK: - Priorities

    private mutating func setInstancePriority(_ instance: ResourceIndex, _ clone: ResourceIndex) {
        if state.role(of: instance, current: true) == .started { setCurrentUnpromoted(instance) }
        guard let chosen = state.location(of: instance, .assigned) else { return }
        let nextRole = state.role(of: instance, current: false)
        switch nextRole {
        case .started, .unknown:
            let result = promotionScore(instance, chosen)
            state.resources[instance].priority = result.isDefault ? Score(-1) : result.score
            ledger?.recordPromotion(
                instance, chosen, state.resources[instance].priority,
                result.isDefault ? .noPromotionScore : .promotionScore)
        case .unpromoted, .stopped:
            state.resources[instance].priority = .minusInfinity
            ledger?.recordPromotion(instance, chosen, .minusInfinity, .targetRole)
        case .promoted: break
        }
        for holder in [instance, clone] {
            for position in state.resources[holder].locations {
                let location = constraints.locations[position]
                guard location.role == .promoted, let match = location.nodes.first(where: { $0.node == chosen }) else {
                    continue
                }
                state.resources[instance].priority += match.score
                ledger?.recordPromotion(instance, chosen, match.score, .location(location.id))
            }
        }
        for position in colocationsOfThis(instance) {
            let colocation = constraints.colocations[position]
            let added = applyColocationScore(
                dependent: instance, primary: colocation.primary, colocation, forDependent: true)
            ledger?.recordPromotion(instance, chosen, added, .colocation(ColocationCause(colocation)))
        }
        state.resources[instance].promotionPriority =
            nextRole == .promoted ? .infinity : state.resources[instance].priority
    }

    private mutating func setCurrentUnpromoted(_ index: ResourceIndex) {
        if state.resources[index].currentRole == .started { state.resources[index].currentRole = .unpromoted }
        for child in state.resources[index].children { setCurrentUnpromoted(child) }
    }

    /// Sorts the instances by how much they are wanted in the promoted role.
    private mutating func sortPromotable(_ clone: ResourceIndex) {
        if cloneTraits(clone).promotionConstrained { return }
        updateClone(clone) { $0.promotionConstrained = true }
        state.resources[clone].flags.insert(.updatingScores)
        for child in state.resources[clone].children {
            let priority = state.resources[child].promotionPriority
            guard priority >= .zero, let node = state.location(of: child, .assigned) else { continue }
            placement[clone, node].score += priority
        }
        for position in colocationsWithThis(clone) {
            let colocation = constraints.colocations[position]
            guard colocation.primaryRole == .promoted, hasInfluence(colocation) else { continue }
            var row: ScoreRow? = placement[row: clone]
            ledger?.recipient = clone
            addColocatedScores(
                colocation.dependent, target: clone, &row, colocation, factor: colocation.factor,
                [.active, .nonNegative])
            ledger?.recipient = nil
            if let row { placement[row: clone] = row }
        }
        requirePromotionTickets(clone)
        for child in state.resources[clone].children { setPromotionPriority(child, clone) }
        let children = state.resources[clone].children
        let sorted = children.mergeSorted { left, right in
            let (a, b) = (state.resources[left].promotionPriority, state.resources[right].promotionPriority)
            if a != b { return a > b ? -1 : 1 }
            let (x, y) = (state.role(of: left, current: true), state.role(of: right, current: true))
            if x != y { return x > y ? -1 : 1 }
            return compareInstances(left, right)
        }
        state.resources[clone].children = sorted
        state.resources[clone].flags.remove(.updatingScores)
    }

    private mutating func setPromotionPriority(_ child: ResourceIndex, _ clone: ResourceIndex) {
        let resource = state.resources[child]
        if !resource.isManaged, resource.nextRole == .promoted {
            state.resources[child].promotionPriority = .infinity
        } else if let node = state.location(of: child, .assigned) {
            if resource.promotionPriority >= .zero {
                state.resources[child].promotionPriority = placement[clone, node].score
            }
        } else {
            state.resources[child].promotionPriority = .minusInfinity
        }
    }

    // MARK: - Roles

    private mutating func setInstanceRole(_ instance: ResourceIndex, _ count: inout Int) {
        showPromotionScore(instance)
        let clone = state.top(of: instance)
        var chosen: NodeIndex?
        if state.resources[instance].promotionPriority >= .zero,
            count < cloneTraits(clone).promotedMaximum || !state.resources[clone].isManaged
        {
            chosen = promotionNode(instance)
        }
        guard let chosen else {
            setNextUnpromoted(instance)
            return
        }
        if state.resources[instance].currentRole < .promoted, !state.options.isQuorate,
            state.options.quorumPolicy == .freeze
        {
            setNextUnpromoted(instance)
            return
        }
        placement[clone, chosen].count += 1
        setNextPromoted(instance)
        count += 1
    }

    private mutating func showPromotionScore(_ instance: ResourceIndex) {
        guard options.collectsScores else { return }
        let resource = state.resources[instance]
        let node = state.location(of: instance, .assigned).map { state.nodes[$0].name }
        let score = "\(resource.promotionPriority)"
        scoreLines.append(
            ReportEntry(
                "\(resource.id) promotion score \(node.map { "on \($0)" } ?? "(inactive)"): \(score)",
                XMLElement("promotion_score", ["id": resource.id, "score": score, "node": node])))
    }

    private func promotionNode(_ index: ResourceIndex) -> NodeIndex? {
        let resource = state.resources[index]
        for child in resource.children where promotionNode(child) == nil { return nil }
        guard let node = state.location(of: index, .assigned) else { return nil }
        if !resource.isManaged {
            if state.role(of: index, current: true) != .promoted { return nil }
        } else if resource.priority < .zero || !isAvailableForPromotion(node) {
            return nil
        }
        let clone = state.top(of: index)
        let cell = placement[clone, node]
        guard cell.isPresent else { return nil }
        if Int(cell.count) >= cloneTraits(clone).promotedMaximumPerNode, resource.isManaged { return nil }
        return node
    }

    private func isAvailableForPromotion(_ node: NodeIndex) -> Bool {
        guard state.isAvailable(node) else { return false }
        guard let launcher = state.guestLauncher(of: node) else { return true }
        return state.location(of: launcher, .assigned) != nil
    }

    private mutating func setNextUnpromoted(_ index: ResourceIndex) {
        let isPlaced = !state.locations(of: index, .assigned).isEmpty
        state.resources[index].nextRole = isPlaced ? .unpromoted : .stopped
        for child in state.resources[index].children { setNextUnpromoted(child) }
    }

    private mutating func setNextPromoted(_ index: ResourceIndex) {
        if state.resources[index].nextRole == .unknown { state.resources[index].nextRole = .promoted }
        for child in state.resources[index].children { setNextPromoted(child) }
    }
}
