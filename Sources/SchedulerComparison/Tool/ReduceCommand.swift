internal import Glibc
internal import XMLTree

/// `reduce`: makes a document smaller while the two schedulers differ about it on the same level, or while it breaks an
/// invariant.
struct ReduceCommand {
    var file: String
    var program = "crm_simulate"
    var deepest = Difference.Level.graph
    var output = "-"
    /// Whether an invariant is what counts, not the other scheduler.
    var isAboutInvariants = false

    func run() -> Int32 {
        guard let bytes = contents(of: file), let cib = try? XMLElement(parsing: bytes) else {
            print("cannot read \(file)")
            return 66
        }
        return isAboutInvariants ? reduceBroken(cib) : reduceDifferent(cib)
    }

    private func reduceBroken(_ cib: XMLElement) -> Int32 {
        func kinds(_ cib: XMLElement) -> Set<Substring> {
            Set(FuzzedSchedule.violations(of: cib).map { $0.prefix { $0 != ":" } })
        }
        guard let original = FuzzedSchedule.violations(of: cib).first?.prefix(while: { $0 != ":" }) else {
            print("no invariant is broken")
            return 0
        }
        var reducer = Reducer(budget: 6000) { kinds($0).contains(original) }
        let smallest = reducer.reduce(cib)
        write(smallest)
        for violation in FuzzedSchedule.violations(of: smallest) { print("  \(violation)") }
        return 1
    }

    private func reduceDifferent(_ cib: XMLElement) -> Int32 {
        let scratch = "/tmp/lockstep-reduce-\(getpid())"
        mkdir(scratch, 0o700)
        let incumbent = Incumbent(program: program, directory: scratch)
        func difference(_ cib: XMLElement) -> Difference? {
            incumbent.decide(cib).flatMap {
                Difference(incumbent: $0.decisions, ours: ourDecisions(cib, in: scratch), upTo: deepest)
            }
        }
        guard let original = difference(cib) else {
            print("no difference")
            return 0
        }
        var reducer = Reducer { difference($0)?.level == original.level }
        let smallest = reducer.reduce(cib)
        write(smallest)
        print("\(original.level.rawValue) differs:")
        for line in difference(smallest)?.lines ?? [] { print("  \(line)") }
        for file in ["input.xml", "after.xml", "graph.xml", "output.txt"] { unlink("\(scratch)/\(file)") }
        rmdir(scratch)
        return 1
    }

    private func write(_ cib: XMLElement) {
        if output == "-" { print(cib.formatted()) } else { store(cib.formatted().utf8, in: output) }
    }
}
