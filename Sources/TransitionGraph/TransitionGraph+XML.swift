package import XMLTree

// The document of Pacemaker's scheduler (`crm_simulate -G`): writer and reader.

extension TransitionGraph {
    /// The `transition_graph` document.
    ///
    /// Cost grows with the number of actions plus inputs.
    package var xml: XMLElement {
        var root = XMLElement(name: "transition_graph", attributes: settings, children: [], text: "", line: 0)
        var positions: [ActionID: Int] = [:]
        positions.reserveCapacity(actions.count)
        for (position, action) in actions.enumerated() { positions[action.id] = position }
        var absent: [ActionID: Action] = [:]
        for action in absentActions { absent[action.id] = action }
        root.children.reserveCapacity(synapses.count)
        for synapse in synapses {
            let set = synapse.actions.compactMap { positions[$0].map { actions[$0].xml } }
            let triggers = synapse.inputs.compactMap { input in
                (positions[input].map { actions[$0] } ?? absent[input])
                    .map { XMLElement("trigger", children: [$0.reference]) }
            }
            root.children.append(
                XMLElement(
                    "synapse",
                    ["id": String(synapse.id), "priority": synapse.priority > 0 ? String(synapse.priority) : nil],
                    children: [XMLElement("action_set", children: set), XMLElement("inputs", children: triggers)]))
        }
        return root
    }

    /// Reads a `transition_graph` document.
    ///
    /// - Parameter allowsAbsent: whether an input may name an action that no synapse holds, as the incumbent's graphs do; it
    ///   is kept in `absentActions`.
    /// - Throws: `XMLFailure` `.invalid` with the line, when the root, a number, a kind of action or a synapse without
    ///   action is not as the format wants it, or an input names an action that no synapse holds.
    package init(xml root: XMLElement, allowsAbsent: Bool = false) throws(XMLFailure) {
        guard root.name == "transition_graph" else {
            throw XMLFailure(.invalid, "expected transition_graph, found \(root.name)", line: Int(root.line))
        }
        self.init(settings: root.attributes)
        var known: Set<ActionID> = []
        for (index, element) in root.children.enumerated() where element.name == "synapse" {
            var synapse = Synapse(
                id: try number(element, "id", default: index), priority: try number(element, "priority", default: 0),
                actions: [], inputs: [])
            for actionElement in element.child("action_set")?.children ?? [] {
                let action = try Action(xml: actionElement)
                guard known.insert(action.id).inserted else {
                    throw XMLFailure(.invalid, "action id \(action.id) occurs twice", line: Int(actionElement.line))
                }
                synapse.actions.append(action.id)
                actions.append(action)
            }
            for trigger in element.child("inputs")?.children ?? [] {
                for reference in trigger.children {
                    synapse.inputs.append(ActionID(try number(reference, "id", default: nil)))
                }
            }
            synapses.append(synapse)
        }
        if allowsAbsent {
            for trigger in root.children.lazy.flatMap({ $0.child("inputs")?.children ?? [] }) {
                for reference in trigger.children {
                    let action = try Action(xml: reference)
                    if known.insert(action.id).inserted { absentActions.append(action) }
                }
            }
        }
        for synapse in synapses {
            for input in synapse.inputs where !known.contains(input) {
                throw XMLFailure(.invalid, "synapse \(synapse.id) waits for action \(input), which no synapse holds")
            }
        }
    }
}

private func number(_ element: XMLElement, _ name: String, default fallback: Int?) throws(XMLFailure) -> Int {
    guard let text = element[name] else {
        if let fallback { return fallback }
        throw XMLFailure(.invalid, "\(element.name) has no \(name)", line: Int(element.line))
    }
    guard let value = Int(text) else {
        throw XMLFailure(.invalid, "\(name)=\"\(text)\" of \(element.name) is not a number", line: Int(element.line))
    }
    return value
}

extension TransitionGraph.Action {
    /// The element as a synapse holds it.
    package var xml: XMLElement {
        var element = reference
        if let resource {
            element.children.append(
                XMLElement(
                    "primitive",
                    [
                        "id": resource.id, "long-id": resource.longID, "class": resource.standard,
                        "provider": resource.provider, "type": resource.type,
                    ]))
        }
        // Parameters whose names cannot be those of XML attributes are elements.
        let parameters = extra.filter { $0.name == "param" }
        if !attributes.isEmpty || !parameters.isEmpty {
            element.children.append(
                XMLElement(name: "attributes", attributes: attributes, children: parameters, text: "", line: 0))
        }
        element.children.append(contentsOf: extra.filter { $0.name != "param" })
        return element
    }

    /// The element as a trigger holds it: without children.
    package var reference: XMLElement {
        XMLElement(
            kind.rawValue,
            [
                "id": id.description, "operation": operation, "operation_key": operationKey,
                "internal_operation_key": internalOperationKey, "on_node": node, "on_node_uuid": nodeUUID,
                "router_node": routerNode,
            ])
    }

    fileprivate init(xml element: XMLElement) throws(XMLFailure) {
        guard let kind = Kind(rawValue: element.name) else {
            throw XMLFailure(
                .invalid, "expected rsc_op, pseudo_event or crm_event, found \(element.name)", line: Int(element.line))
        }
        guard let operation = element["operation"], let key = element["operation_key"] else {
            throw XMLFailure(.invalid, "\(element.name) needs operation and operation_key", line: Int(element.line))
        }
        var resource: TransitionGraph.ResourceReference?
        if let primitive = element.child("primitive"), let id = primitive.id {
            resource = TransitionGraph.ResourceReference(
                id: id, longID: primitive["long-id"], standard: primitive["class"] ?? "",
                provider: primitive["provider"], type: primitive["type"] ?? "")
        }
        self.init(
            id: TransitionGraph.ActionID(try number(element, "id", default: nil)), kind: kind, operation: operation,
            operationKey: key, internalOperationKey: element["internal_operation_key"], node: element["on_node"],
            nodeUUID: element["on_node_uuid"], routerNode: element["router_node"], resource: resource,
            attributes: element.child("attributes")?.attributes ?? [],
            extra: (element.child("attributes")?.children ?? [])
                + element.children.filter { $0.name != "primitive" && $0.name != "attributes" })
    }
}
