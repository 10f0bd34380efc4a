internal import Glibc

/// How the operating system schedules the thread that must not be late.
package enum SchedulingClass: Sendable, Equatable {
    /// SCHED_RR at the given priority: runs before every ordinary process of the machine.
    case realTime(priority: Int32)
    /// Ordinary scheduling with the given nice value, below 0.
    case preferred(nice: Int32)
    /// As everybody else; what an unprivileged process gets.
    case ordinary
}

package enum Scheduling {
    /// Gives the calling thread, and threads that it starts later, the best class that the process may have and is wished.
    ///
    /// - Parameters:
    ///   - usesRealTime: whether real-time scheduling is wished.
    ///   - isLowest: the lowest real-time priority rather than the highest.
    ///   - nice: what is tried where real time is not wished or not permitted, -20 to 19.
    /// - Source: `sched_rr` and `priority` in corosync.conf(5), section system; sched(7).
    package static func raiseCallingThread(
        usesRealTime: Bool = true, isLowest: Bool = false, nice: Int32 = -20
    ) -> SchedulingClass {
        var parameters = sched_param()
        parameters.sched_priority = isLowest ? sched_get_priority_min(SCHED_RR) : sched_get_priority_max(SCHED_RR)
        if usesRealTime, parameters.sched_priority > 0,
            pthread_setschedparam(pthread_self(), SCHED_RR, &parameters) == 0
        {
            return .realTime(priority: parameters.sched_priority)
        }
        // On Linux the nice value belongs to the thread: 0 stands for the calling one.
        if setpriority(Int32(PRIO_PROCESS.rawValue), 0, nice) == 0 { return .preferred(nice: nice) }
        return .ordinary
    }

    /// Keeps all memory of the process resident once it has been touched, so that no page fault delays the token.
    ///
    /// Pages are locked when first used rather than at once: whole thread stacks would otherwise count, 8 MB each.
    /// - Returns: false where the process may not (RLIMIT_MEMLOCK without CAP_IPC_LOCK).
    package static func lockMemory() -> Bool {
        let lockWhenTouched: Int32 = 4  // MCL_ONFAULT of mlockall(2), which the headers of Swift's overlay leave out.
        if mlockall(Int32(MCL_CURRENT) | Int32(MCL_FUTURE) | lockWhenTouched) != 0 { return false }
        return true
    }
}
