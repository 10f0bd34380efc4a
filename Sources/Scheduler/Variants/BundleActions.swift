import ClusterTypes
import TransitionGraph

extension Scheduling {
    // MARK: - Constraints

    mutating func addBundleConstraints(_ index: ResourceIndex) {
        let traits = bundleTraits(index)
        for replica in traits.replicas { addReplicaConstraints(replica, index) }
        guard let child = traits.child else { return }
        orderPair(index, child, .start, .running)
        orderPair(index, child, .stop, .stopped)
        addInternalConstraints(child)
        guard state.resources[child].flags.contains(.promotable) else { return }
        orderPromotableRestart(index)
        orderPair(index, child, .demote, .demoted)
        orderPair(index, child, .promote, .promoted)
    }

    /// What is inside does something when the bundle does; the bundle is done when what is inside is.
    private mutating func orderPair(_ bundle: ResourceIndex, _ child: ResourceIndex, _ task: Task, _ done: Task) {
        order(bundle, task, child, task, .thenImpliesFirstGraphed)
        order(child, done, bundle, done, .firstImpliesThenGraphed)
    }

    private mutating func addReplicaConstraints(_ replica: BundleReplica, _ bundle: ResourceIndex) {
        let container = replica.container
        addInternalConstraints(container)
        order(bundle, .start, container, .start, [.unrunnableFirstBlocks, .thenImpliesFirstGraphed])
        if let child = replica.child { order(bundle, .stop, child, .stop, .thenImpliesFirstGraphed) }
        order(bundle, .stop, container, .stop, .thenImpliesFirstGraphed)
        order(container, .start, bundle, .running, .firstImpliesThenGraphed)
        order(container, .stop, bundle, .stopped, .firstImpliesThenGraphed)
        if let ip = replica.ip {
            addInternalConstraints(ip)
            order(ip, .start, container, .start, [.unrunnableFirstBlocks, .guestAllowed])
            order(container, .stop, ip, .stop, [.thenImpliesFirst, .guestAllowed])
            colocate(
                "#ip-with-container", ip, container, .infinity, attribute: nil, dependentRole: nil, primaryRole: nil,
                flags: .influence)
        }
        if let remote = replica.remote { addInternalConstraints(remote) }
    }

    // MARK: - Actions

    mutating func planBundle(_ index: ResourceIndex) {
        let traits = bundleTraits(index)
        for replica in traits.replicas {
            for part in [replica.ip, replica.container, replica.remote] {
                if let part { planActions(part) }
            }
        }
        planInstances(index, traits.replicas.map(\.container))
        guard let child = traits.child else { return }
        planActions(child)
        guard state.resources[child].flags.contains(.promotable) else { return }
        for task in [Task.promote, .promoted, .demote, .demoted] {
            let action = pseudoAction(index, task, optional: true, runnable: true)
            if task == .promoted || task == .demoted { plan.actions[action].priority = .infinity }
        }
    }

    mutating func probeBundle(_ index: ResourceIndex, on node: NodeIndex) -> Bool {
        let traits = bundleTraits(index)
        var any = false
        for replica in traits.replicas {
            if let ip = replica.ip, probe(ip, on: node) { any = true }
            if let child = replica.child, node == replica.node, probe(child, on: node) { any = true }
            if probe(replica.container, on: node) {
                any = true
                if traits.replicasPerHost == 1 { orderStarts(of: traits, afterProbeOf: replica) }
            }
            if let remote = replica.remote, probe(remote, on: node) {
                // The connection cannot be probed before there is something to connect to.
                for probe in plan.findExact(remote, ActionKey(.monitor), on: node).prefix(1) {
                    any = true
                    addOrdering(end(replica.container, .start), end(probe), .nestedRemoteProbe)
                }
            }
        }
        return any
    }

    private mutating func orderStarts(of traits: BundleTraits, afterProbeOf probed: BundleReplica) {
        for replica in traits.replicas where replica.offset != probed.offset {
            order(probed.container, .monitor, replica.container, .start, [.ordered, .ifSameNode])
        }
    }

    mutating func bundleFlags(_ action: ActionIndex, _ bundle: ResourceIndex, _ node: NodeIndex?) -> Action.Flags {
        let traits = bundleTraits(bundle)
        if let child = traits.child {
            switch plan.actions[action].task {
            case .start, .running, .stop, .stopped: break
            default: return collectiveFlags(action, state.resources[child].children, node)
            }
        }
        return collectiveFlags(action, traits.replicas.map(\.container), node)
    }

    mutating func addBundleActions(of index: ResourceIndex, to graph: inout TransitionGraph) {
        let traits = bundleTraits(index)
        if let child = traits.child { addActions(of: child, to: &graph) }
        for replica in traits.replicas {
            for part in [replica.ip, replica.container, replica.remote] {
                if let part { addActions(of: part, to: &graph) }
            }
        }
    }
}
