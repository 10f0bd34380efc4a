import ClusterTypes
import XMLTree

// The status for programs, in the shape of the incumbents' `pacemaker-result` documents.
//
// Source: nodes.rng, resources.rng and node-attrs.rng of Pacemaker's API schemas, version 2.25.

extension Scheduling {
    func nodeElement(_ index: NodeIndex) -> XMLElement {
        let node = state.nodes[index]
        let health = health(of: index)
        var element = XMLElement(
            "node",
            [
                "name": node.name, "id": node.id, "online": truth(node.flags.contains(.online)),
                "standby": truth(node.flags.contains(.standby)),
                "standby_onfail": truth(node.flags.contains(.failStandby)),
                "maintenance": truth(node.flags.contains(.maintenance)),
                "pending": truth(node.flags.contains(.pending)), "unclean": truth(node.flags.contains(.unclean)),
                "health": health < 0 ? "red" : health == 0 ? "yellow" : "green",
                "feature_set": featureSet(of: index), "shutdown": truth(node.flags.contains(.shutdown)),
                "expected_up": truth(node.flags.contains(.expectedUp)),
                "is_dc": truth(state.designatedController == index),
                "resources_running": String(node.runningResources.count),
                "type": node.isRemoteKind ? "remote" : "member",
            ])
        if let launcher = state.guestLauncher(of: index) { element["id_as_resource"] = state.resources[launcher].id }
        return element
    }

    /// The features of the software on a node, which says them itself since 3.15.1.
    private func featureSet(of node: NodeIndex) -> String? {
        guard state.nodes[node].flags.contains(.online), !state.nodes[node].isRemoteKind else { return nil }
        return state.nodes[node].attributes["#feature-set"] ?? "<3.15.1"
    }

    /// `nil` when there is nothing to show of it.
    func resourceElement(_ index: ResourceIndex) -> XMLElement? {
        switch state.resources[index].variant {
        case .primitive: return primitiveElement(index)
        case .group: return groupElement(index)
        case .clone: return cloneElement(index)
        case .bundle(let traits): return bundleElement(index, traits)
        }
    }

    private func primitiveElement(_ index: ResourceIndex) -> XMLElement {
        let resource = state.resources[index]
        let flags = resource.flags
        let provider = resource.agent?.provider.map { ":" + $0 } ?? ""
        var element = XMLElement(
            "resource",
            [
                "id": printedName(index),
                "resource_agent": "\(resource.agent?.standard ?? "")\(provider):\(resource.agent?.type ?? "")",
                "role": pendingText(resource) ?? displayableRole(index).description,
                "target_role": resource.meta["target-role"], "active": truth(state.isActive(index, all: true)),
                "orphaned": truth(flags.contains(.removed)), "blocked": truth(flags.contains(.blocked)),
                "managed": truth(flags.contains(.managed)), "failed": truth(flags.contains(.failed)),
                "failure_ignored": truth(flags.contains(.ignoreFailure)),
                "nodes_running_on": String(resource.activeNodes.count),
                "pending": options.showsPending && resource.pendingAction == "monitor" ? "Monitoring" : nil,
                "locked_to": resource.lockNode.map { state.nodes[$0].name },
            ])
        element.children = resource.activeNodes.map { node in
            XMLElement(
                "node",
                [
                    "name": state.nodes[node].name, "id": state.nodes[node].id,
                    "cached": truth(state.nodes[node].flags.contains(.online)),
                ])
        }
        return element
    }

    private func groupElement(_ index: ResourceIndex) -> XMLElement? {
        let resource = state.resources[index]
        guard !resource.children.isEmpty else { return nil }
        var element = XMLElement(
            "group",
            [
                "id": resource.id, "number_resources": String(resource.children.count),
                "managed": truth(resource.isManaged), "disabled": truth(isDisabled(index)),
            ])
        element.children = resource.children.compactMap { resourceElement($0) }
        return element
    }

    private func cloneElement(_ index: ResourceIndex) -> XMLElement? {
        let resource = state.resources[index]
        guard let first = resource.children.first else { return nil }
        var element = XMLElement(
            "clone",
            [
                "id": resource.id, "multi_state": truth(resource.flags.contains(.promotable)),
                "unique": truth(resource.flags.contains(.unique)), "managed": truth(resource.isManaged),
                "disabled": truth(isDisabled(index)), "failed": truth(resource.flags.contains(.failed)),
                "failure_ignored": truth(resource.flags.contains(.ignoreFailure)),
                "target_role": resource.meta["target-role"] ?? state.resources[first].meta["target-role"],
            ])
        element.children = resource.children.compactMap { resourceElement($0) }
        return element
    }

    private func bundleElement(_ index: ResourceIndex, _ traits: BundleTraits) -> XMLElement? {
        guard !traits.replicas.isEmpty else { return nil }
        let resource = state.resources[index]
        let kinds: Set = ["docker", "podman", "rkt"]
        var element = XMLElement(
            "bundle",
            [
                "id": resource.id,
                "type": resource.element.children.first { kinds.contains($0.name) }?.name ?? "unknown",
                "image": traits.image, "unique": truth(resource.flags.contains(.unique)),
                "managed": truth(resource.isManaged), "failed": truth(resource.flags.contains(.failed)),
            ])
        element.children = traits.replicas.map { replica in
            var part = XMLElement("replica", ["id": String(replica.offset)])
            part.children = [replica.ip, replica.child, replica.container, replica.remote].compactMap { $0 }
                .compactMap { resourceElement($0) }
            return part
        }
        return element
    }

    /// The name people know a resource by: the configured one, with its number only for unique instances.
    func printedName(_ index: ResourceIndex) -> String {
        let resource = state.resources[index]
        return resource.flags.contains(.unique) ? resource.id : resource.configurationID
    }
}

private func truth(_ value: Bool) -> String { value ? "true" : "false" }
