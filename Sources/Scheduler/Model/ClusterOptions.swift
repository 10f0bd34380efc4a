import ClusterTypes

/// What happens to resources in a partition without quorum.
enum QuorumPolicy: Sendable { case stop, freeze, ignore, demote, fence }

enum PlacementStrategy: Sendable { case standard, utilization, balanced, minimal }

enum HealthStrategy: Sendable { case none, migrateOnRed, onlyGreen, progressive, custom }

/// What the colours of node health attributes are worth.
struct HealthScores: Sendable {
    var red = Score.zero
    var yellow = Score.zero
    var green = Score.zero
}

/// The cluster options that decide a schedule.
///
/// - Source: pacemaker-schedulerd(7); defaults as there.
struct ClusterOptions: Sendable {
    /// As written in the configuration, by their present names.
    var values: [String: String] = [:]
    var isQuorate = false
    var quorumPolicy = QuorumPolicy.stop
    var isSymmetric = true
    var isFencingEnabled = true
    /// A fencing device or a watchdog exists.
    var hasFencing = false
    var needsUnfencing = false
    var fencingAction = "reboot"
    var concurrentFencing = true
    /// In milliseconds; 0 is off.
    var priorityFencingDelay: UInt32 = 0
    var startupFencing = true
    var startupProbes = true
    var stopAllResources = false
    var stopRemovedResources = true
    var cancelRemovedActions = true
    var maintenanceMode = false
    var startFailureIsFatal = true
    var placementStrategy = PlacementStrategy.standard
    var shutdownLock = false
    var shutdownLockLimit: UInt32 = 0
    var nodePendingTimeout: UInt32 = 0
    var fenceRemoteWithoutQuorum = false
    var health = HealthScores()
    var healthStrategy = HealthStrategy.none
    var healthBase = Score.zero
    var clusterDelay = "60s"
    var fencingTimeout = "60s"
    var batchLimit = "0"
    var migrationLimit: String?
    /// The order of placement and of ties; `nil` keeps the default.
    var clusterName: String?
}
