import Agents
import ClusterTypes
import XMLTree

// Fail counts live in node attributes: `fail-count-RESOURCE#OPERATION_INTERVAL`, with `last-failure-…` beside them.

/// Failures of one resource on one node.
struct FailCount: Sendable {
    var count = Score.zero
    /// Seconds since the epoch; 0 when unknown.
    var lastFailure: Int64 = 0
}

extension Scheduling {
    /// - Parameters:
    ///   - effective: whether an expired count is 0.
    ///   - includingLaunched: whether failures of what the resource contains count too.
    ///   - element: a history entry, to judge `on-fail=block` by.
    mutating func failCount(
        of index: ResourceIndex, on node: NodeIndex, effective: Bool = true, includingLaunched: Bool = false,
        for element: XMLElement? = nil
    ) -> FailCount {
        let resource = state.resources[index]
        let isUnique = resource.flags.contains(.unique)
        let recorded = resource.historyID ?? resource.id
        let name = isUnique ? recorded : baseName(recorded)
        var result = FailCount()
        for entry in failures(on: node)[name] where matches(entry.rest[...], name, isUnique) {
            if entry.isTime {
                if let time = TextValue.time(entry.value) { result.lastFailure = max(result.lastFailure, time) }
            } else if let score = TextValue.score(entry.value) {
                result.count += score
            }
        }
        if result.count > .zero, resource.failureExpiration > 0, isBlockedFailure(index, on: node, element) {
            state.resources[index].failureExpiration = 0
        }
        let expiration = state.resources[index].failureExpiration
        if effective, result.count > .zero, result.lastFailure > 0, expiration > 0,
            state.epoch > result.lastFailure + seconds(expiration)
        {
            result.count = .zero
        }
        if includingLaunched, !resource.launched.isEmpty, !state.isBundled(index) {
            for launched in resource.launched {
                let inner = failCount(
                    of: launched, on: node, effective: effective, includingLaunched: true, for: element)
                result.count = Score(Int64(result.count.value) + Int64(inner.count.value))
                result.lastFailure = max(result.lastFailure, inner.lastFailure)
            }
        }
        if result.count <= .zero { result.lastFailure = 0 }
        return result
    }

    private mutating func failures(on node: NodeIndex) -> FailureAttributes {
        if let known = state.nodes[node].failures { return known }
        let read = FailureAttributes(state.nodes[node].attributes)
        state.nodes[node].failures = read
        return read
    }

    /// Whether `rest` is `NAME#OPERATION_INTERVAL`, for anonymous instances with any number after the name.
    private func matches(_ rest: Substring, _ name: String, _ isUnique: Bool) -> Bool {
        guard rest.hasPrefix(name) else { return false }
        var tail = rest.dropFirst(name.count)
        if !isUnique, tail.first == ":" {
            let digits = tail.dropFirst().prefix { $0.isASCII && $0.isNumber }
            if digits.isEmpty { return false }
            tail = tail.dropFirst(1 + digits.count)
        }
        guard tail.first == "#", let underscore = tail.lastIndex(of: "_") else { return false }
        let interval = tail[tail.index(after: underscore)...]
        let operation = tail[tail.index(after: tail.startIndex)..<underscore]
        return !operation.isEmpty && !interval.isEmpty && interval.allSatisfy { $0.isASCII && $0.isNumber }
    }

    /// Whether an operation configured with `on-fail=block` is what failed: such failures do not expire.
    private func isBlockedFailure(_ index: ResourceIndex, on node: NodeIndex, _ element: XMLElement?) -> Bool {
        let name = baseName(state.resources[index].id)
        return state.resources[index].operations.contains { operation in
            guard operation.element["on-fail"] == "block" else { return false }
            if let element { return isFailure(of: operation, name, element) }
            return recordedOperations(name, on: node).contains {
                $0["operation"] == operation.name
                    && TextValue.leadingInteger($0["interval"]) == Int64(operation.interval)
                    && isFailure(of: operation, name, $0)
            }
        }
    }

    private func isFailure(of operation: OperationDefinition, _ name: String, _ element: XMLElement) -> Bool {
        guard UInt32(clamping: TextValue.leadingInteger(element["interval"]) ?? 0) == operation.interval,
            element["operation"]?.lowercased() == operation.name.lowercased()
        else { return false }
        if element.id == "\(name)_last_failure_0" { return true }
        guard element.id == "\(name)_\(operation.name)_\(operation.interval)" else { return false }
        return HistoryEntry.recordedResult(element) != HistoryEntry.expectedResult(of: element)
    }

    /// The history entries of a resource (by its recorded name) on a node.
    func recordedOperations(_ name: String, on node: NodeIndex) -> [XMLElement] {
        recordedHistory(name, on: state.nodes[node].name)?.children("lrm_rsc_op") ?? []
    }

    /// The `lrm_resource` element of a name on a node, by the node's name.
    func recordedHistory(_ name: String, on nodeName: String) -> XMLElement? {
        for element in cib.child("status")?.children ?? []
        where element.name == "node_state" && element["uname"] == nodeName {
            for entry in element.child("lrm")?.child("lrm_resources")?.children ?? []
            where entry.name == "lrm_resource" && entry.id == name {
                return entry
            }
        }
        return nil
    }

    /// Plans the removal of a fail count.
    @discardableResult
    mutating func clearFailCount(of index: ResourceIndex, on node: NodeIndex, because reason: ChoreReason)
        -> ActionIndex
    {
        let clear = action(index, ActionKey(.clearFailCount), .clearFailCount, on: node, optional: false)
        setReason(clear, reason.rawValue)
        plan.actions[clear].setMeta("op_no_wait", "true")
        return clear
    }

    /// Plans the removal of a resource's history from a node.
    mutating func clearHistory(of index: ResourceIndex, on node: NodeIndex) {
        let clear = action(index, ActionKey(.clearHistory), .clearHistory, on: node, optional: false)
        setReason(clear, ChoreReason.lockEnded.rawValue)
    }
}

// MARK: - Expiry

extension Scheduling {
    /// Whether a failure is older than `failure-timeout`; plans the clearing of counts that no longer count.
    mutating func hasExpired(_ entry: inout HistoryEntry, _ reading: HistoryReading) -> Bool {
        if entry.execution == .notInstalled { return false }
        let index = reading.resource
        let isLastFailure = entry.id.hasSuffix("_last_failure_0")
        let expiration = seconds(state.resources[index].failureExpiration)
        var expired = false
        var unexpired = Score.zero
        if expiration > 0, let lastRun = HistoryEntry.time(entry.element, "last-rc-change") {
            if state.epoch >= lastRun + expiration, !ignoresTimeout(entry, index) { expired = true }
            let count = failCount(of: index, on: reading.node, for: entry.element)
            unexpired = count.count
            let until = count.lastFailure + expiration + 1
            if unexpired != .zero, state.epoch < until { state.recheck(at: until) }
        }
        var clears = false
        var reason = ChoreReason.expired
        if expired {
            if failCount(of: index, on: reading.node, effective: false, for: entry.element).count != .zero {
                if unexpired == .zero { clears = true } else { expired = false }
            } else if isLastFailure, state.resources[index].remoteReconnect > 0 {
                clears = true
            }
        }
        if !expired, isLastFailure, parametersChanged(since: entry, reading) {
            clears = true
            reason = .parametersChanged
        }
        if clears {
            let clear = clearFailCount(of: index, on: reading.node, because: reason)
            if state.options.isFencingEnabled, state.resources[index].remoteReconnect > 0,
                let remote = state.node(named: state.resources[index].id)
            {
                let fencing = fencingAction(on: remote, optional: true, because: nil)
                plan.order(fencing, clear, .firstImpliesThen)
            }
        }
        if expired, entry.isProbe {
            switch entry.result {
            case .ok, .notRunning, .runningPromoted, .degraded,
                .degradedPromoted:
                return false
            default: break
            }
        }
        return expired
    }

    /// A remote node's failed monitor stays until the node is fenced.
    private func ignoresTimeout(_ entry: HistoryEntry, _ index: ResourceIndex) -> Bool {
        guard state.resources[index].remoteReconnect > 0, state.options.isFencingEnabled, entry.interval != 0,
            entry.operation == "monitor", let remote = state.node(named: state.resources[index].id)
        else { return false }
        return !state.nodes[remote].flags.contains(.remoteFenced)
    }

    private mutating func parametersChanged(since entry: HistoryEntry, _ reading: HistoryReading) -> Bool {
        guard entry.operation == "start" || entry.operation == "monitor" else { return false }
        if needsRemoteName(reading.resource) {
            delayedChecks.append(
                DelayedCheck(
                    element: entry.element, resource: reading.resource, node: reading.node, isLastFailure: true))
            return false
        }
        switch compareDigests(reading.resource, entry.element, on: reading.node).comparison {
        case .unknown, .matches: return false
        case .mismatch, .restart: return true
        }
    }

    /// Whether an expired result needs nothing more.
    mutating func settleExpired(_ entry: HistoryEntry, _ reading: HistoryReading, _ recorded: ResultCode) -> Bool {
        let index = reading.resource
        if !state.isBundled(index), entry.isMaskedProbeFailure,
            recorded != entry.expected
        {
            if state.resources[index].currentRole <= .stopped { state.resources[index].currentRole = .unknown }
            return true
        }
        if entry.result == entry.expected { return false }
        if entry.interval == 0 { return true }
        let flags = state.nodes[reading.node].flags
        if flags.contains(.online), !flags.contains(.unclean) {
            // The recurring operation runs on, but as one whose definition changed, so that it is scheduled anew.
            expiredRecurring.insert(
                ExpiredOperation(resource: index, node: reading.node, entry: entry.element.id ?? ""))
            return true
        }
        return false
    }
}
