internal import XMLTree

extension ConfigurationDraft {
    /// Moves a primitive into a group, at its end or beside another member.
    package mutating func addMember(
        _ id: String, toGroup group: String, _ place: (isAfter: Bool, member: String)?
    ) throws(CommandFailure) {
        let holder = try requireGroup(group)
        let member = try requireResource(id)
        guard member.name == "primitive", container(of: id) == nil else {
            throw CommandFailure(
                .configuration,
                "group \(group): \"\(id)\" cannot join, expected a primitive that is in no group or clone")
        }
        var index = holder.children.endIndex
        if let place {
            guard let neighbour = holder.children.firstIndex(where: { $0.id == place.member }) else {
                throw .noSuchObject("group \(group) has no member \"\(place.member)\"")
            }
            index = place.isAfter ? neighbour + 1 : neighbour
        }
        let position = index
        configuration.withChild("resources") { resources in
            guard let taken = resources.removeResource(id) else { return }
            _ = resources.editResource(group) { $0.children.insert(taken, at: position) }
        }
    }

    /// Takes a member out of a group; it becomes a resource of its own.
    package mutating func removeMember(_ id: String, fromGroup group: String) throws(CommandFailure) {
        let holder = try requireGroup(group)
        guard holder.children.contains(where: { $0.id == id }) else {
            throw .noSuchObject("group \(group) has no member \"\(id)\"")
        }
        guard holder.children("primitive").count > 1 else {
            throw CommandFailure(
                .configuration, "\"\(id)\" is the last member of group \(group)", advice: "Delete the group instead.")
        }
        configuration.withChild("resources") { resources in
            if let taken = resources.removeResource(id) { resources.children.append(taken) }
        }
    }

    /// Removes everything but the nodes.
    package mutating func erase() {
        configuration.children.removeAll { !["crm_config", "nodes", "resources", "constraints"].contains($0.name) }
        for index in configuration.children.indices where configuration.children[index].name != "nodes" {
            configuration.children[index].children = []
        }
    }

    private func requireGroup(_ id: String) throws(CommandFailure) -> XMLElement {
        let group = try requireResource(id)
        guard group.name == "group" else {
            throw CommandFailure(.configuration, "\"\(id)\" is a \(group.name), expected a group")
        }
        return group
    }
}
