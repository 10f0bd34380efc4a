internal import Glibc
internal import XMLTree

/// The share of the seeds that one process takes: it says at which it is, so that its death is laid at the right door.
///
/// Lines: `# SEED` before a document, `! SEED TEXT` after one that broke an invariant.
struct FuzzWorker {
    /// The first seed, the last, and the distance between two.
    var seeds: StrideThrough<UInt64>
    var files: [String] = []
    /// Seconds a document may take.
    var limit: UInt32 = 20

    /// More than any sensible document needs.
    private static let memoryLimit: UInt = 4 << 30

    func run() -> Int32 {
        var memory = rlimit(rlim_cur: Self.memoryLimit, rlim_max: Self.memoryLimit)
        if getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &memory) == 0 {
            memory.rlim_cur = Self.memoryLimit
            setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &memory)
        }
        let bases = FuzzFiles.read(files)
        for seed in seeds {
            say("# \(seed)")
            let document = FuzzedDocument(seed: seed, bases: bases)
            alarm(limit)  // Nobody handles SIGALRM: it ends the process.
            let violations = FuzzedSchedule.violations(of: document.cib, seed: seed)
            alarm(0)
            if !violations.isEmpty { say("! \(seed) \(violations.prefix(3).joined(separator: "; "))") }
        }
        return 0
    }

    private func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}

/// The documents that are to be changed.
enum FuzzFiles {
    static func read(_ names: [String]) -> [XMLElement] {
        names.compactMap { name in
            guard let bytes = contents(of: name), var cib = try? XMLElement(parsing: bytes) else { return nil }
            if cib.child("status") == nil { cib.children.append(XMLElement("status")) }
            return cib
        }
    }
}
