package import CIB
package import Fencing

/// Who sent a request through the local API.
package struct ClientIdentity: Sendable, Equatable {
    /// The peer's user name, or its numeric id where it has none.
    package var user: String
    /// The program that asked, as it calls itself (`crm_resource`, `lockstep`); empty when unknown.
    package var client: String

    package init(user: String, client: String = "") {
        self.user = user
        self.client = client
    }
}

/// What a client of this node may ask.
package enum ClientRequest: Sendable, Equatable {
    case status
    /// The whole CIB when `xpath` is nil, else the elements that it selects: the answer is `.elements`.
    case queryCIB(xpath: String?)
    /// Makes all edits or none. `expectedVersion`: only when the document is at this version. The answer is `.changed`
    /// once the change is stable on every member.
    case changeCIB([CIBOperation], expectedVersion: CIBVersion?)
    /// Forgets the recorded failures of a resource (all resources when `nil`) on a node (all when `nil`), so that it is
    /// probed and scheduled afresh.
    case cleanup(resource: String?, node: String?)
    /// As `cleanup`, and forgets successful history too: everything about the resource is probed again.
    case refresh(resource: String?, node: String?)
    case setAttribute(NodeAttributeChange)
    case fence(node: String, action: FencingAction)
    /// The operator vouches that the node is down.
    case confirmFenced(node: String)
    /// Stops this node cleanly.
    case shutDown
}

/// Sets, or with `value` nil removes, an attribute of a node.
package struct NodeAttributeChange: Sendable, Equatable {
    package enum Lifetime: String, Sendable {
        /// Kept in `nodes` of the configuration.
        case forever
        /// Kept in `transient_attributes` of the status, until the node leaves.
        case reboot
    }

    package var node: String
    package var name: String
    package var value: String?
    package var lifetime: Lifetime

    package init(node: String, name: String, value: String?, lifetime: Lifetime) {
        self.node = node
        self.name = name
        self.value = value
        self.lifetime = lifetime
    }
}
