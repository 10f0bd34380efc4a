import CIB
import XMLTree

/// Which resources can influence each other: the connected components of the configuration under membership in groups,
/// clones and bundles, colocation, ordering, tickets and tags.
///
/// While an action of an earlier transition still runs, only resources of its component have to wait for it; everything
/// else is recovered at once.
struct ResourceDependencies: Sendable {
    /// The component of each resource.
    private var componentOf: [String: Int] = [:]
    private var parents: [Int] = []

    init() {}

    init(configuration: XMLElement) {
        for resource in configuration.child("resources")?.children ?? [] { addTree(resource, parent: nil) }
        for tag in configuration.child("tags")?.children ?? [] {
            join(tag.children.compactMap(\.id) + [tag.id].compactMap { $0 })
        }
        for constraint in configuration.child("constraints")?.children ?? [] {
            var ends = ["rsc", "with-rsc", "first", "then"].compactMap { constraint[$0] }
            constraint.forEachDescendant { if $0.name == "resource_ref", let id = $0.id { ends.append(id) } }
            if constraint.name != "rsc_location" { join(ends) }
        }
        for index in parents.indices { parents[index] = root(of: index) }
    }

    /// The component of a resource, `nil` when the configuration does not know it. An instance (`web:0`) belongs to the
    /// component of its primitive.
    func component(of resource: String) -> Int? {
        if let index = componentOf[resource] { return parents[index] }
        guard let colon = resource.lastIndex(of: ":") else { return nil }
        return componentOf[String(resource[..<colon])].map { parents[$0] }
    }

    private mutating func addTree(_ resource: XMLElement, parent: String?) {
        guard ["primitive", "group", "clone", "master", "bundle"].contains(resource.name), let id = resource.id else {
            return
        }
        join([id] + [parent].compactMap { $0 })
        for child in resource.children { addTree(child, parent: id) }
    }

    private mutating func join(_ resources: [String]) {
        guard let first = resources.first else { return }
        let target = root(of: index(of: first))
        for resource in resources.dropFirst() { parents[root(of: index(of: resource))] = target }
    }

    private mutating func index(of resource: String) -> Int {
        if let known = componentOf[resource] { return known }
        componentOf[resource] = parents.count
        parents.append(parents.count)
        return parents.count - 1
    }

    private mutating func root(of index: Int) -> Int {
        var index = index
        while parents[index] != index {
            parents[index] = parents[parents[index]]
            index = parents[index]
        }
        return index
    }
}
