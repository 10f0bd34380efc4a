import ClusterTypes
import TransitionGraph

/// How many actions may run at once: `batch-limit` in the cluster, `node-action-limit` on a node, `migration-limit`
/// live migrations on a node.
///
/// - Source: Pacemaker Explained, "Cluster Options". A `batch-limit` of 0 is none here; Pacemaker derives one from load.
struct ActionLimits {
    private let batchLimit: Int
    private let nodeLimit: Int
    private let migrationLimit: Int
    private var running: Int
    /// By the name of the node.
    private var runningOn: [String: Int] = [:]
    private var migratingOn: [String: Int] = [:]

    init(run: TransitionRun, inFlight: InFlightActions, options: ClusterOptions) {
        batchLimit = run.setting("batch-limit") ?? 0
        migrationLimit = run.setting("migration-limit") ?? -1
        nodeLimit = options.nodeActionLimit
        running = run.runningCount
        for (index, state) in run.states.enumerated() where state == .running {
            if case let action = run.graph.actions[index], action.kind == .resource { count(action) }
        }
    }

    /// Whether one more action may run; if so, it is counted. Pseudo-actions and the controller's own always may.
    mutating func admit(_ action: TransitionGraph.Action) -> Bool {
        guard action.kind == .resource, let node = action.node else { return true }
        if batchLimit > 0 && running >= batchLimit { return false }
        if runningOn[node, default: 0] >= nodeLimit { return false }
        if migrationLimit >= 0, Self.isMigration(action), migratingOn[node, default: 0] >= migrationLimit {
            return false
        }
        running += 1
        count(action)
        return true
    }

    private mutating func count(_ action: TransitionGraph.Action) {
        guard let node = action.node else { return }
        runningOn[node, default: 0] += 1
        if Self.isMigration(action) { migratingOn[node, default: 0] += 1 }
    }

    private static func isMigration(_ action: TransitionGraph.Action) -> Bool {
        action.operation == "migrate_to" || action.operation == "migrate_from"
    }
}
