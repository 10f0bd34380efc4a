internal import ClusterTypes
internal import Synchronization

/// What `lockstep-simulator` does: runs seeds on several threads and tells what was violated.
package enum SimulatorTool {
    /// - Returns: the exit status.
    package static func run(arguments: [String]) async -> Int32 {
        let parsed: SimulatorArguments
        do { parsed = try SimulatorArguments(arguments) } catch {
            print("lockstep-simulator: \(error)")
            return 2
        }
        if parsed.wantsHelp {
            print(SimulatorArguments.help)
            return 0
        }
        let start = ContinuousClock.now
        let summary = await runAll(parsed)
        let elapsed = ContinuousClock.now - start
        print(summary.text + ", \(elapsed.milliseconds) ms")
        return summary.failedSeeds.isEmpty ? 0 : 1
    }

    private static func runAll(_ arguments: SimulatorArguments) async -> SimulationSummary {
        let seeds = SeedDispenser(arguments.seeds)
        return await withTaskGroup(of: SimulationSummary.self) { group in
            for _ in 0..<arguments.jobCount {
                group.addTask { @concurrent in
                    var summary = SimulationSummary()
                    while let seed = seeds.next() {
                        var options = SimulationOptions(seed: seed)
                        options.scope = arguments.scope
                        options.nodeCount = arguments.nodeCount
                        if arguments.isTracing { options.trace = { print($0) } }
                        options.sabotage = arguments.sabotage
                        let outcome = simulate(options)
                        report(outcome)
                        summary.add(outcome)
                    }
                    return summary
                }
            }
            var total = SimulationSummary()
            for await summary in group { total.merge(summary) }
            return total
        }
    }

    private static func report(_ outcome: SimulationOutcome) {
        var lines = outcome.violations.prefix(5).map { "seed \(outcome.seed) (\(outcome.nodeCount) nodes): \($0)" }
        if outcome.violations.count > 5 {
            lines.append("seed \(outcome.seed): and \(outcome.violations.count - 5) more violations")
        }
        if !lines.isEmpty { print(lines.joined(separator: "\n")) }
    }
}

/// Hands every seed to one of several threads.
private final class SeedDispenser: Sendable {
    private let upcoming: Atomic<UInt64>
    private let last: UInt64

    init(_ seeds: ClosedRange<UInt64>) {
        upcoming = Atomic(seeds.lowerBound)
        last = seeds.upperBound
    }

    func next() -> UInt64? {
        let seed = upcoming.wrappingAdd(1, ordering: .relaxed).oldValue
        return seed <= last ? seed : nil
    }
}
