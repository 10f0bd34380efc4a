package import ClusterTypes

/// Why a node stopped ordinary work to form a new ring.
package enum GatherReason: Sendable, Equatable, CustomStringConvertible {
    case started
    case tokenLost
    /// All links to the nodes are down and the token is gone.
    case nodesUnreachable([NodeID])
    /// The token was late for `heartbeat_failures_allowed` retransmissions.
    case heartbeatMissed
    /// Nothing was heard from the nodes although they should have answered.
    case nodesSilent([NodeID])
    /// The node's machine answered that no daemon listens there.
    case daemonGone(NodeID)
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
        case .heartbeatMissed: "the token is later than the heartbeat settings allow"
        case .nodesSilent(let nodes): "nothing is heard from \(nodes.map(\.description).joined(separator: ", "))"
        case .daemonGone(let node): "no daemon listens on node \(node) any more"
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
    /// With those who are not members any more, and why.
    case ringInstalled(RingConfiguration, departures: [Departure])
    /// A packet was dropped because it is malformed; at most one report a second.
    case packetRejected(from: NodeID?, WireFailure)
    case retransmitRequested(count: Int)
    /// The token is late, but not lost yet. `token_warning`.
    case tokenLate(by: Duration, limit: Duration)
    /// This process did not run for a while, so what it believes of the others is old.
    case processPaused(Duration)

    package var description: String {
        switch self {
        case .gathering(let reason): "Forming a new ring: \(reason)"
        case .ringInstalled(let configuration, let departures):
            "Ring \(configuration.ring) installed, members: \(Self.list(configuration.members))"
                + (configuration.joined.isEmpty ? "" : ", joined: \(Self.list(configuration.joined))")
                + (departures.isEmpty
                    ? "" : ", left: \(departures.map(\.description).joined(separator: ", "))")
        case .packetRejected(let node, let failure):
            "Dropped a packet from \(node.map { "node \($0)" } ?? "an unknown node"): \(failure)"
        case .retransmitRequested(let count): "Asked for \(count) missing messages"
        case .tokenLate(let duration, let limit):
            "The token has not come for \(duration.milliseconds) ms; it counts as lost after \(limit.milliseconds) ms"
        case .processPaused(let duration): "This process was paused for \(duration.milliseconds) ms"
        }
    }

    private static func list(_ nodes: [NodeID]) -> String { nodes.map(\.description).joined(separator: " ") }
}
