import ClusterTypes

// Phase 3: a node (or none) for every resource.

extension Scheduling {
    /// Applies what is known before any choice: locks, locations, stickiness, failures.
    mutating func applyNodeCriteria() {
        if state.options.shutdownLock {
            for resource in state.topLevel { applyShutdownLock(resource) }
        }
        rankNodes()
        applyLocations()
        for resource in state.topLevel { applyStickiness(resource) }
        for node in state.nodeOrder {
            let hasFailCounts = state.nodes[node].hasFailCounts
            for resource in state.topLevel {
                if hasFailCounts { applyFailureThreshold(resource, node) }
                applyExclusiveDiscovery(resource, node)
            }
        }
    }

    mutating func place() {
        showCapacities("Original")
        defer { showCapacities("Remaining") }
        if state.options.placementStrategy != .standard { sortResources() }
        if state.hasRemoteNodes {
            for resource in state.topLevel where state.resources[resource].flags.contains(.remoteConnection) {
                _ = assign(resource, prefer: state.resources[resource].migrationTarget, stopIfFailed: true)
            }
        }
        for resource in state.topLevel where !state.resources[resource].flags.contains(.remoteConnection) {
            _ = assign(resource, prefer: nil, stopIfFailed: true)
        }
    }

    // MARK: - Criteria

    private mutating func applyStickiness(_ index: ResourceIndex) {
        guard state.resources[index].children.isEmpty else {
            for child in state.resources[index].children { applyStickiness(child) }
            return
        }
        let resource = state.resources[index]
        guard resource.isManaged, resource.stickiness >= Score(1), resource.activeNodes.count == 1 else { return }
        let node = resource.activeNodes[0]
        if !state.options.isSymmetric, !placement[index, node].isPresent { return }
        addScore(index, on: node, resource.stickiness, because: .stickiness)
    }

    private mutating func applyFailureThreshold(_ index: ResourceIndex, _ node: NodeIndex) {
        guard state.resources[index].children.isEmpty else {
            for child in state.resources[index].children { applyFailureThreshold(child, node) }
            return
        }
        if !plan.findExact(index, ActionKey(.clearFailCount), on: node).isEmpty { return }
        if let banned = thresholdReached(index, on: node) {
            addScore(banned, on: node, .minusInfinity, because: .failureThreshold)
        }
    }

    /// The resource to keep off the node, when failures reached `migration-threshold`.
    mutating func thresholdReached(_ index: ResourceIndex, on node: NodeIndex) -> ResourceIndex? {
        let resource = state.resources[index]
        guard resource.banAfterFailures != .zero, !resource.flags.contains(.ignoreFailure),
            state.nodes[node].hasFailCounts
        else { return nil }
        let count = failCount(of: index, on: node, includingLaunched: true).count
        guard count > .zero, resource.banAfterFailures <= count else { return nil }
        return resource.flags.contains(.unique) ? index : state.top(of: index)
    }

    private mutating func applyExclusiveDiscovery(_ index: ResourceIndex, _ node: NodeIndex) {
        guard
            state.resources[index].flags.contains(.exclusiveProbes)
                || state.resources[state.top(of: index)].flags.contains(.exclusiveProbes)
        else { return }
        for child in state.resources[index].children { applyExclusiveDiscovery(child, node) }
        if placement[index, node].isPresent, placement[index, node].probeMode != .exclusive {
            placement[index, node].score = .minusInfinity
            ledger?.record(index, node, .minusInfinity, .exclusiveDiscovery)
        }
    }

    private mutating func applyShutdownLock(_ index: ResourceIndex) {
        switch state.resources[index].variant {
        case .primitive: lockPrimitive(index)
        case .group: for member in state.resources[index].children { applyShutdownLock(member) }
        case .clone, .bundle: return
        }
    }

    /// Keeps a resource for the node that shut down cleanly with it.
    private mutating func lockPrimitive(_ index: ResourceIndex) {
        let resource = state.resources[index]
        if !resource.flags.isDisjoint(with: [.fenceDevice, .remoteConnection]) { return }
        if let node = resource.lockNode {
            if !resource.activeNodes.isEmpty {
                clearHistory(of: index, on: node)
                state.resources[index].lockNode = nil
                state.resources[index].lockTime = 0
            }
        } else if resource.activeNodes.count == 1 {
            let node = resource.activeNodes[0]
            let flags = state.nodes[node].flags
            if flags.contains(.shutdown), !flags.contains(.unclean) {
                state.resources[index].lockNode = node
                let since = TextValue.time(state.nodes[node].attributes["shutdown"]) ?? 0
                state.resources[index].lockTime = since == 0 ? state.epoch : since
            }
        }
        guard let locked = state.resources[index].lockNode else { return }
        if state.options.shutdownLockLimit > 0 {
            state.recheck(at: state.resources[index].lockTime + seconds(state.options.shutdownLockLimit) + 1)
        }
        for node in state.nodeOrder where node != locked {
            addScore(index, on: node, .minusInfinity, because: .shutdownLock)
        }
    }
}

extension Node {
    /// Whether any fail count is recorded, so that most nodes need no closer look.
    var hasFailCounts: Bool { attributes.keys.contains { $0.hasPrefix("fail-count-") } }
}
