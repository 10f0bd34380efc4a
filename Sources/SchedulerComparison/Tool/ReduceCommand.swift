internal import Glibc
internal import XMLTree

/// `reduce`: makes a document smaller while the two schedulers differ about it on the same level.
struct ReduceCommand {
    var file: String
    var program = "crm_simulate"
    var deepest = Difference.Level.graph
    var output = "-"

    func run() -> Int32 {
        guard let bytes = contents(of: file), let cib = try? XMLElement(parsing: bytes) else {
            print("cannot read \(file)")
            return 66
        }
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
        let text = smallest.formatted()
        if output == "-" { print(text) } else { store(text.utf8, in: output) }
        print("\(original.level.rawValue) differs:")
        for line in difference(smallest)?.lines ?? [] { print("  \(line)") }
        for file in ["input.xml", "after.xml", "graph.xml", "output.txt"] { unlink("\(scratch)/\(file)") }
        rmdir(scratch)
        return 1
    }
}
