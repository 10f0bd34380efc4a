/// A section of corosync.conf(5) with its lines, uninterpreted.
struct ConfigurationSection {
    struct Entry {
        var key: String
        var value: String
        var line: Int
    }

    var name: String
    /// The line of `name {`; 0 for the whole file.
    var line: Int
    var entries: [Entry] = []
    var sections: [ConfigurationSection] = []

    func sections(named name: String) -> [ConfigurationSection] { sections.filter { $0.name == name } }
}

extension ConfigurationSection {
    /// Sections nested deeper than this are an error; the format itself uses three levels.
    static let depthLimit = 8

    /// Reads the syntax of corosync.conf(5): `name {`, `}`, `key: value`, and `#` at the start of a comment line.
    ///
    /// Problems go to `problems` with their lines; reading continues after each so that one pass shows all of them.
    static func parse(_ text: String, file: String, problems: inout [ConfigurationProblem]) -> ConfigurationSection {
        var open = [ConfigurationSection(name: "", line: 0)]
        var number = 0
        for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let line = raw.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            switch ConfigurationLine(line) {
            case .sectionStart(let name):
                if open.count > depthLimit {
                    problems.append(
                        .init(.error, file: file, line: number, "sections may be nested \(depthLimit) deep at most"))
                    return open[0]
                }
                open.append(ConfigurationSection(name: name, line: number))
            case .sectionEnd:
                guard open.count > 1, let closed = open.popLast() else {
                    problems.append(
                        .init(.error, file: file, line: number, "'}' closes nothing: no section is open here"))
                    continue
                }
                open[open.count - 1].sections.append(closed)
            case .entry(let key, let value):
                open[open.count - 1].entries.append(Entry(key: key, value: value, line: number))
            case .malformed:
                problems.append(
                    .init(
                        .error, file: file, line: number,
                        "expected 'key: value', 'section {' or '}', found '\(line.prefix(60))'"))
            }
        }
        while open.count > 1, let unclosed = open.popLast() {
            problems.append(
                .init(.error, file: file, line: unclosed.line, "section '\(unclosed.name)' is not closed by '}'"))
            open[open.count - 1].sections.append(unclosed)
        }
        return open[0]
    }
}

/// What one line of corosync.conf(5) is.
private enum ConfigurationLine {
    case sectionStart(String)
    case sectionEnd
    case entry(key: String, value: String)
    case malformed

    init(_ line: Substring) {
        if line == "}" {
            self = .sectionEnd
        } else if line.hasSuffix("{"), !line.contains(":") {
            let name = line.dropLast().trimmed
            self = name.isEmpty || name.contains(where: \.isWhitespace) ? .malformed : .sectionStart(String(name))
        } else if let colon = line.firstIndex(of: ":") {
            let key = line[..<colon].trimmed
            let value = line[line.index(after: colon)...].trimmed
            // `uidgid { uid: 0 }` on one line would be a key that nobody knows.
            let isKey = !key.isEmpty && !key.contains { $0 == "{" || $0 == "}" }
            self = isKey ? .entry(key: String(key), value: String(value)) : .malformed
        } else {
            self = .malformed
        }
    }
}

extension Substring {
    var trimmed: Substring {
        var rest = drop(while: \.isWhitespace)
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }
}
