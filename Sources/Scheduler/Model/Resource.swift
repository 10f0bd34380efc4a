import ClusterTypes
import XMLTree

typealias ResourceIndex = Index<Resource>

/// What runs an agent, as `class`, `provider` and `type` name it.
struct Agent: Sendable, Hashable {
    var standard: String
    var provider: String?
    var type: String

    var isFencing: Bool { standard.lowercased() == "stonith" }
    /// The connection to a remote or guest node.
    var isRemoteConnection: Bool {
        standard.lowercased() == "ocf" && provider?.lowercased() == "pacemaker" && type.lowercased() == "remote"
    }
    var hasProvider: Bool { standard.lowercased() == "ocf" }
    var mayBeUnique: Bool { hasProvider || isFencing }
    var mayBePromotable: Bool { hasProvider }
}

/// What to do when a resource turns out to be active on more than one node.
enum MultipleActivePolicy: Sendable { case stopStart, stopOnly, block, stopUnexpected }

/// An `op` element: what is configured for one operation of an agent.
struct OperationDefinition: Sendable {
    var name: String
    /// In milliseconds; 0 is not recurring.
    var interval: UInt32
    var isDisabled: Bool
    var element: XMLElement
}

/// A resource of any kind, or one instance of a clone.
struct Resource: Sendable {
    /// The kinds of resources; each phase has one switch over them.
    enum Variant: Sendable {
        case primitive
        case group(GroupTraits)
        case clone(CloneTraits)
        case bundle(BundleTraits)
    }

    struct Flags: OptionSet, Sendable {
        let rawValue: UInt64
        static let managed = Flags(rawValue: 1 << 0)
        static let maintenance = Flags(rawValue: 1 << 1)
        /// An operation failed in a way that forbids further action here.
        static let blocked = Flags(rawValue: 1 << 2)
        static let failed = Flags(rawValue: 1 << 3)
        /// The failure calls for a stop (not only for a promotion again).
        static let stopIfFailed = Flags(rawValue: 1 << 4)
        static let ignoreFailure = Flags(rawValue: 1 << 5)
        /// In the history but no longer in the configuration.
        static let removed = Flags(rawValue: 1 << 6)
        static let removedLaunched = Flags(rawValue: 1 << 7)
        static let unassigned = Flags(rawValue: 1 << 8)
        static let assigning = Flags(rawValue: 1 << 9)
        static let critical = Flags(rawValue: 1 << 10)
        static let notify = Flags(rawValue: 1 << 11)
        /// Each instance is its own resource; false for the interchangeable instances of an anonymous clone.
        static let unique = Flags(rawValue: 1 << 12)
        static let promotable = Flags(rawValue: 1 << 13)
        static let migratable = Flags(rawValue: 1 << 14)
        static let fenceDevice = Flags(rawValue: 1 << 15)
        static let remoteConnection = Flags(rawValue: 1 << 16)
        static let needsQuorum = Flags(rawValue: 1 << 17)
        static let needsFencing = Flags(rawValue: 1 << 18)
        static let needsUnfencing = Flags(rawValue: 1 << 19)
        static let exclusiveProbes = Flags(rawValue: 1 << 20)
        static let startPending = Flags(rawValue: 1 << 21)
        static let restarting = Flags(rawValue: 1 << 22)
        static let reload = Flags(rawValue: 1 << 23)
        static let stopUnexpected = Flags(rawValue: 1 << 24)
        static let updatingScores = Flags(rawValue: 1 << 25)
        static let remoteNestingAllowed = Flags(rawValue: 1 << 26)
        static let replicaContainer = Flags(rawValue: 1 << 27)
        /// Made by the scheduler itself (a guest node's connection); not shown to people.
        static let internalResource = Flags(rawValue: 1 << 28)
        /// Its parameters depend on rules, so that they may differ from node to node.
        static let ruledParameters = Flags(rawValue: 1 << 29)
    }

    /// `web`; with its number for an instance (`web:1`).
    let id: String
    /// The `id` in the configuration.
    let configurationID: String
    /// The name under which its history is recorded when that differs from `id`.
    var historyID: String?
    var variant: Variant
    let parent: ResourceIndex?
    var children: [ResourceIndex] = []
    let agent: Agent?
    /// The configuration after its template was applied.
    let element: XMLElement
    var operations: [OperationDefinition] = []
    var meta: [String: String] = [:]
    var utilization: [String: Int] = [:]
    var flags: Flags = .unassigned

    var priority = Score.zero
    var promotionPriority = Score.zero
    var stickiness = Score.zero
    var banAfterFailures = Score.infinity
    /// `failure-timeout` in milliseconds.
    var failureExpiration: UInt32 = 0
    var remoteReconnect: UInt32 = 0
    var multipleActive = MultipleActivePolicy.stopStart

    var currentRole = Role.stopped
    var nextRole = Role.unknown
    var activeNodes: [NodeIndex] = []
    /// Where its state is known, by probe or other history.
    var probedNodes = NodeSet()
    var pendingAction: String?
    var pendingNode: NodeIndex?
    var assignedNode: NodeIndex?
    /// What the assigned node was worth when it was chosen; where nothing was chosen, because the resource is not managed, what
    /// the node is worth by itself.
    var assignedScore = Score.zero
    var migrationSource: NodeIndex?
    var migrationTarget: NodeIndex?
    var danglingMigrationSources: [NodeIndex] = []
    var lockNode: NodeIndex?
    var lockTime: Int64 = 0
    /// The resource that contains this one: a guest's virtual machine, a bundle's container.
    var launcher: ResourceIndex?
    var launched: [ResourceIndex] = []

    var locations: [Int] = []
    var colocationsOfThis: [Int] = []
    var colocationsWithThis: [Int] = []
    var tickets: [TicketConstraint] = []

    var isPrimitive: Bool { if case .primitive = variant { true } else { false } }
    var isGroup: Bool { if case .group = variant { true } else { false } }
    var isClone: Bool { if case .clone = variant { true } else { false } }
    var isBundle: Bool { if case .bundle = variant { true } else { false } }
    /// The order of variants that priorities of colocations use.
    var variantRank: Int {
        switch variant {
        case .primitive: 0
        case .group: 1
        case .clone: 2
        case .bundle: 3
        }
    }
    var isUniqueClone: Bool { isClone && flags.contains(.unique) }
    var isAnonymousClone: Bool { isClone && !flags.contains(.unique) }
    var isManaged: Bool { flags.contains(.managed) }
}

/// What makes a group a group; both can be switched off by deprecated meta-attributes.
struct GroupTraits: Sendable {
    var isOrdered = true
    var isColocated = true
}

struct CloneTraits: Sendable {
    var maximum = 1
    var maximumPerNode = 1
    var promotedMaximum = 0
    var promotedMaximumPerNode = 0
    var isOrdered = false
    /// Instances made so far.
    var total = 0
    var childID = ""
    var childElement = XMLElement("primitive")
    var promotionScoresAdded = false
    var promotionConstrained = false
    var notifications = CloneNotifications()
}

struct BundleTraits: Sendable {
    var replicasPerHost = 1
    var count = 1
    var image = ""
    /// The clone of what runs in the containers.
    var child: ResourceIndex?
    var replicas: [BundleReplica] = []
    var attributeTarget: String?
}

/// One container of a bundle with what belongs to it.
struct BundleReplica: Sendable {
    var offset: Int
    var container = ResourceIndex(0)
    var ip: ResourceIndex?
    /// The connection into the container.
    var remote: ResourceIndex?
    /// The node that the container is to what runs in it.
    var node: NodeIndex?
    var child: ResourceIndex?
    var address: String?
}
