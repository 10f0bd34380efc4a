internal import Agents
internal import ClusterTypes
internal import Executor
internal import TransitionGraph
internal import XMLTree

extension FlawlessCluster {
    /// An operation ends as the graph expects; the node records it.
    mutating func record(_ action: TransitionGraph.Action) {
        guard let reference = action.resource, let node = action.node else { return }
        let agent = AgentReference(
            AgentStandard(rawValue: reference.standard) ?? .ocf, provider: reference.provider, reference.type)
        let (expected, time) = (action["CRM_meta_op_target_rc"].flatMap { Int32($0) } ?? 0, time)
        let metadata = agents[agent.type]
        editState(of: action) { state in
            if state["remote_node"] == nil, action.routerNode != nil { Self.connect(&state) }
            let (id, callID) = (state.id, Self.nextCallID(state))
            state.withChild("lrm") { lrm in
                if lrm.id == nil { lrm["id"] = id }
                lrm.withChild("lrm_resources") { list in
                    let name = reference.recordedName(in: list)
                    let request = OperationRequest(
                        resource: name, agent: agent, operation: action.operation, attributes: action.parameters,
                        transitionKey: "\(action.id):\(callID):\(expected):00000000-0000-0000-0000-000000000000")
                    let result = OperationResult(
                        request: request, callID: callID, status: .done, code: request.expectedCode, lastRun: time,
                        lastChange: time, digests: OperationDigests(request, metadata: metadata))
                    list.withChild("lrm_resource", id: name) { history in
                        history["class"] = reference.standard
                        history["provider"] = reference.provider
                        history["type"] = reference.type
                        if action.operation == "stop" {  // The executor ends what recurs.
                            history.children.removeAll { ($0["interval"] ?? "0") != "0" }
                        }
                        for entry in OperationRecord(result, node: node).elements {
                            history.withChild("lrm_rsc_op", id: entry.id) { $0 = entry }
                        }
                    }
                }
            }
        }
        if reference.standard == "ocf", reference.provider == "pacemaker", reference.type == "remote" {
            noteConnection(action, reference.id)
        }
    }

    private static func nextCallID(_ state: XMLElement) -> Int32 {
        var last: Int32 = 0
        state.child("lrm")?.forEachDescendant { last = max(last, $0["call-id"].flatMap { Int32($0) } ?? 0) }
        return last < .max ? last + 1 : last
    }

    // MARK: - Remote and guest nodes

    /// A remote node whose connection is made begins without history and attributes, and is known to be up; one
    /// whose connection ends keeps its history.
    ///
    /// - Source: Pacemaker Remote; what pacemaker-controld records when a connection starts, moves and stops.
    private mutating func noteConnection(_ action: TransitionGraph.Action, _ name: String) {
        switch action.operation {
        case "start":
            editState(id: name, name: name) { state in
                Self.connect(&state)
                state.children = []
            }
        case "migrate_from": editState(id: name, name: name) { Self.connect(&$0) }
        case "stop" where action.extra.contains(where: { $0.name == "downed" }):
            editState(id: name, name: name) { state in
                state["in_ccm"] = "false"
                state.children.removeAll { $0.name == "transient_attributes" }
            }
        default: break
        }
    }

    private static func connect(_ state: inout XMLElement) {
        state["remote_node"] = "true"
        state["in_ccm"] = "true"
        state["node_fenced"] = "0"
    }
}

/// What the histories of a document say of its agents' meta-data: which parameters need a restart.
struct RecordedAgents {
    private var metadata: [String: AgentMetadata] = [:]

    init(of cib: XMLElement) {
        var restarting: [String: Set<Substring>] = [:]
        for state in cib.child("status")?.children("node_state") ?? [] {
            for history in state.histories {
                for names in history.children.compactMap({ $0["op-force-restart"] }) {
                    restarting[history["type"] ?? "", default: []].formUnion(names.split(separator: " "))
                }
            }
        }
        for (type, names) in restarting {
            let agent = XMLElement(
                "resource-agent", ["name": type],
                children: [
                    XMLElement(
                        "parameters",
                        children: names.sorted().map { XMLElement("parameter", ["name": String($0), "unique": "1"]) }),
                    XMLElement("actions", children: [XMLElement("action", ["name": "reload"])]),
                ])
            metadata[type] = try? AgentMetadata(parsing: agent.formatted())
        }
    }

    /// By the type of the agent; `nil` for one that cannot reload.
    subscript(_ type: String) -> AgentMetadata? { metadata[type] }
}
