import ClusterTypes

extension Scheduling {
    /// The ledger as the caller gets it; `nil` unless it was asked for.
    func buildLedger() -> Ledger? {
        guard let ledger else { return nil }
        let causes = Set(ledger.implications.values)
        let shown = plan.actions.indices.filter {
            let flags = plan.actions[$0].flags
            return flags.contains(.inGraph) || !flags.contains(.optional) || causes.contains($0)
                || (!flags.contains(.runnable) && plan.actions[$0].reason != nil)
        }
        var positions: [ActionIndex: Int] = [:]
        for (position, index) in shown.enumerated() { positions[index] = position }
        return Ledger(
            cluster: ledgerCluster(), nodes: state.nodes.indices.map { ledgerNode($0) },
            nodeOrder: state.nodeOrder.map(\.int), resources: state.resources.indices.map { ledgerResource($0) },
            topLevel: state.topLevel.map(\.int), contributions: ledger.contributions,
            choices: state.resources.indices.map { ledger.choices[$0] },
            actions: shown.map { ledgerAction($0, ledger, positions) })
    }

    private func ledgerCluster() -> Ledger.Cluster {
        let options = state.options
        let policy =
            switch options.quorumPolicy {
            case .stop: "stop"
            case .freeze: "freeze"
            case .ignore: "ignore"
            case .demote: "demote"
            case .fence: "fence"
            }
        return Ledger.Cluster(
            isQuorate: options.isQuorate, quorumPolicy: policy, isSymmetric: options.isSymmetric,
            isFencingEnabled: options.isFencingEnabled, hasFencing: options.hasFencing,
            isInMaintenance: options.maintenanceMode, stopsAll: options.stopAllResources,
            usesUtilization: options.placementStrategy != .standard)
    }

    private func ledgerNode(_ index: NodeIndex) -> Ledger.Node {
        let node = state.nodes[index]
        let flags: [(Node.Flags, Ledger.NodeState)] = [
            (.online, .online), (.unclean, .unclean), (.pending, .pending), (.standby, .standby),
            (.failStandby, .failureStandby), (.maintenance, .maintenance), (.shutdown, .shutdown),
        ]
        var result = Ledger.NodeState()
        for (flag, shown) in flags where node.flags.contains(flag) { result.insert(shown) }
        if state.isAvailable(index) { result.insert(.available) }
        return Ledger.Node(
            name: node.name, id: node.id, state: result, isRemote: node.isRemoteKind,
            host: state.guestLauncher(of: index)?.int, capacity: node.utilization)
    }

    private func ledgerResource(_ index: ResourceIndex) -> Ledger.Resource {
        let resource = state.resources[index]
        let flags: [(Resource.Flags, Ledger.ResourceState)] = [
            (.managed, .managed), (.blocked, .blocked), (.failed, .failed), (.removed, .removed),
            (.maintenance, .maintenance), (.unique, .unique), (.promotable, .promotable), (.reload, .reload),
            (.internalResource, .internal), (.fenceDevice, .fenceDevice), (.migratable, .migratable),
            (.needsFencing, .needsFencing), (.startPending, .startPending),
        ]
        var known = Ledger.ResourceState()
        for (flag, shown) in flags where resource.flags.contains(flag) { known.insert(shown) }
        if resource.isPrimitive, state.activity(of: index).clean > 1 { known.insert(.multiplyActive) }
        var promotedMaximum = 0
        var maximum = 1
        let kind: Ledger.Resource.Kind
        switch resource.variant {
        case .primitive: kind = .primitive
        case .group: kind = .group
        case .clone(let traits):
            kind = .clone
            (promotedMaximum, maximum) = (traits.promotedMaximum, traits.maximum)
        case .bundle(let traits):
            kind = .bundle
            maximum = traits.count
        }
        return Ledger.Resource(
            id: resource.id, configurationID: resource.configurationID, kind: kind,
            agent: resource.agent.map { agent in
                [agent.standard, agent.provider, agent.type].compactMap { $0 }.joined(separator: ":")
            },
            parent: resource.parent?.int, children: resource.children.map(\.int),
            launched: resource.launched.map(\.int), state: known,
            currentRole: state.role(of: index, current: true), nextRole: state.role(of: index, current: false),
            activeNodes: resource.activeNodes.map(\.int), assigned: resource.assignedNode?.int,
            stickiness: resource.stickiness, threshold: resource.banAfterFailures, utilization: resource.utilization,
            migrationSource: resource.migrationSource?.int, migrationTarget: resource.migrationTarget?.int,
            promotionPriority: resource.promotionPriority, promotedMaximum: promotedMaximum, instanceMaximum: maximum)
    }

    private func ledgerAction(
        _ index: ActionIndex, _ recorder: LedgerRecorder, _ positions: [ActionIndex: Int]
    ) -> Ledger.Action {
        let action = plan.actions[index]
        func other(_ flag: Action.Flags) -> Int? {
            action.flags.contains(flag) ? nil : recorder.implication(flag, of: index).flatMap { positions[$0] }
        }
        return Ledger.Action(
            task: plan.name(of: action.task), interval: action.key.interval, resource: action.resource?.int,
            node: action.node?.int, isRequired: !action.flags.contains(.optional),
            isRunnable: action.flags.contains(.runnable), isInGraph: action.flags.contains(.inGraph),
            isPseudo: action.flags.contains(.pseudo),
            reason: action.reason ?? (recorder.changes.contains(index) ? "resource definition change" : nil),
            detail: action.metaValue("stonith_action") ?? action.cancelledTask.map { plan.name(of: $0) },
            requiredBy: other(.optional),
            blockedBy: other(.runnable), unmigratableBy: other(.migratable))
    }
}
