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
        var positions = ActionPositions(count: actions.count)
        for (position, action) in actions.enumerated() { positions[action.id] = position }
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
            actions[position].write(to: &output)
        }
        XMLText.append(isAny ? "    </action_set>\n" : "    <action_set/>\n", to: &output)
        isAny = false
        for id in synapse.inputs {
            let opening = isAny ? "      <trigger>\n        <" : "    <inputs>\n      <trigger>\n        <"
            if let position = positions[id] {
                XMLText.append(opening, to: &output)
                actions[position].writeReference(to: &output)
            } else if let absent = absentActions.firstIndex(where: { $0.id == id }) {
                XMLText.append(opening, to: &output)
                absentActions[absent].writeReference(to: &output)
            } else {
                continue
            }
            XMLText.append("/>\n      </trigger>\n", to: &output)
            isAny = true
        }
        XMLText.append(isAny ? "    </inputs>\n  </synapse>\n" : "    <inputs/>\n  </synapse>\n", to: &output)
    }
}

extension TransitionGraph.Action {
    /// What an action is called, where it stands and where it is waited for.
    fileprivate func writeReference(to output: inout [UInt8]) {
        XMLText.append(kind.rawValue, to: &output)
        XMLText.append(" id=\"", to: &output)
        XMLText.append(id.rawValue, to: &output)
        XMLText.append("\"", to: &output)
        XMLText.appendAttribute("operation", operation, to: &output)
        XMLText.appendAttribute("operation_key", operationKey, to: &output)
        if let key = internalOperationKey { XMLText.appendAttribute("internal_operation_key", key, to: &output) }
        if let node { XMLText.appendAttribute("on_node", node, to: &output) }
        if let nodeUUID { XMLText.appendAttribute("on_node_uuid", nodeUUID, to: &output) }
        if let routerNode { XMLText.appendAttribute("router_node", routerNode, to: &output) }
    }

    fileprivate func write(to output: inout [UInt8]) {
        XMLText.append("      <", to: &output)
        writeReference(to: &output)
        let start = output.count
        XMLText.append(">\n", to: &output)
        let empty = output.count
        if let resource {
            XMLText.append("        <primitive", to: &output)
            XMLText.appendAttribute("id", resource.id, to: &output)
            if let longID = resource.longID { XMLText.appendAttribute("long-id", longID, to: &output) }
            XMLText.appendAttribute("class", resource.standard, to: &output)
            if let provider = resource.provider { XMLText.appendAttribute("provider", provider, to: &output) }
            XMLText.appendAttribute("type", resource.type, to: &output)
            XMLText.append("/>\n", to: &output)
        }
        let parameters = extra.isEmpty ? [] : extra.filter { $0.name == "param" }
        if !attributes.isEmpty || !parameters.isEmpty {
            XMLText.append("        <attributes", to: &output)
            for attribute in attributes {
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
        for element in extra where element.name != "param" { element.write(to: &output, indentation: 4) }
        if output.count == empty {
            output.removeSubrange(start...)
            XMLText.append("/>\n", to: &output)
        } else {
            XMLText.append("      </", to: &output)
            XMLText.append(kind.rawValue, to: &output)
            XMLText.append(">\n", to: &output)
        }
    }
}
