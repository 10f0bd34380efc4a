internal import XMLTree

/// What a resource in a constraint may be qualified with after a colon.
enum ConstraintQualifier: String {
    case role, action

    func canonical(_ text: String) -> String? {
        switch self {
        case .role: canonicalRole(text)
        case .action: orderedActions.first { $0 == text.lowercased() }
        }
    }

    var expected: String {
        switch self {
        case .role: list(roleNames, last: "or")
        case .action: list(orderedActions, last: "or")
        }
    }
}

/// Sets `NAME` and `NAME-role`, `NAME-action` or `NAME-instance` from `RESOURCE[:QUALIFIER]`.
func setResource(
    _ word: String, as name: String, _ qualifier: ConstraintQualifier, of element: inout XMLElement,
    _ reader: WordReader
) throws(CommandFailure) {
    let (resource, suffix) = try splitQualified(word, reader)
    element[name] = resource
    guard let suffix else { return }
    if let value = qualifier.canonical(suffix) {
        element["\(name)-\(qualifier.rawValue)"] = value
    } else if UInt32(suffix) != nil {
        element["\(name)-instance"] = suffix
    } else {
        throw CommandFailure(
            .usage,
            "\(reader.subject): \"\(suffix)\" in \"\(word)\" is no \(qualifier.rawValue), expected \(qualifier.expected)"
        )
    }
}

private func splitQualified(_ word: String, _ reader: WordReader) throws(CommandFailure) -> (String, String?) {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), splitPair(word) == nil else {
        throw CommandFailure(.usage, "\(reader.subject): \"\(word)\" is no resource, expected ID or ID:QUALIFIER")
    }
    return (parts[0], parts.count > 1 ? parts[1] : nil)
}

/// Reads `a b ( c d ) [ e f ] …` as resource sets: round brackets are not sequential, square ones need not all be active.
///
/// A change of role or action begins a new set.
///
/// - Parameter minimum: how many resources there must be.
func parseResourceSets(
    _ words: [String], qualifier: ConstraintQualifier, minimum: Int = 1, _ reader: WordReader
) throws(CommandFailure) -> [XMLElement] {
    var sets: [XMLElement] = []
    var current = OpenSet()
    for word in words.flatMap(separateBrackets) where word != "_rsc_set_" {
        switch word {
        case "(", "[":
            guard current.bracket == nil else { throw setFailure(reader, "resource sets are nested") }
            current.finish(into: &sets, qualifier)
            current = OpenSet(bracket: word)
        case ")", "]":
            guard current.bracket == (word == ")" ? "(" : "[") else {
                throw setFailure(reader, "\"\(word)\" closes no bracket")
            }
            guard !current.resources.isEmpty else { throw setFailure(reader, "a resource set is empty") }
            current.finish(into: &sets, qualifier)
            current = OpenSet()
        default:
            if let pair = splitPair(word) {
                try current.take(pair, reader)
            } else {
                let (resource, suffix) = try splitQualified(word, reader)
                let value = try suffix.map { (text) throws(CommandFailure) in
                    guard let value = qualifier.canonical(text) else {
                        throw setFailure(
                            reader,
                            "\"\(text)\" in \"\(word)\" is no \(qualifier.rawValue), expected \(qualifier.expected)")
                    }
                    return value
                }
                if value != current.qualifier, !current.resources.isEmpty {
                    current.finish(into: &sets, qualifier)
                    current = OpenSet(bracket: current.bracket)
                }
                current.qualifier = value
                current.resources.append(resource)
            }
        }
    }
    guard current.bracket == nil else { throw setFailure(reader, "a bracket is not closed") }
    current.finish(into: &sets, qualifier)
    // A relation has two sides; only text that was made from XML may say otherwise.
    let count = sets.reduce(0) { $0 + $1.children.count }
    guard count >= minimum || (count == 1 && words.contains("_rsc_set_")) else {
        throw setFailure(reader, "resources are missing, expected two resources, or sets such as ( a b ) c")
    }
    return sets
}

private func setFailure(_ reader: WordReader, _ message: String) -> CommandFailure {
    CommandFailure(.usage, "\(reader.subject): \(message)")
}

/// `(a` and `b)` as people type them, in two words each.
private func separateBrackets(_ word: String) -> [String] {
    var result: [String] = []
    var rest = Substring(word)
    if let first = rest.first, "([".contains(first) {
        result.append(String(first))
        rest = rest.dropFirst()
    }
    var closing: [String] = []
    if let last = rest.last, ")]".contains(last) {
        closing.append(String(last))
        rest = rest.dropLast()
    }
    return result + (rest.isEmpty ? [] : [String(rest)]) + closing
}

private struct OpenSet {
    /// The bracket that is open, `nil` outside.
    var bracket: String?
    var resources: [String] = []
    var qualifier: String?
    var sequential: Bool?
    var requiresAll: Bool?

    init(bracket: String? = nil) { self.bracket = bracket }

    mutating func take(_ pair: (name: String, value: String), _ reader: WordReader) throws(CommandFailure) {
        guard let value = booleanValue(pair.value) else {
            throw setFailure(reader, "\(pair.name) is \"\(pair.value)\", expected true or false")
        }
        switch pair.name {
        case "sequential": sequential = value
        case "require-all": requiresAll = value
        default:
            throw setFailure(
                reader, "\"\(pair.name)\" is unknown in a resource set, expected sequential or require-all")
        }
    }

    func finish(into sets: inout [XMLElement], _ kind: ConstraintQualifier) {
        guard !resources.isEmpty else { return }
        var set = XMLElement("resource_set")
        if !(sequential ?? (bracket == nil)) { set["sequential"] = "false" }
        if !(requiresAll ?? (bracket != "[")) { set["require-all"] = "false" }
        if let qualifier { set[kind.rawValue] = qualifier }
        set.children = resources.map { XMLElement("resource_ref", ["id": $0]) }
        sets.append(set)
    }
}
