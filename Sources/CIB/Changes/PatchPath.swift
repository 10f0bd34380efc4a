internal import XMLTree

/// The way to an element as patches write it: `/cib/configuration/resources/primitive[@id='a']`.
///
/// Each step is a name, with an id where the element has one. That is a small part of XPath, resolved here directly.
struct PatchPath {
    struct Step: Equatable {
        var name: String
        var id: String?
    }

    let steps: [Step]

    /// - Throws: `.patchMismatch` when the text is not of that form.
    init(_ text: String) throws(CIBFailure) {
        let malformed = CIBFailure(.patchMismatch, "\"\(text)\" is not the path of an element")
        guard text.utf8.count <= 65536, text.first == "/" else { throw malformed }
        var steps: [Step] = []
        var rest = text.dropFirst()
        while !rest.isEmpty {
            let name = rest.prefix { $0 != "/" && $0 != "[" }
            guard !name.isEmpty else { throw malformed }
            rest = rest.dropFirst(name.count)
            var id: String?
            if rest.hasPrefix("[@id=") {
                rest = rest.dropFirst(5)
                guard let quote = rest.first, quote == "'" || quote == "\"" else { throw malformed }
                rest = rest.dropFirst()
                guard let end = rest.firstIndex(of: quote) else { throw malformed }
                id = String(rest[..<end])
                rest = rest[rest.index(after: end)...]
                guard rest.first == "]" else { throw malformed }
                rest = rest.dropFirst()
            }
            steps.append(Step(name: String(name), id: id))
            guard rest.isEmpty || rest.first == "/" else { throw malformed }
            rest = rest.dropFirst()
        }
        self.steps = steps
    }

    /// Where the element is below `root`; `nil` when there is none.
    func resolve(in root: XMLElement) -> XMLIndexPath? {
        guard let first = steps.first, first.name == root.name, first.id == nil || first.id == root.id else {
            return nil
        }
        var path: XMLIndexPath = []
        var element = root
        for step in steps.dropFirst() {
            guard let index = element.childIndex(step.name, id: step.id) else { return nil }
            path.append(index)
            element = element.children[index]
        }
        return path
    }

    /// The text of the step to an element.
    static func text(of element: XMLElement) -> String {
        guard let id = element.id else { return "/" + element.name }
        let quote = id.contains("'") ? "\"" : "'"
        return "/\(element.name)[@id=\(quote)\(id)\(quote)]"
    }
}
