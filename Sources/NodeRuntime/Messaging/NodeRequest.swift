internal import ClusterConfiguration

/// What programs, or an administrator on another node, want of the daemon as a whole.
enum NodeRequest: Sendable, Equatable {
    /// Read the configuration again.
    case reload(requester: UInt64)
    /// Take over settings that programs have changed in the configuration map.
    case tune(LiveChanges)
    case reopenLogs
    /// Leave the cluster after the resources have moved away.
    case leave
    /// End at once.
    case end(reason: String)
}
