internal import Scheduler
package import TransitionGraph
package import XMLTree

/// What must hold for the graph of every document, however strange; judged from the output alone.
package enum InvariantChecks {
    /// One sentence for each thing that is wrong.
    package static func violations(_ graph: TransitionGraph, offline: Set<String>) -> [String] {
        missingInputs(graph) + cycles(graph) + actionsOffline(graph, offline) + startedTwice(graph)
    }

    /// The names of nodes that the status section shows to be down beyond doubt: by an entry with the id and the name that the
    /// configuration gives them, and no other entry that has one of the two.
    package static func offlineNodes(_ cib: XMLElement) -> Set<String> {
        let names = PlainFacts.nodeNames(cib.child("configuration") ?? XMLElement("configuration"))
        var result: Set<String> = []
        var doubtful: Set<String> = []
        for state in cib.child("status")?.children("node_state") ?? [] {
            let configured = state.id.flatMap { names[$0] }
            let isDown = state["crmd"] == "offline" && state["in_ccm"] == "false" && state["remote_node"] == nil
            if isDown, let configured, state["uname"] == configured {
                result.insert(configured)
            } else {
                doubtful.formUnion([configured, state["uname"]].compactMap { $0 })
            }
        }
        return result.subtracting(doubtful)
    }

    /// What the plan would do to services, see ``SafetyChecks``.
    package static func violations(_ graph: TransitionGraph, of cib: XMLElement) -> [String] {
        SafetyChecks(graph, PlainFacts(cib)).violations
    }

    private static func missingInputs(_ graph: TransitionGraph) -> [String] {
        let known = Set(graph.actions.map(\.id))
        return graph.synapses.flatMap { synapse in
            synapse.inputs.filter { !known.contains($0) }.map {
                "synapse \(synapse.id) waits for action \($0), which is nowhere"
            }
        }
    }

    private static func cycles(_ graph: TransitionGraph) -> [String] {
        var waiting = graph.synapses
        var done: Set<TransitionGraph.ActionID> = []
        while true {
            let blocked = waiting.filter { !$0.inputs.allSatisfy(done.contains) }
            if blocked.count == waiting.count { break }
            for synapse in waiting where synapse.inputs.allSatisfy(done.contains) { done.formUnion(synapse.actions) }
            waiting = blocked
        }
        return waiting.isEmpty ? [] : ["\(waiting.count) synapses wait for each other"]
    }

    private static func actionsOffline(_ graph: TransitionGraph, _ offline: Set<String>) -> [String] {
        graph.actions.compactMap { action in
            guard action.kind == .resource, let node = action.node, offline.contains(action.routerNode ?? node) else {
                return nil
            }
            return "\(action.operationKey) on \(node), which is offline"
        }
    }

    private static func startedTwice(_ graph: TransitionGraph) -> [String] {
        var nodes: [String: Set<String>] = [:]
        for action in graph.actions where action.kind == .resource && action.operation == "start" {
            guard let resource = action.resource, let node = action.node else { continue }
            nodes[action.internalOperationKey ?? resource.longID ?? resource.id, default: []].insert(node)
        }
        return nodes.filter { $0.value.count > 1 }.keys.sorted().map { "\($0) is started on more than one node" }
    }
}
