internal import XMLTree

/// What a grammar allows as the value of an attribute, and how to say so.
struct GrammarValue {
    private let pattern: XMLElement
    private let defines: [String: XMLElement]

    init(_ pattern: XMLElement, defines: [String: XMLElement]) {
        var pattern = pattern
        while pattern.name == "ref", let define = defines[pattern["name"] ?? ""]?.children.first { pattern = define }
        self.pattern = pattern
        self.defines = defines
    }

    private var alternatives: [GrammarValue] { pattern.children.map { GrammarValue($0, defines: defines) } }

    /// Whether the text is allowed. Patterns of letters are not judged here.
    func accepts(_ text: String) -> Bool {
        switch pattern.name {
        case "value": return text.trimmed == pattern.text
        case "choice": return alternatives.contains { $0.accepts(text) }
        case "data": return acceptsData(text)
        default: return true
        }
    }

    private func acceptsData(_ text: String) -> Bool {
        let trimmed = text.trimmed
        switch pattern["type"] {
        case "integer": return trimmed.isInteger
        case "nonNegativeInteger": return trimmed.isInteger && (!trimmed.hasPrefix("-") || trimmed.isZero)
        case "positiveInteger":
            guard trimmed.isInteger, !trimmed.hasPrefix("-"), !trimmed.isZero else { return false }
            guard let limit = pattern.child("param").flatMap({ Int($0.text) }) else { return true }
            return (Int(trimmed) ?? .max) <= limit
        case "boolean": return ["true", "false", "1", "0"].contains(trimmed)
        case "ID", "NCName": return trimmed.isXMLName && !trimmed.contains(":")
        default: return !excluded.contains(text)
        }
    }

    private var excluded: [String] {
        guard let list = pattern.child("except") else { return [] }
        return list.children.flatMap { $0.name == "choice" ? $0.children.map(\.text) : [$0.text] }
    }

    /// What would be allowed, in words.
    var expectations: [String] {
        switch pattern.name {
        case "value": return [pattern.text]
        case "choice": return alternatives.flatMap(\.expectations)
        case "data":
            switch pattern["type"] {
            case "integer": return ["a whole number"]
            case "nonNegativeInteger": return ["a whole number not below 0"]
            case "positiveInteger":
                return [
                    pattern.child("param").map { "a whole number from 1 to \($0.text)" } ?? "a whole number above 0"
                ]
            case "boolean": return ["true", "false"]
            case "ID", "NCName":
                return [
                    "a name that begins with a letter or \"_\" and goes on with letters, digits, \"-\", \"_\" and \".\""
                ]
            default: return ["something else: it is no longer supported"]
            }
        default: return []
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    fileprivate var isInteger: Bool {
        let digits = hasPrefix("-") || hasPrefix("+") ? dropFirst() : Substring(self)
        return !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
    }

    fileprivate var isZero: Bool { utf8.allSatisfy { $0 == 48 || $0 == 45 || $0 == 43 } }
}
