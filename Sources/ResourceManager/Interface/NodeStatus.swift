package import CIB
package import ClusterTypes

/// What a node knows of the cluster's doings right now, beyond the CIB: what `--wait` looks at.
package struct NodeStatus: Sendable, Equatable {
    /// Where this node stands.
    package enum Phase: String, Sendable {
        /// Not yet in the process group, or the replicas are being compared.
        case joining
        /// A member with the agreed document.
        case member
        /// Asked to stop; resources move away.
        case leaving
    }

    package enum Activity: Sendable, Equatable {
        /// Nothing to do, and the last schedule is for the present document.
        case idle
        /// The scheduler runs, or waits for something in flight.
        case computing
        case transition(id: Int, completed: Int, actions: Int)
    }

    /// An action that runs on some node.
    package struct PendingAction: Sendable, Equatable {
        /// `web_start_0`, or `reboot` for fencing.
        package var operation: String
        package var node: String

        package init(operation: String, node: String) {
            self.operation = operation
            self.node = node
        }
    }

    package var node: NamedNode
    package var phase: Phase
    /// The members of the resource managers' group, ascending by id.
    package var members: [NamedNode]
    package var isQuorate: Bool
    /// The name of the designated controller.
    package var controller: String?
    /// As the designated controller last announced it; the same on every member.
    package var activity: Activity
    package var pendingActions: [PendingAction]
    /// Of this node's document.
    package var documentVersion: CIBVersion

    package init(
        node: NamedNode, phase: Phase, members: [NamedNode] = [], isQuorate: Bool = false, controller: String? = nil,
        activity: Activity = .computing, pendingActions: [PendingAction] = [], documentVersion: CIBVersion = .initial
    ) {
        self.node = node
        self.phase = phase
        self.members = members
        self.isQuorate = isQuorate
        self.controller = controller
        self.activity = activity
        self.pendingActions = pendingActions
        self.documentVersion = documentVersion
    }
}
