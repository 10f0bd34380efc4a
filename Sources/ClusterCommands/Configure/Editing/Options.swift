package import CIB
internal import XMLTree

extension ConfigurationDraft {
    /// Merges options into their set: a name that is there gets the new value, others are added.
    mutating func mergeOptions(_ element: XMLElement, into section: CIBSection) throws(CommandFailure) {
        if element.name == section.rawValue {
            for set in element.children { try mergeOptions(set, into: section) }
            return
        }
        let id = element.id ?? defaultSetID(section, element)
        // Ids are made outside the set, so that a set of this id that is there keeps its own.
        var identifiers = IdentifierMaker(configuration)
        configuration.withChild(section.rawValue) { section in
            section.withChild(element.name, id: id) { set in
                for attribute in element.attributes where attribute.name != "id" {
                    set[attribute.name] = attribute.value
                }
                for child in element.children { merge(child, into: &set, &identifiers) }
            }
        }
    }

    /// The set that options without a named one belong to: the usual one, or the first that is there.
    private func defaultSetID(_ section: CIBSection, _ element: XMLElement) -> String {
        let usual =
            switch section {
            case .resourceDefaults: "rsc-options"
            case .operationDefaults: "op-options"
            default: "cib-bootstrap-options"
            }
        let sets = configuration.child(section.rawValue)?.children(element.name) ?? []
        if sets.contains(where: { $0.id == usual }) { return usual }
        return sets.first { $0.child("rule") == nil }?.id ?? usual
    }

    /// Removes options from every set of a section.
    ///
    /// - Throws: `.noSuchObject` for a name that no set has.
    package mutating func removeOptions(_ names: [String], from section: CIBSection) throws(CommandFailure) {
        for name in names {
            var isFound = false
            configuration.withChild(section.rawValue) { section in
                for index in section.children.indices {
                    let before = section.children[index].children.count
                    section.children[index].children.removeAll { $0.name == "nvpair" && $0["name"] == name }
                    isFound = isFound || section.children[index].children.count < before
                }
            }
            if !isFound { throw .noSuchObject("option \"\(name)\" is not set") }
        }
    }

    /// The value of a cluster option, `nil` when it is not set.
    package func clusterOption(_ name: String) -> String? {
        for set in configuration.child("crm_config")?.children("cluster_property_set") ?? [] {
            if let pair = set.children.first(where: { $0["name"] == name }) { return pair["value"] }
        }
        return nil
    }

    /// Sets, or with `nil` removes, a value in a set (`meta_attributes`, …) of a resource; in all its sets where it is there.
    package mutating func setValue(
        _ name: String, _ value: String?, in setName: String, ofResource id: String
    ) throws(CommandFailure) {
        _ = try requireResource(id)
        var identifiers = IdentifierMaker(configuration)
        configuration.withChild("resources") { resources in
            _ = resources.editResource(id) { $0.setValue(name, value, in: setName, &identifiers) }
        }
    }

    /// The same for a node: `instance_attributes` or `utilization`.
    package mutating func setValue(
        _ name: String, _ value: String?, in setName: String, ofNode node: String
    ) throws(CommandFailure) {
        let id = try requireNode(node).id
        var identifiers = IdentifierMaker(configuration)
        configuration.withChild("nodes") { nodes in
            guard let index = nodes.childIndex("node", id: id) else { return }
            // The incumbents name these sets after the word "nodes".
            let suffix = setName == "instance_attributes" ? "" : "-\(setName)"
            nodes.children[index].setValue(name, value, in: setName, &identifiers, setID: "nodes-\(id ?? "")\(suffix)")
        }
    }
}

/// Sets one option in a set, or adds a rule or a reference to it.
private func merge(_ child: XMLElement, into set: inout XMLElement, _ identifiers: inout IdentifierMaker) {
    if child.name == "nvpair", let name = child["name"],
        let index = set.children.firstIndex(where: { $0.name == "nvpair" && $0["name"] == name })
    {
        set.children[index]["value"] = child["value"]
        return
    }
    var child = child
    identifiers.fill(&child, prefix: set.id ?? "")
    // A rule comes before the values it decides about.
    if child.name == "rule" {
        set.children.insert(child, at: set.children.firstIndex { $0.name != "rule" } ?? set.children.count)
    } else {
        set.children.append(child)
    }
}

extension XMLElement {
    fileprivate mutating func setValue(
        _ name: String, _ value: String?, in setName: String, _ identifiers: inout IdentifierMaker, setID: String? = nil
    ) {
        var isDone = false
        for index in children.indices where children[index].name == setName {
            guard let pair = children[index].children.firstIndex(where: { $0.name == "nvpair" && $0["name"] == name })
            else { continue }
            isDone = true
            if let value {
                children[index].children[pair]["value"] = value
            } else {
                children[index].children.remove(at: pair)
            }
        }
        guard !isDone, let value else {
            children.removeAll { $0.name == setName && $0.children.isEmpty && $0["id-ref"] == nil }
            return
        }
        if !children.contains(where: { $0.name == setName && $0["id-ref"] == nil && $0.child("rule") == nil }) {
            var set = XMLElement(setName, setID.map { ["id": $0] } ?? [:])
            identifiers.fill(&set, prefix: id ?? "")
            let place = children.firstIndex { isResource($0) } ?? children.count
            children.insert(set, at: place)
        }
        guard
            let index = children.firstIndex(where: {
                $0.name == setName && $0["id-ref"] == nil && $0.child("rule") == nil
            })
        else { return }
        var pair = XMLElement("nvpair", ["name": name, "value": value])
        identifiers.fill(&pair, prefix: children[index].id ?? "")
        children[index].children.append(pair)
    }
}
