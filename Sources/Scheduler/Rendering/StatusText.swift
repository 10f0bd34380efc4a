import Agents
import ClusterTypes
import XMLTree

extension Scheduling {
    func nodeStatusLines() -> [StatusLine] {
        var lines: [StatusLine] = []
        var groups: [(title: String, names: [String])] = [
            ("Online", []), ("OFFLINE", []), ("RemoteOnline", []), ("RemoteOFFLINE", []), ("GuestOnline", []),
        ]
        for node in state.nodeOrder {
            let flags = state.nodes[node].flags
            let isOnline = flags.contains(.online)
            let isNoteworthy =
                !flags.isDisjoint(with: [.unclean, .pending, .standby, .maintenance])
                || (flags.contains(.failStandby) && isOnline) || health(of: node) <= 0
            if isNoteworthy {
                lines.append(StatusLine(depth: 0, text: "\(nodeTitle(node)): \(nodeState(node))"))
            } else {
                let isGuest = state.isGuest(node)
                let isRemote = state.isPlainRemote(node)
                let group: Int?
                if isOnline { group = isGuest ? 4 : isRemote ? 2 : 0 } else { group = isRemote ? 3 : isGuest ? nil : 1 }
                if let group { groups[group].names.append(state.nodes[node].name) }
            }
        }
        for group in groups where !group.names.isEmpty {
            lines.append(StatusLine(depth: 0, label: group.title, text: "[ \(group.names.joined(separator: " ")) ]"))
        }
        return lines
    }

    private func nodeTitle(_ node: NodeIndex) -> String {
        let kind = state.isGuest(node) ? "GuestNode" : state.isPlainRemote(node) ? "RemoteNode" : "Node"
        return "\(kind) \(state.nodes[node].name)"
    }

    private func nodeState(_ node: NodeIndex) -> String {
        let flags = state.nodes[node].flags
        let isOnline = flags.contains(.online)
        var text: String
        if flags.contains(.unclean) {
            text = isOnline ? "UNCLEAN (online)" : flags.contains(.pending) ? "UNCLEAN (pending)" : "UNCLEAN (offline)"
        } else if flags.contains(.pending) {
            text = "pending"
        } else if flags.contains(.failStandby), isOnline {
            text = "standby (on-fail)"
        } else if flags.contains(.standby) {
            let hasResources = !state.nodes[node].runningResources.isEmpty
            text = !isOnline ? "OFFLINE (standby)" : hasResources ? "standby (with active resources)" : "standby"
        } else if flags.contains(.maintenance) {
            text = isOnline ? "maintenance" : "OFFLINE (maintenance)"
        } else {
            text = isOnline ? "online" : "OFFLINE"
        }
        let health = health(of: node)
        if health < 0 { text += " (health is RED)" } else if health == 0 { text += " (health is YELLOW)" }
        return text
    }

    /// -1 red, 0 yellow, 1 green.
    func health(of node: NodeIndex) -> Int {
        guard state.options.healthStrategy != .none else { return 1 }
        let scores = state.options.health
        var result = 1
        for (name, value) in state.nodes[node].attributes where name.hasPrefix("#health") {
            switch value.lowercased() {
            case "red": return -1
            case "yellow": result = 0
            default:
                guard let score = TextValue.score(value, health: scores) else { continue }
                if score <= scores.red { return -1 }
                if score <= scores.yellow, scores.yellow != scores.green { result = 0 }
            }
        }
        return result
    }

    // MARK: - Resources

    func resourceStatusLines(_ index: ResourceIndex, depth: Int = 0) -> [StatusLine] {
        let resource = state.resources[index]
        switch resource.variant {
        case .primitive:
            if resource.flags.contains(.internalResource) { return [] }
            if resource.flags.contains(.removed), resource.currentRole == .stopped, depth == 0 { return [] }
            return [
                StatusLine(
                    depth: depth, text: primitiveText(index, state.currentNode(of: index) ?? resource.pendingNode))
            ]
        case .group:
            let isDisabled = self.isDisabled(index)
            var remarks: [String] = []
            if isDisabled { remarks.append("disabled") }
            if resource.flags.contains(.maintenance) {
                remarks.append("maintenance")
            } else if !resource.isManaged {
                remarks.append("unmanaged")
            }
            let suffix = remarks.isEmpty ? "" : " (\(remarks.joined(separator: ", ")))"
            return [StatusLine(depth: depth, text: "Resource Group: \(resource.id)\(suffix)", isTitle: true)]
                + resource.children.flatMap { resourceStatusLines($0, depth: depth + 1) }
        case .clone(let traits): return cloneStatusLines(index, traits, depth)
        case .bundle: return bundleStatusLines(index, depth)
        }
    }

    func displayableRole(_ index: ResourceIndex) -> Role {
        let role = state.resources[index].currentRole
        let isPromotable = state.resources[state.top(of: index)].flags.contains(.promotable)
        return role == .started && isPromotable ? .unpromoted : role
    }

    /// One line about a primitive: name, agent, role, node, and what is special.
    func primitiveText(_ index: ResourceIndex, _ where: NodeIndex?, name: String? = nil) -> String {
        let resource = state.resources[index]
        var node = `where` ?? resource.lockNode
        if resource.activeNodes.count > 1 { node = nil }
        let agent = resource.agent
        let provider = agent?.hasProvider == true ? (agent?.provider.map { ":" + $0 } ?? "") : ""
        let shown = name ?? printedName(index)
        var text = "\(shown)\t(\(agent?.standard ?? "unknown")\(provider):\(agent?.type ?? "unknown")):\t"
        let flags = resource.flags
        let role = displayableRole(index)
        if flags.contains(.removed) { text += " ORPHANED" }
        if flags.contains(.failed) {
            text += " FAILED"
            if role > .unpromoted { text += " \(role)" }
        } else {
            text += " " + (pendingText(resource) ?? role.description)
        }
        if let node { text += " \(displayName(node))" }
        if role == .stopped, let result = failedProbeResult(index, node) { text += " (\(result.sentence)) " }
        var remarks: [String] = []
        if let node {
            let nodeFlags = state.nodes[node].flags
            if !nodeFlags.contains(.online), nodeFlags.contains(.unclean) { remarks.append("UNCLEAN") }
            if node == resource.lockNode { remarks.append("LOCKED") }
        }
        if options.showsPending, resource.pendingAction == "monitor" { remarks.append("Monitoring") }
        if let target = resource.meta["target-role"] {
            switch TextValue.role(target) {
            case .stopped: remarks.append("disabled")
            case .unpromoted where state.resources[state.top(of: index)].flags.contains(.promotable):
                remarks.append("target-role:\(target)")
            default: break
            }
        }
        if flags.contains(.blocked) {
            remarks.append("blocked")
        } else if flags.contains(.maintenance) {
            remarks.append("maintenance")
        } else if !flags.contains(.managed) {
            remarks.append("unmanaged")
        }
        if flags.contains(.ignoreFailure) { remarks.append("failure ignored") }
        if !remarks.isEmpty { text += " (\(remarks.joined(separator: ", ")))" }
        if resource.activeNodes.count > 1 {
            if let description = resource.element["description"] { text += " (\(description))" }
            text += " [ \(resource.activeNodes.map { state.nodes[$0].name }.joined(separator: " ")) ]"
        }
        return text
    }

    /// The result of a probe that could not run the agent on the node.
    func failedProbeResult(_ index: ResourceIndex, _ node: NodeIndex?) -> ResultCode? {
        let top = state.top(of: index)
        let name = state.resources[top].isClone ? cloneTraits(top).childID : state.resources[index].id
        for failure in state.failedOperations where HistoryEntry.isMaskedProbeFailure(failure.element) {
            // Without a node, a failure anywhere counts.
            guard node.map({ state.nodes[$0].name.lowercased() == failure.nodeName.lowercased() }) ?? true,
                failure.key == "\(name)_monitor_0"
            else { continue }
            return HistoryEntry.recordedResult(failure.element)
        }
        return nil
    }

    /// What the resource is about to become, when an operation is in flight.
    func pendingText(_ resource: Resource) -> String? {
        guard options.showsPending else { return nil }
        return switch resource.pendingAction {
        case "start": "Starting"
        case "stop": "Stopping"
        case "migrate_to", "migrate_from": "Migrating"
        case "promote": "Promoting"
        case "demote": "Demoting"
        default: nil
        }
    }

    private func bundleStatusLines(_ index: ResourceIndex, _ depth: Int) -> [StatusLine] {
        let resource = state.resources[index]
        let traits = bundleTraits(index)
        let remark =
            resource.flags.contains(.maintenance) ? " (maintenance)" : resource.isManaged ? "" : " (unmanaged)"
        let title =
            "Container bundle\(traits.count > 1 ? " set" : ""): \(resource.id) [\(traits.image)]"
            + (resource.flags.contains(.unique) ? " (unique)" : "") + remark
        let lines = traits.replicas.map { replica in
            let name = state.resources[replica.remote ?? replica.container].id
            let shown = name + (replica.address.map { " (\($0))" } ?? "")
            let text = primitiveText(
                replica.child ?? replica.container, state.currentNode(of: replica.container), name: shown)
            return StatusLine(depth: depth + 1, text: text)
        }
        return [StatusLine(depth: depth, text: title, isTitle: true)] + lines
    }
}
