import ClusterTypes
import XMLTree

extension Scheduling {
    mutating func readClone(_ index: ResourceIndex) -> Bool {
        let resource = state.resources[index]
        let meta = resource.meta
        func number(_ name: String, _ former: String?, _ fallback: Int) -> Int {
            TextValue.integer(meta[name] ?? former.flatMap { meta[$0] }, default: fallback)
        }
        var traits = CloneTraits()
        if resource.flags.contains(.promotable) {
            traits.promotedMaximum = number("promoted-max", "master-max", 1)
            traits.promotedMaximumPerNode = number("promoted-node-max", "master-node-max", 1)
        }
        traits.maximumPerNode = number("clone-node-max", nil, 1)
        traits.maximum = number("clone-max", nil, max(1, state.nodes.count))
        traits.isOrdered = TextValue.isTrue(meta["ordered"])
        if !resource.flags.contains(.unique), traits.maximumPerNode > 1 { traits.maximumPerNode = 1 }
        guard let child = resource.element.children.first(where: { $0.name == "primitive" || $0.name == "group" })
        else {
            state.complain("\(resource.id) has nothing to clone")
            return false
        }
        traits.childElement = child
        traits.childID = child.id ?? ""
        if meta["resource-stickiness"] == nil { state.resources[index].meta["resource-stickiness"] = "1" }
        state.resources[index].meta["globally-unique"] = String(resource.flags.contains(.unique))
        // More instances than could ever run would only cost memory.
        traits.maximum = min(traits.maximum, Self.instanceLimit)
        state.resources[index].variant = .clone(traits)
        for _ in 0..<max(1, traits.maximum) where addInstance(to: index) == nil { return false }
        return true
    }

    private static let instanceLimit = 1000

    func cloneTraits(_ index: ResourceIndex) -> CloneTraits {
        guard case .clone(let traits) = state.resources[index].variant else { return CloneTraits() }
        return traits
    }

    mutating func updateClone(_ index: ResourceIndex, _ body: (inout CloneTraits) -> Void) {
        guard case .clone(var traits) = state.resources[index].variant else { return }
        body(&traits)
        state.resources[index].variant = .clone(traits)
    }

    /// Adds the next instance; one beyond the maximum counts as removed.
    @discardableResult
    mutating func addInstance(to clone: ResourceIndex) -> ResourceIndex? {
        let traits = cloneTraits(clone)
        var element = traits.childElement
        element["clone"] = String(traits.total)
        guard let instance = addResource(element, parent: clone) else { return nil }
        updateClone(clone) { $0.total += 1 }
        state.resources[clone].children.append(instance)
        if traits.total >= traits.maximum { markRemoved(instance) }
        state.resources[instance].meta["clone-max"] = String(traits.maximum)
        return instance
    }

    private mutating func markRemoved(_ index: ResourceIndex) {
        state.resources[index].flags.insert(.removed)
        for child in state.resources[index].children { markRemoved(child) }
    }

    /// Agents that cannot be unique make their clone anonymous: one instance a node.
    mutating func forceAnonymous(_ clone: ResourceIndex) {
        let nodeCount = state.nodes.count
        updateClone(clone) {
            $0.maximumPerNode = 1
            $0.maximum = min($0.maximum, nodeCount)
        }
    }

    // MARK: - History of interchangeable instances

    /// The instance that a node's history of an anonymous clone belongs to.
    mutating func anonymousInstance(of clone: ResourceIndex, named id: String, on node: NodeIndex) -> ResourceIndex? {
        var found: ResourceIndex?
        var inactive: ResourceIndex?
        var skipInactive = false
        for child in state.resources[clone].children {
            let locations = state.locations(of: child, .currentOrPending)
            if let location = locations.first {
                guard location == node, let member = member(of: child, named: id) else { continue }
                if state.resources[member].activeNodes.isEmpty {
                    found = member
                    break
                }
                // Active twice on one node: the second is one too many.
                skipInactive = true
            } else if !skipInactive, inactive == nil, !state.resources[child].flags.contains(.blocked) {
                inactive = member(of: child, named: id)
                if let candidate = inactive, let pending = state.resources[candidate].pendingNode, pending != node {
                    inactive = nil
                }
            }
        }
        if found == nil, !skipInactive { found = inactive }
        let flags = state.nodes[node].flags
        if let candidate = found, !state.resources[candidate].flags.contains(.needsFencing),
            !flags.contains(.online) || flags.contains(.unclean), !state.isGuest(node),
            cloneTraits(clone).maximum != state.nodes.count
        {
            found = nil
        }
        if found == nil, let instance = addInstance(to: clone) { found = member(of: instance, named: id) }
        return found
    }

    /// The instance itself, or the member of a cloned group, with that configured id.
    func member(of instance: ResourceIndex, named id: String) -> ResourceIndex? {
        if state.resources[instance].configurationID == id || state.resources[instance].id == id { return instance }
        for child in state.resources[instance].children {
            if let found = member(of: child, named: id) { return found }
        }
        return nil
    }
}
