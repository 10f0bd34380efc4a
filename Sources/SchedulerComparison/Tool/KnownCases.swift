/// Cases that are known to differ or to break a rule, each with the name of its reason: a line `CASE REASON …`, `#` begins a
/// comment.
struct KnownCases {
    private var reasons: [String: String] = [:]
    /// How often each reason was met.
    private(set) var met: [String: Int] = [:]

    init() {}

    /// `nil` when the file cannot be read.
    init?(file: String) {
        guard let bytes = contents(of: file) else { return nil }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2 { reasons[String(words[0])] = String(words[1]) }
        }
    }

    /// Whether the case is known; it then counts as met.
    mutating func covers(_ name: String) -> Bool {
        guard let reason = reasons[name] else { return false }
        met[reason, default: 0] += 1
        return true
    }

    /// `, known: 3 group-stops, 1 reasons`; empty when none was met.
    var summary: String {
        met.isEmpty ? "" : ", known: " + met.sorted { $0.key < $1.key }.map { "\($1) \($0)" }.joined(separator: ", ")
    }
}
