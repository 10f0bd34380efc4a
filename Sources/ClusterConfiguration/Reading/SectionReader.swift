internal import ClusterTypes

/// Reads typed values out of one section, remembers which keys were asked for, and reports the rest as unknown.
struct SectionReader {
    private let section: ConfigurationSection
    private let file: String
    private var asked: [String] = []
    private(set) var problems: [ConfigurationProblem] = []

    init(_ section: ConfigurationSection, file: String) {
        self.section = section
        self.file = file
    }

    var line: Int { section.line }

    mutating func text(_ key: String) -> String? { entry(key)?.value }

    /// The line of the last entry with this key, or of the section.
    func line(of key: String) -> Int { section.entries.last { $0.key == key }?.line ?? section.line }

    mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let entry = entry(key) else { return nil }
        guard let value = Int(entry.value), range.contains(value) else {
            report(
                .error, at: entry.line,
                "\(key) must be a number from \(range.lowerBound) to \(range.upperBound), not '\(entry.value)'")
            return nil
        }
        return value
    }

    /// A number, or `nil` for 0, which stands for the default as in corosync.
    mutating func integerOrDefault(_ key: String, in range: ClosedRange<Int>) -> Int? {
        if text(key).flatMap({ Int($0) }) == 0 { return nil }
        return integer(key, in: range)
    }

    /// A duration written in whole milliseconds, or `nil` for 0, which stands for the default as in corosync.
    mutating func millisecondsOrDefault(_ key: String, in range: ClosedRange<Int> = 1...3_600_000) -> Duration? {
        integerOrDefault(key, in: range).map { .milliseconds($0) }
    }

    /// A duration written in whole milliseconds.
    mutating func milliseconds(_ key: String, in range: ClosedRange<Int> = 1...3_600_000) -> Duration? {
        integer(key, in: range).map { .milliseconds($0) }
    }

    /// A switch: `yes`, `on`, `1` or `no`, `off`, `0`.
    mutating func flag(_ key: String) -> Bool? {
        guard let entry = entry(key) else { return nil }
        switch entry.value.lowercased() {
        case "yes", "on", "1", "true": return true
        case "no", "off", "0", "false": return false
        default:
            report(.error, at: entry.line, "\(key) must be yes or no, not '\(entry.value)'")
            return nil
        }
    }

    /// One of the raw values of an enumeration.
    mutating func choice<Value: RawRepresentable & CaseIterable>(_ key: String, of type: Value.Type) -> Value?
    where Value.RawValue == String {
        guard let entry = entry(key) else { return nil }
        if let value = Value(rawValue: entry.value) { return value }
        let known = Value.allCases.map { $0.rawValue }.joined(separator: ", ")
        report(.error, at: entry.line, "\(key) must be one of \(known), not '\(entry.value)'")
        return nil
    }

    /// Accepts keys that the incumbent knows and that have no meaning here; their presence is worth a warning.
    mutating func ignore(_ keys: [String], because reason: String) {
        for key in keys {
            if let entry = entry(key) { report(.warning, at: entry.line, "\(key) has no effect: \(reason)") }
        }
    }

    /// Accepts keys that another part of the reader looks at.
    mutating func accept(_ keys: [String]) { asked += keys }

    mutating func report(_ severity: ConfigurationProblem.Severity, at line: Int, _ message: String) {
        problems.append(.init(severity, file: file, line: line, message))
    }

    /// Reports every key and subsection that nobody asked for; call it last.
    mutating func finish(subsections: [String] = []) -> [ConfigurationProblem] {
        for entry in section.entries where !asked.contains(entry.key) {
            report(.warning, at: entry.line, unknown("key", entry.key, among: asked))
        }
        for nested in section.sections where !subsections.contains(nested.name) {
            report(.warning, at: nested.line, unknown("section", nested.name, among: subsections))
        }
        return problems
    }

    private func unknown(_ kind: String, _ name: String, among known: [String]) -> String {
        let place = section.name.isEmpty ? "the file" : "section '\(section.name)'"
        let hint = Suggestion.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
        return "unknown \(kind) '\(name)' in \(place)\(hint)"
    }

    /// The last entry wins, as in corosync; the earlier ones are reported.
    private mutating func entry(_ key: String) -> ConfigurationSection.Entry? {
        if !asked.contains(key) {
            asked.append(key)
            let all = section.entries.filter { $0.key == key }
            for earlier in all.dropLast() {
                report(.warning, at: earlier.line, "\(key) is set again below; only the last value counts")
            }
        }
        return section.entries.last { $0.key == key }
    }
}
