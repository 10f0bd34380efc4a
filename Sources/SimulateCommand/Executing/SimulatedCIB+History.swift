internal import ToolReports
internal import TransitionGraph
internal import XMLTree

/// The names and the agent under which the results of a resource are recorded.
struct ResourceHistoryName: Sendable {
    /// The name that is looked for first.
    var resource: String
    /// The name that a new history gets.
    var preferred: String
    var standard: String
    var provider: String?
    var type: String

    init(_ resource: String, _ reference: TransitionGraph.ResourceReference) {
        self.resource = resource
        preferred = reference.id
        standard = reference.standard
        provider = reference.provider
        type = reference.type
    }

    init(_ resource: String, standard: String, provider: String?, type: String) {
        self.resource = resource
        preferred = resource
        self.standard = standard
        self.provider = provider
        self.type = type
    }
}

/// A failure to be counted in a node's attributes.
struct FailureCounter: Sendable {
    var resource: String
    var task: String
    /// In milliseconds.
    var interval: UInt32
    var status: Int32
    /// Seconds since the epoch.
    var time: Int64
    /// Whether one failure is enough for ever.
    var isFatal: Bool

    /// The attributes to set in the state of the node, in order; none when the status is no failure.
    func attributes(_ node: XMLElement?) -> [(name: String, value: String)] {
        if status == 0 || (status == 7 && interval == 0) { return [] }
        let key = "\(resource)#\(task)_\(interval)"
        let name = "fail-count-\(key)"
        let count = isFatal ? "INFINITY" : String(Int64(Self.recorded(name, in: node)) + 1)
        return [(name, count), ("last-failure-\(key)", String(time))]
    }

    /// The count so far; 0 when it is no number, or recorded more than once.
    private static func recorded(_ name: String, in node: XMLElement?) -> Int32 {
        func values(_ element: XMLElement) -> [String] {
            element.children.flatMap { child in
                child.name == "nvpair" && child["name"] == name ? [child["value"] ?? ""] : values(child)
            }
        }
        let found = node?.children("transient_attributes").flatMap(values) ?? []
        return found.count == 1 ? Int32(found[0]) ?? 0 : 0
    }
}

extension SimulatedCIB {
    enum Membership { case up, failed, down }

    /// Says that a node is in the cluster, has just left it, or is down.
    mutating func setMembership(
        of node: String, _ membership: Membership, id: String? = nil, origin: String = "crm_simulate"
    ) throws(Failure) {
        try updateNode(node, id: id) { state in
            let isUp = membership != .down
            state["in_ccm"] = membership == .up ? "true" : "false"
            state["crmd"] = isUp ? "online" : "offline"
            state["join"] = isUp ? "member" : "down"
            state["expected"] = isUp ? "member" : "down"
            state["crm-debug-origin"] = origin
        }
    }

    /// Forgets the history and the transient attributes of a node.
    mutating func clearNode(_ node: String) {
        for section in ["lrm", "transient_attributes"] {
            updateStatus { status in
                for index in status.children.indices
                where status.children[index].name == "node_state" && status.children[index]["uname"] == node {
                    status.children[index].children.removeAll { $0.name == section }
                }
            }
        }
    }

    /// Adds a result to the history of a resource, and counts it where it is a failure; both are one update.
    mutating func add(
        _ record: HistoryRecord, to name: ResourceHistoryName, on node: String, counting counter: FailureCounter?
    ) throws(Failure) {
        try ensureNode(node)
        editHistories(of: node) { (places, position, state) in
            if let counter { Self.count(counter, in: &state) }
            let id = state.id
            state.withChild("lrm") { lrm in
                if lrm.id == nil { lrm["id"] = id }
                lrm.withChild("lrm_resources") { list in
                    if let known = places.history(of: name, state: position, in: list) {
                        record.record(in: &list.children[known])
                        return
                    }
                    var history = XMLElement(
                        "lrm_resource",
                        [
                            "id": name.preferred, "class": name.standard, "provider": name.provider,
                            "type": name.type,
                        ])
                    record.record(in: &history)
                    places.add(name.preferred, at: list.children.count, state: position)
                    list.children.append(history)
                }
            }
        }
    }

    /// Says that a failure is counted in the attributes of a node.
    mutating func announce(
        _ counter: FailureCounter, on node: String, to output: inout ToolOutput
    ) throws(Failure) {
        try ensureNode(node)
        let state = nodeStates(node).first
        let id = state?.id ?? node
        for (name, value) in counter.attributes(state) where !output.isQuiet {
            output.item(
                "Injecting attribute \(name)=\(value) into /node_state '\(id)'",
                XMLElement(
                    "inject_attr", ["name": name, "value": value, "node_path": "/node_state", "cib_node": id]))
        }
    }

    private static func count(_ counter: FailureCounter, in state: inout XMLElement) {
        let attributes = counter.attributes(state)
        guard !attributes.isEmpty else { return }
        let id = state.id
        state.withChild("transient_attributes") { section in
            if section.id == nil { section["id"] = id }
            section.withChild("instance_attributes") { set in
                if set.id == nil { set["id"] = id }
                for (name, value) in attributes { apply(name, value, to: &set) }
            }
        }
    }

    /// Sets the attribute that was set so before; one that people or agents set stays beside it.
    private static func apply(_ name: String, _ value: String, to set: inout XMLElement) {
        let id = (set.id.map { "\($0)-" } ?? "") + name.map { allowedInID($0) ? String($0) : "." }.joined()
        set.withChild("nvpair", id: id) { pair in
            pair["name"] = name
            pair["value"] = value
        }
    }

    private static func allowedInID(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
}
