internal import CIB
internal import XMLTree

/// The nodes of a CIB with their state, ascending by name.
func readNodes(_ document: CIBDocument, _ options: ClusterStatus.Options) -> [NodeCondition] {
    var states: [String: XMLElement] = [:]
    for state in document.status.children("node_state") { if let id = state.id { states[id] = state } }
    var nodes: [NodeCondition] = []
    for element in document.configuration.child("nodes")?.children("node") ?? [] {
        guard let id = element.id else { continue }
        var node = NodeCondition(name: element["uname"] ?? id, id: id, state: .offline)
        node.isRemote = element["type"] == "remote"
        node.isController = id == document.root["dc-uuid"]
        node.readConfiguration(element)
        if let state = states[id] {
            node.read(state, options)
        } else if options.fencingEnabled, options.fencesUnseen, !node.isRemote {
            node.state = .unclean
        }
        nodes.append(node)
    }
    return nodes.sorted { $0.name < $1.name }
}

extension NodeCondition {
    fileprivate mutating func readConfiguration(_ element: XMLElement) {
        for set in element.children("instance_attributes") {
            for pair in set.children("nvpair") { take(pair) { node, isOn in node.isStandby = isOn } }
        }
    }

    fileprivate mutating func read(_ state: XMLElement, _ options: ClusterStatus.Options) {
        isInCluster = isSet(state["in_ccm"])
        let isPeer = state["crmd"] == "online" || (Int(state["crmd"] ?? "") ?? 0) > 0
        isExpectedUp = state["expected"] == "member"
        for set in state.children("transient_attributes").flatMap({ $0.children("instance_attributes") }) {
            for pair in set.children("nvpair") {
                if pair["name"] == "shutdown" { isShuttingDown = (Int64(pair["value"] ?? "") ?? 0) > 0 }
                take(pair) { node, isOn in node.isStandbyTransient = isOn }
            }
        }
        switch (isInCluster, isPeer) {
        case (true, true) where state["join"] == "member": self.state = .online
        case (true, true): self.state = .pending
        case (true, false):
            // Its resource manager vanished while its messaging stayed; a node that starts is not expected yet.
            self.state = options.fencingEnabled && isExpectedUp ? .unclean : .pending
        case (false, _):
            // With fencing, a node that vanished unasked is dangerous until it is fenced.
            self.state = options.fencingEnabled && isExpectedUp && !isShuttingDown ? .unclean : .offline
        }
    }

    private mutating func take(_ pair: XMLElement, standby: (inout NodeCondition, Bool) -> Void) {
        let (name, value) = (pair["name"] ?? "", pair["value"] ?? "")
        switch name {
        case "standby": standby(&self, booleanValue(value) ?? false)
        case "maintenance": isInMaintenance = booleanValue(value) ?? false
        default: break
        }
        guard !["standby", "maintenance", "shutdown", "terminate", "probe_complete"].contains(name),
            !name.hasPrefix("fail-count-"),
            !name.hasPrefix("last-failure-"), !name.hasPrefix("#")
        else { return }
        attributes.removeAll { $0.name == name }
        let place = attributes.firstIndex { $0.name > name } ?? attributes.count
        attributes.insert(NameValue(name: name, value: value), at: place)
    }
}

/// Whether `in_ccm` says yes: a boolean up to Pacemaker 2.1.5, since then the time at which the node came.
private func isSet(_ text: String?) -> Bool {
    guard let text else { return false }
    return booleanValue(text) ?? ((Int64(text) ?? 0) > 0)
}
