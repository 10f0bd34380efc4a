package import ClusterTypes

/// Why a member of the old ring is not in the new one, as far as this node knows.
package enum DepartureCause: Sendable, Equatable, CustomStringConvertible {
    /// It sent a leave message.
    case leftItself
    /// All links to it are down.
    case unreachable
    /// Its machine answered, but no daemon listens there.
    case daemonGone
    /// Nothing was heard from it since the token was lost.
    case silent
    /// It did not agree on the members in time.
    case disagreed
    /// It says that this node failed.
    case rejectsThisNode
    /// It is a member, but lost what it had: it was started anew, or comes from another ring.
    case comesAnew
    /// Another member says so.
    case reported(by: NodeID)

    package var description: String {
        switch self {
        case .leftItself: "it left"
        case .unreachable: "no link to it works"
        case .daemonGone: "its daemon is gone"
        case .silent: "nothing was heard from it"
        case .disagreed: "it did not agree on the members in time"
        case .rejectsThisNode: "it cannot hear this node"
        case .comesAnew: "it comes from elsewhere"
        case .reported(let node): "node \(node) says that it failed"
        }
    }
}

/// A member of the old ring that is not in the new one.
package struct Departure: Sendable, Equatable, CustomStringConvertible {
    package var node: NodeID
    package var cause: DepartureCause

    package init(_ node: NodeID, _ cause: DepartureCause) {
        self.node = node
        self.cause = cause
    }

    package var description: String { "\(node) (\(cause))" }
}
