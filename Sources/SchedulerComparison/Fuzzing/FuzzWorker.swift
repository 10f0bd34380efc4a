internal import Glibc
internal import XMLTree

/// The share of the seeds that one process takes: it says at which it is, so that its death is laid at the right door.
///
/// Lines: `# SEED` before a document, `! SEED TEXT` after one that broke an invariant, `= SEED REASON` after one that
/// need not come to rest.
struct FuzzWorker {
    /// The first seed, the last, and the distance between two.
    var seeds: StrideThrough<UInt64>
    var files: [String] = []
    /// Seconds of processor time that a document may take.
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
            allow(seconds: limit)
            let (violations, exception) = FuzzedSchedule.judge(document.cib, seed: seed)
            allow(seconds: 0)
            if let exception { say("= \(seed) \(exception)") }
            if !violations.isEmpty { say("! \(seed) \(violations.prefix(3).joined(separator: "; "))") }
        }
        return 0
    }

    /// Processor time, so that a busy machine makes no difference; nobody handles SIGPROF: it ends the process. 0: no limit.
    private func allow(seconds: UInt32) {
        var timer = itimerval()
        timer.it_value.tv_sec = Int(seconds)
        setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
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
