/// The seeds of a file, one a line: a scope, a seed, and in words what it once found. `#` begins a remark.
struct SeedList {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// In the order of the file.
    private(set) var runs: [(scope: SimulationOptions.Scope, seed: UInt64)] = []

    init(parsing text: String) throws(Failure) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.prefix { $0 != "#" }
            let words = content.split(separator: " ")
            if words.isEmpty { continue }
            guard words.count >= 2, let scope = SimulationOptions.Scope(rawValue: String(words[0])),
                let seed = UInt64(words[1])
            else {
                throw Failure(description: "line \(index + 1) must be a scope and a seed, not '\(line)'")
            }
            runs.append((scope, seed))
        }
    }
}
