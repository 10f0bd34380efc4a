/// All actions, and how often anything changed by which one is chosen or its state is judged: whoever keeps what follows from
/// that can tell whether it still holds.
struct ActionTable: Sendable {
    private var elements: [Action] = []
    /// Grows with every new action and every change of an action's flags, node or task.
    private(set) var changeCount = 0

    var count: Int { elements.count }
    var indices: [ActionIndex] { elements.indices.map { ActionIndex($0) } }

    subscript(index: ActionIndex) -> Action {
        _read { yield elements[index.int] }
        _modify {
            let (flags, node, task) = (elements[index.int].flags, elements[index.int].node, elements[index.int].task)
            yield &elements[index.int]
            if elements[index.int].flags != flags || elements[index.int].node != node
                || elements[index.int].task != task
            {
                changeCount += 1
            }
        }
    }

    mutating func append(_ action: Action) -> ActionIndex {
        changeCount += 1
        elements.append(action)
        return ActionIndex(elements.count - 1)
    }
}
