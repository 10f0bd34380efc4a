import ClusterTypes
import XMLTree

// The status section: tickets, who is a member, then what ran where.

extension Scheduling {
    mutating func readStatus(_ status: XMLElement?) {
        guard let status else { return }
        for element in status.children {
            switch element.name {
            case "tickets": for ticket in element.children("ticket_state") { readTicket(ticket) }
            case "node_state": readNodeState(element)
            default: break
            }
        }
        // Histories of guest and remote nodes count once their connection is known to be active, so pass until none is new.
        while readHistories(status, includingAll: false) {}
        _ = readHistories(status, includingAll: state.options.isFencingEnabled)
        for container in state.stopNeeded {
            if let node = state.currentNode(of: container) { _ = stopAction(container, on: node, optional: false) }
        }
        state.stopNeeded = []
        for node in state.nodeOrder where state.nodes[node].isRemoteKind {
            if state.nodes[node].flags.contains(.shutdown), let connection = state.nodes[node].connection {
                state.resources[connection].nextRole = .stopped
            }
            if !state.nodes[node].flags.contains(.historyRead) { judgeRemoteNode(node) }
        }
    }

    private mutating func readTicket(_ element: XMLElement) {
        guard let id = element.id, !id.isEmpty else { return }
        var ticket = state.tickets[id] ?? Ticket(id: id)
        ticket.isGranted = TextValue.isTrue(element["granted"])
        ticket.isStandby = TextValue.isTrue(element["standby"])
        ticket.lastGranted = TextValue.time(element["last-granted"])
        state.tickets[id] = ticket
    }

    private func node(of element: XMLElement) -> NodeIndex? {
        if let id = element.id?.lowercased(),
            let match = state.nodeOrder.first(where: { state.nodes[$0].id.lowercased() == id })
        {
            return match
        }
        return state.node(named: element["uname"])
    }

    private mutating func readNodeState(_ element: XMLElement) {
        guard element.id != nil, let node = node(of: element) else { return }
        if state.nodes[node].isRemoteKind {
            let isFenced = (TextValue.leadingInteger(element["node_fenced"]) ?? 0) > 0
            if isFenced {
                state.nodes[node].flags.insert(.remoteFenced)
            } else {
                state.nodes[node].flags.remove(.remoteFenced)
            }
            return
        }
        addAttributes(element.child("transient_attributes"), to: node, overwriting: true)
        applyNodeAttributes(node)
        state.nodes[node].flags.remove(.unclean)
        state.nodes[node].flags.insert(.seen)
        judgeClusterNode(node, element)
        if !state.options.isQuorate, state.nodes[node].flags.contains(.online), state.options.quorumPolicy == .fence {
            fence(node, because: "cluster does not have quorum")
        }
    }

    private mutating func applyNodeAttributes(_ node: NodeIndex) {
        let attributes = state.nodes[node].attributes
        if TextValue.isTrue(attributes["standby"]) { state.nodes[node].flags.insert(.standby) }
        if TextValue.isTrue(attributes["maintenance"]) { state.nodes[node].flags.insert(.maintenance) }
    }

    // MARK: - Cluster nodes

    private mutating func judgeClusterNode(_ node: NodeIndex, _ element: XMLElement) {
        state.nodes[node].flags.remove(.shutdown)
        if shutdownRequested(node) {
            state.nodes[node].flags.insert(.shutdown)
        } else if element["expected"]?.lowercased() == "member" {
            state.nodes[node].flags.insert(.expectedUp)
        }
        let isOnline =
            state.options.isFencingEnabled ? judgeWithFencing(node, element) : judgeWithoutFencing(node, element)
        if isOnline { state.nodes[node].flags.insert(.online) }
        if !isOnline || state.nodes[node].flags.contains(.shutdown) { state.nodes[node].score = .minusInfinity }
    }

    /// Since when it is a member; `nil` when never seen, 0 when it is not.
    private func memberSince(_ element: XMLElement) -> Int64? {
        guard let text = element["in_ccm"] else { return nil }
        if let isMember = TextValue.boolean(text) { return isMember ? state.epoch : 0 }
        guard let time = TextValue.time(text), time >= 0 else { return nil }
        return time
    }

    /// Since when its controller is in the group; 0 when it is not.
    private func onlineSince(_ element: XMLElement) -> Int64 {
        switch element["crmd"]?.lowercased() {
        case nil, "offline": return 0
        case "online": return 1
        case let text: return max(0, TextValue.time(text) ?? 0)
        }
    }

    private mutating func judgeWithoutFencing(_ node: NodeIndex, _ element: XMLElement) -> Bool {
        guard let member = memberSince(element), member > 0 else { return false }
        if onlineSince(element) > 0 { return element["join"]?.lowercased() == "member" }
        if state.nodes[node].flags.contains(.expectedUp) { fence(node, because: "peer is unexpectedly down") }
        return false
    }

    private func terminationRequested(_ node: NodeIndex) -> Bool {
        guard let text = state.nodes[node].attributes["terminate"] else { return false }
        return TextValue.boolean(text) ?? ((TextValue.leadingInteger(text) ?? 0) > 0)
    }

    private mutating func judgeWithFencing(_ node: NodeIndex, _ element: XMLElement) -> Bool {
        let member = memberSince(element)
        let online = onlineSince(element)
        let join = element["join"]
        if state.nodes[node].flags.contains(.shutdown) { return online > 0 }
        guard let member else {
            fence(node, because: "peer has not been seen by the cluster")
            return false
        }
        if join == "banned" {
            fence(node, because: "peer failed Pacemaker membership criteria")
        } else if terminationRequested(node) {
            if member <= 0, online <= 0, join == "down" { return false }
            fence(node, because: "fencing was requested")
        } else if element["expected"] == nil || element["expected"] == "down" {
            if pendingTooLong(member: member, online: online) {
                fence(node, because: "peer pending timed out on joining the process group")
            } else if member > 0 || online > 0 {
                state.nodes[node].flags.formUnion([.standby, .pending])
            }
        } else if member <= 0 {
            fence(node, because: "peer is no longer part of the cluster", prioritised: true)
        } else if online <= 0 {
            fence(node, because: "peer process is no longer available")
        } else if join == "pending" || join == "down" {
            state.nodes[node].flags.formUnion([.standby, .pending])
        } else if join != "member" {
            fence(node, because: "peer was in an unknown state")
        }
        return member > 0
    }

    private mutating func pendingTooLong(member: Int64, online: Int64) -> Bool {
        let limit = state.options.nodePendingTimeout
        guard limit > 0, member > 0, online <= 0 else { return false }
        let deadline = member + seconds(limit)
        if state.epoch >= deadline { return true }
        state.recheck(at: deadline)
        return false
    }

    /// Milliseconds as whole seconds, rounded to the nearest; at least 1 unless 0.
    func seconds(_ milliseconds: UInt32) -> Int64 {
        milliseconds == 0 ? 0 : max(1, (Int64(milliseconds) + 500) / 1000)
    }

    // MARK: - Remote nodes

    mutating func judgeRemoteNode(_ node: NodeIndex) {
        guard let index = state.nodes[node].connection else {
            state.nodes[node].flags.remove(.online)
            return
        }
        let connection = state.resources[index]
        let launcher = connection.launcher.map { state.resources[$0] }
        let host = launcher != nil && connection.activeNodes.count == 1 ? connection.activeNodes[0] : nil
        if connection.currentRole == .started {
            state.nodes[node].flags.insert(.online)
            if connection.nextRole == .stopped { state.nodes[node].flags.insert(.shutdown) }
        }
        if let launcher, launcher.flags.contains(.failed) {
            state.nodes[node].flags.remove(.online)
            state.nodes[node].flags.insert(.remoteReset)
        } else if connection.flags.contains(.failed) {
            state.nodes[node].flags.remove(.online)
        } else if connection.currentRole == .stopped || launcher?.currentRole == .stopped {
            state.nodes[node].flags.subtract([.online, .remoteReset])
        } else if let host, !state.nodes[host].flags.contains(.online), state.nodes[host].flags.contains(.unclean) {
            state.nodes[node].flags.remove(.online)
            state.nodes[node].flags.insert(.remoteReset)
        }
    }

    private mutating func readRemoteAttributes(_ node: NodeIndex, _ element: XMLElement) {
        if (TextValue.leadingInteger(element["node_in_maintenance"]) ?? 0) > 0 {
            state.nodes[node].flags.insert(.remoteMaintenance)
        } else {
            state.nodes[node].flags.remove(.remoteMaintenance)
        }
        if !state.nodes[node].flags.contains(.remoteReset) {
            state.nodes[node].flags.remove(.unclean)
            state.nodes[node].flags.insert(.seen)
        }
        addAttributes(element.child("transient_attributes"), to: node, overwriting: true)
        if shutdownRequested(node) { state.nodes[node].flags.insert(.shutdown) }
        applyNodeAttributes(node)
        if let connection = state.nodes[node].connection, !state.resources[connection].isManaged {
            state.nodes[node].flags.insert(.maintenance)
        }
        if let discovery = state.nodes[node].attributes["resource-discovery-enabled"], !TextValue.isTrue(discovery),
            !(state.isPlainRemote(node) && !state.options.isFencingEnabled)
        {
            state.nodes[node].flags.remove(.probesAllowed)
        }
    }

    // MARK: - Histories

    /// Reads the histories that can be read now; whether any was.
    private mutating func readHistories(_ status: XMLElement, includingAll: Bool) -> Bool {
        var any = false
        for element in status.children where element.name == "node_state" {
            guard element.id != nil, element["uname"] != nil, let node = node(of: element),
                !state.nodes[node].flags.contains(.historyRead), includingAll || canReadHistory(of: node)
            else { continue }
            if state.nodes[node].isRemoteKind {
                judgeRemoteNode(node)
                readRemoteAttributes(node, element)
            }
            state.nodes[node].flags.insert(.historyRead)
            readHistory(of: node, element)
            any = true
        }
        return any
    }

    private func canReadHistory(of node: NodeIndex) -> Bool {
        if let launcher = state.guestLauncher(of: node), let connection = state.nodes[node].connection {
            return state.resources[connection].currentRole == .started
                && state.resources[launcher].currentRole == .started
        }
        if state.nodes[node].isRemoteKind {
            guard let connection = state.nodes[node].connection else { return false }
            return state.options.shutdownLock || state.resources[connection].currentRole == .started
        }
        return state.options.isFencingEnabled || state.options.shutdownLock || state.nodes[node].flags.contains(.online)
    }

    // MARK: - Fencing because of what was found

    /// Marks a node as to be fenced (or its connection or container as failed, where that is what fencing means).
    mutating func fence(_ node: NodeIndex, because reason: String, prioritised: Bool = false) {
        if let launcher = state.guestLauncher(of: node) {
            guard !state.resources[launcher].flags.contains(.failed), state.resources[launcher].isManaged else {
                return
            }
            state.nodes[node].flags.insert(.remoteReset)
            state.resources[launcher].flags.formUnion([.failed, .stopIfFailed])
        } else if state.nodes[node].isRemoteKind, let connection = state.nodes[node].connection,
            state.resources[connection].flags.contains(.removedLaunched)
        {
            state.resources[connection].flags.formUnion([.failed, .stopIfFailed])
        } else if state.isPlainRemote(node) {
            if let connection = state.nodes[node].connection, !state.resources[connection].isManaged {
            } else {
                state.nodes[node].flags.insert(.remoteReset)
            }
            state.nodes[node].flags.insert(.unclean)
            _ = fencingAction(on: node, optional: true, because: reason)
        } else if !state.nodes[node].flags.contains(.unclean) {
            state.nodes[node].flags.insert(.unclean)
            _ = fencingAction(on: node, optional: true, because: reason, prioritised: prioritised)
        }
    }
}
