/// The plan as a picture shows it: nodes are actions, edges are orderings.
package struct PicturedGraph: Sendable {
    package struct Action: Sendable {
        package var name: String
        package var isInGraph: Bool
        package var isPseudo: Bool
        package var isOptional: Bool
        package var isManaged: Bool
    }

    package struct Edge: Sendable {
        package var first: Int
        package var then: Int
        /// Part of the graph, rather than considered and found unnecessary.
        package var isGraphed: Bool
        package var isDrawn: Bool
    }

    package var actions: [Action] = []
    package var edges: [Edge] = []
}

extension Scheduling {
    func picture() -> PicturedGraph {
        var result = PicturedGraph()
        var positions: [ActionIndex: Int] = [:]
        for index in plan.actions.indices.reversed() {
            let action = plan.actions[index]
            positions[index] = result.actions.count
            result.actions.append(
                PicturedGraph.Action(
                    name: pictureName(index), isInGraph: action.flags.contains(.inGraph),
                    isPseudo: action.flags.contains(.pseudo), isOptional: action.flags.contains(.optional),
                    isManaged: action.resource.map { state.resources[$0].isManaged } ?? true))
        }
        func isShown(_ action: PicturedGraph.Action) -> Bool {
            action.isInGraph || (action.isManaged && !action.isOptional)
        }
        for index in plan.actions.indices.reversed() {
            var next = plan.firstEdge(before: index)
            while let edge = next {
                next = plan.nextBefore(edge)
                let link = plan.edges[edge]
                guard let first = positions[link.first], let then = positions[index] else { continue }
                if !link.isGraphed, link.relation.isEmpty { continue }
                let isDrawn =
                    link.isGraphed
                    || (isShown(result.actions[first]) && isShown(result.actions[then])
                        && link.relation != .ifSameNodeOrTarget)
                result.edges.append(
                    PicturedGraph.Edge(first: first, then: then, isGraphed: link.isGraphed, isDrawn: isDrawn))
            }
        }
        return result
    }

    private func pictureName(_ index: ActionIndex) -> String {
        let action = plan.actions[index]
        let host = action.node.map { state.nodes[$0].name } ?? (action.flags.contains(.pseudo) ? nil : "<none>")
        let suffix = host.map { " " + $0 } ?? ""
        let prefix = action.task == .cancel ? "Cancel " : ""
        if let resource = action.resource {
            if let history = state.resources[resource].historyID {
                if action.task == .notify || action.task == .notified,
                    let kind = action.metaValue("notify_key_type"),
                    let operation = action.metaValue("notify_key_operation")
                {
                    return "\(history)_\(kind)_notify_\(operation)_0" + suffix
                }
                var key = action.key
                if action.task == .cancel, let cancelled = action.cancelledTask { key.task = cancelled }
                return prefix + keyText(history, key) + suffix
            }
            return prefix + keyText(index) + suffix
        }
        if action.task == .fence { return "stonith '\(action.metaValue("stonith_action") ?? "")'\(suffix)" }
        return host == nil ? keyText(index) : plan.name(of: action.task) + suffix
    }
}
