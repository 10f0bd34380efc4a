import ClusterTypes
import XMLTree

/// How strict an ordering is.
private enum OrderingKind { case optional, mandatory, serialize }

/// Which half of an ordering: the only one, the forward one, or the reverse that a stop follows.
private enum OrderingDirection { case asymmetric, symmetric, inverse }

extension Scheduling {
    /// Orders whatever actions two resources have for two tasks.
    mutating func order(
        _ first: ResourceIndex, _ firstTask: Task, _ then: ResourceIndex, _ thenTask: Task, _ relation: Relation
    ) {
        addOrdering(end(first, firstTask), end(then, thenTask), relation)
    }

    func end(_ resource: ResourceIndex, _ task: Task) -> OrderingEnd {
        OrderingEnd(resource: resource, key: ActionKey(task), action: nil)
    }

    func end(_ action: ActionIndex) -> OrderingEnd {
        OrderingEnd(resource: plan.actions[action].resource, key: plan.actions[action].key, action: action)
    }

    mutating func addOrdering(_ first: OrderingEnd, _ then: OrderingEnd, _ relation: Relation) {
        constraints.orderings.append(Ordering(first: first, then: then, relation: relation))
        addMigrationEquivalents(first, then)
    }

    // MARK: - Reading

    mutating func readOrdering(_ original: XMLElement) {
        var element = original
        let id = original.id ?? ""
        let kind = kind(of: original)
        let direction = direction(of: original, kind, inherited: nil)
        if let expanded = expandSets(original) { element = expanded }
        if element.child("resource_set") == nil, let first = element["first"], let then = element["then"] {
            for name in [first, then] where constraintResource(name) == nil && members(ofTag: name) == nil {
                state.complain("Ignoring constraint \(id) because \(name) is not a resource, template or tag")
                return
            }
            if isTag(first) || isTag(then) {
                for (attribute, actionAttribute) in [("first", "first-action"), ("then", "then-action")] {
                    guard let replaced = replaceByTagSet(&element, attribute, always: true) else { return }
                    if let position = replaced, let action = element[actionAttribute] {
                        element.children[position]["action"] = action
                        element[actionAttribute] = nil
                    }
                }
            }
        }
        var last: XMLElement?
        for child in element.children("resource_set") {
            let set = references.resolve(child)
            guard orderSet(set, kind, original["symmetrical"]) else { return }
            if let last {
                guard orderSets(id, last, set, kind, direction) else { return }
                if direction == .symmetric, !orderSets(id, set, last, kind, .inverse) { return }
            }
            last = set
        }
        if last == nil { readSimpleOrdering(element, id, kind, direction) }
    }

    private func kind(of element: XMLElement) -> OrderingKind {
        switch element["kind"] {
        case "Optional": return .optional
        case "Serialize": return .serialize
        case nil:
            guard let text = element["score"] else { return .mandatory }
            return (TextValue.score(text) ?? .zero) == .zero ? .optional : .mandatory
        default: return .mandatory
        }
    }

    private func direction(of element: XMLElement, _ outer: OrderingKind, inherited: String?) -> OrderingDirection {
        let kind = element["kind"] != nil || element["score"] != nil ? self.kind(of: element) : outer
        if let symmetrical = TextValue.boolean(element["symmetrical"]) ?? inherited.map({ TextValue.isTrue($0) }) {
            return symmetrical && kind != .serialize ? .symmetric : .asymmetric
        }
        return kind == .serialize ? .asymmetric : .symmetric
    }

    private func relation(_ kind: OrderingKind, _ first: Task, _ direction: OrderingDirection) -> Relation {
        switch (kind, direction) {
        case (.optional, _): .ordered
        case (.serialize, _): .serialize
        case (.mandatory, .asymmetric): [.ordered, .asymmetric]
        case (.mandatory, .symmetric):
            first.isUp ? [.ordered, .firstImpliesThen, .unrunnableFirstBlocks] : [.ordered, .firstImpliesThen]
        case (.mandatory, .inverse): [.ordered, .thenImpliesFirst]
        }
    }

    private mutating func readSimpleOrdering(
        _ element: XMLElement, _ id: String, _ kind: OrderingKind, _ direction: OrderingDirection
    ) {
        guard let first = constraintResource(element["first"]), let then = constraintResource(element["then"]) else {
            state.complain("Ignoring constraint \(id) because a resource does not exist")
            return
        }
        let firstTask = plan.task(named: element["first-action"] ?? "start")
        let thenTask = element["then-action"].map { plan.task(named: $0) } ?? firstTask
        let relation = relation(kind, firstTask, direction)
        let minimum = minimumInstances(of: first, element)
        if minimum > 0 {
            orderAfterSome(id, first, firstTask, then, thenTask, relation, minimum)
        } else {
            order(first, firstTask, then, thenTask, relation)
        }
        guard direction == .symmetric, let inverseFirst = firstTask.inverse, let inverseThen = thenTask.inverse else {
            return
        }
        order(then, inverseThen, first, inverseFirst, self.relation(kind, inverseFirst, .inverse))
    }

    /// How many instances of a clone must be active before what comes after it; 0 for all.
    private func minimumInstances(of first: ResourceIndex, _ element: XMLElement) -> Int {
        guard state.resources[first].isClone else { return 0 }
        if let minimum = state.resources[first].meta["clone-min"] { return TextValue.integer(minimum, default: 0) }
        return TextValue.boolean(element["require-all"]) == false ? 1 : 0
    }

    private mutating func orderAfterSome(
        _ id: String, _ first: ResourceIndex, _ firstTask: Task, _ then: ResourceIndex, _ thenTask: Task,
        _ relation: Relation, _ minimum: Int
    ) {
        let met = pseudoAction(named: "clone-one-or-more:\(id)")
        plan.actions[met].requiredRunnable = Int32(clamping: minimum)
        for instance in state.resources[first].children {
            addOrdering(end(instance, firstTask), end(met), [.minimumRunnable, .firstImpliesThenGraphed])
        }
        addOrdering(end(met), end(then, thenTask), relation.union(.unrunnableFirstBlocks))
    }

    // MARK: - Sets

    private func resources(of set: XMLElement) -> [ResourceIndex]? {
        var result: [ResourceIndex] = []
        for reference in set.children("resource_ref") {
            guard let resource = constraintResource(reference.id) else { return nil }
            result.append(resource)
        }
        return result
    }

    private mutating func orderSet(_ set: XMLElement, _ outer: OrderingKind, _ symmetrical: String?) -> Bool {
        guard let members = resources(of: set) else {
            state.complain("Ignoring ordering set \(set.id ?? "") because a resource does not exist")
            return false
        }
        if members.count == 1 { return true }
        let task = plan.task(named: set["action"] ?? "start")
        let kind = set["kind"] == nil ? outer : self.kind(of: set)
        let isSequential = set["sequential"].map { TextValue.isTrue($0) } ?? true
        let direction = direction(of: set, outer, inherited: symmetrical)
        let relation = relation(kind, task, direction)
        if kind == .serialize {
            for (position, first) in members.enumerated() {
                for then in members[(position + 1)...] { order(first, task, then, task, relation) }
            }
        } else if isSequential {
            for (first, then) in zip(members, members.dropFirst()) { order(first, task, then, task, relation) }
        }
        guard direction != .asymmetric, isSequential, let inverse = task.inverse else { return true }
        let inverseRelation = self.relation(kind, inverse, .inverse)
        for (first, then) in zip(members, members.dropFirst()) { order(then, inverse, first, inverse, inverseRelation) }
        return true
    }

    private mutating func orderSets(
        _ id: String, _ first: XMLElement, _ second: XMLElement, _ kind: OrderingKind, _ direction: OrderingDirection
    ) -> Bool {
        guard let firstMembers = resources(of: first), let secondMembers = resources(of: second) else { return false }
        var firstTask = plan.task(named: first["action"] ?? "start")
        var secondTask = plan.task(named: second["action"] ?? "start")
        if direction == .inverse {
            guard let a = firstTask.inverse, let b = secondTask.inverse else { return true }
            (firstTask, secondTask) = (a, b)
        }
        let requiresAll =
            firstTask == .stop || firstTask == .demote || TextValue.boolean(first["require-all"]) ?? true
        let relation = relation(kind, firstTask, direction)
        if !requiresAll {
            let met = pseudoAction(named: "one-or-more:\(first.id ?? id)")
            plan.actions[met].requiredRunnable = 1
            for member in firstMembers {
                addOrdering(end(member, firstTask), end(met), [.minimumRunnable, .firstImpliesThenGraphed])
            }
            for member in secondMembers {
                addOrdering(end(met), end(member, secondTask), relation.union(.unrunnableFirstBlocks))
            }
            return true
        }
        // A sequential set is entered and left at one end; which one depends on the direction.
        let isInverse = direction == .inverse
        func ends(_ members: [ResourceIndex], _ set: XMLElement, last: Bool) -> [ResourceIndex] {
            guard TextValue.isTrue(set["sequential"]) else { return members }
            return last ? Array(members.suffix(1)) : Array(members.prefix(1))
        }
        for a in ends(firstMembers, first, last: !isInverse) {
            for b in ends(secondMembers, second, last: isInverse) { order(a, firstTask, b, secondTask, relation) }
        }
        return true
    }

    // MARK: - Migrations

    /// Orderings of starts and stops hold for the migrations that stand in for them.
    private mutating func addMigrationEquivalents(_ first: OrderingEnd, _ then: OrderingEnd) {
        guard let a = first.resource, let b = then.resource, a != b, !state.isAncestor(b, of: a),
            !state.isAncestor(a, of: b)
        else { return }
        let firstMigrates = state.resources[a].flags.contains(.migratable)
        let thenMigrates = state.resources[b].flags.contains(.migratable)
        guard firstMigrates || thenMigrates else { return }
        let firstTask = first.action.map { plan.actions[$0].task } ?? first.key.task
        let thenTask = then.action.map { plan.actions[$0].task } ?? then.key.task
        let hasPartialTarget = state.resources[b].migrationTarget != nil
        switch (firstTask, thenTask) {
        case (.start, .start):
            if firstMigrates, thenMigrates { order(a, .migrateFrom, b, .migrateTo, .ordered) }
            if thenMigrates {
                order(a, .start, b, .migrateTo, firstMigrates ? [.ordered, .ifFirstUnmigratable] : .ordered)
            }
        case (.stop, .stop) where thenMigrates:
            let relation: Relation = firstMigrates ? [.ordered, .ifFirstUnmigratable] : .ordered
            order(a, .stop, b, .migrateTo, relation)
            if hasPartialTarget { order(a, .stop, b, .migrateFrom, relation) }
        case (.promote, .start) where thenMigrates: order(a, .promote, b, .migrateTo, .ordered)
        case (.demote, .stop) where thenMigrates:
            order(a, .demote, b, .migrateTo, .ordered)
            if hasPartialTarget { order(a, .demote, b, .migrateFrom, .ordered) }
        default: break
        }
    }
}
