internal import CIBGenerator
internal import ClusterTypes
internal import Scheduler
internal import TransitionGraph
package import XMLTree

/// One document scheduled, its graph held against the invariants, and followed until nothing more is planned.
package enum FuzzedSchedule {
    /// Within so many runs a document has to settle.
    private static let runLimit = 6

    /// What is wrong, a sentence each.
    package static func violations(of cib: XMLElement, seed: UInt64 = 0) -> [String] {
        let output = schedule(cib, options(seed))
        let offline = InvariantChecks.offlineNodes(cib)
        var result = InvariantChecks.violations(output.graph, offline: offline)
        if let restless = unsettled(cib) { result.append(restless) }
        return result
    }

    /// Everything that can be asked for on top of a graph, in turns: it must not trap either.
    private static func options(_ seed: UInt64) -> SchedulerOptions {
        func has(_ bit: UInt64) -> Bool { seed >> bit & 1 == 1 }
        var options = SchedulerOptions(
            explains: has(1) && has(2), collectsScores: has(2), collectsUtilization: has(3), reportsStatus: has(1),
            reportsDetails: has(2), picturesGraph: has(3), isSanitized: has(1))
        options.showsPending = has(2)
        return options
    }

    private static func schedule(_ cib: XMLElement, _ options: SchedulerOptions) -> SchedulerOutput {
        Scheduler.schedule(
            SchedulerInput(cib: cib, now: WallTime(seconds: CIBGenerator.now), options: options))
    }

    /// Schedules, carries the plan out, schedules again …: hands each schedule on until told to stop.
    static func follow(_ cib: XMLElement, runs: Int, _ goOn: (SchedulerOutput) -> Bool) {
        var document = Settling.start(from: cib)
        for _ in 1...runs {
            let output = schedule(document, SchedulerOptions())
            guard goOn(output),
                let next = ControllerEffects.outcome(
                    of: output.graph, in: document, recordedNames: output.recordedNames, at: CIBGenerator.now)
            else { return }
            document = next
        }
    }

    /// What is still planned after some runs that all went well; `nil` when the cluster comes to rest, or need not.
    private static func unsettled(_ cib: XMLElement) -> String? {
        var planned: TransitionGraph?
        follow(cib, runs: runLimit + 1) { output in
            planned = output.stalledCount > 0 || Settling.isAtRest(output.graph) ? nil : output.graph
            return planned != nil
        }
        guard let planned else { return nil }
        let actions = planned.actions.filter { $0.kind != .pseudo }.prefix(4)
            .map { "\($0.operationKey) on \($0.node ?? "")" }
        return "does not settle: run \(runLimit + 1) plans \(actions.joined(separator: ", "))"
    }
}
