import ClusterTypes

extension Scheduling {
    mutating func colocate(_ dependent: ResourceIndex, withClone clone: ResourceIndex, _ colocation: Colocation)
        -> Score
    {
        if state.resources[clone].flags.contains(.unassigned) { return .zero }
        if state.resources[clone].flags.contains(.promotable), colocation.primaryRole != .unknown {
            if state.resources[dependent].flags.contains(.unassigned) {
                colocate(dependent, withRoleOf: clone, colocation)
                return .zero
            }
            if colocation.dependentRole == .promoted { return colocatePromotion(dependent, clone, colocation) }
        }
        if canInterleave(colocation) {
            if let instance = compatibleInstance(of: clone, for: dependent, role: .unknown, current: false) {
                return applyColocationScore(dependent: dependent, primary: instance, colocation, forDependent: true)
            }
            if colocation.score.isInfinite { setNode(dependent, nil, force: true, stopIfFailed: true) }
            return .zero
        }
        if colocation.score.isInfinite {
            var nodes: [NodeIndex] = []
            for instance in state.resources[clone].children {
                if let node = state.location(of: instance, .assigned), !state.anyHas(.blocked, in: instance) {
                    nodes.append(node)
                }
            }
            restrict(dependent, to: nodes, mergingScoresOf: nil)
            return .zero
        }
        var delta = Score.zero
        for instance in state.resources[clone].children {
            delta += applyColocationScore(dependent: dependent, primary: instance, colocation, forDependent: false)
        }
        return delta
    }

    private func canInterleave(_ colocation: Colocation) -> Bool {
        let dependent = state.resources[colocation.dependent]
        guard dependent.variantRank > 1, TextValue.isTrue(dependent.meta["interleave"]) else { return false }
        return maximumPerNode(colocation.dependent) == maximumPerNode(colocation.primary)
    }

    func maximumPerNode(_ index: ResourceIndex) -> Int {
        switch state.resources[index].variant {
        case .primitive, .group: 1
        case .clone(let traits): traits.maximumPerNode
        case .bundle(let traits): traits.replicasPerHost
        }
    }

    /// Bans a dependent from all but some nodes; the scores of what it goes with may count too.
    mutating func restrict(
        _ dependent: ResourceIndex, to nodes: [NodeIndex], mergingScoresOf source: [NodeIndex: Score]?
    ) {
        for node in state.nodeOrder where placement[dependent, node].isPresent {
            if !nodes.contains(node) {
                placement[dependent, node].score = .minusInfinity
                ledger?.recordColocated(dependent, node, .minusInfinity)
            } else if let added = source?[node] {
                placement[dependent, node].score += added
                ledger?.recordColocated(dependent, node, added)
            }
        }
    }

    /// Goes where instances of the wanted role are.
    private mutating func colocate(
        _ dependent: ResourceIndex, withRoleOf clone: ResourceIndex, _ colocation: Colocation
    ) {
        var affected: [NodeIndex] = []
        var scores: [NodeIndex: Score] = [:]
        for instance in state.resources[clone].children {
            guard let node = state.location(of: instance, .assigned),
                state.role(of: instance, current: false) == colocation.primaryRole
            else { continue }
            if !colocation.score.isInfinite {
                let value = placeValue(node, colocation.nodeAttribute, clone)
                for other in state.nodeOrder where placement[dependent, other].isPresent {
                    if samePlace(value, placeValue(other, colocation.nodeAttribute, dependent)) {
                        placement[dependent, other].score += colocation.score
                        ledger?.recordColocated(dependent, other, colocation.score)
                    }
                }
            }
            affected.insert(node, at: 0)
            scores[node] = assignedScore(of: instance)
        }
        if colocation.score.isInfinite, colocation.dependentRole != .promoted || colocation.primaryRole != .promoted {
            restrict(dependent, to: affected, mergingScoresOf: scores)
        }
    }

    private func assignedScore(of instance: ResourceIndex) -> Score {
        var current = instance
        while let first = state.resources[current].children.first { current = first }
        return state.resources[current].assignedScore
    }

    private mutating func colocatePromotion(
        _ dependent: ResourceIndex, _ clone: ResourceIndex, _ colocation: Colocation
    ) -> Score {
        if compatibleInstance(
            of: clone, for: dependent, role: colocation.primaryRole, current: false, attribute: colocation.nodeAttribute
        )
            != nil
        {
            state.resources[dependent].priority += colocation.score
            return colocation.score
        }
        guard colocation.score.isInfinite else { return .zero }
        state.resources[dependent].priority = .minusInfinity
        return .minusInfinity
    }

    // MARK: - Instances that belong together

    func instances(of index: ResourceIndex) -> [ResourceIndex] {
        state.resources[index].isBundle ? bundleContainers(index) : state.resources[index].children
    }

    /// The instance that goes with another resource: on its node, or on the best node it may have.
    func compatibleInstance(
        of collective: ResourceIndex, for index: ResourceIndex, role: Role, current: Bool, attribute: String? = nil
    ) -> ResourceIndex? {
        if let node = state.location(of: index, current ? .current : .assigned) {
            return instance(of: collective, on: node, role, current, attribute)
        }
        for node in sortedNodes(placement[row: index], active: nil) {
            if let found = instance(of: collective, on: node, role, current, attribute) { return found }
        }
        return nil
    }

    private func instance(
        of collective: ResourceIndex, on node: NodeIndex, _ role: Role, _ current: Bool, _ attribute: String?
    ) -> ResourceIndex? {
        instances(of: collective).first { matches($0, node, role, current, attribute) }
    }

    func matches(_ instance: ResourceIndex, _ node: NodeIndex, _ role: Role, _ current: Bool, _ attribute: String?)
        -> Bool
    {
        guard let own = state.location(of: instance, current ? .current : .assigned) else { return false }
        if attribute == nil, own != node { return false }
        if role != .unknown, role != state.role(of: instance, current: current) { return false }
        if state.anyHas(.blocked, in: instance) { return false }
        guard let attribute else { return true }
        return samePlace(placeValue(own, attribute, instance), placeValue(node, attribute, instance))
    }
}
