import Simulation
import Testing

/// A checker that never fails proves nothing: each lie of the world must be noticed, by the promise that it breaks.
@Suite struct SabotageTests {
    @Test(arguments: [
        (Sabotage.swapDeliveries, Violation.Promise.agreedOrder), (.loseDelivery, .virtualSynchrony),
        (.repeatDelivery, .integrity), (.forgetRingSequence, .uniqueRings), (.miscountVotes, .oneQuorum),
        (.leaveCut, .convergence), (.forgeDelivery, .basicDelivery), (.hideOwnMessage, .selfDelivery),
        (.swapRingDeliveries, .agreedOrder), (.delayCause, .causalOrder), (.shortenRing, .virtualSynchrony),
        (.skipTransitional, .configurationChanges), (.hideMember, .membership), (.promiseSafety, .safeDelivery),
    ])
    func aLieIsNoticed(lie: Sabotage, promise: Violation.Promise) {
        // One seed in seventy loses a message that was promised to be safe: the search begins near one that does.
        let seeds: ClosedRange<UInt64> = lie == .promiseSafety ? 101...500 : 1...40
        let isNoticed = seeds.contains { seed in
            var options = SimulationOptions(seed: seed)
            options.nodeCount = 3
            options.faultTime = .seconds(2)
            options.sabotage = lie
            return simulate(options).violations.contains { $0.promise == promise }
        }
        #expect(isNoticed)
    }
}

@Suite struct MessagingSimulationTests {
    @Test(arguments: UInt64(1)...3)
    func whatMustHoldHolds(seed: UInt64) {
        var options = SimulationOptions(seed: seed)
        options.faultTime = .seconds(2)
        let outcome = simulate(options)
        #expect(outcome.violations == [])
        #expect(outcome.convergenceTime != nil)
    }

    /// Seeds that once found something; the cause is told where it was mended.
    @Test(arguments: [UInt64(16), 17])
    func whatWasFoundOnceStaysMended(seed: UInt64) {
        #expect(simulate(SimulationOptions(seed: seed)).violations == [])
    }

    @Test func theSameSeedGivesTheSameRun() {
        let lines = { () -> [String] in
            let collected = LineCollector()
            var options = SimulationOptions(seed: 3)
            options.faultTime = .seconds(1)
            options.trace = { collected.append($0) }
            _ = simulate(options)
            return collected.lines
        }
        let first = lines()
        #expect(first.count > 1000)
        #expect(first == lines())
    }
}

@Suite struct ClusterSimulationTests {
    private func options(_ seed: UInt64, _ lie: Sabotage? = nil) -> SimulationOptions {
        var options = SimulationOptions(seed: seed)
        options.scope = .cluster
        options.nodeCount = 3
        options.faultTime = .seconds(3)
        options.sabotage = lie
        return options
    }

    @Test(arguments: UInt64(1)...3)
    func wholeNodesKeepTheirPromises(seed: UInt64) {
        let outcome = simulate(options(seed))
        #expect(outcome.violations == [])
        #expect(outcome.settlingTime != nil)
        #expect(outcome.startCount > 0)
    }

    @Test(arguments: [
        (Sabotage.fenceNothing, [Violation.Promise.oneActive, .fencingFirst]), (.forgetDocuments, [.durability]),
        (.deafenManager, [.equalReplicas, .convergence]),
    ])
    func aLieIsNoticed(lie: Sabotage, promises: [Violation.Promise]) {
        let isNoticed = (UInt64(1)...20).contains { seed in
            simulate(options(seed, lie)).violations.contains { promises.contains($0.promise) }
        }
        #expect(isNoticed)
    }
}
