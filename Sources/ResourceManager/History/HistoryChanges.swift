import Agents
import CIB
import ClusterTypes
import Executor
import XMLTree

/// The edits of the status section that record operations and forget them: `lrm_resource` and what is in it.
enum HistoryChanges {
    /// Writes the history entries of a result.
    static func record(_ result: OperationResult, node: NodeID, nodeName: String) -> [CIBOperation] {
        let entries = OperationRecord(result, node: nodeName).elements
        guard !entries.isEmpty else { return [] }
        let agent = result.request.agent
        let resource = XMLElement(
            "lrm_resource",
            [
                "id": result.request.resource, "type": agent.type, "class": agent.standard.rawValue,
                "provider": agent.provider,
            ], children: entries)
        return [.modify(inNode(node, resource), in: .section(.status), allowsCreation: true)]
    }

    private static func inNode(_ node: NodeID, _ resource: XMLElement) -> XMLElement {
        let id = String(node.rawValue)
        let resources = XMLElement("lrm_resources", children: [resource])
        return XMLElement("node_state", ["id": id], children: [XMLElement("lrm", ["id": id], children: [resources])])
    }

    /// Deletes the entry of a recurring operation that was cancelled.
    static func forget(_ key: OperationKey, node: NodeID) -> [CIBOperation] {
        guard let path = path(of: key.resource, node: node), let id = quoted(key.description) else { return [] }
        return [.deleteMatching(xpath: "\(path)/lrm_rsc_op[@id=\(id)]")]
    }

    /// Deletes the record of the last failure of a resource, where there is one.
    ///
    /// - Parameter state: the node's `node_state`.
    static func forgetLastFailure(of resource: String, node: NodeID, in state: XMLElement) -> [CIBOperation] {
        let id = "\(resource)_last_failure_0"
        let history = state.child("lrm")?.child("lrm_resources")?.children.first { $0.id == resource }
        guard history?.children.contains(where: { $0.id == id }) == true, let path = path(of: resource, node: node),
            let quotedID = quoted(id)
        else { return [] }
        return [.deleteMatching(xpath: "\(path)/lrm_rsc_op[@id=\(quotedID)]")]
    }

    /// Deletes all that is recorded of a resource on a node.
    static func forget(resource: String, node: NodeID) -> [CIBOperation] {
        path(of: resource, node: node).map { [.deleteMatching(xpath: $0)] } ?? []
    }

    private static func path(of resource: String, node: NodeID) -> String? {
        quoted(resource).map {
            "/cib/status/node_state[@id='\(node)']/lrm/lrm_resources/lrm_resource[@id=\($0)]"
        }
    }

    /// A text as XPath writes it; `nil` when it holds both kinds of quotes, which XPath cannot.
    private static func quoted(_ text: String) -> String? {
        if !text.utf8.contains(UInt8(ascii: "'")) { return "'\(text)'" }
        return text.utf8.contains(UInt8(ascii: "\"")) ? nil : "\"\(text)\""
    }
}
