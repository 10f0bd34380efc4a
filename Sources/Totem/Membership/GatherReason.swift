package import ClusterTypes

/// Why a node stopped ordinary work to form a new ring.
package enum GatherReason: Sendable, Equatable, CustomStringConvertible {
    case started
    case tokenLost
    /// All links to the nodes are down and the token is gone.
    case nodesUnreachable([NodeID])
    case tokenLostWhileCommitting
    case tokenLostInRecovery
    case consensusTimedOut
    /// Every other member says that this node receives nothing.
    case failedToReceive
    case foreignMessage(from: NodeID)
    case mergeDetected(from: NodeID)
    case joinReceived(from: NodeID)
    case joinReceivedWhileCommitting(from: NodeID)
    case joinReceivedInRecovery(from: NodeID)
    case nodeLeft(NodeID)
    /// By an administrator.
    case requested

    package var description: String {
        switch self {
        case .started: "the node started"
        case .tokenLost: "the token was lost"
        case .nodesUnreachable(let nodes):
            "no link to \(nodes.map(\.description).joined(separator: ", ")) and the token is gone"
        case .tokenLostWhileCommitting: "the token was lost while a ring was being committed"
        case .tokenLostInRecovery: "the token was lost during recovery"
        case .consensusTimedOut: "not every node agreed in time"
        case .failedToReceive: "this node failed to receive messages"
        case .foreignMessage(let node): "node \(node) sent a message of another ring"
        case .mergeDetected(let node): "node \(node) announced another ring"
        case .joinReceived(let node): "node \(node) wants to form a new ring"
        case .joinReceivedWhileCommitting(let node):
            "node \(node) wants to form a new ring while one was being committed"
        case .joinReceivedInRecovery(let node): "node \(node) wants to form a new ring during recovery"
        case .nodeLeft(let node): "node \(node) left"
        case .requested: "an administrator asked for one"
        }
    }
}

/// What an operator may want to read in the log.
package enum RingReport: Sendable, Equatable, CustomStringConvertible {
    case gathering(GatherReason)
    case ringInstalled(RingConfiguration, failed: [NodeID])
    /// A packet was dropped because it is malformed; at most one report a second.
    case packetRejected(from: NodeID?, WireFailure)
    case retransmitRequested(count: Int)

    package var description: String {
        switch self {
        case .gathering(let reason): "Forming a new ring: \(reason)"
        case .ringInstalled(let configuration, let failed):
            "Ring \(configuration.ring) installed, members: \(Self.list(configuration.members))"
                + (configuration.joined.isEmpty ? "" : ", joined: \(Self.list(configuration.joined))")
                + (configuration.left.isEmpty ? "" : ", left: \(Self.list(configuration.left))")
                + (failed.isEmpty ? "" : ", without a leave message: \(Self.list(failed))")
        case .packetRejected(let node, let failure):
            "Dropped a packet from \(node.map { "node \($0)" } ?? "an unknown node"): \(failure)"
        case .retransmitRequested(let count): "Asked for \(count) missing messages"
        }
    }

    private static func list(_ nodes: [NodeID]) -> String { nodes.map(\.description).joined(separator: " ") }
}
