internal import ClusterTypes
internal import TransitionGraph
internal import XMLTree

/// A cluster on paper in which every agent and every fence device does what is asked of it: what a transition leaves behind
/// in the CIB of real daemons.
///
/// `crm_simulate -S` does not say: it names what the controller does itself without doing it, keeps the incumbent's names for
/// histories, and its results carry digests without knowledge of agents. So the results here are the executor's own records.
struct FlawlessCluster {
    var cib: XMLElement
    /// Later with each transition: what happened on two nodes in one second has no order.
    private(set) var time: WallTime
    let agents: RecordedAgents

    init(_ cib: XMLElement, at time: WallTime) {
        self.cib = cib
        self.time = time
        agents = RecordedAgents(of: cib)
    }

    /// Executes the actions in the order of their inputs.
    mutating func carryOut(_ graph: TransitionGraph) {
        time = WallTime(seconds: time.seconds + 1)
        var actions: [TransitionGraph.ActionID: TransitionGraph.Action] = [:]
        for action in graph.actions { actions[action.id] = action }
        var done: Set<TransitionGraph.ActionID> = []
        var waiting = graph.synapses
        while !waiting.isEmpty {
            var blocked: [TransitionGraph.Synapse] = []
            for synapse in waiting {
                guard synapse.inputs.allSatisfy(done.contains) else {
                    blocked.append(synapse)
                    continue
                }
                for action in synapse.actions.compactMap({ actions[$0] }) { perform(action) }
                done.formUnion(synapse.actions)
            }
            if blocked.count == waiting.count { return }
            waiting = blocked
        }
    }

    private mutating func perform(_ action: TransitionGraph.Action) {
        switch (action.kind, action.operation) {
        case (_, "stonith"): fence(action)
        case (.pseudo, _), (_, "meta-data"): break
        case (_, "delete"), (_, "lrm_delete"): forget(action)
        case (_, "cancel"): cancel(action)
        case (_, "clear_failcount"): clearFailures(action)
        case (_, "do_shutdown"): shutDown(action)
        case (.resource, _): record(action)
        case (.cluster, _): break
        }
    }

    // MARK: - Places

    /// The node's entry in the status section, by id where it has one; made when there is none.
    mutating func editState(of action: TransitionGraph.Action, _ body: (inout XMLElement) -> Void) {
        guard let name = action.node else { return }
        editState(id: action.nodeUUID ?? name, name: name, body)
    }

    mutating func editState(id: String, name: String, _ body: (inout XMLElement) -> Void) {
        cib.withChild("status") { status in
            let index =
                status.childIndex("node_state", id: id)
                ?? status.children.firstIndex { $0.name == "node_state" && $0["uname"] == name }
            if let index { return body(&status.children[index]) }
            var state = XMLElement("node_state", ["id": id, "uname": name])
            body(&state)
            status.children.append(state)
        }
    }

    /// What the action's node knows of the resources of those names.
    mutating func editHistories(
        of action: TransitionGraph.Action, where isMeant: (String) -> Bool, _ body: (inout XMLElement) -> Void
    ) {
        editState(of: action) { state in
            state.withChild("lrm") { lrm in
                lrm.withChild("lrm_resources") { list in
                    for index in list.children.indices where list.children[index].id.map(isMeant) ?? false {
                        body(&list.children[index])
                    }
                }
            }
        }
    }

    /// The names under which a node may know the resource.
    func names(_ action: TransitionGraph.Action) -> Set<String> {
        Set([action.resource?.id, action.resource?.longID].compactMap { $0 })
    }
}
