internal import ClusterTypes
internal import Glibc
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
        let work: [SimulationOptions]?
        do { work = try listedRuns(parsed) } catch {
            print("lockstep-simulator: \(error)")
            return 2
        }
        let start = ContinuousClock.now
        let summary = await runAll(parsed, listed: work)
        print(summary.text(elapsed: ContinuousClock.now - start))
        return summary.failedSeeds.isEmpty ? 0 : 1
    }

    /// The runs that a file asks for; `nil` when none is given.
    private static func listedRuns(_ arguments: SimulatorArguments) throws(SeedList.Failure) -> [SimulationOptions]? {
        guard let path = arguments.seedFile else { return nil }
        let list: SeedList
        do { list = try SeedList(parsing: try readText(path)) } catch {
            throw SeedList.Failure(description: "\(path): \(error)")
        }
        return list.runs.map { scope, seed in
            var options = SimulationOptions(seed: seed)
            options.scope = scope
            return options
        }
    }

    private static func readText(_ path: String) throws(SeedList.Failure) -> String {
        guard let file = fopen(path, "r") else {
            throw SeedList.Failure(description: String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func runAll(
        _ arguments: SimulatorArguments, listed: [SimulationOptions]?
    ) async -> SimulationSummary {
        let count = listed.map { UInt64($0.count) } ?? (arguments.seeds.upperBound - arguments.seeds.lowerBound + 1)
        let places = PlaceDispenser(count)
        let progress = ProgressLine(total: count)
        let total = await withTaskGroup(of: SimulationSummary.self) { group in
            TrapReport.install()
            for job in 0..<arguments.jobCount {
                group.addTask { @concurrent in
                    var summary = SimulationSummary()
                    while let place = places.next() {
                        let options = options(at: place, arguments, listed: listed)
                        TrapReport.begins(options.seed, in: job)
                        let outcome = simulate(options)
                        progress.finished(findings(outcome, of: options))
                        summary.add(outcome)
                    }
                    return summary
                }
            }
            var total = SimulationSummary()
            for await summary in group { total.merge(summary) }
            return total
        }
        progress.clear()
        return total
    }

    private static func options(
        at place: UInt64, _ arguments: SimulatorArguments, listed: [SimulationOptions]?
    ) -> SimulationOptions {
        var options = SimulationOptions(seed: arguments.seeds.lowerBound &+ place)
        options.scope = arguments.scope
        if let listed { options = listed[Int(place)] }
        options.nodeCount = arguments.nodeCount
        options.lossPercent = arguments.lossPercent
        if arguments.isTracing { options.trace = { print($0) } }
        options.sabotage = arguments.sabotage
        return options
    }

    /// What a run violated, and how to see it happen.
    private static func findings(_ outcome: SimulationOutcome, of options: SimulationOptions) -> [String] {
        if outcome.violations.isEmpty { return [] }
        var lines = outcome.violations.prefix(5).map { "seed \(outcome.seed) (\(outcome.nodeCount) nodes): \($0)" }
        if outcome.violations.count > 5 {
            lines.append("seed \(outcome.seed): and \(outcome.violations.count - 5) more violations")
        }
        var command = "lockstep-simulator --scope \(options.scope.rawValue) --seed \(outcome.seed)"
        if let count = options.nodeCount { command += " --nodes \(count)" }
        if let lie = options.sabotage { command += " --sabotage \(lie.rawValue)" }
        lines.append("seed \(outcome.seed): replay with: \(command) --trace")
        return lines
    }
}

/// Hands every place of the work to one of several threads.
private final class PlaceDispenser: Sendable {
    private let upcoming = Atomic<UInt64>(0)
    private let count: UInt64

    init(_ count: UInt64) { self.count = count }

    func next() -> UInt64? {
        let place = upcoming.wrappingAdd(1, ordering: .relaxed).oldValue
        return place < count ? place : nil
    }
}
