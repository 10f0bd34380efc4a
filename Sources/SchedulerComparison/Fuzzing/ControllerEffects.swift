internal import SimulateCommand
internal import TransitionGraph
internal import XMLTree

// What the controller does itself in a transition. Simulations, the incumbent's and ours, only name these actions; to see
// whether a cluster comes to rest their effects are needed.

/// The document after a transition in which everything succeeds.
struct ControllerEffects {
    private var cib: XMLElement

    /// - Returns: `nil` when the status section has no single place for the result on a node.
    static func outcome(
        of graph: TransitionGraph, in cib: XMLElement, recordedNames: Set<String>, at time: Int64
    ) -> XMLElement? {
        var before = ControllerEffects(cib: cib)
        for action in graph.actions where action.operation == "cancel" { before.cancel(action) }
        guard let results = SimulateCommand.outcome(of: graph, in: before.cib, recordedNames: recordedNames, at: time)
        else { return nil }
        var after = ControllerEffects(cib: results)
        for action in graph.actions { after.apply(action, at: time) }
        return after.cib
    }

    private mutating func apply(_ action: TransitionGraph.Action, at time: Int64) {
        guard action.kind != .pseudo else { return }
        if action.routerNode != nil { noteRemoteNode(action.node) }
        switch action.operation {
        case "delete", "lrm_delete": forget(action)
        case "cancel": editHistory(of: action) { $0.children.removeAll { $0["operation"] == "cancel" } }
        case "clear_failcount": clearFailures(action)
        case "do_shutdown": shutDown(action)
        case "stonith" where action["CRM_meta_stonith_action"]?.lowercased() == "on": recordUnfencing(action, at: time)
        default: break
        }
    }

    // MARK: - One kind each

    /// A recurring operation that is cancelled is no longer in the history.
    private mutating func cancel(_ action: TransitionGraph.Action) {
        let (operation, interval) = (action["CRM_meta_operation"], action["CRM_meta_interval"])
        editHistory(of: action) { history in
            history.children.removeAll { $0["operation"] == operation && ($0["interval"] ?? "0") == (interval ?? "0") }
        }
    }

    /// A node that is reached through another is in the status section as one that is up.
    private mutating func noteRemoteNode(_ node: String?) {
        editState(of: node) { state in
            guard state["remote_node"] == nil else { return }
            state["remote_node"] = "true"
            state["in_ccm"] = "true"
        }
    }

    private mutating func forget(_ action: TransitionGraph.Action) {
        let names = names(action)
        edit(action.node, "lrm") { lrm in
            for list in lrm.children.indices {
                lrm.children[list].children.removeAll { $0.id.map(names.contains) ?? false }
            }
        }
    }

    private mutating func clearFailures(_ action: TransitionGraph.Action) {
        let names = names(action)
        func counts(_ attribute: String) -> Bool {
            for prefix in ["fail-count-", "last-failure-"] where attribute.hasPrefix(prefix) {
                let rest = attribute.dropFirst(prefix.count)
                if names.contains(where: { rest.hasPrefix($0 + "#") || rest == $0 }) { return true }
            }
            return false
        }
        edit(action.node, "transient_attributes") { section in
            for set in section.children.indices {
                section.children[set].children.removeAll { $0["name"].map(counts) ?? false }
            }
        }
        editHistory(of: action) { history in
            history.children.removeAll { $0.id?.hasSuffix("_last_failure_0") ?? false }
        }
    }

    private mutating func shutDown(_ action: TransitionGraph.Action) {
        editState(of: action.node) { state in
            (state["in_ccm"], state["crmd"], state["join"], state["expected"]) = ("false", "offline", "down", "down")
            state.children.removeAll { $0.name == "lrm" || $0.name == "transient_attributes" }
        }
    }

    private mutating func recordUnfencing(_ action: TransitionGraph.Action, at time: Int64) {
        let values = [
            ("#node-unfenced", String(time)), ("#digests-all", action["CRM_meta_digests-all"]),
            ("#digests-secure", action["CRM_meta_digests-secure"]),
        ]
        editState(of: action.node) { state in
            let id = state.id ?? ""
            state.withChild("transient_attributes") { section in
                section.withChild("instance_attributes") { set in
                    set.children.removeAll { pair in values.contains { $0.0 == pair["name"] } }
                    set.children += values.map {
                        XMLElement("nvpair", ["id": "unfenced-\(id)-\($0.0.dropFirst())", "name": $0.0, "value": $0.1])
                    }
                }
            }
        }
    }

    // MARK: - Places

    /// The names under which a node may know the resource.
    private func names(_ action: TransitionGraph.Action) -> Set<String> {
        var result: Set<String> = []
        if let resource = action.resource {
            result = [resource.id]
            if let long = resource.longID { result.insert(long) }
        }
        return result
    }

    private mutating func editHistory(of action: TransitionGraph.Action, _ body: (inout XMLElement) -> Void) {
        let names = names(action)
        edit(action.node, "lrm") { lrm in
            for list in lrm.children.indices {
                for history in lrm.children[list].children.indices
                where lrm.children[list].children[history].id.map(names.contains) ?? false {
                    body(&lrm.children[list].children[history])
                }
            }
        }
    }

    private mutating func edit(_ node: String?, _ section: String, _ body: (inout XMLElement) -> Void) {
        editState(of: node) { state in
            for index in state.children.indices where state.children[index].name == section {
                body(&state.children[index])
            }
        }
    }

    private mutating func editState(of node: String?, _ body: (inout XMLElement) -> Void) {
        guard let node, let status = cib.childIndex("status") else { return }
        for index in cib.children[status].children.indices
        where cib.children[status].children[index].name == "node_state"
            && cib.children[status].children[index]["uname"] == node
        {
            body(&cib.children[status].children[index])
        }
    }
}
