internal import XMLTree

/// A CIB that is edited as the cluster would edit it: every change counts in the document's version.
struct SimulatedCIB: Sendable {
    private(set) var document: XMLElement
    /// Whether nodes that are changed get an entry in the configuration when they have none.
    var makesNodeEntries = false
    /// Absent until it is needed, and when the status section may have other entries.
    private var places: HistoryPlaces?

    /// Why an edit cannot be made.
    enum Failure: Error, Equatable {
        /// Neither the configuration nor the status section has a node of this name.
        case unknownNode(String)
        /// The status section has several entries for a node of this name.
        case ambiguousNode(String)
    }

    init(_ document: XMLElement) { self.document = document }

    // MARK: - Edits

    /// Changes the status section; one that makes a difference is one update.
    mutating func updateStatus(_ body: (inout XMLElement) -> Void) {
        places = nil
        let before = document.child("status")
        document.withChild("status", body)
        if document.child("status") != before { count("num_updates") }
    }

    /// Changes the configuration section; one that makes a difference is a new epoch.
    mutating func updateConfiguration(_ body: (inout XMLElement) -> Void) {
        let before = document.child("configuration")
        document.withChild("configuration", body)
        if document.child("configuration") != before { beginEpoch() }
    }

    mutating func setQuorum(_ value: String) {
        guard document["have-quorum"] != value else { return }
        document["have-quorum"] = value
        count("num_updates")
    }

    private mutating func count(_ attribute: String) {
        let number = document[attribute].flatMap { Int64($0) } ?? 0
        guard number < .max else { return }
        document[attribute] = String(number + 1)
    }

    private mutating func beginEpoch() {
        count("epoch")
        document["num_updates"] = "0"
    }

    // MARK: - Nodes

    /// Changes the `node_state` of a node, which is made when there is none.
    ///
    /// - Parameter id: the id of a new entry; the configuration's when `nil`.
    mutating func updateNode(
        _ name: String, id: String? = nil, _ body: (inout XMLElement) -> Void
    ) throws(Failure) {
        try ensureNode(name, id: id)
        updateStatus { status in
            guard let index = status.children.firstIndex(where: { Self.isState($0, of: name) }) else { return }
            body(&status.children[index])
        }
    }

    /// Makes the `node_state` of a node when there is none.
    mutating func ensureNode(_ name: String, id: String? = nil) throws(Failure) {
        if makesNodeEntries { addNodeEntry(name) }
        switch indexed().states(of: name).count {
        case 1: return
        case 0: break
        default: throw .ambiguousNode(name)
        }
        guard let id = id ?? configuredID(of: name) else { throw .unknownNode(name) }
        updateStatus { status in
            if let index = status.childIndex("node_state", id: id) {
                status.children[index]["uname"] = name  // An entry that has not learned its name yet.
            } else {
                status.children.append(XMLElement("node_state", ["id": id, "uname": name]))
            }
        }
    }

    /// Changes the histories of a node that has an entry, as one update; entries and histories are added by no other means.
    ///
    /// Nothing is compared: a result is always a change, and there can be a hundred thousand.
    mutating func editHistories(
        of node: String, _ body: (inout HistoryPlaces, _ position: Int, inout XMLElement) -> Void
    ) {
        var places = indexed()
        guard let position = places.states(of: node).first else { return }
        self.places = nil  // Held once, so that it is changed in place.
        document.withChild("status") { body(&places, position, &$0.children[position]) }
        self.places = places
        count("num_updates")
    }

    private mutating func indexed() -> HistoryPlaces {
        if let places { return places }
        let found = HistoryPlaces(document.child("status"))
        places = found
        return found
    }

    /// The entries of a node in the status section.
    func nodeStates(_ name: String) -> [XMLElement] {
        document.child("status")?.children.filter { Self.isState($0, of: name) } ?? []
    }

    private static func isState(_ element: XMLElement, of name: String) -> Bool {
        element.name == "node_state" && element["uname"] == name
    }

    private mutating func addNodeEntry(_ name: String) {
        let nodes = document.child("configuration")?.child("nodes")?.children ?? []
        guard !nodes.contains(where: { $0.name == "node" && $0["uname"] == name }) else { return }
        updateConfiguration { configuration in
            configuration.withChild("nodes") { $0.children.append(XMLElement("node", ["id": name, "uname": name])) }
        }
    }

    /// The id of a node by its name: cluster nodes have one of their own, remote and guest nodes are known by their names.
    private func configuredID(of name: String) -> String? {
        let configuration = document.child("configuration")
        for node in configuration?.child("nodes")?.children ?? []
        where node["uname"]?.lowercased() == name.lowercased() {
            return node.id
        }
        var isRemote = false
        configuration?.child("resources")?.forEachDescendant { element in
            switch element.name {
            case "primitive":
                let isConnection =
                    element["type"] == "remote" && element["provider"] == "pacemaker" && element["class"] == "ocf"
                if isConnection, element.id == name { isRemote = true }
            case "nvpair": if element["name"] == "remote-node", element["value"] == name { isRemote = true }
            default: break
            }
        }
        return isRemote ? name : nil
    }
}
