package import ClusterTypes

/// What changed the score of a resource on a node.
package enum ScoreCause: Sendable, Hashable {
    /// A symmetric cluster: every node may be used.
    case symmetricCluster
    /// The `score` of the node itself, or that it is known to be down.
    case nodeScore
    /// A location constraint, or the rule in it that applied: its id.
    case location(String)
    /// The node's health attributes.
    case nodeHealth
    /// `resource-stickiness`: it is active there.
    case stickiness
    /// It is to be with (or apart from) another resource, which was placed before.
    case colocation(ColocationCause)
    /// Something that is to be with (or apart from) it prefers or avoids the node; `source` is whose preference it is.
    case dependent(ColocationCause, source: Int, factor: Float)
    /// Failures reached `migration-threshold`.
    case failureThreshold
    /// A failed operation bans it (`on-fail`, or an error that cannot be repaired on that node).
    case failure(Failure)
    /// A lost, missing or standby ticket: its name.
    case ticket(String)
    /// `target-role` (or the role that follows from failures) is Stopped.
    case targetRole
    /// It is unmanaged, so it stays where it is.
    case unmanaged
    /// In the history only; no longer configured.
    case removed
    /// The node has not the capacity that it needs.
    case utilization([Shortage])
    /// The node cannot run anything now: offline, in standby …
    case nodeUnavailable
    /// Another instance is there already: `clone-node-max`.
    case instanceLimit
    /// There are as many instances as may be: `clone-max`.
    case collectiveLimit
    /// What it is an instance of, or a part of, may not run there.
    case wholeBanned
    /// Reserved for the node that shut down with it.
    case shutdownLock
    /// `resource-discovery=exclusive` elsewhere.
    case exclusiveDiscovery
    /// A kind of resource that never runs on remote nodes.
    case remoteNode
    /// It belongs into (or with) a container.
    case container
    /// The agent's promotion score.
    case promotionScore
    /// Instances without promotion score are not promoted.
    case noPromotionScore
    /// Active on several nodes, with `multiple-active=stop_only`.
    case multiplyActive

    /// What of a node's capacity is not enough.
    package struct Shortage: Sendable, Hashable {
        package var name: String
        package var needed: Int
        package var left: Int
        /// Needed by the resource and all that must be with it.
        package var isTogether: Bool
    }

    package enum Failure: Sendable, Hashable {
        case stop, hardError, fatalError, maskedProbe, banned, stopped
    }
}

/// The colocation that made one resource's place count for another.
package struct ColocationCause: Sendable, Hashable {
    /// The id in the configuration; begins with `#` when it follows from a group or a container.
    package var id: String
    package var score: Score
    /// Positions in the ledger's resources.
    package var dependent: Int
    package var primary: Int
    /// The role that the primary must have; `unknown` for any.
    package var primaryRole: Role
    /// Whether the dependent's preferences count for the primary.
    package var hasInfluence: Bool

    init(_ colocation: Colocation) {
        id = colocation.id
        score = colocation.score
        dependent = colocation.dependent.int
        primary = colocation.primary.int
        primaryRole = colocation.primaryRole
        hasInfluence = colocation.flags.contains(.influence)
    }
}

/// What settled the choice between the best node and the next best.
package enum ChoiceRule: Sendable, Equatable {
    /// It is unmanaged and stays as it is.
    case unmanaged
    /// `stop-all-resources`.
    case stopAll
    /// No node may run it.
    case noNode
    /// No other node may run it.
    case onlyNode
    case score
    /// Among equals the node where it is.
    case stays
    /// Among equals the node that a migration in progress leads to, or that has most room.
    case preferred
    /// Among equals the node with more capacity left.
    case capacity
    /// Among equals the node with fewer resources.
    case load(chosen: Int, other: Int)
    /// Among equals the first name.
    case name
}
