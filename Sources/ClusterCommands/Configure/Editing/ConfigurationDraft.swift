package import CIB
package import XMLTree

/// A configuration being edited: the copy that was read, and the changes made to it since.
///
/// Pure. `operations` says what turns the cluster's configuration into this one.
package struct ConfigurationDraft: Sendable {
    /// The document as it was read.
    package let base: CIBDocument
    /// The element `configuration` with the changes so far.
    package internal(set) var configuration: XMLElement

    package init(_ document: CIBDocument) {
        base = document
        configuration = document.configuration
    }

    package var isChanged: Bool { configuration != base.configuration }

    /// The whole document with the changes so far.
    package var edited: XMLElement {
        var root = base.root
        root.withChild("configuration") { $0 = configuration }
        return root
    }
}

// MARK: - Finding

extension ConfigurationDraft {
    /// An object by its id (a node also by its name).
    package func object(_ id: String) -> ConfigurationObject? {
        orderedObjects(of: configuration).first { $0.id == id || $0.element["uname"] == id }
    }

    /// A resource, at any depth, or a template.
    package func resource(_ id: String) -> XMLElement? {
        configuration.child("resources").flatMap { findResource(id, in: $0) }
    }

    /// The ids of all resources, in document order.
    package var resourceIDs: [String] {
        var ids: [String] = []
        configuration.child("resources")?.forEachDescendant {
            if isResource($0), let id = $0.id { ids.append(id) }
        }
        return ids
    }

    /// Fails when there is no resource of that id.
    func requireResource(_ id: String) throws(CommandFailure) -> XMLElement {
        if let resource = resource(id) { return resource }
        throw .noSuchObject("resource \"\(id)\" does not exist", advice: suggestion(for: id, among: resourceIDs))
    }

    /// The names of all nodes, in document order.
    package var nodeNames: [String] {
        configuration.child("nodes")?.children("node").compactMap { $0["uname"] } ?? []
    }

    func requireNode(_ name: String) throws(CommandFailure) -> XMLElement {
        let nodes = configuration.child("nodes")?.children("node") ?? []
        if let node = nodes.first(where: { $0["uname"] == name }) ?? nodes.first(where: { $0.id == name }) {
            return node
        }
        throw .noSuchObject(
            "node \"\(name)\" does not exist",
            advice: suggestion(for: name, among: nodeNames) ?? "Nodes: " + nodeNames.joined(separator: ", "))
    }
}

/// Whether an element is a resource.
func isResource(_ element: XMLElement) -> Bool {
    ["primitive", "group", "clone", "master", "bundle"].contains(element.name)
}

private func findResource(_ id: String, in element: XMLElement) -> XMLElement? {
    for child in element.children where isResource(child) || child.name == "template" {
        if child.id == id { return child }
        if let found = findResource(id, in: child) { return found }
    }
    return nil
}

// MARK: - Editing one resource in place

extension XMLElement {
    /// Edits the resource of that id at any depth below; false when there is none.
    mutating func editResource(_ id: String, _ body: (inout XMLElement) -> Void) -> Bool {
        for index in children.indices where isResource(children[index]) || children[index].name == "template" {
            if children[index].id == id {
                body(&children[index])
                return true
            }
            if children[index].editResource(id, body) { return true }
        }
        return false
    }

    /// Takes the resource of that id at any depth out of the tree.
    mutating func removeResource(_ id: String) -> XMLElement? {
        for index in children.indices where isResource(children[index]) || children[index].name == "template" {
            if children[index].id == id { return children.remove(at: index) }
            if let found = children[index].removeResource(id) { return found }
        }
        return nil
    }
}
