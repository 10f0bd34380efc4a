import ClusterTypes

/// All actions considered, and the edges between them. Grows with their number only.
struct ActionPlan: Sendable {
    var actions = Table<Action>()
    var edges = Table<ActionEdge>()
    /// The newest action of each resource; the others follow by `nextOfResource`.
    var newestOfResource: [ActionIndex?] = []
    /// Actions that belong to no resource, by their whole name.
    var singletons: [Task: ActionIndex] = [:]
    var operationMeta: [[String: String]] = []
    var operationMetaIndex: [OperationMetaKey: Int32] = [:]
    private(set) var taskNames = Task.wellKnown
    private var tasksByName: [String: Task] = Dictionary(
        uniqueKeysWithValues: Task.wellKnown.enumerated().map { ($1, Task(UInt32($0))) })

    struct OperationMetaKey: Hashable {
        var resource: ResourceIndex
        var key: ActionKey
        var task: Task
        var node: NodeIndex?
    }

    // MARK: - Names

    mutating func task(named name: String) -> Task {
        if let task = tasksByName[name] { return task }
        let task = Task(UInt32(taskNames.count))
        taskNames.append(name)
        tasksByName[name] = task
        return task
    }

    func name(of task: Task) -> String { taskNames[Int(task.rawValue)] }

    // MARK: - Actions

    mutating func append(_ action: Action) -> ActionIndex {
        let index = actions.append(action)
        if let resource = action.resource {
            while newestOfResource.count <= resource.int { newestOfResource.append(nil) }
            actions[index].nextOfResource = newestOfResource[resource.int]
            newestOfResource[resource.int] = index
        } else {
            singletons[action.key.task] = index
        }
        return index
    }

    /// The actions of a resource, newest first.
    func actions(of resource: ResourceIndex) -> [ActionIndex] {
        var result: [ActionIndex] = []
        var next = resource.int < newestOfResource.count ? newestOfResource[resource.int] : nil
        while let index = next {
            result.append(index)
            next = actions[index].nextOfResource
        }
        return result
    }

    private func newest(of resource: ResourceIndex) -> ActionIndex? {
        resource.int < newestOfResource.count ? newestOfResource[resource.int] : nil
    }

    /// The actions with that key, oldest first; with a node, an action without one takes it.
    mutating func find(_ resource: ResourceIndex, _ key: ActionKey, on node: NodeIndex? = nil) -> [ActionIndex] {
        var result: [ActionIndex] = []
        var next = newest(of: resource)
        while let index = next {
            next = actions[index].nextOfResource
            guard actions[index].key == key else { continue }
            if let node {
                if actions[index].node == nil { actions[index].node = node }
                guard actions[index].node == node else { continue }
            }
            result.append(index)
        }
        result.reverse()
        return result
    }

    /// The oldest of `find` without collecting all.
    mutating func findOne(_ resource: ResourceIndex, _ key: ActionKey, on node: NodeIndex? = nil) -> ActionIndex? {
        var found: ActionIndex?
        var next = newest(of: resource)
        while let index = next {
            next = actions[index].nextOfResource
            guard actions[index].key == key else { continue }
            if let node {
                if actions[index].node == nil { actions[index].node = node }
                guard actions[index].node == node else { continue }
            }
            found = index
        }
        return found
    }

    /// Only actions that are on the node already.
    func findExact(_ resource: ResourceIndex, _ key: ActionKey, on node: NodeIndex?) -> [ActionIndex] {
        guard let node else { return [] }
        var result: [ActionIndex] = []
        var next = newest(of: resource)
        while let index = next {
            next = actions[index].nextOfResource
            if actions[index].key == key, actions[index].node == node { result.append(index) }
        }
        result.reverse()
        return result
    }

    /// The newest action of a task, on a node when one is given.
    func newest(_ resource: ResourceIndex, _ task: Task, on node: NodeIndex? = nil) -> ActionIndex? {
        var next = newest(of: resource)
        while let index = next {
            next = actions[index].nextOfResource
            guard actions[index].task == task else { continue }
            if node == nil || actions[index].node == node { return index }
        }
        return nil
    }

    func newest(_ resource: ResourceIndex, key: ActionKey) -> ActionIndex? {
        var next = newest(of: resource)
        while let index = next {
            next = actions[index].nextOfResource
            if actions[index].key == key { return index }
        }
        return nil
    }

    // MARK: - Edges

    /// Adds an edge unless one with any of the same relations exists; whether it was added.
    ///
    /// Looks through the shorter of the two lists, so that a hub (a fencing action, a clone's start) stays cheap.
    @discardableResult
    mutating func order(_ first: ActionIndex, _ then: ActionIndex, _ relation: Relation) -> Bool {
        if relation.isEmpty { return false }
        if actions[first].afterCount <= actions[then].beforeCount {
            var next = actions[first].firstAfter
            while let index = next {
                if edges[index].then == then, !edges[index].original.isDisjoint(with: relation) { return false }
                next = edges[index].nextAfter
            }
        } else {
            var next = actions[then].firstBefore
            while let index = next {
                if edges[index].first == first, !edges[index].original.isDisjoint(with: relation) { return false }
                next = edges[index].nextBefore
            }
        }
        let edge = edges.append(
            ActionEdge(
                first: first, then: then, relation: relation, original: relation, nextBefore: actions[then].firstBefore,
                nextAfter: actions[first].firstAfter))
        actions[then].firstBefore = edge
        actions[then].beforeCount += 1
        actions[first].firstAfter = edge
        actions[first].afterCount += 1
        return true
    }

    func edgesBefore(_ action: ActionIndex) -> [EdgeIndex] {
        var result: [EdgeIndex] = []
        var next = actions[action].firstBefore
        while let index = next {
            result.append(index)
            next = edges[index].nextBefore
        }
        return result
    }

    func edgesAfter(_ action: ActionIndex) -> [EdgeIndex] {
        var result: [EdgeIndex] = []
        var next = actions[action].firstAfter
        while let index = next {
            result.append(index)
            next = edges[index].nextAfter
        }
        return result
    }
}
