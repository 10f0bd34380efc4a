import ClusterTypes

/// What a colocation decides for a dependent at this point.
private enum ColocationEffect { case nothing, role, location }

/// Which way and how scores spread along colocations.
struct ScoreSpread: OptionSet {
    let rawValue: UInt8
    /// Follow what the resource depends on, rather than what depends on it.
    static let thisWith = ScoreSpread(rawValue: 1)
    static let nonNegative = ScoreSpread(rawValue: 2)
    /// Give up when no node is left.
    static let active = ScoreSpread(rawValue: 4)
}

// MARK: - Which colocations count for a resource

extension Scheduling {
    func colocationsOfThis(_ index: ResourceIndex) -> [Int] {
        var list: [Int] = []
        collectOfThis(index, for: index, into: &list)
        return list
    }

    func colocationsWithThis(_ index: ResourceIndex) -> [Int] {
        var list: [Int] = []
        collectWithThis(index, for: index, into: &list)
        return list
    }

    private func addAll(_ addition: [Int], into list: inout [Int], byPrimary: Bool) {
        if list.isEmpty {
            list = addition
        } else {
            for _ in addition {
                // Every insertion repeats the first, as the incumbents do.
                if byPrimary {
                    insertByPrimary(addition[0], into: &list)
                } else {
                    insertByDependent(addition[0], into: &list)
                }
            }
        }
    }

    /// Most primitives stand alone.
    private func hasNoColocations(_ index: ResourceIndex, _ original: ResourceIndex, _ own: [Int]) -> Bool {
        own.isEmpty && state.resources[index].isPrimitive
            && (index != original || state.resources[index].parent == nil)
    }

    private func collectOfThis(_ index: ResourceIndex, for original: ResourceIndex, into list: inout [Int]) {
        if hasNoColocations(index, original, state.resources[index].colocationsOfThis) { return }
        let resource = state.resources[index]
        switch resource.variant {
        case .bundle:
            if bundleTakesPart(index, for: original) {
                addAll(resource.colocationsOfThis, into: &list, byPrimary: true)
            }
        case .primitive:
            if index == original {
                addAll(resource.colocationsOfThis, into: &list, byPrimary: true)
                if let parent = resource.parent { collectOfThis(parent, for: original, into: &list) }
            } else {
                for position in resource.colocationsOfThis
                where constraints.colocations[position].flags.contains(.explicit) {
                    insertByPrimary(position, into: &list)
                }
            }
        case .clone:
            addAll(resource.colocationsOfThis, into: &list, byPrimary: true)
            if let parent = resource.parent { collectOfThis(parent, for: original, into: &list) }
        case .group(let traits): collectOfGroup(index, traits, for: original, into: &list)
        }
    }

    private func collectOfGroup(
        _ group: ResourceIndex, _ traits: GroupTraits, for original: ResourceIndex, into list: inout [Int]
    ) {
        let resource = state.resources[group]
        guard let first = resource.children.first else { return }
        if original == group || original == first {
            addAll(resource.colocationsOfThis, into: &list, byPrimary: true)
            if let parent = resource.parent { collectOfThis(parent, for: original, into: &list) }
            guard traits.isColocated else { return }
            for member in resource.children where member != original {
                collectOfThis(member, for: original, into: &list)
            }
            return
        }
        // A later member takes part itself once an earlier one is unmanaged and so cannot pull it along.
        for member in resource.children {
            if member == original { return }
            guard !state.resources[member].isManaged else { continue }
            for position in resource.colocationsOfThis where constraints.colocations[position].score.isInfinite {
                insertByPrimary(position, into: &list)
            }
            return
        }
    }

    private func collectWithThis(_ index: ResourceIndex, for original: ResourceIndex, into list: inout [Int]) {
        if hasNoColocations(index, original, state.resources[index].colocationsWithThis) { return }
        let resource = state.resources[index]
        switch resource.variant {
        case .bundle:
            if bundleTakesPart(index, for: original) {
                addAll(resource.colocationsWithThis, into: &list, byPrimary: false)
            }
        case .primitive:
            if index == original {
                addAll(resource.colocationsWithThis, into: &list, byPrimary: false)
                if let parent = resource.parent { collectWithThis(parent, for: original, into: &list) }
            } else {
                for position in resource.colocationsWithThis
                where constraints.colocations[position].flags.contains(.explicit) {
                    insertByDependent(position, into: &list)
                }
            }
        case .clone:
            addAll(resource.colocationsWithThis, into: &list, byPrimary: false)
            if let parent = resource.parent { collectWithThis(parent, for: original, into: &list) }
        case .group(let traits):
            guard original == index || original == resource.children.last else { return }
            addAll(resource.colocationsWithThis, into: &list, byPrimary: false)
            if let parent = resource.parent { collectWithThis(parent, for: original, into: &list) }
            guard traits.isColocated else { return }
            for member in resource.children where member != original {
                collectWithThis(member, for: original, into: &list)
            }
        }
    }

    /// Whether the dependent's preferences count for the primary.
    func hasInfluence(_ colocation: Colocation, _ resource: ResourceIndex? = nil) -> Bool {
        let subject = state.resources[resource ?? colocation.primary]
        if state.resources[colocation.dependent].flags.contains(.remoteNestingAllowed),
            !subject.flags.contains(.failed),
            subject.activeNodes.count == 1
        {
            return false
        }
        return colocation.flags.contains(.influence) || subject.activeNodes.isEmpty
    }

    /// The value that says which place a node is for a colocation.
    func placeValue(_ node: NodeIndex, _ attribute: String, _ resource: ResourceIndex?) -> String? {
        if attribute == "#uname", !state.nodes[node].isRemoteKind { return state.nodes[node].name }
        return attribute.isEmpty
            ? nil : self.attribute(attribute, of: node, target: placeTarget(node, resource), assigned: true)
    }
}

// MARK: - From the primary to the dependent

extension Scheduling {
    /// Lets the primary's place count in the dependent's scores, or in its priority for promotion.
    ///
    /// - Returns: what was added to the dependent's priority.
    mutating func applyColocationScore(
        dependent: ResourceIndex, primary: ResourceIndex, _ colocation: Colocation, forDependent: Bool
    ) -> Score {
        if forDependent {
            switch state.resources[dependent].variant {
            case .primitive: break
            case .group(let traits): return colocateGroup(dependent, traits, with: primary, colocation)
            case .clone, .bundle:
                // Their instances are colocated one by one; a clone or bundle itself has nothing to adjust.
                return .zero
            }
        }
        switch state.resources[primary].variant {
        case .primitive: return colocate(dependent, withPrimitive: primary, colocation)
        case .group(let traits): return colocate(dependent, withGroup: primary, traits, colocation)
        case .clone: return colocate(dependent, withClone: primary, colocation)
        case .bundle: return colocate(dependent, withBundle: primary, colocation)
        }
    }

    private func effect(_ dependent: ResourceIndex, _ primary: ResourceIndex, _ colocation: Colocation, preview: Bool)
        -> ColocationEffect
    {
        if !preview, state.resources[primary].flags.contains(.unassigned) { return .nothing }
        let dependentForRole = resourceForRole(dependent)
        let primaryForRole = resourceForRole(primary)
        let subject = state.resources[dependentForRole]
        if colocation.dependentRole >= .unpromoted, let parent = subject.parent,
            state.resources[parent].flags.contains(.promotable), !subject.flags.contains(.unassigned)
        {
            return .role
        }
        if !preview, !state.resources[dependent].flags.contains(.unassigned) { return .nothing }
        if colocation.dependentRole != .unknown, colocation.dependentRole != subject.nextRole { return .nothing }
        if colocation.primaryRole != .unknown, colocation.primaryRole != state.resources[primaryForRole].nextRole {
            return .nothing
        }
        return .location
    }

    func affectsLocation(_ dependent: ResourceIndex, _ primary: ResourceIndex, _ colocation: Colocation) -> Bool {
        effect(dependent, primary, colocation, preview: true) == .location
    }

    private mutating func colocate(
        _ dependent: ResourceIndex, withPrimitive primary: ResourceIndex, _ colocation: Colocation
    ) -> Score {
        switch effect(dependent, primary, colocation, preview: false) {
        case .nothing: return .zero
        case .role: return applyToPriority(dependent, primary, colocation)
        case .location:
            applyToScores(dependent, primary, colocation)
            return .zero
        }
    }

    private mutating func colocateGroup(
        _ group: ResourceIndex, _ traits: GroupTraits, with primary: ResourceIndex, _ colocation: Colocation
    ) -> Score {
        let members = state.resources[group].children
        guard let first = members.first else { return .zero }
        var delta = Score.zero
        if traits.isColocated {
            delta = applyColocationScore(dependent: first, primary: primary, colocation, forDependent: true)
        } else {
            if colocation.score.isInfinite { return .zero }
            for member in members {
                delta += applyColocationScore(dependent: member, primary: primary, colocation, forDependent: false)
            }
        }
        if delta != .zero { state.resources[group].priority += delta }
        return delta
    }

    private mutating func colocate(
        _ dependent: ResourceIndex, withGroup group: ResourceIndex, _ traits: GroupTraits, _ colocation: Colocation
    ) -> Score {
        let members = state.resources[group].children
        if state.resources[group].flags.contains(.unassigned) { return .zero }
        if traits.isColocated {
            guard let member = colocation.score.isInfinite ? members.last : members.first else { return .zero }
            return applyColocationScore(dependent: dependent, primary: member, colocation, forDependent: false)
        }
        if colocation.score.isInfinite { return .zero }
        var delta = Score.zero
        for member in members {
            delta += applyColocationScore(dependent: dependent, primary: member, colocation, forDependent: false)
        }
        return delta
    }

    private mutating func applyToScores(_ dependent: ResourceIndex, _ primary: ResourceIndex, _ colocation: Colocation)
    {
        let primaryNode = state.resources[primary].assignedNode
        if primaryNode == nil, colocation.score < .zero { return }
        let value = primaryNode.flatMap { placeValue($0, colocation.nodeAttribute, primary) }
        var work = placement[row: dependent]
        for node in state.nodeOrder where work[node.int].isPresent {
            if primaryNode == nil {
                work[node.int].score += -colocation.score
            } else if samePlace(placeValue(node, colocation.nodeAttribute, dependent), value) {
                if !colocation.score.isInfinite { work[node.int].score += colocation.score }
            } else if colocation.score.isInfinite {
                work[node.int].score = .minusInfinity
            }
        }
        if colocation.isMandatory || anyAvailable(work) {
            if ledger != nil { noteColocation(colocation, dependent, value, isPlaced: primaryNode != nil) }
            placement[row: dependent] = work
        }
    }

    private mutating func noteColocation(
        _ colocation: Colocation, _ dependent: ResourceIndex, _ place: String?, isPlaced: Bool
    ) {
        ledger?.colocation = colocation
        for node in state.nodeOrder where placement[dependent, node].isPresent {
            if !isPlaced {
                ledger?.recordColocated(dependent, node, -colocation.score)
            } else if samePlace(placeValue(node, colocation.nodeAttribute, dependent), place) {
                if !colocation.score.isInfinite { ledger?.recordColocated(dependent, node, colocation.score) }
            } else if colocation.score.isInfinite {
                ledger?.recordColocated(dependent, node, .minusInfinity)
            }
        }
    }

    func samePlace(_ left: String?, _ right: String?) -> Bool {
        left == right || left?.lowercased() == right?.lowercased()
    }

    private mutating func applyToPriority(
        _ dependent: ResourceIndex, _ primary: ResourceIndex, _ colocation: Colocation
    ) -> Score {
        guard let dependentNode = state.resources[dependent].assignedNode else { return .zero }
        let primaryNode = state.resources[primary].assignedNode
        if primaryNode != nil, colocation.primaryRole != .unknown,
            colocation.primaryRole != state.resources[resourceForRole(primary)].nextRole
        {
            return .zero
        }
        var isNegated = false
        let primaryValue = primaryNode.flatMap { placeValue($0, colocation.nodeAttribute, primary) }
        if !samePlace(placeValue(dependentNode, colocation.nodeAttribute, dependent), primaryValue) {
            guard colocation.score.isInfinite, colocation.dependentRole == .promoted else { return .zero }
            isNegated = true
        } else if colocation.dependentRole == .unpromoted {
            isNegated = true
        }
        let delta = isNegated ? -colocation.score : colocation.score
        state.resources[dependent].priority += delta
        return delta
    }
}
