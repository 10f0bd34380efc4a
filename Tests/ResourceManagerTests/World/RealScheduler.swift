import ClusterTypes
import ResourceManager
import Scheduler
import XMLTree

/// The product's scheduler, as the daemon's worker calls it.
func scheduleForReal(_ cib: XMLElement, _ now: WallTime) -> ScheduleOutcome {
    let output = schedule(SchedulerInput(cib: cib, now: now))
    return .computed(
        ComputedSchedule(
            graph: output.graph, recheckAt: output.recheckAt, summary: output.summary.lines,
            warnings: output.notices.map(\.message)))
}
