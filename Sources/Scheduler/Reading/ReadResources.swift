import ClusterTypes
import XMLTree

extension Scheduling {
    /// The resources section with the connections that guest nodes imply, and their nodes made.
    mutating func resourcesWithGuests(_ section: XMLElement?) -> XMLElement? {
        guard var section else { return nil }
        for element in section.children {
            if element.name == "primitive", isRemoteConnection(element) {
                if let id = element.id, state.node(named: id) == nil {
                    addNode(id: id, name: id, kind: .remote, score: .zero)
                }
                continue
            }
            let candidates = element.name == "group" ? element.children : element.name == "primitive" ? [element] : []
            for primitive in candidates {
                guard let connection = guestConnection(of: primitive, in: section), let id = connection.id else {
                    continue
                }
                section.children.append(connection)
                if state.node(named: id) == nil { addNode(id: id, name: id, kind: .remote, score: .zero) }
            }
        }
        return section
    }

    private func isRemoteConnection(_ element: XMLElement) -> Bool { agent(of: element)?.isRemoteConnection == true }

    private func agent(of element: XMLElement) -> Agent? {
        guard let standard = element["class"] else { return nil }
        return Agent(standard: standard, provider: element["provider"], type: element["type"] ?? "")
    }

    /// The connection resource that `remote-node` of a primitive stands for.
    private func guestConnection(of primitive: XMLElement, in section: XMLElement) -> XMLElement? {
        var values: [String: String] = [:]
        for block in primitive.children("meta_attributes") {
            for pair in block.children where pair["name"] != nil {
                if let name = pair["name"], let value = pair["value"] { values[name] = value }
            }
        }
        guard let name = values["remote-node"], section.firstDescendant(id: name) == nil else { return nil }
        return remoteConnection(
            name: name, container: primitive.id, allowMigrate: values["remote-allow-migrate"],
            isManaged: values["is-managed"], startTimeout: values["remote-connect-timeout"] ?? "60s",
            server: values["remote-addr"], port: values["remote-port"])
    }

    /// The `primitive` element of a connection that the scheduler makes itself.
    func remoteConnection(
        name: String, container: String?, allowMigrate: String?, isManaged: String?, startTimeout: String?,
        server: String?, port: String?
    ) -> XMLElement {
        func pair(_ name: String, _ value: String?, in set: String) -> XMLElement? {
            value.map { XMLElement("nvpair", ["id": "\(set)-\(name)", "name": name, "value": $0]) }
        }
        let metaID = "\(name)-meta_attributes"
        var element = XMLElement("primitive", ["id": name, "class": "ocf", "provider": "pacemaker", "type": "remote"])
        element.children.append(
            XMLElement(
                "meta_attributes", ["id": metaID],
                children: [
                    pair("internal_rsc", "true", in: metaID), pair("container", container, in: metaID),
                    pair("allow-migrate", allowMigrate, in: metaID), pair("is-managed", isManaged, in: metaID),
                ].compactMap { $0 }))
        if server != nil || port != nil {
            let set = "\(name)-instance_attributes"
            element.children.append(
                XMLElement(
                    "instance_attributes", ["id": set],
                    children: [pair("addr", server, in: set), pair("port", port, in: set)].compactMap { $0 }))
        }
        var operations = [
            XMLElement(
                "op", ["id": "\(name)-monitor-30s", "interval": "30s", "timeout": "30s", "name": "monitor"])
        ]
        if let startTimeout {
            operations.append(
                XMLElement("op", ["id": "\(name)-start-0", "interval": "0", "timeout": startTimeout, "name": "start"]))
        }
        element.children.append(XMLElement("operations", children: operations))
        return element
    }

    mutating func readResources(_ section: XMLElement?) {
        guard let section else { return }
        for element in section.children {
            guard let id = element.id, !id.isEmpty else { continue }
            if element.name == "template" {
                if state.templates[id] == nil { state.templates[id] = [] }
                continue
            }
            if let index = addResource(element, parent: nil) { state.topLevel.append(index) }
        }
        for index in state.topLevel { linkLauncher(index) }
        for index in state.topLevel { linkRemoteNode(index) }
        state.topLevel = state.topLevel.mergeSorted { left, right in
            let (a, b) = (state.resources[left].priority, state.resources[right].priority)
            return a > b ? -1 : a < b ? 1 : 0
        }
        if state.options.isFencingEnabled, !state.options.hasFencing {
            state.complain(
                "Resource start-up disabled since no fencing resources have been defined. Either configure some or "
                    + "disable fencing with the fencing-enabled option.")
        }
    }

    private mutating func linkLauncher(_ index: ResourceIndex) {
        guard state.resources[index].children.isEmpty else {
            for child in state.resources[index].children { linkLauncher(child) }
            return
        }
        guard let id = state.resources[index].meta["container"], id != state.resources[index].id else { return }
        guard let launcher = findResource(id) else {
            state.complain("Resource \(state.resources[index].id): unknown container \(id)")
            return
        }
        state.resources[index].launcher = launcher
        state.resources[launcher].launched.append(index)
    }

    mutating func linkRemoteNode(_ index: ResourceIndex) {
        guard state.resources[index].flags.contains(.remoteConnection),
            let node = state.node(named: state.resources[index].id)
        else { return }
        state.nodes[node].connection = index
        if state.resources[index].launcher == nil {
            markUnseen(node)
        } else {
            state.nodes[node].attributes["#kind"] = "container"
        }
    }

    /// A resource by its id, or by the name its history is recorded under.
    func findResource(_ id: String) -> ResourceIndex? {
        if let index = state.resourceByID[id] { return index }
        return state.resources.indices.first { state.resources[$0].historyID == id }
    }

    // MARK: - One resource

    /// Adds a resource with everything in it; `nil` when its configuration cannot be used.
    ///
    /// - Parameter mayShareID: whether it is only known from a node's history, where it may have the name that a resource
    ///   of the configuration has elsewhere.
    mutating func addResource(
        _ original: XMLElement, parent: ResourceIndex?, mayShareID: Bool = false
    ) -> ResourceIndex? {
        guard let configurationID = original.id else { return nil }
        guard let element = applyTemplate(original) else { return nil }
        let variant: Resource.Variant
        switch element.name {
        case "primitive": variant = .primitive
        case "group": variant = .group(GroupTraits())
        case "clone", "master": variant = .clone(CloneTraits())
        case "bundle": variant = .bundle(BundleTraits())
        default: return nil
        }
        let id = element["clone"].map { "\(configurationID):\($0)" } ?? configurationID
        guard mayShareID || state.resourceByID[id] == nil else {
            state.complain("There are two resources with the id \(id): ignoring the second")
            return nil
        }
        var resource = Resource(
            id: id, configurationID: configurationID, variant: variant, parent: parent, agent: agent(of: element),
            element: element)
        if let number = element["clone"] { resource.meta["clone"] = number }
        resource.operations = operations(of: element)
        let index = state.resources.append(resource)
        if state.resourceByID[id] == nil { state.resourceByID[id] = index }
        placement.resize(resources: state.resources.count, nodes: state.nodes.count)
        readMeta(of: index)
        applyMeta(of: index)
        guard readMembers(of: index) else {
            state.resourceByID[id] = nil
            return nil
        }
        let isGuest =
            state.resources[index].flags.contains(.remoteConnection) && state.resources[index].meta["container"] != nil
        if state.options.isSymmetric {
            addScore(index, on: nil, .zero, because: .symmetricCluster)
        } else if isGuest {
            // Its container decides; so even other containers' nodes get a score, which only says no.
            addScore(index, on: nil, .zero, because: .container)
        }
        var utilization: [String: String] = [:]
        collectPairs(element, "utilization", into: &utilization)
        state.resources[index].utilization = utilization.mapValues { Int(clamping: TextValue.leadingInteger($0) ?? 0) }
        // Instances of a clone count once.
        if let template = original["template"], state.templates[template]?.contains(configurationID) != true {
            state.templates[template, default: []].append(configurationID)
        }
        return index
    }

    private func operations(of element: XMLElement) -> [OperationDefinition] {
        guard let list = element.child("operations") else { return [] }
        return references.resolve(list).children("op").map { operation in
            OperationDefinition(
                name: operation["name"] ?? "", interval: TextValue.interval(operation["interval"]),
                isDisabled: TextValue.boolean(operation["enabled"]) == false, element: operation)
        }
    }

    /// The element with what its template gives it; its own settings come later and so win only where a set says so.
    private mutating func applyTemplate(_ original: XMLElement) -> XMLElement? {
        guard let name = original["template"] else { return original }
        guard name != original.id,
            let template = cib.child("configuration")?.child("resources")?.children.first(where: {
                $0.name == "template" && $0.id == name
            })
        else {
            state.complain("Ignoring resource \(original.id ?? "") because there is no template \(name)")
            return nil
        }
        var element = template
        element.name = original.name
        element["id"] = original.id
        if let number = original["clone"] { element["clone"] = number }
        let templateOperations = element.childIndex("operations")
        let ownOperations = original.child("operations")
        element.children.append(contentsOf: original.children)
        guard let templateOperations, var own = ownOperations else { return element }
        func key(_ operation: XMLElement) -> String {
            let role = operation["role"]
            switch TextValue.role(role) {
            case nil where role == nil, .started, .unpromoted: return "\(operation["name"] ?? "")-Unknown"
            default: return "\(operation["name"] ?? "")-\(role ?? "")"
            }
        }
        let known = Set(own.children.map(key))
        own.children.append(
            contentsOf: element.children[templateOperations].children.filter { !known.contains(key($0)) })
        if let position = element.children.lastIndex(where: { $0.name == "operations" && $0 == ownOperations }) {
            element.children[position] = own
        }
        element.children.remove(at: templateOperations)
        return element
    }

    /// Reads the members of a group, the instances of a clone, the replicas of a bundle.
    private mutating func readMembers(of index: ResourceIndex) -> Bool {
        switch state.resources[index].variant {
        case .primitive: return readPrimitive(index)
        case .group: return readGroup(index)
        case .clone: return readClone(index)
        case .bundle: return readBundle(index)
        }
    }

    private mutating func readPrimitive(_ index: ResourceIndex) -> Bool {
        guard let agent = state.resources[index].agent else { return true }
        let ancestor = state.top(of: index)
        if !agent.mayBeUnique, state.resources[index].flags.contains(.unique), state.resources[ancestor].isClone {
            forceAnonymous(ancestor)
            clearUnique(ancestor)
            clearUnique(index)
        }
        if !agent.mayBePromotable, state.resources[ancestor].flags.contains(.promotable) {
            state.complain(
                "Resource \(state.resources[index].id) is of type \(agent.standard) and cannot be a promotable clone")
            return false
        }
        return true
    }

    private mutating func clearUnique(_ index: ResourceIndex) {
        state.resources[index].flags.remove(.unique)
        state.resources[index].meta["globally-unique"] = "false"
        for child in state.resources[index].children { clearUnique(child) }
    }

    private mutating func readGroup(_ index: ResourceIndex) -> Bool {
        let resource = state.resources[index]
        state.resources[index].variant = .group(
            GroupTraits(
                isOrdered: TextValue.boolean(resource.meta["ordered"]) ?? true,
                isColocated: TextValue.boolean(resource.meta["collocated"]) ?? true))
        for var member in resource.element.children where member.name == "primitive" {
            if let number = resource.element["clone"] { member["clone"] = number }
            if let child = addResource(member, parent: index) { state.resources[index].children.append(child) }
        }
        if state.resources[index].children.isEmpty {
            state.complain("Group \(resource.id) has no members")
            return false
        }
        return true
    }
}
