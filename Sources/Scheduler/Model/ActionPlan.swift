import ClusterTypes

/// All actions considered, and the edges between them. Grows with their number only.
struct ActionPlan: Sendable {
    var actions = ActionTable()
    var edges = Table<ActionEdge>()
    /// The newest action of each resource; the others follow by `nextOfResource`.
    var newestOfResource: [ActionIndex?] = []
    /// The actions of each resource by their keys.
    var groups = Table<ActionGroup>()
    var firstGroupOfResource: [Index<ActionGroup>?] = []
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
        guard let resource = action.resource else {
            singletons[action.key.task] = index
            return index
        }
        while newestOfResource.count <= resource.int { newestOfResource.append(nil) }
        actions[index].nextOfResource = newestOfResource[resource.int]
        newestOfResource[resource.int] = index
        addToGroup(index, of: resource)
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

    // An edge that is added while its action's list is walked comes before the place of the walk and is not visited.

    func firstEdge(before action: ActionIndex) -> EdgeIndex? { actions[action].firstBefore }

    func firstEdge(after action: ActionIndex) -> EdgeIndex? { actions[action].firstAfter }

    /// The next edge before the same later action.
    func nextBefore(_ edge: EdgeIndex) -> EdgeIndex? { edges[edge].nextBefore }

    /// The next edge after the same earlier action.
    func nextAfter(_ edge: EdgeIndex) -> EdgeIndex? { edges[edge].nextAfter }
}
