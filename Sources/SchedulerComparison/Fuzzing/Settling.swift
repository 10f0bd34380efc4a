internal import TransitionGraph
internal import XMLTree

// A cluster in which everything succeeds comes to rest within a few transitions. The exceptions, each with its reason:
//
// - Orderings that contradict each other: what can never run stays wanted, and its neighbours may be tried again.
// - A resource that a node has recorded twice (twice by the same name, or as an anonymous instance with and without number):
//   a simulated result enters only one of the records, and the other goes on saying the opposite.
// - A node that has two entries: likewise.
enum Settling {
    /// The document to follow from; `nil` for an exception.
    static func start(from cib: XMLElement) -> XMLElement? {
        guard let status = cib.childIndex("status") else { return cib }
        var names: Set<String> = []
        for state in cib.children[status].children("node_state") {
            guard names.insert(state["uname"] ?? "").inserted else { return nil }
            var recorded: Set<String> = []
            for history in state.children.lazy.flatMap({ $0.children }).flatMap({ $0.children })
            where history.name == "lrm_resource" {
                guard let id = history.id, recorded.insert(id).inserted else { return nil }
            }
            if recorded.contains(where: { baseName($0) != $0 && recorded.contains(baseName($0)) }) { return nil }
        }
        var result = cib
        completePending(&result.children[status])
        return result
    }

    /// Points for ordering alone execute nothing: `load_stopped_…` is in every graph with utilization, and
    /// `maintenance_nodes` for as long as the simulated executors have not been told.
    static func isAtRest(_ graph: TransitionGraph) -> Bool { graph.actions.allSatisfy { $0.kind == .pseudo } }

    private static func baseName(_ id: String) -> String {
        id.lastIndex(of: ":").map { String(id[..<$0]) } ?? id
    }

    /// Operations in flight never end in a simulation: they are taken for not begun.
    private static func completePending(_ element: inout XMLElement) {
        element.children.removeAll { $0.name == "lrm_rsc_op" && $0["op-status"] == "-1" }
        for index in element.children.indices { completePending(&element.children[index]) }
    }
}
