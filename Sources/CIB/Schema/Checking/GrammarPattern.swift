internal import XMLTree

/// What a grammar allows in an element: its attributes, its children, and which of them are needed.
struct GrammarPattern {
    struct Attribute {
        var name: String
        /// The patterns of its value; several when alternatives name it.
        var values: [XMLElement]
        var isRequired: Bool
    }

    struct Child {
        var names: [String]
        var element: XMLElement
        var isRequired: Bool
    }

    private(set) var attributes: [Attribute] = []
    private(set) var children: [Child] = []
    /// The alternatives of each choice that must be made.
    private(set) var choices: [[GrammarPattern]] = []

    private let defines: [String: XMLElement]

    /// - Parameters:
    ///   - patterns: RELAX NG patterns that stand side by side.
    ///   - defines: the grammar's named patterns.
    init(_ patterns: [XMLElement], defines: [String: XMLElement]) {
        self.defines = defines
        for pattern in patterns { read(pattern, isRequired: true) }
    }

    private mutating func read(_ pattern: XMLElement, isRequired: Bool) {
        switch pattern.name {
        case "attribute": add(attribute: pattern, isRequired: isRequired)
        case "element":
            let names = pattern["name"].map { [$0] } ?? Self.names(in: pattern.children.first)
            children.append(Child(names: names, element: pattern, isRequired: isRequired))
        case "ref":
            for child in defines[pattern["name"] ?? ""]?.children ?? [] { read(child, isRequired: isRequired) }
        case "optional", "zeroOrMore": for child in pattern.children { read(child, isRequired: false) }
        case "oneOrMore", "group", "interleave": for child in pattern.children { read(child, isRequired: isRequired) }
        case "choice":
            for child in pattern.children { read(child, isRequired: false) }
            let alternatives = pattern.children.map { GrammarPattern([$0], defines: defines) }
            if isRequired, alternatives.allSatisfy({ !$0.needed.isEmpty }) { choices.append(alternatives) }
        default: break  // Values and data types belong to attributes.
        }
    }

    private mutating func add(attribute pattern: XMLElement, isRequired: Bool) {
        guard let name = pattern["name"] else { return }
        let value = pattern.children.first ?? XMLElement("text")
        if let index = attributes.firstIndex(where: { $0.name == name }) {
            attributes[index].values.append(value)
            attributes[index].isRequired = attributes[index].isRequired || isRequired
        } else {
            attributes.append(Attribute(name: name, values: [value], isRequired: isRequired))
        }
    }

    private static func names(in choice: XMLElement?) -> [String] {
        (choice?.children ?? []).filter { $0.name == "name" }.map(\.text)
    }

    /// The names without which the pattern does not hold, as far as they do not depend on a choice within.
    var needed: [String] {
        let names =
            attributes.filter(\.isRequired).map(\.name) + children.filter(\.isRequired).compactMap(\.names.first)
        return names.isEmpty ? choices.first?.first?.needed ?? [] : names
    }

    /// What the element lacks, in words to stand after "has"; `nil` when it has all that is needed.
    func lack(of element: XMLElement) -> String? {
        for attribute in attributes where attribute.isRequired && element[attribute.name] == nil {
            return "no \(attribute.name)"
        }
        for child in children
        where child.isRequired && !element.children.contains(where: { child.names.contains($0.name) }) {
            return "no \(child.names.joined(separator: " or ")) in it"
        }
        for alternatives in choices {
            let begun = alternatives.filter { $0.isBegun(by: element) }
            let lacks = begun.map { $0.lack(of: element) }
            if lacks.contains(nil) { continue }
            if let lack = lacks.first { return lack }
            return "none of " + alternatives.map { $0.needed.joined(separator: " with ") }.joined(separator: ", ")
        }
        return nil
    }

    /// Whether the element has something of this pattern, and nothing that contradicts it.
    private func isBegun(by element: XMLElement) -> Bool {
        var hasAny = element.children.contains { child in children.contains { $0.names.contains(child.name) } }
        for attribute in attributes {
            guard let value = element[attribute.name] else { continue }
            guard attribute.values.contains(where: { GrammarValue($0, defines: defines).accepts(value) }) else {
                return false
            }
            hasAny = true
        }
        return hasAny
    }

    /// The pattern of a child; `nil` when none may have that name.
    func child(_ name: String) -> GrammarPattern? {
        let matching = children.filter { $0.names.contains(name) }
        guard !matching.isEmpty else { return nil }
        var content: [XMLElement] = []
        for match in matching {
            content += match.element["name"] == nil ? Array(match.element.children.dropFirst()) : match.element.children
        }
        return GrammarPattern(content, defines: defines)
    }
}
