internal import XMLTree

extension TransitionGraph {
    /// The text of `xml`, written at once: a graph of some size is mostly inputs, and each is an element in the document.
    package func document() -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(actions.count * 900 + 200)
        output.append(contentsOf: "<transition_graph".utf8)
        for setting in settings { XMLText.appendAttribute(setting.name, setting.value, to: &output) }
        if synapses.isEmpty {
            output.append(contentsOf: "/>\n".utf8)
            return output
        }
        output.append(contentsOf: ">\n".utf8)
        let references = ReferenceTexts(actions)
        for synapse in synapses { append(synapse, references, to: &output) }
        output.append(contentsOf: "</transition_graph>\n".utf8)
        return output
    }

    private func append(_ synapse: Synapse, _ references: ReferenceTexts, to output: inout [UInt8]) {
        output.append(contentsOf: "  <synapse id=\"\(synapse.id)\"".utf8)
        if synapse.priority > 0 { output.append(contentsOf: " priority=\"\(synapse.priority)\"".utf8) }
        output.append(contentsOf: ">\n".utf8)
        let positions = synapse.actions.compactMap { references.positions[$0] }
        if positions.isEmpty {
            output.append(contentsOf: "    <action_set/>\n".utf8)
        } else {
            output.append(contentsOf: "    <action_set>\n".utf8)
            for position in positions { append(actions[position], references[position], to: &output) }
            output.append(contentsOf: "    </action_set>\n".utf8)
        }
        let inputs = synapse.inputs.compactMap { references.positions[$0] }
        if inputs.isEmpty {
            output.append(contentsOf: "    <inputs/>\n".utf8)
        } else {
            output.append(contentsOf: "    <inputs>\n".utf8)
            for position in inputs {
                output.append(contentsOf: "      <trigger>\n        <".utf8)
                output.append(contentsOf: references[position])
                output.append(contentsOf: "/>\n      </trigger>\n".utf8)
            }
            output.append(contentsOf: "    </inputs>\n".utf8)
        }
        output.append(contentsOf: "  </synapse>\n".utf8)
    }

    private func append(_ action: Action, _ reference: ArraySlice<UInt8>, to output: inout [UInt8]) {
        output.append(contentsOf: "      <".utf8)
        output.append(contentsOf: reference)
        let start = output.count
        output.append(contentsOf: ">\n".utf8)
        let empty = output.count
        if let resource = action.resource {
            output.append(contentsOf: "        <primitive".utf8)
            XMLText.appendAttribute("id", resource.id, to: &output)
            if let longID = resource.longID { XMLText.appendAttribute("long-id", longID, to: &output) }
            XMLText.appendAttribute("class", resource.standard, to: &output)
            if let provider = resource.provider { XMLText.appendAttribute("provider", provider, to: &output) }
            XMLText.appendAttribute("type", resource.type, to: &output)
            output.append(contentsOf: "/>\n".utf8)
        }
        let parameters = action.extra.filter { $0.name == "param" }
        if !action.attributes.isEmpty || !parameters.isEmpty {
            output.append(contentsOf: "        <attributes".utf8)
            for attribute in action.attributes {
                XMLText.appendAttribute(attribute.name, attribute.value, to: &output)
            }
            if parameters.isEmpty {
                output.append(contentsOf: "/>\n".utf8)
            } else {
                output.append(contentsOf: ">\n".utf8)
                for parameter in parameters { parameter.write(to: &output, indentation: 5) }
                output.append(contentsOf: "        </attributes>\n".utf8)
            }
        }
        for element in action.extra where element.name != "param" { element.write(to: &output, indentation: 4) }
        if output.count == empty {
            output.removeSubrange(start...)
            output.append(contentsOf: "/>\n".utf8)
        } else {
            output.append(contentsOf: "      </\(action.kind.rawValue)>\n".utf8)
        }
    }
}

/// What every action is called where it is waited for, in one buffer.
private struct ReferenceTexts {
    let positions: [TransitionGraph.ActionID: Int]
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    init(_ actions: [TransitionGraph.Action]) {
        var positions: [TransitionGraph.ActionID: Int] = [:]
        positions.reserveCapacity(actions.count)
        bytes.reserveCapacity(actions.count * 120)
        ends.reserveCapacity(actions.count)
        for (position, action) in actions.enumerated() {
            positions[action.id] = position
            bytes.append(contentsOf: action.kind.rawValue.utf8)
            XMLText.appendAttribute("id", action.id.description, to: &bytes)
            XMLText.appendAttribute("operation", action.operation, to: &bytes)
            XMLText.appendAttribute("operation_key", action.operationKey, to: &bytes)
            let others = [
                ("internal_operation_key", action.internalOperationKey), ("on_node", action.node),
                ("on_node_uuid", action.nodeUUID), ("router_node", action.routerNode),
            ]
            for (name, value) in others {
                if let value { XMLText.appendAttribute(name, value, to: &bytes) }
            }
            ends.append(bytes.count)
        }
        self.positions = positions
    }

    subscript(position: Int) -> ArraySlice<UInt8> { bytes[(position == 0 ? 0 : ends[position - 1])..<ends[position]] }
}
