internal import ClusterTypes

/// What many simulations amount to.
struct SimulationSummary: Sendable {
    var seedCount = 0
    var failedSeeds: [UInt64] = []
    var faultCount = 0
    var packetCount = 0
    var deliveredCount = 0
    var simulatedTime: Duration = .zero
    var longestConvergence: Duration = .zero

    mutating func add(_ outcome: SimulationOutcome) {
        seedCount += 1
        if !outcome.violations.isEmpty { failedSeeds.append(outcome.seed) }
        faultCount += outcome.faultCount
        packetCount += outcome.packetCount
        deliveredCount += outcome.deliveredCount
        simulatedTime += outcome.simulatedTime
        longestConvergence = max(longestConvergence, outcome.convergenceTime ?? .zero)
    }

    mutating func merge(_ other: SimulationSummary) {
        seedCount += other.seedCount
        failedSeeds = (failedSeeds + other.failedSeeds).sorted()
        faultCount += other.faultCount
        packetCount += other.packetCount
        deliveredCount += other.deliveredCount
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
    }
}
