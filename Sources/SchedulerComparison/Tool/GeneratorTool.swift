internal import CIBGenerator
internal import XMLTree

/// `lockstep-cib-generator`: generated CIBs, compared with the incumbent, or held against what must always be true.
package enum GeneratorTool {
    private static let usage = """
        usage: lockstep-cib-generator generate SEED
               lockstep-cib-generator compare [--seeds A..B] [--incumbent PROGRAM] [--steps N] [--keep DIRECTORY] [--known FILE]
                                              [--attributes | --text] [FILE ...]
               lockstep-cib-generator fuzz [--seeds A..B] [--jobs N] [--limit SECONDS] [--keep DIRECTORY] [FILE ...]
               lockstep-cib-generator follow FILE [--steps N] [--keep DIRECTORY]
               lockstep-cib-generator reduce FILE [--incumbent PROGRAM | --invariants] [--attributes | --text] [--output FILE]
        """

    /// - Returns: the exit code: 0 when nothing differs or fails.
    package static func run(arguments: [String]) -> Int32 {
        var rest = arguments[...]
        guard let command = rest.popFirst() else { return complain() }
        var options = ToolOptions()
        guard options.read(&rest) else { return complain() }
        switch command {
        case "generate":
            guard let seed = options.files.first.flatMap({ UInt64($0) }) else { return complain() }
            var generator = CIBGenerator(seed: seed)
            print(generator.document().formatted())
            return 0
        case "compare":
            var compare = CompareCommand()
            compare.seeds = options.seeds
            compare.program = options.program
            compare.files = options.files
            compare.steps = options.steps
            compare.keep = options.keep
            compare.deepest = options.deepest
            compare.known = options.known
            return compare.run()
        case "fuzz":
            return FuzzCommand(
                seeds: options.seeds, keep: options.keep, files: options.files, jobs: UInt64(options.jobs),
                limit: options.limit
            ).run()
        case "fuzz-share":  // What `fuzz` starts, once a job.
            let seeds = stride(from: options.seeds.lowerBound, through: options.seeds.upperBound, by: options.jobs)
            return FuzzWorker(seeds: seeds, files: options.files, limit: options.limit).run()
        case "follow":
            guard let file = options.files.first else { return complain() }
            return FollowCommand(file: file, runs: options.steps, keep: options.keep).run()
        case "reduce":
            guard let file = options.files.first else { return complain() }
            var reduce = ReduceCommand(file: file)
            reduce.program = options.program
            reduce.deepest = options.deepest
            reduce.output = options.output
            reduce.isAboutInvariants = options.isAboutInvariants
            return reduce.run()
        default: return complain()
        }
    }

    private static func complain() -> Int32 {
        print(usage)
        return 64
    }
}

/// The options of all subcommands.
struct ToolOptions {
    var seeds: ClosedRange<UInt64> = 1...100
    var program = "crm_simulate"
    var steps = 3
    var jobs = 1
    /// Seconds of processor time that a document may take.
    var limit: UInt32 = 20
    var known = KnownCases()
    var keep: String?
    var output = "-"
    var isAboutInvariants = false
    var deepest = Difference.Level.graph
    var files: [String] = []

    /// False when an argument is not understood.
    mutating func read(_ arguments: inout ArraySlice<String>) -> Bool {
        while let argument = arguments.popFirst() {
            switch argument {
            case "--attributes": deepest = .attributes
            case "--text": deepest = .text
            case "--invariants": isAboutInvariants = true
            case "--summary": deepest = .summary
            case "--seeds", "--incumbent", "--steps", "--keep", "--output", "--jobs", "--limit", "--known":
                guard let value = arguments.popFirst(), set(argument, value) else { return false }
            default:
                if argument.hasPrefix("-") { return false }
                files.append(argument)
            }
        }
        return true
    }

    private mutating func set(_ option: String, _ value: String) -> Bool {
        switch option {
        case "--seeds":
            let ends = value.split(separator: ".", omittingEmptySubsequences: true).compactMap { UInt64($0) }
            guard let first = ends.first, let last = ends.last, ends.count <= 2, first <= last else { return false }
            seeds = first...last
        case "--steps":
            guard let count = Int(value), count > 0 else { return false }
            steps = count
        case "--jobs":
            guard let count = Int(value), (1...1024).contains(count) else { return false }
            jobs = count
        case "--limit":
            guard let seconds = UInt32(value), seconds > 0 else { return false }
            limit = seconds
        case "--known":
            guard let cases = KnownCases(file: value) else { return false }
            known = cases
        case "--incumbent": program = value
        case "--keep": keep = value
        default: output = value
        }
        return true
    }
}
