extension StatusText {
    var resourceList: String {
        let all = view.showsInactive ? status.resources : status.resources.filter(\.isActive)
        let title = style(view.showsInactive ? "Full List of Resources" : "Active Resources", .bold) + ":"
        if all.isEmpty { return title + "\n  * No " + (view.showsInactive ? "" : "active ") + "resources" }
        return ([title] + all.flatMap { lines(for: $0, indent: "  ") }).joined(separator: "\n")
    }

    var resourcesByNode: String {
        var lines = [style("Resources by Node", .bold) + ":"]
        for node in status.nodes {
            lines.append("  * Node \(node.name): \(node.description):")
            for resource in status.instances {
                for location in resource.locations where location.node == node.name {
                    lines.append("    * " + line(for: resource, at: location))
                }
            }
        }
        let inactive = status.instances.filter { !$0.isActive }
        if view.showsInactive, !inactive.isEmpty {
            lines += ["", style("Inactive Resources", .bold) + ":"] + inactive.map { "  * " + line(for: $0, at: nil) }
        }
        return lines.joined(separator: "\n")
    }

    private func lines(for resource: ResourceCondition, indent: String) -> [String] {
        switch resource.kind {
        case .primitive: return [indent + "* " + primitiveText(resource)]
        case .group:
            let head = "\(indent)* Resource Group: \(resource.id)\(notes(containerNotes(resource))):"
            let members = view.showsInactive ? resource.members : resource.members.filter(\.isActive)
            return [head] + members.flatMap { lines(for: $0, indent: indent + "  ") }
        case .clone: return cloneLines(resource, indent: indent)
        case .bundle:
            return ["\(indent)* Container bundle: \(resource.id):"]
                + resource.members.flatMap { lines(for: $0, indent: indent + "  ") }
        }
    }

    private func cloneLines(_ clone: ResourceCondition, indent: String) -> [String] {
        let child = String((clone.members.first?.id ?? "").prefix { $0 != ":" })
        var kinds: [String] = clone.isPromotable ? ["promotable"] : []
        if clone.isUnique { kinds.append("unique") }
        kinds += containerNotes(clone)
        var result = ["\(indent)* Clone Set: \(clone.id) [\(child)]\(notes(kinds)):"]
        // Instances in a plain state are summed up; the others get a line each.
        var summed: [String: [String]] = [:]
        if clone.isUnique {
            return result + clone.members.flatMap { lines(for: $0, indent: indent + "  ") }
        }
        for instance in clone.members {
            if let (role, node) = plainState(instance) {
                summed[role, default: []].append(node)
            } else if instance.isActive || instance.hasFailed
                || instance.instances.contains(where: { $0.pending != nil })
            {
                result += lines(for: instance, indent: indent + "  ")
            }
        }
        for role in ["Promoted", "Unpromoted", "Started"] {
            guard let nodes = summed[role] else { continue }
            let title = role == "Started" || role == "Promoted" ? style(role, .green) : role
            result.append("\(indent)  * \(title): [ \(nodes.sorted().joined(separator: " ")) ]")
        }
        if view.showsInactive { result += stoppedLine(clone, indent: indent) }
        return result
    }

    private func stoppedLine(_ clone: ResourceCondition, indent: String) -> [String] {
        let active = Set(clone.members.flatMap(\.instances).flatMap { $0.locations.map(\.node) })
        let stopped = clone.members.filter { !$0.isActive && !$0.hasFailed }.count
        let nodes = status.nodes.map(\.name).filter { !active.contains($0) }
        guard stopped > 0, !nodes.isEmpty else { return [] }
        let word = clone.isDisabled ? "Stopped (disabled)" : "Stopped"
        return ["\(indent)  * \(style(word, .yellow)): [ \(nodes.joined(separator: " ")) ]"]
    }

    /// Role and node of an instance of which there is nothing else to say.
    private func plainState(_ instance: ResourceCondition) -> (String, String)? {
        let parts = instance.instances
        guard let location = parts.first?.locations.first, let first = parts.first,
            parts.allSatisfy({ part in
                part.locations.count == 1 && part.locations.first?.node == location.node && !part.hasFailed
                    && part.pending == nil && !part.isOnUncleanNode && part.isManaged && !part.isBlocked
            })
        else { return nil }
        return (first.role, location.node)
    }

    private func containerNotes(_ resource: ResourceCondition) -> [String] {
        (resource.isManaged ? [] : [resource.isInMaintenance ? "maintenance" : "unmanaged"])
            + (resource.isDisabled ? ["disabled"] : [])
    }

    private func notes(_ words: [String]) -> String { words.isEmpty ? "" : " (" + words.joined(separator: ", ") + ")" }

    private func primitiveText(_ resource: ResourceCondition) -> String {
        if resource.locations.count <= 1 { return line(for: resource, at: resource.locations.first) }
        let places = resource.locations.map(\.node).joined(separator: " ")
        return prefix(resource) + stateWord(resource, resource.role) + notes(resource.annotations) + " [ \(places) ]"
    }

    private func line(for resource: ResourceCondition, at location: ResourceCondition.Location?) -> String {
        var text = prefix(resource)
        if let pending = resource.pending, let word = pendingWord(pending.operation) {
            return text + style(word, .cyan) + " " + (location?.node ?? pending.node) + notes(resource.annotations)
        }
        text += stateWord(resource, location?.role ?? "Stopped")
        if let location { text += " " + location.node }
        return text + notes(resource.annotations)
    }

    private func prefix(_ resource: ResourceCondition) -> String {
        resource.id + "\t(\(resource.agent)):\t " + (resource.isOrphaned ? "ORPHANED " : "")
    }

    private func stateWord(_ resource: ResourceCondition, _ role: String) -> String {
        if resource.hasFailed && role != "Stopped" {
            return style(role == "Started" ? "FAILED" : "FAILED \(role)", .red)
        }
        return style(role, role == "Stopped" ? .yellow : .green)
    }

    private func pendingWord(_ operation: String) -> String? {
        switch operation {
        case "start": "Starting"
        case "stop": "Stopping"
        case "promote": "Promoting"
        case "demote": "Demoting"
        case "migrate_to", "migrate_from": "Migrating"
        default: nil
        }
    }
}
