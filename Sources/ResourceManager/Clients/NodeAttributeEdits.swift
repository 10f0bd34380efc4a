import CIB
import ClusterTypes
import XMLTree

/// Turns a change of a node attribute into edits of the document.
struct NodeAttributeEdits {
    var document: CIBDocument

    /// - Throws: `.invalid` for an empty name, `.notFound` for a node that the wanted section does not know.
    func operations(
        for change: NodeAttributeChange, node: NodeID
    ) throws(ClientFailure) -> [CIBOperation] {
        guard !change.name.isEmpty else { throw ClientFailure(.invalid, "the name of a node attribute is empty") }
        switch change.lifetime {
        case .reboot:
            guard document.nodeState(of: node) != nil else {
                throw ClientFailure(
                    .notFound, "node \"\(change.node)\" has not been seen: it can have no transient attribute")
            }
            guard let value = change.value else { return [NodeStates.removeAttribute(change.name, of: node)] }
            return [NodeStates.setAttribute(change.name, to: value, of: node)]
        case .forever: return [permanent(change, id: node.description)]
        }
    }

    private func permanent(_ change: NodeAttributeChange, id: String) -> CIBOperation {
        let set = attributeSet(of: id)
        let existing = set?.children.first { $0["name"] == change.name }
        let pairID = existing?.id ?? "nodes-\(id)-\(NodeStates.sanitized(change.name))"
        guard let value = change.value else {
            return .delete(XMLElement("nvpair", ["id": pairID]), in: .section(.nodes))
        }
        let pair = XMLElement("nvpair", ["id": pairID, "name": change.name, "value": value])
        let attributes = XMLElement("instance_attributes", ["id": set?.id ?? "nodes-\(id)"], children: [pair])
        return .modify(
            XMLElement("node", ["id": id], children: [attributes]), in: .section(.nodes), allowsCreation: true)
    }

    private func attributeSet(of id: String) -> XMLElement? {
        document.section(.nodes)?.children.first { $0.id == id }?.child("instance_attributes")
    }
}
