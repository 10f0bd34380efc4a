package import ClusterTypes
package import XMLTree

extension ResourceManagerNode {
    /// What happens to the resource manager of one node.
    package enum Event: Sendable, Equatable {
        /// The first event. `document` is the stored CIB (newest undamaged copy) or `nil` on a new node; `incarnation`
        /// differs at every start of the daemon (for example the wall clock in nanoseconds).
        case started(document: XMLElement?, incarnation: UInt64)
        case messaging(MessagingEvent)
        case timerFired(Timer)
        case scheduleComputed(ScheduleID, ScheduleOutcome)
        case clientRequested(RequestID, ClientRequest, by: ClientIdentity)
        /// The operator asked the daemon to stop (SIGTERM, service manager): resources move away, then `.exit(.shutDown)`.
        case shutdownRequested
    }

    /// What the driver must do, in order.
    package enum Effect: Sendable, Equatable {
        case messaging(MessagingRequest)
        /// Arms a timer, replacing an armed one that is equal.
        case arm(Timer, after: Duration)
        case cancel(Timer)
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
        case action(transition: Int, action: Int)
        /// The clean shutdown takes longer than `shutdown-escalation`.
        case shutdownEscalation
        /// A failed fencing is tried again, or a failed computation.
        case retry
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
