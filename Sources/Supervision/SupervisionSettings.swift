/// How a command is supervised.
///
/// - Source: sam_overview(3), sam_initialize(3) of corosync 3.1 for the policies and the interval; limits on restarts are ours,
///   after systemd.unit(5) (`StartLimitBurst`).
package struct SupervisionSettings: Sendable, Equatable {
    package enum Recovery: String, Sendable, CaseIterable {
        /// The command has ended, or was ended because it failed: the supervisor ends too.
        case quit
        /// Another instance follows.
        case restart
    }

    package enum HealthCheck: Sendable, Equatable {
        /// Only its end tells that a command has failed.
        case none
        /// A shell command that must succeed, once an interval, each time within an interval.
        case command(String)
        /// The command itself writes to a descriptor, at least once an interval.
        case heartbeat
    }

    package var recovery = Recovery.restart
    /// Runs only while this node's partition is quorate.
    package var followsQuorum = false
    package var healthCheck = HealthCheck.none
    /// Of health checks.
    package var interval = Duration.seconds(10)
    /// How long a new instance may be unwell: no check, and no missing heartbeat counts.
    package var startup = Duration.zero
    /// From the warning signal to SIGKILL.
    package var grace = Duration.seconds(10)
    /// The number of the signal that asks the command to end.
    package var warningSignal: Int32
    /// `nil` for no limit, as SAM has none.
    package var restartLimit: RestartLimit? = RestartLimit(count: 5, window: .seconds(60))
    /// From the end of an instance to the start of the next.
    package var pause = Duration.milliseconds(100)
    /// Whether an end with status 0 is a failure too, as it is for SAM while health is checked.
    package var treatsSuccessAsFailure = false

    package init(warningSignal: Int32) { self.warningSignal = warningSignal }
}

/// How often something may happen: `count` times in any `window`.
package struct RestartLimit: Sendable, Equatable {
    package var count: Int
    package var window: Duration

    package init(count: Int, window: Duration) {
        self.count = count
        self.window = window
    }
}
