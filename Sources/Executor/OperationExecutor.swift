package import Agents
package import ClusterTypes

/// The life of agent operations on one node: one at a time for each resource, recurring monitors, results.
///
/// Pure logic: no process, no clock. The driver runs agents and timers and reports back; a run's timeout is part of its
/// invocation and kept by whoever runs it.
///
/// - Source: OCF Resource Agent API 1.1; Pacemaker Explained, "Resource Operations".
package struct OperationExecutor: Sendable {
    package enum Event: Sendable, Equatable {
        case executionRequested(OperationRequest)
        /// Ends a recurring operation, or one that waits; a run in flight of a recurring operation is let finish unseen.
        case cancellationRequested(OperationKey)
        case agentFinished(AgentRunID, AgentOutcome)
        /// The fence device operation of an `operateDevice` effect ended.
        case deviceOperationFinished(AgentRunID, AgentOutcome)
        case timerFired(Timer)
        /// After a restart of the daemon: a recurring operation that goes on with the result it last had.
        case recurringAdopted(OperationResult)
        /// The history of a resource was cleaned up: the next result of its recurring operations is reported again.
        case historyForgotten(resource: String)
        /// The node leaves the cluster: recurring operations end, waiting ones are cancelled, no reports for either.
        case stopped
    }

    package enum Effect: Sendable, Equatable {
        case run(AgentRunID, AgentInvocation)
        /// Ends a run before its time; its outcome still comes.
        case terminate(AgentRunID)
        /// For resources of the class `stonith`: the fencer does it.
        case operateDevice(AgentRunID, OperationRequest)
        case arm(Timer, after: Duration)
        case cancel(Timer)
        /// The operation was accepted and began, with `status` `.pending`: the history may say so.
        case began(OperationResult)
        /// A result for the history.
        case finished(OperationResult)
        /// A recurring or waiting operation is gone: nothing of it will be reported any more.
        case cancelled(OperationKey)
    }

    /// One timer for each operation: its start delay, then its interval.
    package struct Timer: Hashable, Sendable {
        package var operation: OperationKey

        package init(_ operation: OperationKey) { self.operation = operation }
    }

    private let settings: ExecutorSettings

    package init(settings: ExecutorSettings) { self.settings = settings }

    /// Applies one event and returns what the driver must do, in order.
    ///
    /// - Parameters:
    ///   - now: the monotonic clock, for durations.
    ///   - wallTime: the civil clock, for the history.
    package mutating func receive(_ event: Event, at now: Instant, wallTime: WallTime) -> [Effect] {
        []
    }
}

/// What the executor of a node must know about it.
package struct ExecutorSettings: Sendable, Equatable {
    /// The node's name in the CIB.
    package var nodeName: String
    package var directories: AgentDirectories
    /// The folder for agents' state files, `HA_RSCTMP`.
    package var stateFolder: String
    /// Set as `LOCKSTEP_ROOT` when the node lives under a directory of its own.
    package var root: String?
    /// Further variables for every agent (`PATH` additions, `OCF_RESKEY_…` never).
    package var extraEnvironment: [AgentInvocation.Variable]

    package init(
        nodeName: String, directories: AgentDirectories = AgentDirectories(),
        stateFolder: String = "/run/resource-agents",
        root: String? = nil, extraEnvironment: [AgentInvocation.Variable] = []
    ) {
        self.nodeName = nodeName
        self.directories = directories
        self.stateFolder = stateFolder
        self.root = root
        self.extraEnvironment = extraEnvironment
    }
}
