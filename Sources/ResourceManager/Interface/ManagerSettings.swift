package import ClusterTypes
package import Executor
package import Fencing

/// What a resource manager knows from the start: who it is and who its peers may be.
package struct ManagerSettings: Sendable, Equatable {
    /// This node and its process, as the process group knows it.
    package var member: GroupMember
    /// This node's name; one of `nodes` unless the node list does not mention it.
    package var nodeName: String
    /// Every configured node, this one included, in ascending order of id.
    package var nodes: [NamedNode]
    /// `totem.cluster_name`; becomes the `cluster-name` property when that is absent.
    package var clusterName: String?
    /// The seed of every random choice made here (fencing delays), so that a run can be repeated.
    package var seed: UInt64
    package var executor: ExecutorSettings
    package var fencer: FencerSettings
    /// How long a cold start waits for configured nodes that are not yet members before it acts without them.
    ///
    /// Default 1 s. Raising it avoids fencing of nodes that start late; lowering it speeds up a start without the peer.
    /// No wait when all configured nodes are present.
    package var startWait: Duration
    /// The number of the last schedule that this node recorded as controller; its next ones count on from there.
    package var lastSchedule: UInt64

    package init(
        member: GroupMember, nodeName: String, nodes: [NamedNode], clusterName: String? = nil, seed: UInt64 = 0,
        executor: ExecutorSettings? = nil, fencer: FencerSettings? = nil, startWait: Duration = .seconds(1),
        lastSchedule: UInt64 = 0
    ) {
        self.member = member
        self.nodeName = nodeName
        self.nodes = nodes
        self.clusterName = clusterName
        self.seed = seed
        self.executor = executor ?? ExecutorSettings(nodeName: nodeName)
        self.fencer = fencer ?? FencerSettings(nodeName: nodeName)
        self.startWait = startWait
        self.lastSchedule = lastSchedule
    }

    /// The id of this node.
    package var node: NodeID { member.node }

    /// The configured name of a node.
    package func name(of node: NodeID) -> String? { nodes.first { $0.id == node }?.name }

    /// The node of that name.
    package func node(named name: String) -> NodeID? { nodes.first { $0.name == name }?.id }
}
