import ClusterTypes
import XMLTree

// Who is who in a bundle, and where its containers, addresses, connections and contents are placed.

extension Scheduling {
    // MARK: - Who is who

    /// The instance inside the container that is a given node.
    func bundleReplica(of bundle: ResourceIndex, on node: NodeIndex) -> ResourceIndex? {
        bundleTraits(bundle).replicas.first { $0.node == node }?.child
    }

    func bundleContainers(_ index: ResourceIndex) -> [ResourceIndex] {
        bundleTraits(index).replicas.map(\.container)
    }

    func resourceInContainer(_ index: ResourceIndex) -> ResourceIndex? {
        let bundle = state.top(of: index, includingBundle: true)
        guard state.resources[bundle].isBundle else { return nil }
        return bundleTraits(bundle).replicas.first { $0.container == index }?.child
    }

    /// What has the roles: a container's are those of what is in it.
    func resourceForRole(_ index: ResourceIndex) -> ResourceIndex {
        guard state.resources[index].flags.contains(.replicaContainer) else { return index }
        return resourceInContainer(index) ?? index
    }

    private func isBundleNode(_ node: NodeIndex) -> Bool {
        guard state.nodes[node].isRemoteKind, let connection = state.nodes[node].connection else { return false }
        return state.isBundled(connection)
    }

    /// Whether a colocation looks at the attributes of a guest or of its host.
    func placeTarget(_ node: NodeIndex, _ resource: ResourceIndex?) -> String? {
        guard let resource else { return nil }
        if isBundleNode(node), state.isBundled(resource) {
            let bundle = state.top(of: resource, includingBundle: true)
            // What is inside a bundle counts as being where the containers are.
            if bundleTraits(bundle).child == state.top(of: resource) { return "host" }
        }
        return state.resources[resource].meta["container-attribute-target"]
    }

    func summaryChildren(_ index: ResourceIndex) -> [ResourceIndex] {
        guard state.resources[index].isBundle else { return state.resources[index].children }
        return bundleTraits(index).replicas.flatMap { replica in
            [replica.ip, replica.container, replica.remote, replica.child].compactMap { $0 }
        }
    }

    // MARK: - Addresses

    /// Without an address of its own a container is reached through the node it runs on.
    func needsRemoteName(_ index: ResourceIndex) -> Bool {
        guard state.resources[index].flags.contains(.remoteConnection) else { return false }
        return state.resources[index].element.child("instance_attributes")?.children.contains {
            $0["name"] == "addr" && $0["value"]?.lowercased() == "#uname"
        } ?? false
    }

    func remoteAddress(of index: ResourceIndex) -> String? {
        guard needsRemoteName(index) else { return nil }
        let bundle = state.top(of: index, includingBundle: true)
        guard let replica = bundleTraits(bundle).replicas.first(where: { $0.remote == index }),
            let node = state.resources[replica.container].assignedNode ?? state.currentNode(of: replica.container)
        else { return nil }
        return state.nodes[node].name
    }

    func substituteRemoteAddress(_ index: ResourceIndex, _ parameters: inout [String: String]) {
        guard parameters["addr"] == "#uname", let name = remoteAddress(of: index) else { return }
        parameters["addr"] = name
    }

    // MARK: - Placing

    mutating func assignBundle(_ index: ResourceIndex, prefer: NodeIndex?, stopIfFailed: Bool) -> NodeIndex? {
        // One that is just being placed is gone through within itself when what a container depends on depends on the
        // bundle: containers that are under way are passed over, the others are placed now, and the bundle counts as placed
        // for the one that asked. Its other parts then go through it again: nothing changes any more, but the scores show it.
        guard bundleDepth < Self.bundleDepthLimit, options.collectsScores || !isPlaced(index) else { return nil }
        bundleDepth += 1
        defer { bundleDepth -= 1 }
        state.resources[index].flags.insert(.assigning)
        showScores(index, "pcmk__bundle_assign")
        let traits = bundleTraits(index)
        let containers = traits.replicas.map(\.container).mergeSorted { compareInstances($0, $1) }
        assignInstances(index, containers, total: traits.count, perNode: traits.replicasPerHost)
        for replica in traits.replicas { assignReplica(replica, prefer: prefer, stopIfFailed: stopIfFailed) }
        if let child = traits.child {
            for node in state.nodeOrder where placement[child, node].isPresent {
                let isOwn = traits.replicas.contains { $0.node == node }
                placement[child, node].score = isOwn ? .zero : .minusInfinity
            }
            _ = assign(child, prefer: prefer, stopIfFailed: stopIfFailed)
        }
        state.resources[index].flags.subtract([.assigning, .unassigned])
        return nil
    }

    /// So many containers of a circle of bundles are under way at once at most: the stack is not endless.
    private static let bundleDepthLimit = 64

    private func isPlaced(_ bundle: ResourceIndex) -> Bool {
        let isOpen = { (part: ResourceIndex?) in part.map { state.resources[$0].flags.contains(.unassigned) } ?? false }
        guard !isOpen(bundle), !isOpen(bundleTraits(bundle).child) else { return false }
        return !bundleTraits(bundle).replicas.contains {
            isOpen($0.container) || isOpen($0.ip) || isOpen($0.remote) || isOpen($0.child)
        }
    }

    private mutating func assignReplica(_ replica: BundleReplica, prefer: NodeIndex?, stopIfFailed: Bool) {
        if let ip = replica.ip { _ = assign(ip, prefer: prefer, stopIfFailed: stopIfFailed) }
        if let remote = replica.remote {
            // A connection through a connection has to be where that one is.
            if let host = state.resources[replica.container].assignedNode, state.nodes[host].isRemoteKind,
                let connection = state.nodes[host].connection
            {
                colocate(
                    "#replica-remote-with-host-remote", remote, connection, .infinity, attribute: nil,
                    dependentRole: nil, primaryRole: nil, flags: .influence)
            }
            _ = assign(remote, prefer: prefer, stopIfFailed: stopIfFailed)
        }
        guard let child = replica.child else { return }
        for node in state.nodeOrder where placement[child, node].isPresent {
            if node != replica.node {
                placement[child, node].score = .minusInfinity
                ledger?.record(child, node, .minusInfinity, .container)
            } else if thresholdReached(child, on: node) == nil {
                placement[child, node].score = .infinity
                ledger?.record(child, node, .infinity, .container)
            }
        }
        if let clone = state.resources[child].parent { state.resources[clone].flags.insert(.assigning) }
        _ = assign(child, prefer: replica.node, stopIfFailed: stopIfFailed)
        if let clone = state.resources[child].parent { state.resources[clone].flags.remove(.assigning) }
    }

    func addBundleNeed(of index: ResourceIndex, _ together: [ResourceIndex], into need: inout [String: Int]) {
        guard let first = bundleTraits(index).replicas.first,
            state.resources[first.container].flags.contains(.unassigned)
        else { return }
        for (name, amount) in state.resources[first.container].utilization {
            need[name] = (need[name] ?? 0).addingSaturating(amount)
        }
    }

    // MARK: - Colocation

    mutating func colocate(_ dependent: ResourceIndex, withBundle bundle: ResourceIndex, _ colocation: Colocation)
        -> Score
    {
        if state.resources[bundle].flags.contains(.unassigned) { return .zero }
        if state.resources[colocation.dependent].variantRank > 1 {
            if let container = compatibleContainer(of: bundle, for: dependent) {
                return applyColocationScore(
                    dependent: dependent, primary: container, colocation, forDependent: true)
            }
            if colocation.score.isInfinite { setNode(dependent, nil, force: true, stopIfFailed: true) }
            return .zero
        }
        var delta = Score.zero
        var hosts: [NodeIndex] = []
        for replica in bundleTraits(bundle).replicas {
            if !colocation.score.isInfinite {
                delta += applyColocationScore(
                    dependent: dependent, primary: replica.container, colocation, forDependent: false)
                continue
            }
            guard let host = state.location(of: replica.container, .assigned),
                !state.anyHas(.blocked, in: replica.container)
            else { continue }
            if colocation.primaryRole >= .promoted {
                guard let child = replica.child, state.resources[child].nextRole >= .promoted else { continue }
            }
            hosts.insert(host, at: 0)
        }
        if colocation.score.isInfinite { restrict(dependent, to: hosts, mergingScoresOf: nil) }
        return delta
    }

    /// The container on the node where the dependent is, or on the best it may have.
    private func compatibleContainer(of bundle: ResourceIndex, for dependent: ResourceIndex) -> ResourceIndex? {
        func container(on node: NodeIndex) -> ResourceIndex? {
            guard let host = hostOfBundleNode(node) else { return nil }
            return bundleContainers(bundle).first { matches($0, host, .unknown, false, nil) }
        }
        if let node = state.location(of: dependent, .assigned) {
            if hostOfBundleNode(node) != nil { return container(on: node) }
        }
        for node in sortedNodes(placement[row: dependent], active: nil) {
            if let found = container(on: node) { return found }
        }
        return nil
    }

    private func hostOfBundleNode(_ node: NodeIndex) -> NodeIndex? {
        guard isBundleNode(node), let container = state.guestLauncher(of: node) else { return node }
        return state.location(of: container, .assigned)
    }

    /// Whether the colocations of a bundle count for one of its parts: for containers, and for promotion inside.
    func bundleTakesPart(_ bundle: ResourceIndex, for original: ResourceIndex) -> Bool {
        if original == bundle || state.resources[original].flags.contains(.replicaContainer) { return true }
        guard let child = bundleTraits(bundle).child, state.resources[child].flags.contains(.promotable),
            state.top(of: original) == child
        else { return false }
        if original == child { return cloneTraits(child).promotionConstrained }
        return !state.resources[original].flags.contains(.unassigned)
    }
}
