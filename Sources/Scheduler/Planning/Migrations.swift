import ClusterTypes

extension Scheduling {
    func canMigrate(_ index: ResourceIndex, from current: NodeIndex) -> Bool {
        let resource = state.resources[index]
        guard resource.flags.contains(.migratable), resource.isManaged,
            resource.flags.isDisjoint(with: [.failed, .startPending]), let target = resource.assignedNode
        else { return false }
        return !state.nodes[current].flags.contains(.unclean) && !state.nodes[target].flags.contains(.unclean)
    }

    /// A move without interruption: the stop and start stay as the fallback.
    mutating func planMigration(_ index: ResourceIndex, from current: NodeIndex) {
        guard let assigned = state.resources[index].assignedNode else { return }
        let isPartial = state.resources[index].migrationTarget != nil
        let start = startAction(index, on: assigned, optional: true)
        let stop = stopAction(index, on: current, optional: true)
        var migrateTo: ActionIndex?
        if !isPartial { migrateTo = action(index, ActionKey(.migrateTo), .migrateTo, on: current, optional: true) }
        let migrateFrom = action(index, ActionKey(.migrateFrom), .migrateFrom, on: assigned, optional: true)
        plan.actions[start].flags.formUnion([.migratable, .pseudo])
        plan.actions[stop].flags.insert(.migratable)
        plan.actions[migrateFrom].flags.insert(.migratable)
        if let migrateTo {
            plan.actions[migrateTo].flags.insert(.migratable)
            plan.actions[migrateTo].needs = plan.actions[start].needs
            order(index, .monitor, index, .migrateTo, .ordered)
            order(index, .migrateTo, index, .migrateFrom, [.ordered, .unmigratableThenBlocks])
        } else {
            plan.actions[migrateFrom].needs = plan.actions[start].needs
            order(index, .monitor, index, .migrateFrom, .ordered)
        }
        order(index, .migrateFrom, index, .stop, [.ordered, .unmigratableThenBlocks])
        order(index, .migrateFrom, index, .start, [.ordered, .unmigratableThenBlocks, .firstElseThen])
        for migration in [migrateTo, migrateFrom].compactMap({ $0 }) {
            plan.actions[migration].setMeta("migrate_source", state.nodes[current].name)
            plan.actions[migration].setMeta("migrate_target", state.nodes[assigned].name)
        }
        if let migrateTo, !state.resources[index].flags.contains(.remoteConnection) {
            plan.actions[migrateTo].setMeta("record-pending", "true")
        }
    }
}
