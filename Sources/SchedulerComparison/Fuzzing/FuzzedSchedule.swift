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
        judge(cib, seed: seed).violations
    }

    /// What is wrong, and the name of the reason for which the cluster need not come to rest.
    static func judge(_ cib: XMLElement, seed: UInt64 = 0) -> (violations: [String], exception: String?) {
        let output = schedule(cib, options(seed))
        let offline = InvariantChecks.offlineNodes(cib)
        var result = InvariantChecks.violations(output.graph, offline: offline)
        result += InvariantChecks.violations(output.graph, of: cib)
        guard let restless = restless(cib) else { return (result, nil) }
        if restless.reason == nil { result.append(restless.text) }
        return (result, restless.reason?.rawValue)
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

    /// Schedules, carries the plan out, schedules again …: hands each document and schedule on until told to stop.
    static func follow(_ cib: XMLElement, runs: Int, _ goOn: (XMLElement, SchedulerOutput) -> Bool) {
        // Later than anything that documents tell of, and not in the future of the schedules.
        let begin = WallTime(seconds: CIBGenerator.now - 9)
        var cluster = FlawlessCluster(PossibleStatus.start(from: cib), at: begin)
        for _ in 1...runs {
            let output = schedule(cluster.cib, SchedulerOptions())
            guard goOn(cluster.cib, output) else { return }
            cluster.carryOut(output.graph)
        }
    }

    /// What is still planned after some runs that all went well; `nil` when the cluster comes to rest.
    private static func restless(_ cib: XMLElement) -> Restless? {
        var runs: [Restlessness.Run] = []
        var latest = cib
        follow(cib, runs: runLimit + 1) { document, output in
            latest = document
            runs.append(
                Restlessness.Run(
                    graph: output.graph, summary: output.summary.lines, hasStalled: output.stalledCount > 0))
            return !output.graph.isAtRest
        }
        guard let last = runs.last, !last.graph.isAtRest else { return nil }
        let actions = last.graph.actions.filter { $0.kind != .pseudo }.prefix(4)
            .map { "\($0.operationKey) on \($0.node ?? "")" }
        return Restless(
            reason: Restlessness(latest, runs: runs.suffix(4)) { managedResources(latest) },
            text: "does not settle: run \(runLimit + 1) plans \(actions.joined(separator: ", "))")
    }
}

extension FuzzedSchedule {
    private static func managedResources(_ cib: XMLElement) -> Set<String> {
        let resources = schedule(cib, SchedulerOptions(explains: true)).ledger?.resources ?? []
        return Set(resources.filter { $0.state.contains(.managed) }.flatMap { [$0.id, $0.configurationID] })
    }
}

private struct Restless {
    var reason: Restlessness?
    var text: String
}

extension TransitionGraph {
    /// Points for ordering alone execute nothing: `load_stopped_…` is in every graph with utilization, and
    /// `maintenance_nodes` for as long as the simulated executors have not been told.
    var isAtRest: Bool { actions.allSatisfy { $0.kind == .pseudo } }
}
