internal import XMLTree

extension CIBDocument {
    mutating func replace(
        _ element: XMLElement, in scope: CIBScope, allowsCreation: Bool, _ trace: inout EditTrace
    ) throws(CIBFailure) {
        if element.name == "cib" { return try replaceFromDocument(element, in: scope, &trace) }
        if case .xpath(let expression) = scope {
            guard let path = try paths(matching: expression).first else {
                throw CIBFailure(.notFound, "nothing in the CIB matches \"\(expression)\"", elementID: element.id)
            }
            return try put(element, at: path, &trace)
        }
        if let section = CIBSection(rawValue: element.name), element.id == nil {
            return try put(element, at: makePath(to: section), &trace)
        }
        let key = ElementKey(element)
        if let start = try path(of: scope), let rest = root.element(at: start).firstPath(where: key.matches) {
            return try put(element, at: start + rest, &trace)
        }
        guard allowsCreation else {
            throw CIBFailure(
                .notFound, "there is no \(element.title) in \(scope.title)", line: Int(element.line),
                elementID: element.id)
        }
        try create(element, in: scope, &trace)
    }

    private mutating func put(_ element: XMLElement, at path: XMLIndexPath, _ trace: inout EditTrace) throws(CIBFailure)
    {
        guard !path.isEmpty else {
            throw CIBFailure(.badRequest, "the root of a CIB can only be replaced by an element \"cib\"")
        }
        let old = root.edit(at: path[...]) { place in
            let old = place
            place = element
            return old
        }
        guard old != element else { return }
        trace.note(root, path, old)
        trace.note(root, path, element)
    }

    /// Takes the whole document, or the section of the scope, from another CIB. A CIB without status leaves ours alone.
    private mutating func replaceFromDocument(
        _ element: XMLElement, in scope: CIBScope, _ trace: inout EditTrace
    ) throws(CIBFailure) {
        switch scope {
        case .document: try replaceAll(with: element, &trace)
        case .section(let section):
            guard let replacement = try CIBDocument(element).section(section) else {
                throw CIBFailure(.badRequest, "the given CIB has no section \(section.rawValue)")
            }
            try put(replacement, at: makePath(to: section), &trace)
        case .xpath(let expression):
            throw CIBFailure(.badRequest, "a whole CIB cannot take the place of what \"\(expression)\" selects")
        }
    }

    private mutating func replaceAll(with element: XMLElement, _ trace: inout EditTrace) throws(CIBFailure) {
        var replacement = try CIBDocument(element)
        guard replacement.version >= version else {
            throw CIBFailure(
                .olderVersion,
                "the given CIB has version \(replacement.version), older than the present one, \(version)",
                line: Int(element.line))
        }
        if element.child("status") == nil { replacement.setStatus(status) }
        let sameLanguage =
            replacement.schemaName == schemaName && replacement.root["crm_feature_set"] == root["crm_feature_set"]
        trace.noteReplacement(
            configuration: replacement.configuration != configuration || !sameLanguage,
            status: replacement.status != status || replacement.version != version)
        self = replacement
    }

    private mutating func setStatus(_ status: XMLElement) {
        let path = makePath(to: .status)
        root.edit(at: path[...]) { $0 = status }
    }

    mutating func delete(_ element: XMLElement, in scope: CIBScope, _ trace: inout EditTrace) throws(CIBFailure) {
        guard let start = try path(of: scope) else { return }
        if let rest = root.element(at: start).firstPath(where: { $0.satisfies(element) }) {
            // What is the scope itself is not deleted, unless an expression names it.
            if rest.isEmpty, !scope.isExpression { return }
            try removeElement(at: start + rest, &trace)
        }
    }

    mutating func deleteMatching(_ xpath: String, all: Bool, _ trace: inout EditTrace) throws(CIBFailure) {
        let found = try paths(matching: xpath)
        // From the end, so that the paths before stay right; an element inside a deleted one is deleted first.
        for path in all ? found.reversed() : Array(found.prefix(1)) { try removeElement(at: path, &trace) }
    }

    private mutating func removeElement(at path: XMLIndexPath, _ trace: inout EditTrace) throws(CIBFailure) {
        guard !path.isEmpty else { throw CIBFailure(.badRequest, "the root of a CIB cannot be deleted") }
        let removed = root.element(at: path)
        trace.note(root, path, removed)
        root.remove(at: path)
    }
}

extension CIBScope {
    fileprivate var isExpression: Bool {
        if case .xpath = self { true } else { false }
    }
}
