internal import CIB
internal import XMLTree

extension ConfigurationDraft {
    /// How a statement meets an object that is there already.
    package enum Collision: Sendable {
        /// It is an error.
        case refuse
        /// The new object takes its place; parts that stay keep their ids.
        case replace
    }

    /// Adds what a statement stands for.
    ///
    /// - Throws: `.exists` when the id is taken, `.noSuchObject` when a member does not exist, `.configuration` when a member
    ///   cannot be one.
    package mutating func add(_ statement: ConfigurationStatement, _ collision: Collision = .refuse)
        throws(CommandFailure)
    {
        switch statement.kind {
        case .object(let section): try addObject(statement, to: section, collision)
        case .options(let section): try mergeOptions(statement.element, into: section)
        case .fencingTopology: setTopology(statement.element)
        case .operation(let resource): try addOperation(statement.element, to: resource)
        }
    }

    private mutating func addObject(
        _ statement: ConfigurationStatement, to section: CIBSection, _ collision: Collision
    ) throws(CommandFailure) {
        var element = statement.element
        let id = try requireID(&element)
        let old = existing(id, like: element)
        if old == nil || collision == .refuse {
            // A node is created by the cluster itself, so a line that names it is an edit in any case.
            guard element.name == "node" || !IdentifierMaker(configuration).isUsed(id) else {
                throw CommandFailure(
                    .exists, "an object with the id \"\(id)\" exists already",
                    advice: "configure edit \(id), or choose another id.")
            }
        }
        if let old { element.adoptIdentifiers(from: old) }
        let place = try takeMembers(statement.members, into: &element, replacing: old)
        if let old, !statement.members.isEmpty { restoreMembers(of: old, besides: statement.members) }
        try put(element, replacing: old, at: place, in: section)
    }

    /// The id of the element. A node gets the one that the cluster has recorded for its name.
    private func requireID(_ element: inout XMLElement) throws(CommandFailure) -> String {
        if element.name == "node", let name = element["uname"], let present = try? requireNode(name) {
            element["id"] = present.id
        }
        guard let id = element.id else { throw CommandFailure(.dataError, "<\(element.name)> has no id") }
        return id
    }

    private func existing(_ id: String, like element: XMLElement) -> XMLElement? {
        if isResource(element) || element.name == "template" { return resource(id) }
        return orderedObjects(of: configuration).first { $0.id == id && !isResource($0.element) }?.element
    }

    /// Moves the members from where they are into the element.
    ///
    /// - Returns: the index in `resources` where the first one stood, when it stood there.
    private mutating func takeMembers(
        _ members: [String], into element: inout XMLElement, replacing old: XMLElement?
    ) throws(CommandFailure) -> Int? {
        var place: Int?
        for id in members {
            let member = try requireResource(id)
            try requireFit(member, in: element, replacing: old)
            configuration.withChild("resources") { resources in
                if let index = resources.children.firstIndex(where: { $0.id == id }) {
                    place = min(place ?? index, index)
                }
                if let taken = resources.removeResource(id) { element.children.append(taken) }
            }
        }
        return place
    }

    private func requireFit(
        _ member: XMLElement, in element: XMLElement, replacing old: XMLElement?
    ) throws(CommandFailure) {
        let id = member.id ?? ""
        let isAllowed =
            element.name == "group" ? member.name == "primitive" : ["primitive", "group"].contains(member.name)
        guard isAllowed else {
            let expected = element.name == "group" ? "a primitive" : "a primitive or a group"
            throw CommandFailure(
                .configuration,
                "\(element.name) \(element.id ?? ""): \"\(id)\" is a \(member.name), expected \(expected)")
        }
        if let holder = container(of: id), holder.id != old?.id {
            throw CommandFailure(
                .configuration,
                "\(element.name) \(element.id ?? ""): \"\(id)\" is in \(holder.name) \"\(holder.id ?? "")\" already")
        }
    }

    /// The group, clone or bundle that a resource is directly in.
    func container(of id: String) -> XMLElement? {
        var found: XMLElement?
        configuration.child("resources")?.forEachDescendant { element in
            if isResource(element), element.children.contains(where: { isResource($0) && $0.id == id }) {
                found = element
            }
        }
        return found
    }

    /// Members that an older form of a container had and the new one has not become resources of their own.
    private mutating func restoreMembers(of old: XMLElement, besides kept: [String]) {
        for child in old.children where isResource(child) && !kept.contains(child.id ?? "") {
            configuration.withChild("resources") { resources in
                if resources.editResource(old.id ?? "", { container in _ = container.removeResource(child.id ?? "") }) {
                    resources.children.append(child)
                }
            }
        }
    }

    private mutating func put(
        _ element: XMLElement, replacing old: XMLElement?, at place: Int?, in section: CIBSection
    ) throws(CommandFailure) {
        var element = element
        // The old form's ids become free before the new form's are made.
        if let old, isResource(element) || element.name == "template" {
            configuration.withChild("resources") { resources in
                _ = resources.editResource(old.id ?? "") { $0.children = [] }
            }
        } else if let old {
            configuration.withChild(section.rawValue) { element in
                if let index = element.childIndex(old.name, id: old.id) { element.children[index].children = [] }
            }
        }
        var identifiers = IdentifierMaker(configuration)
        identifiers.fill(&element, prefix: element.id ?? element.name)
        let finished = element
        configuration.withChild(section.rawValue) { section in
            if let old {
                if section.name == "resources" {
                    _ = section.editResource(old.id ?? "") { $0 = finished }
                } else if let index = section.childIndex(old.name, id: old.id) {
                    section.children[index] = finished
                }
            } else if let place, place <= section.children.count {
                section.children.insert(finished, at: place)
            } else {
                section.children.append(finished)
            }
        }
    }

    private mutating func addOperation(_ operation: XMLElement, to resource: String) throws(CommandFailure) {
        _ = try requireResource(resource)
        var identifiers = IdentifierMaker(configuration)
        var operation = operation
        identifiers.fill(&operation, prefix: resource)
        let finished = operation
        configuration.withChild("resources") { resources in
            _ = resources.editResource(resource) { $0.withChild("operations") { $0.children.append(finished) } }
        }
    }

    private mutating func setTopology(_ topology: XMLElement) {
        var levels: [XMLElement] = []
        for level in topology.children {
            guard level["target"] == "@@" else {
                levels.append(level)
                continue
            }
            for name in nodeNames {
                var own = level
                own["target"] = name
                levels.append(own)
            }
        }
        configuration.withChild("fencing-topology") { $0.children = [] }
        var identifiers = IdentifierMaker(configuration)
        for index in levels.indices { identifiers.fill(&levels[index], prefix: "fencing") }
        let finished = levels
        configuration.withChild("fencing-topology") { $0.children = finished }
    }
}
