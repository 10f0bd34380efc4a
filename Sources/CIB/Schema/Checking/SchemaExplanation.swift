internal import XMLTree

/// Says in plain words what breaks the language: which attribute or element is missing or does not belong, which value is odd.
///
/// A second reading of the document by the same grammar that the validator uses: the validator decides, this one explains.
struct SchemaExplanation {
    private let grammar: XMLElement
    private let defines: [String: XMLElement]
    private let version: SchemaVersion

    /// `nil` when the grammar cannot be read, which would be our own mistake.
    init?(_ version: SchemaVersion) {
        guard let grammar = try? XMLElement(parsing: CIBGrammar(version).text) else { return nil }
        self.version = version
        self.grammar = grammar
        defines = Dictionary(
            grammar.children("define").map { ($0["name"] ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The first violation in document order; `nil` when none is of a kind that is seen here.
    func firstViolation(in root: XMLElement) -> CIBFailure? {
        guard let start = grammar.child("start") else { return nil }
        return violation(in: root, GrammarPattern(start.children, defines: defines).child(root.name), parent: nil)
    }

    private func violation(in element: XMLElement, _ pattern: GrammarPattern?, parent: XMLElement?) -> CIBFailure? {
        guard let pattern else { return nil }
        if let message = complaint(about: element, pattern) {
            return CIBFailure(.schemaViolation, message, line: Int(element.line), elementID: element.id ?? parent?.id)
        }
        for child in element.children where !pattern.children.contains(where: { $0.names.contains(child.name) }) {
            let names = pattern.children.flatMap(\.names)
            let expected = names.isEmpty ? "nothing is expected there" : "expected \(listed(names))"
            return CIBFailure(
                .schemaViolation, "\(child.title) is not allowed in \(element.title) by \(version): \(expected)",
                line: Int(child.line), elementID: child.id ?? element.id)
        }
        for child in element.children where element.name != "cib" || child.name != "status" {
            if let found = violation(in: child, pattern.child(child.name), parent: element) { return found }
        }
        return nil
    }

    private func complaint(about element: XMLElement, _ pattern: GrammarPattern) -> String? {
        for attribute in element.attributes {
            guard let allowed = pattern.attributes.first(where: { $0.name == attribute.name }) else {
                let names = pattern.attributes.map(\.name).sorted().joined(separator: ", ")
                return "\(element.title) has an attribute \(attribute.name), which \(version) does not have there: "
                    + "expected \(names)"
            }
            let values = allowed.values.map { GrammarValue($0, defines: defines) }
            if !values.contains(where: { $0.accepts(attribute.value) }) {
                return "\(element.title) has \(attribute.name)=\"\(attribute.value)\": expected "
                    + listed(values.flatMap(\.expectations))
            }
        }
        return pattern.lack(of: element).map { "\(element.title) has \($0)" }
    }

    private func listed(_ words: [String]) -> String {
        var seen: Set<String> = []
        let words = words.filter { seen.insert($0).inserted }
        guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}
