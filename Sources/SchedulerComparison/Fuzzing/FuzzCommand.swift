internal import Glibc
internal import XMLTree

/// `fuzz`: damaged and sensible documents drawn from seeds. The scheduler has to return, in bounded time and memory, with a
/// sound graph, and what it plans has to come to an end. Each job is a process of its own: a trap ends only its share.
struct FuzzCommand {
    var seeds: ClosedRange<UInt64> = 1...1000
    var keep: String?
    var files: [String] = []
    var jobs: UInt64 = 1
    /// Seconds of processor time that a document may take.
    var limit: UInt32 = 20

    func run() -> Int32 {
        let bases = FuzzFiles.read(files)
        guard bases.count == files.count else {
            print("\(files.count - bases.count) of the files cannot be read")
            return 66
        }
        let begin = Clock.seconds
        var tally = FuzzTally()
        var workers: [FuzzProcess] = []
        for job in 0..<min(jobs, UInt64(seeds.count)) { start(seeds.lowerBound + job, &workers, &tally) }
        while !workers.isEmpty {
            var descriptors = workers.map { pollfd(fd: $0.output, events: Int16(POLLIN), revents: 0) }
            if poll(&descriptors, UInt(descriptors.count), -1) < 0, errno != EINTR { return 70 }
            var finished: [Int] = []
            for (position, descriptor) in descriptors.enumerated() where descriptor.revents != 0 {
                if !workers[position].read({ hear($0, bases, &tally) }) { finished.append(position) }
            }
            for position in finished.reversed() {
                let worker = workers.remove(at: position)
                guard let signal = worker.finish() else { continue }
                let seed = worker.seed
                tally.deaths += 1
                report(seed, signal == SIGPROF ? "took longer than \(limit) s" : "ended by signal \(signal)", bases)
                start(seed + jobs, &workers, &tally)
            }
        }
        let elapsed = max(Clock.seconds - begin, 0.001)
        print(
            "\(tally.documents) documents in \(Int(elapsed.rounded())) s (\(Int(Double(tally.documents) / elapsed)) a second): "
                + "\(tally.violations) broke an invariant, \(tally.deaths) ended the process\(tally.summary)")
        return tally.violations + tally.deaths == 0 ? 0 : 1
    }

    private func start(_ first: UInt64, _ workers: inout [FuzzProcess], _ tally: inout FuzzTally) {
        guard first <= seeds.upperBound else { return }
        let arguments =
            [
                "fuzz-share", "--seeds", "\(first)..\(seeds.upperBound)", "--jobs", String(jobs), "--limit",
                String(limit),
            ]
            + files
        guard let worker = FuzzProcess(arguments: arguments, firstSeed: first) else {
            print("cannot start a process")
            tally.deaths += 1
            return
        }
        workers.append(worker)
    }

    private func hear(_ line: String, _ bases: [XMLElement], _ tally: inout FuzzTally) {
        if line.hasPrefix("#") { tally.documents += 1 }
        if line.hasPrefix("= "), let reason = line.split(separator: " ").last {
            tally.exceptions[String(reason), default: 0] += 1
        }
        guard line.hasPrefix("! ") else { return }
        let parts = line.dropFirst(2).split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let seed = UInt64(parts[0]) else { return }
        tally.violations += 1
        report(seed, String(parts[1]), bases)
    }

    private func report(_ seed: UInt64, _ text: String, _ bases: [XMLElement]) {
        print("seed \(seed): \(text)")
        fflush(nil)
        guard let keep else { return }
        store(FuzzedDocument(seed: seed, bases: bases).cib.formatted().utf8, in: "\(keep)/\(seed).xml")
    }
}

private struct FuzzTally {
    var documents = 0
    var violations = 0
    var deaths = 0
    /// Documents that need not come to rest, by reason.
    var exceptions: [String: Int] = [:]

    var summary: String {
        if exceptions.isEmpty { return "" }
        return "; without rest: " + exceptions.sorted { $0.key < $1.key }.map { "\($1) \($0)" }.joined(separator: ", ")
    }
}

private enum Clock {
    static var seconds: Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}
