import ClusterTypes
import XMLTree

/// Finds the elements that `id-ref` attributes stand for.
struct References {
    private var targets: [String: XMLElement] = [:]

    /// Indexes a document once, and only when it has any reference.
    init(_ document: XMLElement) {
        var wanted: Set<String> = []
        Self.visit(document) { if let id = $0["id-ref"] { wanted.insert($0.name + " " + id) } }
        guard !wanted.isEmpty else { return }
        Self.visit(document) { element in
            guard let id = element.id else { return }
            let key = element.name + " " + id
            if wanted.contains(key), targets[key] == nil { targets[key] = element }
        }
    }

    /// Visits all but the histories of resources, which refer to nothing and are most of a large document.
    private static func visit(_ element: XMLElement, _ body: (XMLElement) -> Void) {
        body(element)
        if element.name == "lrm" { return }
        for child in element.children { visit(child, body) }
    }

    /// The element itself, or what it refers to; itself also when the target is missing.
    func resolve(_ element: XMLElement) -> XMLElement {
        guard let id = element["id-ref"] else { return element }
        return targets[element.name + " " + id] ?? element
    }
}

extension Scheduling {
    /// Whether any of the blocks called `name` within `element` counts only where a rule says so.
    func usesRules(_ element: XMLElement, in name: String) -> Bool {
        element.children.contains { $0.name == name && references.resolve($0).child("rule") != nil }
    }

    /// Adds what the blocks called `name` within `element` set, blocks of higher score first; the first value of a name wins,
    /// and one that was there before.
    mutating func collectPairs(
        _ element: XMLElement?, _ name: String, first: String? = nil, _ context: RuleContext = RuleContext(),
        into values: inout [String: String]
    ) {
        guard let element else { return }
        // Among blocks of equal score the last counts first.
        var blocks = Array(element.children(name).reversed())
        guard !blocks.isEmpty else { return }
        for index in blocks.indices { blocks[index] = references.resolve(blocks[index]) }
        if blocks.count > 1 {
            blocks = blocks.mergeSorted { left, right in
                if let first {
                    if left.id == first { return -1 }
                    if right.id == first { return 1 }
                }
                let (a, b) = (TextValue.score(left["score"]) ?? .zero, TextValue.score(right["score"]) ?? .zero)
                return a > b ? -1 : a < b ? 1 : 0
            }
        }
        for block in blocks {
            if let rule = block.child("rule") {
                var evaluator = RuleEvaluator(clock: state.clock, references: references)
                let passed = evaluator.passes(rule, context)
                if let change = evaluator.nextChange { state.recheck(at: change) }
                if !passed { continue }
            }
            let pairs = block.children.first.flatMap { $0.name == "attributes" ? $0 : nil } ?? block
            for child in pairs.children where child.name == "nvpair" {
                let pair = references.resolve(child)
                guard let name = pair["name"], let value = pair["value"] else { continue }
                if value.lowercased() == "#default" {
                    values[name] = nil
                } else if values[name] == nil {
                    values[name] = value
                }
            }
        }
    }
}
