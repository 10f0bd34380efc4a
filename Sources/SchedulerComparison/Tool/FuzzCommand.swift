internal import CIBGenerator
internal import ClusterTypes
internal import Scheduler
internal import XMLTree

/// `fuzz`: documents drawn from seeds and then damaged; the scheduler has to return, and its graph has to be sound.
struct FuzzCommand {
    var seeds: ClosedRange<UInt64> = 1...1000
    var keep: String?

    func run() -> Int32 {
        var failures = 0
        for seed in seeds {
            var generator = CIBGenerator(seed: seed)
            var mutator = CIBMutator(seed: seed)
            let sensible = mutator.mutate(generator.document())
            let cib = seed % 2 == 0 ? mutator.damage(sensible) : sensible
            let output = schedule(SchedulerInput(cib: cib, now: WallTime(seconds: CIBGenerator.now)))
            let violations = InvariantChecks.violations(output.graph, offline: InvariantChecks.offlineNodes(cib))
            if violations.isEmpty { continue }
            failures += 1
            print("seed \(seed): \(violations.prefix(3).joined(separator: "; "))")
            if let keep { store(cib.formatted().utf8, in: "\(keep)/\(seed).xml") }
        }
        print("\(seeds.count) documents, \(failures) with a broken invariant")
        return failures == 0 ? 0 : 1
    }
}
