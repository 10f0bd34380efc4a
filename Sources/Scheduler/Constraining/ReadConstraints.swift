import ClusterTypes
import XMLTree

// Phase 2: what the configuration demands, as constraints between indices.

extension Scheduling {
    mutating func readConstraints() {
        applyHealth()
        for element in cib.child("configuration")?.child("constraints")?.children ?? [] where element.id != nil {
            switch element.name {
            case "rsc_location": readLocation(element)
            case "rsc_colocation": readColocation(element)
            case "rsc_order": readOrdering(element)
            case "rsc_ticket": readTicketConstraint(element)
            default: state.complain("Ignoring constraint \(element.id ?? "") of unknown type \(element.name)")
            }
        }
    }

    /// The resource a constraint names; an id that only a history uses stands for the outermost resource around it.
    func constraintResource(_ id: String?) -> ResourceIndex? {
        guard let id else { return nil }
        if let index = state.resourceByID[id] { return index }
        guard let match = state.resources.indices.first(where: { state.resources[$0].historyID == id }) else {
            return nil
        }
        return state.top(of: match)
    }

    /// What a template or tag stands for; `nil` when the id is neither, or an unused template.
    func members(ofTag id: String) -> [String]? {
        if let users = state.templates[id] { return users.isEmpty ? nil : users }
        return state.tags[id]
    }

    // MARK: - Tags

    /// The constraint with tags and templates in its sets replaced by what they stand for; `nil` when one is unknown.
    func expandSets(_ constraint: XMLElement) -> XMLElement? {
        var result = constraint
        for position in result.children.indices where result.children[position].name == "resource_set" {
            let set = references.resolve(result.children[position])
            var expanded: [XMLElement] = []
            for reference in set.children {
                guard reference.name == "resource_ref", let id = reference.id, constraintResource(id) == nil else {
                    expanded.append(reference)
                    continue
                }
                guard let members = members(ofTag: id) else { return nil }
                expanded.append(contentsOf: members.map { XMLElement("resource_ref", ["id": $0]) })
            }
            result.children[position] = set
            result.children[position].children = expanded
        }
        return result
    }

    /// Replaces the resource that an attribute names by a set: of a tag's members, or (when `always`) of itself.
    ///
    /// - Returns: whether the constraint can be used; the index of the new set is where it was appended.
    mutating func replaceByTagSet(_ constraint: inout XMLElement, _ attribute: String, always: Bool) -> Int?? {
        guard let id = constraint[attribute] else { return .some(nil) }
        let isResource = constraintResource(id) != nil
        let members: [String]
        if isResource {
            guard always else { return .some(nil) }
            members = [id]
        } else {
            guard let known = self.members(ofTag: id) else {
                state.complain(
                    "Ignoring constraint \(constraint.id ?? "") because \(id) is not a resource, template or tag")
                return nil
            }
            members = known
        }
        var set = XMLElement(
            "resource_set", ["id": id], children: members.map { XMLElement("resource_ref", ["id": $0]) })
        if !isResource { set["sequential"] = "false" }
        constraint[attribute] = nil
        constraint.children.append(set)
        return .some(constraint.children.count - 1)
    }

    func isTag(_ id: String?) -> Bool { id.map { constraintResource($0) == nil && members(ofTag: $0) != nil } ?? false }

    // MARK: - Roles

    /// The role of a colocation or ticket; `Started` means any. `nil` when the text is no role.
    func constraintRole(_ text: String?) -> Role? {
        guard let text else { return .unknown }
        guard let role = TextValue.role(text), role != .unknown || text.lowercased() == "unknown" else { return nil }
        return role == .started ? .unknown : role
    }

    // MARK: - Node health

    private mutating func applyHealth() {
        let strategy = state.options.healthStrategy
        guard strategy != .none else { return }
        let base = strategy == .progressive ? state.options.healthBase : .zero
        for node in state.nodeOrder {
            let health = state.nodes[node].attributes.filter { $0.key.hasPrefix("#health") }
                .compactMap { TextValue.score($0.value, health: state.options.health) }.reduce(base, +)
            guard health != .zero else { continue }
            for resource in state.topLevel {
                if health < .zero, TextValue.isTrue(state.resources[resource].meta["allow-unhealthy-nodes"]) {
                    continue
                }
                addLocation(
                    LocationConstraint(id: "node-health", resource: resource, nodes: [(node, health)]), discovery: nil)
            }
        }
    }
}
