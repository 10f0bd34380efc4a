import Agents
import ClusterTypes
import XMLTree

/// The reaction to a failure, from the mildest to the strictest as failures of one resource on one node combine.
enum FailureResponse: Int, Sendable, Comparable {
    case ignore, demote, restart, resetRemote, restartContainer, ban, block, stop, standby, fence

    static func < (left: FailureResponse, right: FailureResponse) -> Bool { left.rawValue < right.rawValue }
}

/// What has been learned so far from one resource's history on one node.
struct HistoryReading {
    let resource: ResourceIndex
    let node: NodeIndex
    var response = FailureResponse.ignore
    var lastFailure: XMLElement?
}

extension Scheduling {
    private static let stateChanging: Set<String> = [
        "monitor", "start", "stop", "promote", "demote", "migrate_to", "migrate_from", "asyncmon",
    ]

    /// Applies one history entry, oldest first, to the resource's state.
    mutating func readOperation(_ element: XMLElement, _ reading: inout HistoryReading) {
        guard let operation = element["operation"], Self.stateChanging.contains(operation),
            var entry = HistoryEntry(element)
        else { return }
        let isBundled = state.isBundled(reading.resource)
        let recorded = entry.result
        let expired = hasExpired(&entry, reading)
        remap(&entry, &reading, expired: expired)
        if expired, settleExpired(entry, reading, recorded) { return }
        if !isBundled, entry.isMaskedProbeFailure {
            maskProbeFailure(entry, &reading)
            return
        }
        let ancestor =
            state.resources[reading.resource].flags.contains(.unique)
            ? reading.resource : state.top(of: reading.resource)
        switch entry.execution {
        case .pending:
            notePending(entry, reading)
            return
        case .done:
            applyResult(entry, entry.result, &reading)
            return
        case .notInstalled:
            let response = failureResponse(of: entry, reading)
            if response == .ignore { reading.response = .ban }
            addScore(ancestor, on: reading.node, .minusInfinity, because: .failure(.hardError))
            applyFailure(entry, response, &reading)
            return
        case .notConnected:
            if state.nodes[reading.node].isRemoteKind, let connection = state.nodes[reading.node].connection,
                state.resources[connection].isManaged
            {
                state.resources[connection].flags.formUnion([.failed, .stopIfFailed])
            }
        case .cancelled, .timedOut, .notSupported, .error, .hardError, .fatalError, .invalid, .noFenceDevice,
            .noSecrets:
            break
        }
        let response = failureResponse(of: entry, reading)
        if response == .ignore || (response == .restartContainer && entry.operation == "stop") {
            applyResult(entry, entry.expected, &reading)
            state.resources[reading.resource].flags.insert(.ignoreFailure)
            recordFailure(entry, reading)
            if response == .restartContainer, reading.response <= .restart { reading.response = response }
            return
        }
        applyFailure(entry, response, &reading)
        if entry.execution == .hardError {
            addScore(ancestor, on: reading.node, .minusInfinity, because: .failure(.hardError))
        } else if entry.execution == .fatalError {
            addScore(ancestor, on: nil, .minusInfinity, because: .failure(.fatalError))
        }
    }

    private mutating func failureResponse(of entry: HistoryEntry, _ reading: HistoryReading) -> FailureResponse {
        let task = plan.task(named: entry.operation)
        return configuredResponse(reading.resource, task, entry.interval, on: reading.node)
    }

    // MARK: - Results

    /// Corrects the recorded outcome to what it means: expected results are no failures, some statuses are worse than errors.
    private mutating func remap(_ entry: inout HistoryEntry, _ reading: inout HistoryReading, expired: Bool) {
        let index = reading.resource
        let effective = entry.result.withoutDegradation
        if effective != entry.result {
            entry.result = effective
            let flags = state.nodes[reading.node].flags
            if !expired, !flags.contains(.shutdown) || flags.contains(.online) { recordFailure(entry, reading) }
        }
        if !state.isBundled(index), entry.isMaskedProbeFailure,
            entry.execution != .done || entry.result != .notRunning
        {
            entry.execution = .done
            entry.result = .notRunning
        }
        switch entry.execution {
        case .done, .error: break
        case .noFenceDevice, .noSecrets:
            entry.execution = .hardError
            return
        case .pending, .cancelled, .timedOut, .notSupported, .hardError, .fatalError, .notInstalled, .notConnected,
            .invalid:
            return
        }
        let isProbe = entry.isProbe
        entry.execution = entry.result == entry.expected ? .done : .error
        switch entry.result {
        case .ok:
            if isProbe, entry.expected == .notRunning { entry.execution = .done }
        case .notRunning:
            if isProbe || entry.expected == entry.result || !state.resources[index].isManaged {
                entry.execution = .done
                state.resources[index].currentRole = .stopped
                reading.response = .ignore
                state.resources[index].nextRole = .unknown
            }
        case .runningPromoted:
            if isProbe, entry.result != entry.expected { entry.execution = .done }
            if !expired || entry.result == entry.expected { state.resources[index].currentRole = .promoted }
        case .failedPromoted:
            if !expired { state.resources[index].currentRole = .promoted }
            entry.execution = .error
        case .notConfigured: entry.execution = .fatalError
        case .unimplemented:
            if entry.interval == 0 {
                if !expired { blockIfUnrecoverable(entry, reading) }
                entry.execution = .hardError
            } else {
                entry.execution = .notSupported
            }
        case .notInstalled, .invalidParameter, .insufficientPrivileges:
            if !expired { blockIfUnrecoverable(entry, reading) }
            entry.execution = .hardError
        default:
            if entry.execution == .done { entry.execution = .error }
        }
    }

    /// A failed stop that fencing cannot repair forbids any further action.
    private mutating func blockIfUnrecoverable(_ entry: HistoryEntry, _ reading: HistoryReading) {
        guard entry.operation == "stop", !canFence(reading.node) else { return }
        state.resources[reading.resource].flags.remove(.managed)
        state.resources[reading.resource].flags.insert(.blocked)
    }

    /// Applies a result that is (or is treated as) a success with that result.
    mutating func applyResult(_ entry: HistoryEntry, _ status: ResultCode?, _ reading: inout HistoryReading) {
        let index = reading.resource
        var clears = false
        func set(_ role: Role) { state.resources[index].currentRole = role }
        if status == .notInstalled
            || (!state.isBundled(index) && entry.isMaskedProbeFailure)
        {
            set(.stopped)
        } else if status == .notRunning {
            clears = true
        } else {
            switch entry.operation {
            case "monitor":
                if let failure = reading.lastFailure, entry.key == failure["operation_key"] ?? failure.id {
                    clears = true
                }
                if state.resources[index].currentRole < .started { setActive(index) }
            case "start", "migrate_from":
                set(.started)
                clears = true
            case "stop":
                set(.stopped)
                clears = true
            case "promote":
                set(.promoted)
                clears = true
            case "demote":
                if reading.response == .demote { clears = true }
                set(.unpromoted)
            case "migrate_to": readMigrateToSuccess(entry, reading)
            default: if state.resources[index].currentRole < .started { setActive(index) }
            }
        }
        guard clears else { return }
        switch reading.response {
        case .stop, .ban, .standby, .fence: break
        case .block, .ignore, .demote, .restart, .restartContainer:
            reading.response = .ignore
            state.resources[index].nextRole = .unknown
        case .resetRemote:
            if state.resources[index].remoteReconnect == 0 {
                reading.response = .ignore
                state.resources[index].nextRole = .unknown
            }
        }
    }

    mutating func setActive(_ index: ResourceIndex) {
        let isPromotable = state.resources[state.top(of: index)].flags.contains(.promotable)
        state.resources[index].currentRole = isPromotable ? .unpromoted : .started
    }

    // MARK: - Failures

    private mutating func applyFailure(
        _ entry: HistoryEntry, _ response: FailureResponse, _ reading: inout HistoryReading
    ) {
        let index = reading.resource
        reading.lastFailure = entry.element
        let failRole = roleAfterFailure(index, entry.operation, response)
        if state.options.isSymmetric || entry.result != .notInstalled { recordFailure(entry, reading) }
        if reading.response < response { reading.response = response }
        switch entry.operation {
        case "stop": addScore(index, on: reading.node, .minusInfinity, because: .failure(.stop))
        case "migrate_to": readMigrateToFailure(entry, reading)
        case "migrate_from": readMigrateFromFailure(entry, reading)
        case "promote": state.resources[index].currentRole = .promoted
        case "demote":
            if response == .block {
                state.resources[index].currentRole = .promoted
                state.resources[index].nextRole = .stopped
            } else {
                state.resources[index].currentRole = entry.result == .notRunning ? .stopped : .unpromoted
            }
        default: break
        }
        if entry.isProbe, entry.result == .notInstalled {
            state.resources[index].currentRole = .stopped
        } else if state.resources[index].currentRole < .started {
            setActive(index)
        }
        if failRole != .started, state.resources[index].nextRole < failRole {
            state.resources[index].nextRole = failRole
        }
        if failRole == .stopped { banEverywhere(index) }
    }

    private func roleAfterFailure(_ index: ResourceIndex, _ operation: String, _ response: FailureResponse) -> Role {
        if response == .stop || (response == .resetRemote && state.resources[index].remoteReconnect != 0) {
            return .stopped
        }
        return operation == "promote" ? .unpromoted : .started
    }

    /// Starts the row anew from what the nodes are now, and bans all of it.
    mutating func banEverywhere(_ index: ResourceIndex) {
        var target = index
        let ancestor = state.top(of: index)
        if state.resources[index].parent != nil, state.resources[ancestor].isAnonymousClone { target = ancestor }
        for node in state.nodeOrder {
            placement[target, node] = NodeScore(
                score: .minusInfinity, probeMode: state.nodes[node].probeMode, isPresent: true)
            ledger?.record(target, node, .minusInfinity, .failure(.stopped))
        }
    }

    mutating func recordFailure(_ entry: HistoryEntry, _ reading: HistoryReading) {
        guard state.nodes[reading.node].flags.contains(.online) else { return }
        let name = state.nodes[reading.node].name
        let isKnown = state.failedOperations.contains {
            $0.key == entry.key && $0.nodeName.lowercased() == name.lowercased()
        }
        if isKnown { return }
        state.failedOperations.append(
            FailedOperation(key: entry.key, nodeName: name, resource: reading.resource, element: entry.element))
    }

    private mutating func maskProbeFailure(_ entry: HistoryEntry, _ reading: inout HistoryReading) {
        applyResult(entry, entry.expected, &reading)
        recordFailure(entry, reading)
        let banned =
            state.resources[reading.resource].flags.contains(.unique)
            ? reading.resource : state.top(of: reading.resource)
        addScore(banned, on: reading.node, .minusInfinity, because: .failure(.maskedProbe))
    }

    // MARK: - Pending

    private mutating func notePending(_ entry: HistoryEntry, _ reading: HistoryReading) {
        let index = reading.resource
        if let failure = reading.lastFailure, isNewer(failure, than: entry) { return }
        switch entry.operation {
        case "start":
            state.resources[index].flags.insert(.startPending)
            setActive(index)
        case "promote": state.resources[index].currentRole = .promoted
        case "migrate_to" where state.nodes[reading.node].flags.contains(.unclean):
            if let target = state.node(named: entry.element["migrate_target"]) {
                _ = stopAction(index, on: target, optional: false)
            }
        default: break
        }
        if state.resources[index].pendingAction == nil, !entry.isProbe {
            state.resources[index].pendingAction = entry.operation
            state.resources[index].pendingNode = reading.node
        }
    }

    private func isNewer(_ failure: XMLElement, than entry: HistoryEntry) -> Bool {
        guard failure["operation"] == entry.operation, failure["interval"] != nil,
            UInt32(clamping: TextValue.leadingInteger(failure["interval"]) ?? 0) == entry.interval,
            let failedAt = HistoryEntry.time(failure, "last-rc-change"),
            let pendingAt = HistoryEntry.time(entry.element, "last-rc-change")
        else { return false }
        return failedAt >= pendingAt
    }
}
