import ClusterTypes
import XMLTree

extension Scheduling {
    mutating func readColocation(_ original: XMLElement) {
        var element = original
        let id = original.id ?? ""
        if let expanded = expandSets(original) { element = expanded }
        if element.child("resource_set") == nil, let dependent = element["rsc"], let primary = element["with-rsc"] {
            if isTag(dependent), isTag(primary) {
                state.complain("Ignoring constraint \(id) because two templates or tags cannot be colocated")
                return
            }
            if isTag(dependent) || isTag(primary) {
                for (attribute, roleAttribute) in [("rsc", "rsc-role"), ("with-rsc", "with-rsc-role")] {
                    guard let replaced = replaceByTagSet(&element, attribute, always: true) else { return }
                    if let position = replaced, let role = element[roleAttribute] {
                        element.children[position]["role"] = role
                        element[roleAttribute] = nil
                    }
                }
            }
        }
        var score = Score.zero
        if let text = element["score"] {
            guard let value = TextValue.score(text, health: state.options.health) else {
                state.complain("Ignoring colocation \(id) because \(text) is not a valid score")
                return
            }
            score = value
        }
        var last: XMLElement?
        for child in element.children("resource_set") {
            let set = references.resolve(child)
            readColocationSet(set, score, id, element["influence"])
            if let last { colocateSets(last, set, score, id, element["influence"]) }
            last = set
        }
        if last == nil { readSimpleColocation(element, id, score) }
    }

    private mutating func readSimpleColocation(_ element: XMLElement, _ id: String, _ score: Score) {
        guard let dependent = constraintResource(element["rsc"]), let primary = constraintResource(element["with-rsc"])
        else {
            state.complain("Ignoring constraint \(id) because a resource does not exist")
            return
        }
        colocate(
            id, dependent, primary, score, attribute: element["node-attribute"], dependentRole: element["rsc-role"],
            primaryRole: element["with-rsc-role"], flags: influence(dependent, element["influence"]))
    }

    private func influence(_ dependent: ResourceIndex, _ text: String?) -> Colocation.Flags {
        let has = TextValue.boolean(text) ?? state.resources[dependent].flags.contains(.critical)
        return has ? [.explicit, .influence] : .explicit
    }

    // MARK: - Sets

    /// Each member with the one before it; with a negative score each with all before it.
    private mutating func readColocationSet(_ set: XMLElement, _ outer: Score, _ id: String, _ influenceText: String?) {
        var score = outer
        if let text = set["score"] {
            guard let value = TextValue.score(text, health: state.options.health) else { return }
            score = value
        }
        guard score != .zero, TextValue.boolean(set["sequential"]) != false else { return }
        let withPrevious = set["ordering"].map { $0.lowercased() == "group" } ?? true
        let setID = set.id ?? id
        let references = set.children("resource_ref")
        var previous: ResourceIndex?
        for reference in references {
            guard let resource = constraintResource(reference.id) else { return }
            let flags = influence(resource, influenceText)
            func add(_ dependent: ResourceIndex, _ primary: ResourceIndex) {
                colocate(
                    setID, dependent, primary, score, attribute: nil, dependentRole: set["role"],
                    primaryRole: set["role"], flags: flags)
            }
            if score > .zero {
                if let previous {
                    if withPrevious { add(resource, previous) } else { add(previous, resource) }
                }
            } else {
                // Up to the one with its name: what is named by what it clones is kept apart from all, itself included.
                for other in references.prefix(while: { $0.id != state.resources[resource].id }) {
                    if let primary = constraintResource(other.id) { add(resource, primary) }
                }
            }
            previous = resource
        }
    }

    /// The first set depends on the second: by its first member when sequential, on the last of a sequential second.
    private mutating func colocateSets(
        _ first: XMLElement, _ second: XMLElement, _ score: Score, _ id: String, _ influenceText: String?
    ) {
        guard score != .zero else { return }
        func isSequential(_ set: XMLElement) -> Bool { TextValue.boolean(set["sequential"]) ?? true }
        let firstReferences = first.children("resource_ref")
        let secondReferences = second.children("resource_ref")
        let dependents = isSequential(first) ? Array(firstReferences.prefix(1)) : firstReferences
        let primaries = isSequential(second) ? Array(secondReferences.suffix(1)) : secondReferences
        for dependentReference in dependents {
            guard let dependent = constraintResource(dependentReference.id) else {
                if isSequential(first) { return }
                continue
            }
            for primaryReference in primaries {
                guard let primary = constraintResource(primaryReference.id) else { continue }
                colocate(
                    id, dependent, primary, score, attribute: nil, dependentRole: first["role"],
                    primaryRole: second["role"], flags: influence(dependent, influenceText))
            }
        }
    }

    // MARK: - Adding

    mutating func colocate(
        _ id: String, _ dependent: ResourceIndex, _ primary: ResourceIndex, _ score: Score, attribute: String?,
        dependentRole: String?, primaryRole: String?, flags: Colocation.Flags
    ) {
        guard let dependentRole = constraintRole(dependentRole), let primaryRole = constraintRole(primaryRole) else {
            state.complain("Ignoring colocation \(id) because of an invalid role")
            return
        }
        if score == .zero { return }
        let position = constraints.colocations.count
        constraints.colocations.append(
            Colocation(
                id: id, nodeAttribute: attribute ?? "#uname", score: score, dependent: dependent, primary: primary,
                dependentRole: dependentRole, primaryRole: primaryRole, flags: flags))
        var ofThis = state.resources[dependent].colocationsOfThis
        insertByPrimary(position, into: &ofThis)
        state.resources[dependent].colocationsOfThis = ofThis
        var withThis = state.resources[primary].colocationsWithThis
        insertByDependent(position, into: &withThis)
        state.resources[primary].colocationsWithThis = withThis
        if score.isMinusInfinite {
            orderApart(dependent, dependentRole, primary, primaryRole)
            orderApart(primary, primaryRole, dependent, dependentRole)
        }
    }

    func insertByPrimary(_ position: Int, into list: inout [Int]) {
        insert(position, into: &list) { constraints.colocations[$0].primary }
    }

    func insertByDependent(_ position: Int, into list: inout [Int]) {
        insert(position, into: &list) { constraints.colocations[$0].dependent }
    }

    private func insert(_ position: Int, into list: inout [Int], _ side: (Int) -> ResourceIndex) {
        let place = list.firstIndex { comparePriority(side(position), side($0)) <= 0 } ?? list.count
        list.insert(position, at: place)
    }

    /// The order in which colocations are considered: by priority, then the larger kind, then the name.
    private func comparePriority(_ left: ResourceIndex, _ right: ResourceIndex) -> Int {
        let (a, b) = (state.resources[left], state.resources[right])
        if a.priority != b.priority { return a.priority > b.priority ? -1 : 1 }
        if a.variantRank != b.variantRank { return a.variantRank > b.variantRank ? -1 : 1 }
        if a.isClone {
            let (first, second) = (a.flags.contains(.promotable), b.flags.contains(.promotable))
            if first != second { return first ? -1 : 1 }
        }
        if a.id == b.id { return 0 }
        return a.id.utf8.lexicographicallyPrecedes(b.id.utf8) ? -1 : 1
    }

    /// Resources that must be apart: one leaves a node before the other comes.
    private mutating func orderApart(
        _ first: ResourceIndex, _ firstRole: Role, _ then: ResourceIndex, _ thenRole: Role
    ) {
        let leaving: [Task] =
            firstRole == .promoted ? [.demote] : firstRole == .unpromoted ? [.stop, .promote] : [.stop]
        let coming: [Task] =
            thenRole == .promoted ? [.promote] : thenRole == .unpromoted ? [.start, .demote] : [.start]
        for firstTask in leaving {
            for thenTask in coming { order(first, firstTask, then, thenTask, .ifRequiredOnSameNode) }
        }
    }
}
