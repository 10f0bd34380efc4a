internal import XMLTree

extension CIBDocument {
    /// Where the element of a section is; `nil` when the CIB has none.
    func path(of section: CIBSection) -> XMLIndexPath? {
        var path: XMLIndexPath = []
        var element = root
        for name in section.path {
            guard let index = element.childIndex(name) else { return nil }
            path.append(index)
            element = element.children[index]
        }
        return path
    }

    /// Where the element of a section is, made when there is none.
    mutating func makePath(to section: CIBSection) -> XMLIndexPath {
        if let path = path(of: section) { return path }
        var path: XMLIndexPath = []
        for name in section.path {
            let index = root.edit(at: path[...]) { element in
                element.withChild(name) { _ in }
                return element.childIndex(name) ?? 0
            }
            path.append(index)
        }
        return path
    }

    /// Where the scope is; for an expression, the first element it selects. `nil` when there is no such element.
    func path(of scope: CIBScope) throws(CIBFailure) -> XMLIndexPath? {
        switch scope {
        case .document: return []
        case .section(let section): return path(of: section)
        case .xpath(let expression): return try paths(matching: expression).first
        }
    }

    func paths(matching xpath: String) throws(CIBFailure) -> [XMLIndexPath] {
        do { return try root.select(xpath: xpath) } catch { throw CIBFailure(error) }
    }

    /// Where an element becomes a child: the scope; in the whole document, the section that such elements have.
    mutating func pathOfParent(for element: XMLElement, in scope: CIBScope) throws(CIBFailure) -> XMLIndexPath {
        switch scope {
        case .document:
            guard let section = CIBSection.home(ofElementNamed: element.name) else {
                throw CIBFailure(
                    .badRequest, "\(element.title) has no place of its own in a CIB: name a section or an XPath",
                    line: Int(element.line), elementID: element.id)
            }
            return makePath(to: section)
        case .section(let section): return makePath(to: section)
        case .xpath(let expression):
            guard let path = try paths(matching: expression).first else {
                throw CIBFailure(.notFound, "nothing in the CIB matches \"\(expression)\"", elementID: element.id)
            }
            return path
        }
    }
}
