import ClusterTypes
import XMLTree

extension Scheduling {
    /// Reads `lrm` of a node state: the history of every resource there.
    mutating func readHistory(of node: NodeIndex, _ nodeState: XMLElement) {
        guard let list = nodeState.child("lrm")?.child("lrm_resources") else { return }
        var foundRemovedLaunched = false
        for entry in list.children where entry.name == "lrm_resource" {
            if let resource = readResourceHistory(entry, on: node),
                state.resources[resource].flags.contains(.removedLaunched)
            {
                foundRemovedLaunched = true
            }
        }
        if foundRemovedLaunched { relinkRemovedLaunched(list) }
    }

    private mutating func relinkRemovedLaunched(_ list: XMLElement) {
        for entry in list.children where entry.name == "lrm_resource" {
            guard let launcherID = entry["container"], let id = entry.id, let launcher = findResource(launcherID),
                let resource = findResource(id), state.resources[resource].launcher == nil,
                state.resources[resource].flags.contains(.removedLaunched)
            else { continue }
            state.resources[resource].launcher = launcher
            state.resources[launcher].launched.append(resource)
        }
    }

    private mutating func readResourceHistory(_ entry: XMLElement, on node: NodeIndex) -> ResourceIndex? {
        guard let id = entry.id else { return nil }
        // Newest document order first, as equal entries then keep it through the stable sort.
        let history = newestFirst(entry).mergeSorted(by: compareHistory)
        if history.isEmpty, !state.options.shutdownLock { return nil }
        let index: ResourceIndex
        if let known = resourceOfHistory(id, on: node) {
            index = known
        } else if history.isEmpty {
            return nil
        } else if let removed = addRemovedResource(id, entry, on: node) {
            index = removed
        } else {
            return nil
        }
        if state.options.shutdownLock { readShutdownLock(entry, index, on: node) }
        let savedRole = state.resources[index].currentRole
        state.resources[index].currentRole = .unknown
        var reading = HistoryReading(resource: index, node: node)
        for element in history { readOperation(element, &reading) }
        keepRecurring(history, index, on: node)
        settle(index, on: node, reading.response)
        if let role = targetRole(of: index),
            state.resources[index].nextRole == .unknown || role < state.resources[index].nextRole
        {
            state.resources[index].nextRole = role
        }
        if savedRole > state.resources[index].currentRole { state.resources[index].currentRole = savedRole }
        return index
    }

    /// The operations of a history, the last in the document first.
    func newestFirst(_ entry: XMLElement) -> [XMLElement] {
        var operations: [XMLElement] = []
        operations.reserveCapacity(entry.children.count)
        for child in entry.children.reversed() where child.name == "lrm_rsc_op" { operations.append(child) }
        return operations
    }

    private mutating func readShutdownLock(_ entry: XMLElement, _ index: ResourceIndex, on node: NodeIndex) {
        guard let since = HistoryEntry.time(entry, "shutdown-lock"), since != 0 else { return }
        let limit = state.options.shutdownLockLimit
        if limit > 0, state.epoch > since + seconds(limit) {
            clearHistory(of: index, on: node)
        } else {
            state.resources[index].lockNode = node
            state.resources[index].lockTime = since
        }
    }

    /// Notes recurring operations that are active, so that they need not be scheduled again.
    private mutating func keepRecurring(_ history: [XMLElement], _ index: ResourceIndex, on node: NodeIndex) {
        guard state.nodes[node].flags.contains(.online) else { return }
        func interval(_ element: XMLElement) -> UInt32 {
            UInt32(clamping: TextValue.leadingInteger(element["interval"]) ?? 0)
        }
        // Most histories are a probe's result and nothing else.
        guard history.contains(where: { interval($0) > 0 }) else { return }
        let range = activeRange(history)
        for (position, element) in history.enumerated() {
            if range.start < range.stop, position <= range.stop { continue }
            if position < range.start { continue }
            let interval = interval(element)
            guard interval > 0, element["op-status"] != "-1", let name = element["operation"] else { continue }
            let task = plan.task(named: name)
            _ = action(index, ActionKey(task, interval: interval), task, on: node, optional: true)
        }
    }

    // MARK: - Whose history it is

    private mutating func resourceOfHistory(_ id: String, on node: NodeIndex) -> ResourceIndex? {
        var found = findResource(id)
        let removed =
            options.repeatsIncumbent ? nil : found.flatMap { state.resources[$0].flags.contains(.removed) ? $0 : nil }
        var ancestor: ResourceIndex?
        if let known = found, removed == nil {
            if !state.resources[known].isPrimitive { return nil }
            ancestor = state.top(of: known)
        } else if let zero = state.resourceByID[baseName(id) + ":0"],
            !state.resources[zero].flags.contains(.unique)
        {
            found = zero
            ancestor = state.top(of: zero)
        }
        if let clone = ancestor, state.resources[clone].isAnonymousClone {
            if state.isBundled(clone), let bundle = state.resources[clone].parent {
                // On a host the name is that of something that ran there before it was bundled.
                found = bundleReplica(of: bundle, on: node) ?? removed
            } else {
                found = anonymousInstance(of: clone, named: baseName(id), on: node)
            }
        }
        if let found, state.resources[found].id != id, state.resources[found].historyID != id {
            state.resources[found].historyID = id
        }
        return found
    }

    /// The id without an instance number.
    func baseName(_ id: String) -> String {
        guard let colon = id.lastIndex(of: ":") else { return id }
        let suffix = id[id.index(after: colon)...]
        return !suffix.isEmpty && suffix.allSatisfy { $0.isASCII && $0.isNumber } ? String(id[..<colon]) : id
    }

    private mutating func addRemovedResource(_ id: String, _ entry: XMLElement, on node: NodeIndex) -> ResourceIndex? {
        var element = XMLElement(
            name: "primitive", attributes: entry.attributes, children: [], text: "", line: entry.line)
        element["id"] = id
        guard let index = addResource(element, parent: nil, mayShareID: true) else { return nil }
        if state.resources[index].flags.contains(.remoteConnection) {
            let remote = state.node(named: id) ?? addNode(id: id, name: id, kind: .remote, score: .zero)
            linkRemoteNode(index)
            state.nodes[remote].flags.insert(.shutdown)
        }
        if entry["container"] != nil { state.resources[index].flags.insert(.removedLaunched) }
        state.resources[index].flags.insert(.removed)
        state.topLevel.append(index)
        if state.options.stopRemovedResources {
            addScore(index, on: nil, .minusInfinity, because: .removed)
        } else {
            state.resources[index].flags.remove(.managed)
        }
        return index
    }
}
