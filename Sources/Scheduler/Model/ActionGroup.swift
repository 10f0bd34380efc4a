/// The actions of one resource that have the same key, oldest first: one a node where the operation is wanted.
///
/// Whoever asks for an action names resource, key and often node, so this is how it is found without looking at others.
struct ActionGroup: Sendable {
    let key: ActionKey
    let oldest: ActionIndex
    var newest: ActionIndex
    var count = 0
    /// How many have no node yet.
    var placelessCount = 0
    /// The oldest action on each node, by the node's index, once there are more than a few; nothing for the nodes behind.
    private(set) var byNode: [ActionIndex?] = []
    /// The next group of the resource.
    var next: Index<ActionGroup>?

    /// Whether all of them do the task that the key names; recurring operations may have become cancellations.
    var isUniform: Bool { key.interval == 0 && key.notification == .none }

    /// Whether `byNode` says where to begin.
    var isIndexed: Bool { !byNode.isEmpty }

    /// With how many actions a look at each of them stops being the fastest.
    static let indexedCount = 5

    func oldest(on node: NodeIndex) -> ActionIndex? { node.int < byNode.count ? byNode[node.int] : nil }

    mutating func note(_ action: ActionIndex, on node: NodeIndex) {
        while byNode.count <= node.int { byNode.append(nil) }
        if byNode[node.int].map({ action < $0 }) ?? true { byNode[node.int] = action }
    }
}

extension ActionPlan {
    private func group(_ resource: ResourceIndex, _ key: ActionKey) -> Index<ActionGroup>? {
        var next = firstGroup(of: resource)
        while let index = next {
            if groups[index].key == key { return index }
            next = groups[index].next
        }
        return nil
    }

    private func firstGroup(of resource: ResourceIndex) -> Index<ActionGroup>? {
        resource.int < firstGroupOfResource.count ? firstGroupOfResource[resource.int] : nil
    }

    mutating func addToGroup(_ action: ActionIndex, of resource: ResourceIndex) {
        let key = actions[action].key
        let group: Index<ActionGroup>
        if let known = self.group(resource, key) {
            actions[groups[known].newest].nextOfGroup = action
            groups[known].newest = action
            group = known
        } else {
            while firstGroupOfResource.count <= resource.int { firstGroupOfResource.append(nil) }
            group = groups.append(
                ActionGroup(key: key, oldest: action, newest: action, next: firstGroupOfResource[resource.int]))
            firstGroupOfResource[resource.int] = group
        }
        groups[group].count += 1
        if actions[action].node == nil { groups[group].placelessCount += 1 }
        if groups[group].count == ActionGroup.indexedCount {
            fillIndex(group)
        } else if groups[group].count > ActionGroup.indexedCount, let node = actions[action].node {
            groups[group].note(action, on: node)
        }
    }

    private mutating func fillIndex(_ group: Index<ActionGroup>) {
        var next: ActionIndex? = groups[group].oldest
        while let index = next {
            if let node = actions[index].node { groups[group].note(index, on: node) }
            next = actions[index].nextOfGroup
        }
    }

    /// Gives a node to those of a group that have none.
    private mutating func settle(_ group: Index<ActionGroup>, on node: NodeIndex) {
        guard groups[group].placelessCount > 0 else { return }
        var next: ActionIndex? = groups[group].oldest
        while let index = next {
            if actions[index].node == nil {
                actions[index].node = node
                if groups[group].count >= ActionGroup.indexedCount { groups[group].note(index, on: node) }
            }
            next = actions[index].nextOfGroup
        }
        groups[group].placelessCount = 0
    }

    // MARK: - Finding

    /// The oldest action with that key; with a node, actions without one take it first.
    mutating func findOne(_ resource: ResourceIndex, _ key: ActionKey, on node: NodeIndex? = nil) -> ActionIndex? {
        guard let group = group(resource, key) else { return nil }
        guard let node else { return groups[group].oldest }
        settle(group, on: node)
        var next = firstCandidate(group, on: node)
        while let index = next {
            if actions[index].node == node { return index }
            next = actions[index].nextOfGroup
        }
        return nil
    }

    /// Where the search for actions on a node begins.
    private func firstCandidate(_ group: Index<ActionGroup>, on node: NodeIndex?) -> ActionIndex? {
        guard let node, groups[group].isIndexed else { return groups[group].oldest }
        return groups[group].oldest(on: node)
    }

    /// The oldest action with that key; the others follow by `nextOfGroup`.
    func oldest(_ resource: ResourceIndex, _ key: ActionKey) -> ActionIndex? {
        group(resource, key).map { groups[$0].oldest }
    }

    /// The actions with that key, oldest first; with a node, an action without one takes it.
    mutating func find(_ resource: ResourceIndex, _ key: ActionKey, on node: NodeIndex? = nil) -> [ActionIndex] {
        guard let group = group(resource, key) else { return [] }
        if let node { settle(group, on: node) }
        return collect(group, on: node)
    }

    /// Only actions that are on the node already.
    func findExact(_ resource: ResourceIndex, _ key: ActionKey, on node: NodeIndex?) -> [ActionIndex] {
        guard let node, let group = group(resource, key) else { return [] }
        return collect(group, on: node)
    }

    private func collect(_ group: Index<ActionGroup>, on node: NodeIndex?) -> [ActionIndex] {
        var result: [ActionIndex] = []
        var next = firstCandidate(group, on: node)
        while let index = next {
            if node == nil || actions[index].node == node { result.append(index) }
            next = actions[index].nextOfGroup
        }
        return result
    }

    /// The newest action of a task, on a node when one is given.
    func newest(_ resource: ResourceIndex, _ task: Task, on node: NodeIndex? = nil) -> ActionIndex? {
        var result: ActionIndex?
        var nextGroup = firstGroup(of: resource)
        while let group = nextGroup {
            nextGroup = groups[group].next
            if groups[group].isUniform, groups[group].key.task != task { continue }
            if groups[group].isUniform, node == nil {
                result = max(result ?? groups[group].newest, groups[group].newest)
                continue
            }
            var next = firstCandidate(group, on: node)
            while let index = next {
                next = actions[index].nextOfGroup
                guard actions[index].task == task, node == nil || actions[index].node == node else { continue }
                result = max(result ?? index, index)
            }
        }
        return result
    }

    func newest(_ resource: ResourceIndex, key: ActionKey) -> ActionIndex? {
        group(resource, key).map { groups[$0].newest }
    }
}
