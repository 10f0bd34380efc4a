import CIB
import ClusterTypes
import Executor

// What this node knows of the cluster's doings.
extension ResourceManagerNode {
    /// The answer to `ClientRequest.status`.
    package var status: NodeStatus {
        NodeStatus(
            node: NamedNode(id: settings.node, name: settings.nodeName), phase: statusPhase,
            members: roster.members.map { NamedNode(id: $0.node, name: name(of: $0.node)) },
            isQuorate: quorum?.isQuorate ?? false,
            controller: roster.isEstablished ? roster.controller.map { name(of: $0) } : nil, activity: activity,
            pendingActions: inFlight.entries.map {
                NodeStatus.PendingAction(operation: $0.key.description, node: name(of: $0.node))
            },
            documentVersion: document.version)
    }

    private var statusPhase: NodeStatus.Phase {
        switch phase {
        case .leaving, .departing, .ended: .leaving
        case .unstarted, .running: roster.isEstablished && replica.isSynchronised ? .member : .joining
        }
    }

    /// Idle only where the announcement takes account of this node's configuration and of what this node asked for.
    private var activity: NodeStatus.Activity {
        if controller.isActive, isSettledController, let own = controller.announced, own != .idle { return own }
        guard roster.isEstablished, replica.isSynchronised, let announcement else { return .computing }
        switch announcement.activity {
        case .computing, .transition: return announcement.activity
        case .idle:
            let seen = announcement.seen.first { $0.node == settings.node }?.number ?? 0
            let isCurrent = announcement.version.sameConfiguration(as: document.version) && seen >= lastReconsider
            return isCurrent ? .idle : .computing
        }
    }
}
