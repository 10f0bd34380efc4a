package import ClusterTypes

/// Why the scheduler decided as it did: every contribution to every score, every choice, and why each action is there.
///
/// Resources and nodes are positions in `resources` and `nodes`.
package struct Ledger: Sendable {
    /// One change of one score.
    package struct Contribution: Sendable, Equatable {
        package var resource: Int
        package var node: Int
        /// What was added; infinite amounts decide whatever else counts.
        package var amount: Score
        package var cause: ScoreCause
        /// Counts for the promoted role rather than for the place.
        package var isForPromotion: Bool
    }

    /// How a node was chosen for a resource.
    package struct Choice: Sendable, Equatable {
        package var rule: ChoiceRule
        package var chosen: Int?
        /// The best of the other nodes.
        package var runnerUp: Int?
        /// The score of each node when the choice was made; `nil` where the node was not to be considered.
        package var scores: [Score?]
        /// How many resources each node had been given before.
        package var loads: [Int]
    }

    package struct Node: Sendable, Equatable {
        package var name: String
        /// Its entry in the configuration and in the status section.
        package var id: String
        package var state: NodeState
        package var isRemote: Bool
        /// The resource that this node runs in.
        package var host: Int?
        /// What is left of its capacity after everything was placed.
        package var capacity: [String: Int]
    }

    package struct NodeState: OptionSet, Sendable, Hashable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }
        package static let online = NodeState(rawValue: 1 << 0)
        package static let unclean = NodeState(rawValue: 1 << 1)
        package static let pending = NodeState(rawValue: 1 << 2)
        package static let standby = NodeState(rawValue: 1 << 3)
        /// In standby because an operation with `on-fail=standby` failed there.
        package static let failureStandby = NodeState(rawValue: 1 << 4)
        package static let maintenance = NodeState(rawValue: 1 << 5)
        package static let shutdown = NodeState(rawValue: 1 << 6)
        /// Resources may be placed there.
        package static let available = NodeState(rawValue: 1 << 7)
    }

    package struct Resource: Sendable {
        package enum Kind: Sendable { case primitive, group, clone, bundle }

        package var id: String
        package var configurationID: String
        package var kind: Kind
        /// `ocf:heartbeat:IPaddr2`; `nil` for collections.
        package var agent: String?
        package var parent: Int?
        package var children: [Int]
        /// What runs in it, when it is a container.
        package var launched: [Int]
        package var state: ResourceState
        package var currentRole: Role
        package var nextRole: Role
        package var activeNodes: [Int]
        package var assigned: Int?
        package var stickiness: Score
        package var threshold: Score
        package var utilization: [String: Int]
        package var migrationSource: Int?
        package var migrationTarget: Int?
        package var promotionPriority: Score
        /// A clone's or bundle's limits.
        package var promotedMaximum: Int
        package var instanceMaximum: Int
    }

    package struct ResourceState: OptionSet, Sendable, Hashable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }
        package static let managed = ResourceState(rawValue: 1 << 0)
        package static let blocked = ResourceState(rawValue: 1 << 1)
        package static let failed = ResourceState(rawValue: 1 << 2)
        package static let removed = ResourceState(rawValue: 1 << 3)
        package static let maintenance = ResourceState(rawValue: 1 << 4)
        package static let unique = ResourceState(rawValue: 1 << 5)
        package static let promotable = ResourceState(rawValue: 1 << 6)
        package static let reload = ResourceState(rawValue: 1 << 7)
        /// Made by the scheduler itself.
        package static let `internal` = ResourceState(rawValue: 1 << 8)
        package static let fenceDevice = ResourceState(rawValue: 1 << 9)
        package static let multiplyActive = ResourceState(rawValue: 1 << 10)
        package static let migratable = ResourceState(rawValue: 1 << 11)
        package static let needsFencing = ResourceState(rawValue: 1 << 12)
        /// Its start is not known to have ended.
        package static let startPending = ResourceState(rawValue: 1 << 13)
    }

    /// Something that is to be done, or that would be if it could.
    package struct Action: Sendable, Equatable {
        /// `start`, `stop`, `monitor`, `migrate_to`, `stonith`, …
        package var task: String
        /// In milliseconds; 0 for what happens once.
        package var interval: UInt32
        package var resource: Int?
        package var node: Int?
        package var isRequired: Bool
        package var isRunnable: Bool
        package var isInGraph: Bool
        package var isPseudo: Bool
        /// In the words of the transition summary, or of `ChoreReason`.
        package var reason: String?
        /// How a node is fenced (`reboot`, `off`; `on` to unfence), or which operation is cancelled.
        package var detail: String?
        /// The actions (positions in `actions`) because of which it is required, cannot run, cannot be part of a migration.
        package var requiredBy: Int?
        package var blockedBy: Int?
        package var unmigratableBy: Int?
    }

    /// What of the cluster as a whole decides.
    package struct Cluster: Sendable, Equatable {
        package var isQuorate = false
        package var quorumPolicy = ""
        package var isSymmetric = true
        package var isFencingEnabled = true
        package var hasFencing = false
        package var isInMaintenance = false
        package var stopsAll = false
        package var usesUtilization = false
    }

    package var cluster: Cluster
    package var nodes: [Node]
    /// The nodes by name, digits compared as numbers: positions in `nodes`.
    package var nodeOrder: [Int]
    package var resources: [Resource]
    /// Those that are in no other.
    package var topLevel: [Int]
    package var contributions: [Contribution]
    /// A resource's entry is the choice that counted; `nil` for collections.
    package var choices: [Choice?]
    package var actions: [Action]
}

extension Ledger {
    /// Of no cluster.
    package static let empty = Ledger(
        cluster: Cluster(), nodes: [], nodeOrder: [], resources: [], topLevel: [], contributions: [], choices: [],
        actions: [])

    /// What counted for a resource, in the order in which it was considered.
    package func contributions(to resource: Int) -> [Contribution] { contributions.filter { $0.resource == resource } }

    /// The resources with that id: itself, or the instances that are called so.
    package func resources(named name: String) -> [Int] {
        let exact = resources.indices.filter { resources[$0].id == name }
        return exact.isEmpty ? resources.indices.filter { resources[$0].configurationID == name } : exact
    }
}
