import ClusterTypes
import XMLTree

/// A small change of a document that a person could make, to see what would come of it.
struct Alteration: Sendable {
    enum Edit: Sendable, Hashable {
        case removeConstraint(String)
        case setInfluence(String)
        /// A finite score of a constraint.
        case setScore(String, Score)
        /// A meta-attribute of a primitive, stronger than whatever is configured.
        case setMeta(String, String, String)
        case setOption(String, String)
        /// Removes attributes of a node, permanent and transient.
        case removeNodeAttributes(String, [String])
        /// A node that is down, or not trusted, is a clean member again.
        case joinNode(String)
        /// Failures of a resource on all nodes are forgotten.
        case clearFailures(String)
        case grantTicket(String)
        /// Traces of a migration are forgotten.
        case forgetMigration(String)
        case prefer(String, String, Score)
        case removeUtilization(String)
        case regainQuorum
    }

    var edits: [Edit]
    /// The word for programs.
    var kind: String
    var object: String
    /// As a condition: `without colocation with-db`.
    var text: String
    var command: String?
    /// Lower is smaller: what a person would try first.
    var weight: Int
    /// Named by the ledger as part of a score.
    var isRecorded = false

    init(_ edit: Edit, _ kind: String, _ object: String, _ text: String, command: String? = nil, weight: Int) {
        edits = [edit]
        self.kind = kind
        self.object = object
        self.text = text
        self.command = command
        self.weight = weight
    }

    func apply(to cib: inout XMLElement) {
        for edit in edits { edit.apply(to: &cib) }
    }
}

extension Alteration.Edit {
    func apply(to cib: inout XMLElement) {
        switch self {
        case .removeConstraint(let id):
            cib.withChild("configuration") { $0.withChild("constraints") { $0.children.removeAll { $0.id == id } } }
        case .setInfluence(let id):
            cib.withChild("configuration") {
                $0.withChild("constraints") { constraints in
                    guard let position = constraints.children.firstIndex(where: { $0.id == id }) else { return }
                    constraints.children[position]["influence"] = "true"
                }
            }
        case .setScore(let id, let score):
            cib.withChild("configuration") { $0.withChild("constraints") { setScore(of: id, score, in: &$0) } }
        case .setMeta(let resource, let name, let value):
            cib.withChild("configuration") {
                $0.withChild("resources") { section in
                    _ = section.editDescendant(id: resource) { addMeta(&$0, resource, name, value) }
                }
            }
        case .setOption(let name, let value): setOption(name, value, &cib)
        case .removeNodeAttributes(let node, let names): removeAttributes(of: node, names, &cib)
        case .joinNode(let node): join(node, &cib)
        case .clearFailures(let resource): clearFailures(of: resource, &cib)
        case .grantTicket(let ticket): grant(ticket, &cib)
        case .forgetMigration(let resource):
            editHistory(of: resource, &cib) { !["migrate_to", "migrate_from"].contains($0["operation"] ?? "") }
        case .prefer(let resource, let node, let score):
            let constraint = XMLElement(
                "rsc_location",
                [
                    "id": "explain-prefers-\(node)", "rsc": resource, "node": node, "score": score.description,
                ])
            cib.withChild("configuration") { $0.withChild("constraints") { $0.children.append(constraint) } }
        case .removeUtilization(let resource):
            cib.withChild("configuration") {
                $0.withChild("resources") { section in
                    _ = section.editDescendant(id: resource) { $0.children.removeAll { $0.name == "utilization" } }
                }
            }
        case .regainQuorum: cib["have-quorum"] = "1"
        }
    }

    private func setScore(of id: String, _ score: Score, in constraints: inout XMLElement) {
        guard let position = constraints.children.firstIndex(where: { $0.id == id }) else { return }
        if constraints.children[position]["score"] != nil {
            constraints.children[position]["score"] = score.description
        } else if let rule = constraints.children[position].children.firstIndex(where: { $0["score"] != nil }) {
            constraints.children[position].children[rule]["score"] = score.description
        }
    }

    private func addMeta(_ element: inout XMLElement, _ resource: String, _ name: String, _ value: String) {
        let set = XMLElement(
            "meta_attributes", ["id": "explain-\(resource)-\(name)", "score": "INFINITY"],
            children: [
                XMLElement("nvpair", ["id": "explain-\(resource)-\(name)-value", "name": name, "value": value])
            ])
        element.children.insert(set, at: 0)
    }

    private func setOption(_ name: String, _ value: String, _ cib: inout XMLElement) {
        cib.withChild("configuration") {
            $0.withChild("crm_config") {
                $0.withChild("cluster_property_set", id: "cib-bootstrap-options") { set in
                    set.children.removeAll { $0["name"] == name }
                    set.children.append(XMLElement("nvpair", ["id": "explain-\(name)", "name": name, "value": value]))
                }
            }
        }
    }

    private func removeAttributes(of node: String, _ names: [String], _ cib: inout XMLElement) {
        func remove(_ element: inout XMLElement) {
            for set in element.children.indices where element.children[set].name == "instance_attributes" {
                element.children[set].children.removeAll { names.contains($0["name"] ?? "") }
            }
        }
        cib.withChild("configuration") {
            $0.withChild("nodes") { nodes in
                for position in nodes.children.indices where nodes.children[position]["uname"] == node {
                    remove(&nodes.children[position])
                }
            }
        }
        cib.withChild("status") { status in
            for position in status.children.indices where status.children[position]["uname"] == node {
                status.children[position].withChild("transient_attributes") { remove(&$0) }
            }
        }
    }

    private func join(_ node: String, _ cib: inout XMLElement) {
        removeAttributes(of: node, ["shutdown", "terminate", "standby"], &cib)
        let id = cib.child("configuration")?.child("nodes")?.children.first { $0["uname"] == node }?.id
        cib.withChild("status") { status in
            if !status.children.contains(where: { $0["uname"] == node }) {
                status.children.append(XMLElement("node_state", ["id": id ?? node, "uname": node]))
            }
            for position in status.children.indices where status.children[position]["uname"] == node {
                let wasMember = status.children[position]["crmd"] == "online"
                status.children[position]["in_ccm"] = "true"
                status.children[position]["crmd"] = "online"
                status.children[position]["join"] = "member"
                status.children[position]["expected"] = "member"
                // What ran on a node that was away is not known to run any more.
                if !wasMember { status.children[position].children.removeAll { $0.name == "lrm" } }
            }
        }
    }

    private func grant(_ ticket: String, _ cib: inout XMLElement) {
        cib.withChild("status") {
            $0.withChild("tickets") {
                $0.withChild("ticket_state", id: ticket) { state in
                    state["granted"] = "true"
                    state["standby"] = "false"
                }
            }
        }
    }

    private func clearFailures(of resource: String, _ cib: inout XMLElement) {
        editHistory(of: resource, &cib) { !FailureHistory.isFailure($0) }
        cib.withChild("status") { status in
            for position in status.children.indices {
                guard let part = status.children[position].childIndex("transient_attributes") else { continue }
                for set in status.children[position].children[part].children.indices {
                    status.children[position].children[part].children[set].children.removeAll { pair in
                        let name = pair["name"] ?? ""
                        guard name.hasPrefix("fail-count-") || name.hasPrefix("last-failure-") else { return false }
                        let recorded = name.split(separator: "-", maxSplits: 2).last?.prefix { $0 != "#" } ?? ""
                        return FailureHistory.isSame(String(recorded), resource)
                    }
                }
            }
        }
    }

    /// Edits the history entries of a resource on all nodes; those for which `keep` is false go.
    private func editHistory(of resource: String, _ cib: inout XMLElement, _ keep: (inout XMLElement) -> Bool) {
        cib.withChild("status") { status in
            for state in status.children.indices {
                guard let lrm = status.children[state].childIndex("lrm"),
                    let list = status.children[state].children[lrm].childIndex("lrm_resources")
                else { continue }
                let entries = status.children[state].children[lrm].children[list].children
                for entry in entries.indices where FailureHistory.isSame(entries[entry].id ?? "", resource) {
                    var kept: [XMLElement] = []
                    for var operation in entries[entry].children where keep(&operation) { kept.append(operation) }
                    status.children[state].children[lrm].children[list].children[entry].children = kept
                }
            }
        }
    }
}

extension XMLElement {
    /// Edits the first element with that id, here or below; whether there was one.
    fileprivate mutating func editDescendant(id: String, _ edit: (inout XMLElement) -> Void) -> Bool {
        if self.id == id {
            edit(&self)
            return true
        }
        for position in children.indices where children[position].editDescendant(id: id, edit) { return true }
        return false
    }
}
