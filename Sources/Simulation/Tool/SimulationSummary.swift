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

    /// The closing line.
    func text(elapsed: Duration) -> String {
        let verdict =
            failedSeeds.isEmpty
            ? "\(seedCount) seeds passed"
            : "\(failedSeeds.count) of \(seedCount) seeds FAILED: "
                + "\(failedSeeds.prefix(20).map(String.init).joined(separator: " "))"
        var counts = [
            "\(elapsed.milliseconds / 1000) s", "\(simulatedTime.milliseconds / 1000) s simulated",
            "\(faultCount) faults",
            "\(packetCount) packets",
        ]
        if deliveredCount > 0 { counts.append("\(deliveredCount) deliveries") }
        if scheduleCount > 0 {
            counts += [
                "\(scheduleCount) schedules", "\(startCount) starts", "\(fencingCount) fencings",
                "\(acknowledgedCount) changes kept", "longest settling \(longestSettling.milliseconds) ms",
            ]
        }
        counts.append("longest convergence \(longestConvergence.milliseconds) ms")
        return "\(verdict) (\(counts.joined(separator: ", ")))"
    }
}
