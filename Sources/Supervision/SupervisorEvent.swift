/// What a supervisor is told.
package enum SupervisorEvent: Sendable, Equatable {
    /// Supervision begins; only with `followsQuorum` does it matter whether the partition is quorate.
    case began(isQuorate: Bool)
    case instanceStarted
    /// The command cannot be run; `status` is what a shell would report, 126 or 127.
    case instanceNotStarted(reason: String, status: Int32)
    /// The command has ended, and everything that it had started.
    case instanceEnded(InstanceEnd)
    case heartbeatCame
    /// The health check that was asked for is over; `nil` when it succeeded.
    case checkEnded(failure: String?)
    /// A daemon that cannot be reached is as good as no quorum.
    case quorumChanged(isQuorate: Bool)
    /// Somebody wants supervisor and command to end.
    ///
    /// - Parameter isDelivered: the command has got the signal as well, from the terminal.
    case endRequested(signal: Int32, isDelivered: Bool)
    /// A signal that is for the command.
    case signalCame(Int32)
    case timerExpired(SupervisorTimer)
}

/// How an instance of the command ended.
package enum InstanceEnd: Sendable, Equatable {
    case exited(Int32)
    case killed(signal: Int32)

    /// As shells report it.
    package var status: Int32 {
        switch self {
        case .exited(let status): status
        case .killed(let signal): 128 + signal
        }
    }
}

/// At most one of a kind is set.
package enum SupervisorTimer: Sendable, Hashable, CaseIterable {
    /// A heartbeat is missing, or it is time for the next check.
    case health
    /// The warning signal was to no avail.
    case grace
    /// It is time for the next instance.
    case pause
}

/// What a supervisor wants done.
package enum SupervisorEffect: Sendable, Equatable {
    case startInstance(number: Int)
    /// To the command's process.
    case sendSignal(Int32)
    /// SIGKILL to the command and everything that it has started.
    case kill
    case runCheck
    /// Its end need not be reported.
    case abandonCheck
    case setTimer(SupervisorTimer, after: Duration)
    case cancelTimer(SupervisorTimer)
    /// For the configuration map: key `state`.
    case publish(PublishedState)
    /// For the configuration map: key `last_updated`.
    case publishHealth
    /// Removes the keys from the configuration map.
    case withdraw
    /// For whoever reads standard error.
    case say(String)
    /// The supervisor is done.
    case end(status: Int32)
}

/// The words of libsam for what a supervised process does.
///
/// - Source: `resources.process.PID.state` in sam_overview(3), with the values that libsam 3.1.7 writes.
package enum PublishedState: String, Sendable, CaseIterable {
    case stopped
    case running
    case failed
    case waitingForQuorum = "waiting for quorum"
}
