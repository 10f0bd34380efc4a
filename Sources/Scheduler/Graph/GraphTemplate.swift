import Agents
import ClusterTypes
import TransitionGraph
import XMLTree

/// What the same operation of a resource is on every node: a graph is mostly probes, one a node and resource, that differ
/// in little but the node.
final class GraphTemplate: Sendable {
    /// Without number, node and those attributes that follow from the node.
    private let action: TransitionGraph.Action
    /// Where the attributes that name the node go, and behind them the one with the expected exit status.
    private let nodePosition: Int
    private let statusPosition: Int

    private static let nodeName = "CRM_meta_on_node"
    private static let nodeID = "CRM_meta_on_node_uuid"

    /// `nil` when what is configured has an attribute that is to be added.
    init?(_ action: TransitionGraph.Action) {
        self.action = action
        func position(of name: String) -> Int {
            action.attributes.firstIndex { !$0.name.utf8.lexicographicallyPrecedes(name.utf8) }
                ?? action.attributes.count
        }
        nodePosition = position(of: Self.nodeName)
        statusPosition = position(of: Scheduling.expectedResultName)
        guard position(of: Self.nodeID) == nodePosition else { return nil }
        for attribute in action.attributes {
            if [Self.nodeName, Self.nodeID, Scheduling.expectedResultName].contains(attribute.name) { return nil }
        }
    }

    /// The action with its number, as it is on a node.
    func filled(
        _ id: TransitionGraph.ActionID, node: String, nodeID: String, expected: ResultCode
    ) -> TransitionGraph.Action {
        TransitionGraph.Action(
            id: id, kind: action.kind, operation: action.operation, operationKey: action.operationKey,
            internalOperationKey: action.internalOperationKey, node: node, nodeUUID: nodeID,
            resource: action.resource, attributes: attributes(node: node, nodeID: nodeID, expected: expected),
            extra: action.extra)
    }

    private func attributes(node: String, nodeID: String, expected: ResultCode) -> [XMLElement.Attribute] {
        var result: [XMLElement.Attribute] = []
        result.reserveCapacity(action.attributes.count + 3)
        result.append(contentsOf: action.attributes[..<nodePosition])
        result.append(XMLElement.Attribute(Self.nodeName, node))
        result.append(XMLElement.Attribute(Self.nodeID, nodeID))
        result.append(contentsOf: action.attributes[nodePosition..<statusPosition])
        if expected != .ok {
            result.append(XMLElement.Attribute(Scheduling.expectedResultName, String(expected.rawValue)))
        }
        result.append(contentsOf: action.attributes[statusPosition...])
        return result
    }
}

/// The templates made so far, by where the meta-attributes of an operation are kept.
struct GraphTemplates {
    private enum Entry { case unmade, none, made(at: Int32) }

    private(set) var templates: [GraphTemplate] = []
    private var entries: [Entry] = []

    /// The position of an operation's template in `templates`, -1 when it has none; `nil` when that is not known yet.
    func position(for metaIndex: Int) -> Int? {
        guard metaIndex < entries.count else { return nil }
        switch entries[metaIndex] {
        case .unmade: return nil
        case .none: return -1
        case .made(let position): return Int(position)
        }
    }

    /// Keeps what was made for an operation, and returns its position.
    mutating func add(_ template: GraphTemplate?, for metaIndex: Int) -> Int {
        while entries.count <= metaIndex { entries.append(.unmade) }
        guard let template else {
            entries[metaIndex] = .none
            return -1
        }
        templates.append(template)
        entries[metaIndex] = .made(at: Int32(templates.count - 1))
        return templates.count - 1
    }
}

extension Scheduling {
    /// The graph's action by the template of its operation; `nil` for what has attributes of its own.
    mutating func templatedAction(_ index: ActionIndex) -> TransitionGraph.Action? {
        let metaIndex = Int(plan.actions[index].metaIndex)
        guard metaIndex >= 0, plan.actions[index].meta.isEmpty, let node = plan.actions[index].node,
            let resource = plan.actions[index].resource, isTemplated(index, resource, node)
        else { return nil }
        let position =
            graphTemplates.position(for: metaIndex) ?? graphTemplates.add(makeTemplate(index, resource), for: metaIndex)
        guard position >= 0 else { return nil }
        return graphTemplates.templates[position].filled(
            graphID(index), node: state.nodes[node].name, nodeID: state.nodes[node].id,
            expected: plan.actions[index].expected)
    }

    /// Whether an action is an agent's operation with parameters that are the same everywhere.
    private func isTemplated(_ index: ActionIndex, _ resource: ResourceIndex, _ node: NodeIndex) -> Bool {
        guard !plan.actions[index].flags.contains(.pseudo), !state.nodes[node].isRemoteKind,
            state.resources[resource].isPrimitive,
            state.resources[resource].flags.isDisjoint(with: [.ruledParameters, .remoteConnection])
        else { return false }
        switch plan.actions[index].task {
        case .fence, .shutdown, .clearFailCount, .clearHistory, .maintenanceNodes: return false
        default: return true
        }
    }

    private mutating func makeTemplate(_ index: ActionIndex, _ resource: ResourceIndex) -> GraphTemplate? {
        let task = plan.name(of: plan.actions[index].task)
        let definition = definition(resource, task, plan.actions[index].key.interval, includingDisabled: true)
        if let definition, usesRules(definition.element, in: "instance_attributes") { return nil }
        return GraphTemplate(singleAction(index, isTemplate: true))
    }
}
