internal import XMLTree

extension TransitionGraph {
    /// The text of `xml`, written at once: a graph of some size is mostly inputs, and each is an element in the document.
    package func document() -> [UInt8] {
        var output: [UInt8] = []
        writeDocument { (piece: inout [UInt8]) in
            if output.isEmpty { swap(&output, &piece) } else { output.append(contentsOf: piece) }
        }
        return output
    }

    /// Writes the text of `xml` in pieces of about a megabyte, so that a large document never is in memory as a whole.
    ///
    /// - Parameter flush: takes a piece; what it leaves behind is discarded, but its storage is used again.
    package func writeDocument<Failure: Error>(
        flush: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let pieceSize = 1 << 20
        var output: [UInt8] = []
        output.reserveCapacity(min(pieceSize + 65_536, actions.count * 900 + 200))
        XMLText.append("<transition_graph", to: &output)
        for setting in settings { XMLText.appendAttribute(setting.name, setting.value, to: &output) }
        if synapses.isEmpty {
            XMLText.append("/>\n", to: &output)
            return try flush(&output)
        }
        XMLText.append(">\n", to: &output)
        let positions = ActionPositions(actions)
        for synapse in synapses {
            append(synapse, positions, to: &output)
            if output.count > pieceSize {
                try flush(&output)
                output.removeAll(keepingCapacity: true)
            }
        }
        XMLText.append("</transition_graph>\n", to: &output)
        try flush(&output)
    }

    private func append(_ synapse: Synapse, _ positions: ActionPositions, to output: inout [UInt8]) {
        XMLText.append("  <synapse id=\"", to: &output)
        XMLText.append(synapse.id, to: &output)
        if synapse.priority > 0 {
            XMLText.append("\" priority=\"", to: &output)
            XMLText.append(synapse.priority, to: &output)
        }
        XMLText.append("\">\n", to: &output)
        var isAny = false
        for id in synapse.actions {
            guard let position = positions[id] else { continue }
            if !isAny { XMLText.append("    <action_set>\n", to: &output) }
            isAny = true
            append(actions[position], to: &output)
        }
        XMLText.append(isAny ? "    </action_set>\n" : "    <action_set/>\n", to: &output)
        isAny = false
        for id in synapse.inputs {
            guard let input = positions[id].map({ actions[$0] }) ?? absentActions.first(where: { $0.id == id }) else {
                continue
            }
            XMLText.append(
                isAny ? "      <trigger>\n        <" : "    <inputs>\n      <trigger>\n        <", to: &output)
            isAny = true
            appendReference(input, to: &output)
            XMLText.append("/>\n      </trigger>\n", to: &output)
        }
        XMLText.append(isAny ? "    </inputs>\n  </synapse>\n" : "    <inputs/>\n  </synapse>\n", to: &output)
    }

    /// What an action is called, where it stands and where it is waited for.
    private func appendReference(_ action: Action, to output: inout [UInt8]) {
        XMLText.append(action.kind.rawValue, to: &output)
        XMLText.append(" id=\"", to: &output)
        XMLText.append(action.id.rawValue, to: &output)
        XMLText.append("\"", to: &output)
        XMLText.appendAttribute("operation", action.operation, to: &output)
        XMLText.appendAttribute("operation_key", action.operationKey, to: &output)
        if let key = action.internalOperationKey {
            XMLText.appendAttribute("internal_operation_key", key, to: &output)
        }
        if let node = action.node { XMLText.appendAttribute("on_node", node, to: &output) }
        if let id = action.nodeUUID { XMLText.appendAttribute("on_node_uuid", id, to: &output) }
        if let router = action.routerNode { XMLText.appendAttribute("router_node", router, to: &output) }
    }

    private func append(_ action: Action, to output: inout [UInt8]) {
        XMLText.append("      <", to: &output)
        appendReference(action, to: &output)
        let start = output.count
        XMLText.append(">\n", to: &output)
        let empty = output.count
        if let resource = action.resource {
            XMLText.append("        <primitive", to: &output)
            XMLText.appendAttribute("id", resource.id, to: &output)
            if let longID = resource.longID { XMLText.appendAttribute("long-id", longID, to: &output) }
            XMLText.appendAttribute("class", resource.standard, to: &output)
            if let provider = resource.provider { XMLText.appendAttribute("provider", provider, to: &output) }
            XMLText.appendAttribute("type", resource.type, to: &output)
            XMLText.append("/>\n", to: &output)
        }
        let parameters = action.extra.isEmpty ? [] : action.extra.filter { $0.name == "param" }
        if !action.attributes.isEmpty || !parameters.isEmpty {
            XMLText.append("        <attributes", to: &output)
            for attribute in action.attributes {
                XMLText.appendAttribute(attribute.name, attribute.value, to: &output)
            }
            if parameters.isEmpty {
                XMLText.append("/>\n", to: &output)
            } else {
                XMLText.append(">\n", to: &output)
                for parameter in parameters { parameter.write(to: &output, indentation: 5) }
                XMLText.append("        </attributes>\n", to: &output)
            }
        }
        for element in action.extra where element.name != "param" { element.write(to: &output, indentation: 4) }
        if output.count == empty {
            output.removeSubrange(start...)
            XMLText.append("/>\n", to: &output)
        } else {
            XMLText.append("      </\(action.kind.rawValue)>\n", to: &output)
        }
    }
}

/// Where in the graph each action is. The scheduler numbers its actions one after the other; others may number as they like.
private struct ActionPositions {
    private var dense: [Int32] = []
    private var sparse: [TransitionGraph.ActionID: Int] = [:]

    init(_ actions: [TransitionGraph.Action]) {
        let limit = 4 * actions.count + 1024
        let isDense = actions.allSatisfy { $0.id.rawValue >= 0 && $0.id.rawValue < limit }
        if isDense {
            dense = [Int32](repeating: -1, count: limit)
            for (position, action) in actions.enumerated() {
                dense[action.id.rawValue] = Int32(truncatingIfNeeded: position)
            }
        } else {
            for (position, action) in actions.enumerated() { sparse[action.id] = position }
        }
    }

    subscript(id: TransitionGraph.ActionID) -> Int? {
        if dense.isEmpty { return sparse[id] }
        guard dense.indices.contains(id.rawValue), dense[id.rawValue] >= 0 else { return nil }
        return Int(dense[id.rawValue])
    }
}
