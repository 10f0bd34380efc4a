internal import CIBGenerator
internal import Glibc
internal import XMLTree

/// `compare`: documents drawn from seeds, or mutations of files, judged by us and by another `crm_simulate`.
struct CompareCommand {
    var seeds: ClosedRange<UInt64> = 1...100
    var program = "crm_simulate"
    /// Files to mutate instead of generating documents.
    var files: [String] = []
    /// How many transitions to follow, each from the state after the one before.
    var steps = 3
    /// Where differing documents are kept.
    var keep: String?
    var deepest = Difference.Level.graph
    var known = KnownCases()

    func run() -> Int32 {
        var known = known
        var counts: [Difference.Level: Int] = [:]
        var (compared, refused) = (0, 0)
        let scratch = "/tmp/lockstep-compare-\(getpid())"
        mkdir(scratch, 0o700)
        let incumbent = Incumbent(program: program, directory: scratch)
        for seed in seeds {
            guard var cib = document(seed) else { continue }
            for step in 0..<steps {
                guard let (theirs, after) = incumbent.decide(cib) else {
                    refused += 1
                    break
                }
                compared += 1
                let ours = ourDecisions(cib, in: scratch)
                if let difference = Difference(incumbent: theirs, ours: ours, upTo: deepest) {
                    if known.covers("\(seed)-\(step)") { break }
                    counts[difference.level, default: 0] += 1
                    report(seed, step, cib, difference)
                    break
                }
                guard var next = after else { break }
                var mutator = CIBMutator(seed: seed &* 31 &+ UInt64(step), isWide: true)
                if step % 2 == 0 { next = mutator.mutate(next) }
                next["execution-date"] = cib["execution-date"]
                cib = next
            }
        }
        for file in ["input.xml", "after.xml", "graph.xml", "output.txt"] { unlink("\(scratch)/\(file)") }
        rmdir(scratch)
        let levels = Difference.Level.allCases.map { "\($0.rawValue) \(counts[$0] ?? 0)" }.joined(separator: ", ")
        print(
            "\(compared) documents compared, \(refused) refused by \(program); differences: \(levels)\(known.summary)")
        return counts.isEmpty ? 0 : 1
    }

    private func document(_ seed: UInt64) -> XMLElement? {
        if files.isEmpty {
            var generator = CIBGenerator(seed: seed)
            return CIBGenerator.withoutRepeatedResults(generator.document())
        }
        let file = files[Int(seed % UInt64(files.count))]
        guard let bytes = contents(of: file), var cib = try? XMLElement(parsing: bytes) else {
            print("cannot read \(file)")
            return nil
        }
        if cib.child("status") == nil { cib.children.append(XMLElement("status")) }
        if cib["execution-date"] == nil { cib["execution-date"] = String(CIBGenerator.now) }
        var mutator = CIBMutator(seed: seed, isWide: true)
        return seed < UInt64(files.count) ? cib : mutator.mutate(cib)
    }

    private func report(_ seed: UInt64, _ step: Int, _ cib: XMLElement, _ difference: Difference) {
        let name = files.isEmpty ? "" : " " + files[Int(seed % UInt64(files.count))]
        print("seed \(seed) step \(step)\(name): \(difference.level.rawValue)")
        for line in difference.lines.prefix(8) { print("  \(line.prefix(300))") }
        fflush(nil)
        guard let keep else { return }
        store(cib.formatted().utf8, in: "\(keep)/\(seed)-\(step)-\(difference.level.rawValue).xml")
    }
}
