internal import XMLTree

extension CIBDocument {
    mutating func create(_ element: XMLElement, in scope: CIBScope, _ trace: inout EditTrace) throws(CIBFailure) {
        if case .section(let section) = scope, section.rawValue == element.name {
            for child in element.children { try create(child, in: scope, &trace) }
            return
        }
        let parent = try pathOfParent(for: element, in: scope)
        let key = ElementKey(element)
        try root.edit(at: parent[...]) { (parent) throws(CIBFailure) in
            guard !parent.children.contains(where: key.matches) else {
                throw CIBFailure(
                    .alreadyExists, "\(element.title) exists already in \(parent.title)", line: Int(element.line),
                    elementID: element.id)
            }
            parent.children.append(element)
        }
        trace.note(root, parent, element)
    }

    mutating func modify(
        _ element: XMLElement, in scope: CIBScope, allowsCreation: Bool, _ trace: inout EditTrace
    ) throws(CIBFailure) {
        let key = ElementKey(element)
        if let start = try path(of: scope), let rest = root.element(at: start).firstPath(where: key.matches) {
            let path = start + rest
            if root.edit(at: path[...], { $0.merge(element) }) { trace.note(root, path, element) }
            return
        }
        guard allowsCreation else {
            throw CIBFailure(
                .notFound, "there is no \(element.title) in \(scope.title)", line: Int(element.line),
                elementID: element.id)
        }
        try create(element, in: scope, &trace)
    }
}

extension XMLElement {
    /// Sets the attributes of `update` here and merges its children, by name and id. Returns whether anything changed.
    mutating func merge(_ update: XMLElement) -> Bool {
        var changed = false
        for attribute in update.attributes {
            let present = self[attribute.name]
            let value = attribute.counted(from: present)
            if present != value {
                self[attribute.name] = value
                changed = true
            }
        }
        if !update.text.isEmpty, text != update.text {
            text = update.text
            changed = true
        }
        for child in update.children {
            let key = ElementKey(child)
            if let index = children.firstIndex(where: key.matches) {
                if children[index].merge(child) { changed = true }
            } else {
                children.append(child)
                changed = true
            }
        }
        return changed
    }
}

extension XMLElement.Attribute {
    /// The value to set: for `name++` and `name+=N` the present value (0 when it is no number) plus 1 or N, at most
    /// infinity; else the value as it stands.
    fileprivate func counted(from present: String?) -> String {
        guard value.utf8.count > name.utf8.count + 1, value.utf8.starts(with: name.utf8) else { return value }
        let suffix = value.dropFirst(name.count)
        let increment: Int?
        if suffix == "++" {
            increment = 1
        } else if suffix.hasPrefix("+=") {
            increment = Int(suffix.dropFirst(2))
        } else {
            return value
        }
        guard let increment else { return value }
        if present == "INFINITY" || increment >= 1_000_000 { return "INFINITY" }
        let (sum, overflow) = (present.flatMap { Int($0) } ?? 0).addingReportingOverflow(increment)
        return overflow || sum >= 1_000_000 ? "INFINITY" : String(sum)
    }
}

extension CIBScope {
    /// How the scope is called in messages.
    var title: String {
        switch self {
        case .document: "the CIB"
        case .section(let section): "section \(section.rawValue)"
        case .xpath(let expression): "what \"\(expression)\" selects"
        }
    }
}
