internal import ClusterTypes

/// What many simulations amount to.
struct SimulationSummary: Sendable {
    var seedCount = 0
    var failedSeeds: [UInt64] = []
    var faultCount = 0
    var packetCount = 0
    var deliveredCount = 0
    var startCount = 0
    var fencingCount = 0
    var acknowledgedCount = 0
    var scheduleCount = 0
    var longestSettling: Duration = .zero
    var simulatedTime: Duration = .zero
    var longestConvergence: Duration = .zero

    mutating func add(_ outcome: SimulationOutcome) {
        seedCount += 1
        if !outcome.violations.isEmpty { failedSeeds.append(outcome.seed) }
        faultCount += outcome.faultCount
        packetCount += outcome.packetCount
        deliveredCount += outcome.deliveredCount
        startCount += outcome.startCount
        fencingCount += outcome.fencingCount
        acknowledgedCount += outcome.acknowledgedCount
        scheduleCount += outcome.scheduleCount
        longestSettling = max(longestSettling, outcome.settlingTime ?? .zero)
        simulatedTime += outcome.simulatedTime
        longestConvergence = max(longestConvergence, outcome.convergenceTime ?? .zero)
    }

    mutating func merge(_ other: SimulationSummary) {
        seedCount += other.seedCount
        failedSeeds = (failedSeeds + other.failedSeeds).sorted()
        faultCount += other.faultCount
        packetCount += other.packetCount
        deliveredCount += other.deliveredCount
        startCount += other.startCount
        fencingCount += other.fencingCount
        acknowledgedCount += other.acknowledgedCount
        scheduleCount += other.scheduleCount
        longestSettling = max(longestSettling, other.longestSettling)
        simulatedTime += other.simulatedTime
        longestConvergence = max(longestConvergence, other.longestConvergence)
    }

    var text: String {
        let failed =
            failedSeeds.isEmpty
            ? "all held"
            : "\(failedSeeds.count) FAILED: \(failedSeeds.prefix(20).map(String.init).joined(separator: " "))"
        return
            "\(seedCount) seeds, \(failed); \(faultCount) faults, \(packetCount) packets, \(deliveredCount) deliveries, "
            + "\(simulatedTime.milliseconds / 1000) s simulated, longest convergence \(longestConvergence.milliseconds) ms"
            + (scheduleCount == 0
                ? ""
                : "; \(scheduleCount) schedules, \(startCount) starts, \(fencingCount) fencings, "
                    + "\(acknowledgedCount) changes kept, longest settling \(longestSettling.milliseconds) ms")
    }
}
