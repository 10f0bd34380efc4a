internal import TransitionGraph
internal import XMLTree

// A cluster in which everything succeeds comes to rest within a few transitions. A simulated result enters one record, so what
// the status section says of the same thing elsewhere is taken out before.
enum Settling {
    /// The document to follow from.
    static func start(from cib: XMLElement) -> XMLElement {
        guard let status = cib.childIndex("status") else { return cib }
        let unique = uniqueInstances(cib)
        var result = cib
        var nodes: Set<String> = []
        result.children[status].children.removeAll {
            $0.name == "node_state" && !nodes.insert($0["uname"] ?? "").inserted
        }
        for state in result.children[status].children.indices {
            completePending(&result.children[status].children[state])
            joinRecords(&result.children[status].children[state], unique)
        }
        return result
    }

    /// Points for ordering alone execute nothing: `load_stopped_…` is in every graph with utilization, and
    /// `maintenance_nodes` for as long as the simulated executors have not been told.
    static func isAtRest(_ graph: TransitionGraph) -> Bool { graph.actions.allSatisfy { $0.kind == .pseudo } }

    /// Operations in flight never end in a simulation: they are taken for not begun.
    private static func completePending(_ element: inout XMLElement) {
        element.children.removeAll { $0.name == "lrm_rsc_op" && $0["op-status"] == "-1" }
        for index in element.children.indices { completePending(&element.children[index]) }
    }

    /// One record a resource and node; that of an interchangeable instance without the number old releases gave it.
    private static func joinRecords(_ state: inout XMLElement, _ unique: Set<String>) {
        var recorded: Set<String> = []
        for lrm in state.children.indices where state.children[lrm].name == "lrm" {
            for list in state.children[lrm].children.indices {
                state.children[lrm].children[list].children = state.children[lrm].children[list].children.compactMap {
                    var history = $0
                    guard history.name == "lrm_resource", let id = history.id else { return history }
                    if let base = baseName(id), !unique.contains(base) { history["id"] = base }
                    return recorded.insert(history.id ?? "").inserted ? history : nil
                }
            }
        }
    }

    /// `web` of `web:0`.
    private static func baseName(_ id: String) -> String? {
        id.lastIndex(of: ":").map { String(id[..<$0]) }
    }

    /// The primitives of clones whose instances are told apart.
    private static func uniqueInstances(_ cib: XMLElement) -> Set<String> {
        var result: Set<String> = []
        cib.child("configuration")?.forEachDescendant { element in
            guard ["clone", "master", "bundle"].contains(element.name) else { return }
            var isUnique = element.name == "bundle"
            element.forEachDescendant {
                if $0["name"] == "globally-unique", $0["value"] != "false" { isUnique = true }
            }
            guard isUnique else { return }
            element.forEachDescendant { if $0.name == "primitive", let id = $0.id { result.insert(id) } }
        }
        return result
    }
}
