import CIB
import ClusterTypes
import XMLTree

/// Writes `node_state`: what the cluster believes about each node, in the form of Pacemaker 2.1.5.
enum NodeStates {
    /// A node that is a member, with nothing known about its resources: all of them will be probed.
    static func member(_ node: NamedNode, origin: String) -> [CIBOperation] {
        var state = element(
            node, inMembership: true, isOnline: true, join: "member", expected: "member", origin: origin)
        let id = String(node.id.rawValue)
        state.children = [XMLElement("lrm", ["id": id], children: [XMLElement("lrm_resources")])]
        let features = attribute("#feature-set", value: CIBDocument.featureSet, of: id)
        state.children.append(transientAttributes([features], of: id))
        return [.replace(state, in: .section(.status), allowsCreation: true)]
    }

    /// A node that left without saying so: what was expected of it stays, so that a member counts as unclean; and one that
    /// was interrupted counts so whatever was expected. Its transient attributes go: one that wanted to shut down when it
    /// was lost has not done so.
    static func lost(_ node: NamedNode, isInterrupted: Bool = false) -> [CIBOperation] {
        let state = element(
            node, inMembership: false, isOnline: false, join: "down", expected: isInterrupted ? "member" : nil,
            origin: "node_lost")
        let id = String(node.id.rawValue)
        return [
            .modify(state, in: .section(.status), allowsCreation: true),
            .delete(XMLElement("transient_attributes", ["id": id]), in: .section(.status)),
        ]
    }

    /// A node that was let go: it stopped its resources before.
    static func departed(_ node: NamedNode) -> [CIBOperation] {
        let id = String(node.id.rawValue)
        let state = element(
            node, inMembership: false, isOnline: false, join: "down", expected: "down", origin: "node_left")
        return [
            .modify(state, in: .section(.status), allowsCreation: true),
            .delete(XMLElement("transient_attributes", ["id": id]), in: .section(.status)),
        ]
    }

    /// A node that is confirmed to be down: all that was known about it is void.
    static func fenced(_ node: NamedNode) -> [CIBOperation] {
        let state = element(
            node, inMembership: false, isOnline: false, join: "down", expected: "down", origin: "fencing_confirmed")
        return [.replace(state, in: .section(.status), allowsCreation: true)]
    }

    /// A node is about to be let go: its disappearance will be no failure.
    static func expectedDown(_ node: NamedNode) -> [CIBOperation] {
        let state = XMLElement(
            "node_state", ["id": String(node.id.rawValue), "crm-debug-origin": "do_shutdown", "expected": "down"])
        return [.modify(state, in: .section(.status))]
    }

    private static func element(
        _ node: NamedNode, inMembership: Bool, isOnline: Bool, join: String, expected: String?,
        origin: String
    ) -> XMLElement {
        XMLElement(
            "node_state",
            [
                "id": String(node.id.rawValue), "uname": node.name, "in_ccm": inMembership ? "true" : "false",
                "crmd": isOnline ? "online" : "offline", "crm-debug-origin": origin, "join": join,
                "expected": expected,
            ])
    }
}

// MARK: - Transient attributes

extension NodeStates {
    /// Sets an attribute that lasts until the node leaves.
    static func setAttribute(_ name: String, to value: String, of node: NodeID) -> CIBOperation {
        let id = String(node.rawValue)
        let state = XMLElement(
            "node_state", ["id": id], children: [transientAttributes([attribute(name, value: value, of: id)], of: id)])
        return .modify(state, in: .section(.status), allowsCreation: true)
    }

    static func removeAttribute(_ name: String, of node: NodeID) -> CIBOperation {
        let id = String(node.rawValue)
        return .delete(XMLElement("nvpair", ["id": "status-\(id)-\(sanitized(name))"]), in: .section(.status))
    }

    private static func transientAttributes(_ attributes: [XMLElement], of id: String) -> XMLElement {
        let set = XMLElement("instance_attributes", ["id": "status-\(id)"], children: attributes)
        return XMLElement("transient_attributes", ["id": id], children: [set])
    }

    private static func attribute(_ name: String, value: String, of id: String) -> XMLElement {
        XMLElement("nvpair", ["id": "status-\(id)-\(sanitized(name))", "name": name, "value": value])
    }

    /// A name as part of an XML id: what may not stand there becomes a full stop, as the incumbent writes it.
    static func sanitized(_ name: String) -> String {
        String(
            name.unicodeScalars.map { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": Character(scalar)
                default: "."
                }
            })
    }
}

// MARK: - Reading

extension CIBDocument {
    /// What the status section says about a node.
    func nodeState(of node: NodeID) -> XMLElement? {
        let id = String(node.rawValue)
        guard let status = root.child("status") else { return nil }
        for state in status.children where state.name == "node_state" && state.id == id { return state }
        return nil
    }

    /// What is recorded of the operations on a node: its `lrm_resources`.
    func histories(of node: NodeID) -> XMLElement? { nodeState(of: node)?.child("lrm")?.child("lrm_resources") }

    /// The value of a transient attribute of a node.
    func transientAttribute(_ name: String, of node: NodeID) -> String? {
        for set in nodeState(of: node)?.child("transient_attributes")?.children ?? [] {
            for pair in set.children where pair["name"] == name { return pair["value"] }
        }
        return nil
    }
}
