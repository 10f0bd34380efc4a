import ClusterTypes

typealias NodeIndex = Index<Node>

/// A node as the scheduler sees it.
struct Node: Sendable {
    enum Kind: Sendable { case cluster, remote }

    struct Flags: OptionSet, Sendable {
        let rawValue: UInt32
        static let online = Flags(rawValue: 1 << 0)
        /// Its state is unknown or bad: nothing on it may be trusted until it is fenced.
        static let unclean = Flags(rawValue: 1 << 1)
        /// A member that has not joined yet.
        static let pending = Flags(rawValue: 1 << 2)
        static let standby = Flags(rawValue: 1 << 3)
        /// In standby because an operation with `on-fail=standby` failed there.
        static let failStandby = Flags(rawValue: 1 << 4)
        static let maintenance = Flags(rawValue: 1 << 5)
        static let shutdown = Flags(rawValue: 1 << 6)
        static let expectedUp = Flags(rawValue: 1 << 7)
        static let seen = Flags(rawValue: 1 << 8)
        static let probesAllowed = Flags(rawValue: 1 << 9)
        static let remoteReset = Flags(rawValue: 1 << 10)
        static let remoteFenced = Flags(rawValue: 1 << 11)
        /// The executor of a remote node was told that it is in maintenance.
        static let remoteMaintenance = Flags(rawValue: 1 << 12)
        static let historyRead = Flags(rawValue: 1 << 13)
    }

    /// The `id` of the node entry: what the CIB calls UUID.
    let id: String
    let name: String
    let kind: Kind
    var flags: Flags = .probesAllowed
    /// The score that new placement rows begin with: the entry's `score`, minus infinity once known to be down.
    var score: Score
    /// What new placement rows begin with too: nothing but its own is ever probed inside a bundle's container.
    var probeMode = ProbeMode.always
    var attributes: [String: String] = [:] { didSet { failures = nil } }
    /// Those of the attributes that count failures; `nil` until they are wanted.
    var failures: FailureAttributes?
    var utilization: [String: Int] = [:]
    /// The resource that is the connection to this remote or guest node.
    var connection: ResourceIndex?
    var runningResources: [ResourceIndex] = []
    var assignedCount = 0
    /// Its place when nodes are sorted by the bytes of their names.
    var nameRank: Int32 = 0
    /// Its place in `NodeTableOrder`.
    var tableHash: UInt32 = 0
    /// The sum of the priorities of what runs here, for `priority-fencing-delay`.
    var priority = 0
    var digests: [DigestKey: OperationDigests] = [:]

    var isRemoteKind: Bool { kind == .remote }
}
