internal import XMLTree

extension ConfigurationDraft {
    /// Removes an object and whatever refers to it.
    ///
    /// The members of a deleted group or clone become resources of their own; a group that loses its last member goes too.
    ///
    /// - Returns: the ids of further objects that went with it.
    /// - Throws: `.noSuchObject`.
    package mutating func delete(_ id: String) throws(CommandFailure) -> [String] {
        guard let object = object(id) else {
            throw .noSuchObject(
                "object \"\(id)\" does not exist",
                advice: suggestion(for: id, among: orderedObjects(of: configuration).map(\.id)))
        }
        if isResource(object.element) || object.element.name == "template" { return deleteResource(object.element) }
        if object.section == "fencing-topology" {
            configuration.children.removeAll { $0.name == object.section }
            return []
        }
        configuration.withChild(object.section) { section in
            section.children.removeAll { $0.name == object.element.name && $0.id == object.element.id }
        }
        return object.section == "tags" ? removeReferences(to: [object.id]) : []
    }

    private mutating func deleteResource(_ element: XMLElement) -> [String] {
        let id = element.id ?? ""
        let holder = container(of: id)
        let members = element.name == "bundle" ? [] : element.children.filter(isResource)
        configuration.withChild("resources") { resources in
            let place = resources.children.firstIndex { $0.id == id }
            _ = resources.removeResource(id)
            resources.children.insert(contentsOf: members, at: place ?? resources.children.count)
        }
        var gone = removeReferences(to: [id])
        if let holder, let rest = resource(holder.id ?? ""), !rest.children.contains(where: isResource) {
            gone.append(holder.id ?? "")
            gone += deleteResource(rest)
        }
        return gone
    }

    /// Removes constraints on these ids, and the ids from sets and tags; what is empty then goes too.
    private mutating func removeReferences(to ids: Set<String>) -> [String] {
        var gone: [String] = []
        for section in ["constraints", "tags"] where configuration.childIndex(section) != nil {
            configuration.withChild(section) { section in
                section.children = section.children.compactMap { element in
                    let kept = element.withoutReferences(to: ids)
                    if kept == nil { gone.append(element.id ?? "") }
                    return kept
                }
            }
        }
        return gone
    }

    /// Gives an object another id, everywhere.
    ///
    /// - Throws: `.noSuchObject`, or `.exists` when the new id is taken.
    package mutating func rename(_ old: String, to new: String) throws(CommandFailure) {
        guard object(old) != nil else {
            throw .noSuchObject(
                "object \"\(old)\" does not exist",
                advice: suggestion(for: old, among: orderedObjects(of: configuration).map(\.id)))
        }
        guard isIdentifier(new) else {
            throw .usage("\"\(new)\" cannot be an id, expected a letter, then letters, digits, _, - or .")
        }
        guard !IdentifierMaker(configuration).isUsed(new) else {
            throw CommandFailure(.exists, "an object with the id \"\(new)\" exists already")
        }
        configuration.rename(old, to: new, isInside: false)
    }
}

/// The attributes of constraints and resources that name another object.
private let referringAttributes: Set<String> = ["rsc", "with-rsc", "first", "then", "template"]

extension XMLElement {
    /// The element without members of sets that have these ids; `nil` when it cannot be without them.
    fileprivate func withoutReferences(to ids: Set<String>) -> XMLElement? {
        for attribute in attributes where referringAttributes.contains(attribute.name) && ids.contains(attribute.value)
        {
            return nil
        }
        guard !children.isEmpty, name != "rule" else { return self }
        var copy = self
        copy.children = children.compactMap { child in
            if isReference(child) { return ids.contains(child.id ?? "") ? nil : child }
            guard child.name == "resource_set" else { return child }
            let rest = child.children.filter { !ids.contains($0.id ?? "") }
            if rest.isEmpty { return nil }
            var set = child
            set.children = rest
            return set
        }
        let lostAll = copy.children.isEmpty && name != "rsc_location"
        return lostAll
            || (copy.children.count < children.count && !copy.children.contains { $0.name == "resource_set" }
                && name != "tag")
            ? nil : copy
    }

    /// Replaces the id here and below; generated ids of parts (`OLD-…`) follow their owner.
    fileprivate mutating func rename(_ old: String, to new: String, isInside: Bool) {
        let isIt = id == old
        for index in attributes.indices {
            let value = attributes[index].value
            if attributes[index].name == "id" || referringAttributes.contains(attributes[index].name), value == old {
                attributes[index].value = new
            } else if isInside, attributes[index].name == "id", value.hasPrefix(old + "-") {
                attributes[index].value = new + value.dropFirst(old.count)
            } else if attributes[index].name == "devices" {
                attributes[index].value = value.split(separator: ",").map { $0 == old ? new : String($0) }
                    .joined(separator: ",")
            }
        }
        for index in children.indices { children[index].rename(old, to: new, isInside: isInside || isIt) }
    }
}
