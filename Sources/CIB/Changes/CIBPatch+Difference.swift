internal import XMLTree

extension CIBPatch {
    /// The difference between two documents: applied to `old` (status included) it gives `new`.
    ///
    /// Elements are the same when name and id are; those without id when they are in the same place among their like.
    package init(from old: CIBDocument, to new: CIBDocument) {
        self.init(source: old.version, target: new.version, changes: [])
        var builder = DifferenceBuilder()
        builder.compare(old.root, new.root, path: PatchPath.text(of: new.root))
        changes = builder.changes
    }
}

private struct DifferenceBuilder {
    var changes: [CIBPatch.Change] = []

    mutating func compare(_ old: XMLElement, _ new: XMLElement, path: String) {
        guard old != new else { return }
        compareAttributes(old, new, path: path)
        // What is below elements that no path can tell apart is replaced together.
        guard hasDistinctChildren(old), hasDistinctChildren(new) else {
            if old.children != new.children { replaceChildren(of: old, by: new, path: path) }
            return
        }
        let kept = Set(new.children.map(key))
        var present = old.children
        for index in present.indices.reversed() where !kept.contains(key(present[index])) {
            changes.append(.delete(path: path + PatchPath.text(of: present[index]), position: index))
            present.remove(at: index)
        }
        for (index, child) in new.children.enumerated() {
            let childPath = path + PatchPath.text(of: child)
            guard let position = present[index...].firstIndex(where: { key($0) == key(child) }) else {
                changes.append(.create(path: path, position: index, child))
                present.insert(child, at: index)
                continue
            }
            if position != index {
                present.insert(present.remove(at: position), at: index)
                changes.append(.move(path: childPath, position: index))
            }
            compare(present[index], child, path: childPath)
        }
    }

    private mutating func compareAttributes(_ old: XMLElement, _ new: XMLElement, path: String) {
        var attributes: [CIBPatch.Attribute] = []
        for attribute in old.attributes where new[attribute.name] == nil {
            attributes.append(.init(attribute.name, nil))
        }
        for attribute in new.attributes where old[attribute.name] != attribute.value {
            attributes.append(.init(attribute.name, attribute.value))
        }
        if !attributes.isEmpty { changes.append(.modify(path: path, attributes)) }
    }

    private func key(_ element: XMLElement) -> [String?] { [element.name, element.id] }

    private func hasDistinctChildren(_ element: XMLElement) -> Bool {
        var seen: Set<[String?]> = []
        return element.children.allSatisfy { seen.insert(key($0)).inserted }
    }

    private mutating func replaceChildren(of old: XMLElement, by new: XMLElement, path: String) {
        for (index, child) in old.children.enumerated().reversed() {
            // The first of its name (and id) is deleted each time, until none is left.
            changes.append(.delete(path: path + PatchPath.text(of: child), position: index))
        }
        for (index, child) in new.children.enumerated() {
            changes.append(.create(path: path, position: index, child))
        }
    }
}
