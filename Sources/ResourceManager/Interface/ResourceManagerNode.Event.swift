package import Agents
package import CIB
package import ClusterTypes
package import Executor
package import Fencing
package import XMLTree

extension ResourceManagerNode {
    /// What happens to the resource manager of one node.
    package enum Event: Sendable, Equatable {
        /// The first event. `document` is the stored CIB (newest undamaged copy) or `nil` on a new node, `lineage` what was
        /// stored with it; `incarnation` differs at every start of the daemon (for example the wall clock in nanoseconds).
        case started(document: CIBDocument?, lineage: CIBLineage = .none, incarnation: UInt64)
        case messaging(MessagingEvent)
        case timerFired(Timer)
        /// The document of that `.store` is on disk and will survive a power cut.
        case documentStored(CIBStoreID)
        /// It is not, for a reason in words.
        case storeFailed(CIBStoreID, String)
        /// A run of `.runAgent` ended.
        case agentFinished(AgentRun, AgentOutcome)
        case scheduleComputed(ScheduleID, ScheduleOutcome)
        case clientRequested(RequestID, ClientRequest, by: ClientIdentity)
        /// The node list of the configuration was read again, ascending by id. Nodes that it no longer has stay in the document until
        /// somebody deletes them.
        case nodesConfigured([NamedNode])
        /// The operator asked the daemon to stop (SIGTERM, service manager): resources move away, then `.exit(.shutDown)`.
        case shutdownRequested
    }

    /// What the driver must do, in order.
    package enum Effect: Sendable, Equatable {
        case messaging(MessagingRequest)
        /// Arms a timer, replacing an armed one that is equal.
        case arm(Timer, after: Duration)
        case cancel(Timer)
        /// Writes the document (if there is one), then its lineage, durably and in this order; answered by
        /// `.documentStored` or `.storeFailed`. One is under way at a time.
        case store(CIBStoreID, CIBDocument?, CIBLineage)
        /// Runs a program; answered by `.agentFinished`, always.
        case runAgent(AgentRun, AgentInvocation)
        /// Ends a run before its time; its outcome still comes.
        case terminateAgent(AgentRun)
        /// Runs the scheduler on a snapshot. Answers with `.scheduleComputed`; a newer request supersedes an older one,
        /// whose answer is then ignored (and need not come).
        case computeSchedule(ScheduleID, snapshot: XMLElement, now: WallTime)
        case respond(RequestID, ClientResponse)
        case publish(ClusterEvent)
        case report(ReportLevel, String)
        /// The daemon must end; nothing else follows.
        case exit(ExitReason)
    }

    /// The timers of a resource manager; the driver keeps at most one of each value armed.
    package enum Timer: Hashable, Sendable {
        /// Ends the wait for configured nodes after a cold start.
        case startWait
        /// A new transition is due by time: `cluster-recheck-interval`, or what the scheduler asked for.
        case recheck
        /// An action sent to a node did not report back in its timeout plus `cluster-delay`.
        case action(key: String)
        /// This node asked to leave the group and has not seen that it did.
        case departure
        case executor(OperationExecutor.Timer)
        case fencer(Fencer.Timer)
        /// The clean shutdown takes longer than `shutdown-escalation`.
        case shutdownEscalation
        /// A failed fencing is tried again, or a failed computation.
        case retry
        /// Schedules that repeat themselves have waited long enough.
        case pause
    }
}

/// Names a run of an agent's program: the executor and the fencer number theirs independently.
package enum AgentRun: Hashable, Sendable, CustomStringConvertible {
    case executor(AgentRunID)
    case fencer(AgentRunID)

    package var description: String {
        switch self {
        case .executor(let id): "executor \(id)"
        case .fencer(let id): "fencer \(id)"
        }
    }
}

/// The number of a scheduler run, growing.
package struct ScheduleID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package var description: String { String(rawValue) }
}

/// The number that the edge gave a client's request; unique among the open requests of this node.
package struct RequestID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package var description: String { String(rawValue) }
}

/// Who must act on a report.
package enum ReportLevel: String, Sendable {
    /// For developers.
    case debug
    /// What a reader of the log wants to know afterwards.
    case info
    /// Worth a look by the operator, nothing lost yet.
    case warning
    /// The operator must act.
    case error
}

/// Why the daemon must end.
package enum ExitReason: Sendable, Equatable, CustomStringConvertible {
    /// A clean shutdown is complete: the exit status is 0 and the service manager must not restart the daemon.
    case shutDown
    /// This node was fenced by a peer, yet still runs: it must stop at once and not restart by itself.
    case fenced(by: String)
    /// This node cannot go on (its document cannot be stored, it violates the protocol); it may be restarted.
    case failed(String)

    package var description: String {
        switch self {
        case .shutDown: "clean shutdown"
        case .fenced(let peer): "this node was fenced by \(peer)"
        case .failed(let reason): reason
        }
    }
}
