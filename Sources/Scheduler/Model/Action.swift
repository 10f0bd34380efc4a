import Agents
import ClusterTypes

typealias ActionIndex = Index<Action>
typealias EdgeIndex = Index<ActionEdge>

/// The name of something to do, interned: well-known ones are constants, others are added as they appear.
struct Task: Hashable, Sendable {
    let rawValue: UInt32

    init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// In the order of their constants.
    static let wellKnown = [
        "start", "running", "stop", "stopped", "promote", "promoted", "demote", "demoted", "notify", "notified",
        "monitor",
        "migrate_to", "migrate_from", "reload-agent", "cancel", "delete", "lrm_delete", "clear_failcount", "stonith",
        "do_shutdown", "maintenance_nodes", "reload", "asyncmon", "on", "off", "reboot",
    ]
    static let start = Task(0)
    static let running = Task(1)
    static let stop = Task(2)
    static let stopped = Task(3)
    static let promote = Task(4)
    static let promoted = Task(5)
    static let demote = Task(6)
    static let demoted = Task(7)
    static let notify = Task(8)
    static let notified = Task(9)
    static let monitor = Task(10)
    static let migrateTo = Task(11)
    static let migrateFrom = Task(12)
    static let reloadAgent = Task(13)
    static let cancel = Task(14)
    static let delete = Task(15)
    static let clearHistory = Task(16)
    static let clearFailCount = Task(17)
    static let fence = Task(18)
    static let shutdown = Task(19)
    static let maintenanceNodes = Task(20)

    /// What marks the end of a collective action: `running` for `start` …
    var completion: Task? {
        switch self {
        case .start, .stop, .promote, .demote, .notify: Task(rawValue + 1)
        default: nil
        }
    }

    /// The action that a completion belongs to; itself for others.
    var origin: Task {
        switch self {
        case .running, .stopped, .promoted, .demoted: Task(rawValue - 1)
        default: self
        }
    }

    var isCompletion: Bool {
        switch self {
        case .running, .stopped, .promoted, .demoted, .notified: true
        default: false
        }
    }

    /// What undoes it; `nil` when nothing does.
    var inverse: Task? {
        switch self {
        case .start: .stop
        case .stop: .start
        case .promote: .demote
        case .demote: .promote
        case .promoted: .demoted
        case .demoted: .promoted
        case .running: .stopped
        case .stopped: .running
        default: nil
        }
    }

    var isUp: Bool { self == .start || self == .running || self == .promote || self == .promoted }
    var isDown: Bool { self == .stop || self == .stopped || self == .demote || self == .demoted }
}

/// What identifies an action of a resource (with its node): operation and interval, or the notification it is.
struct ActionKey: Hashable, Sendable {
    enum Notification: UInt8, Sendable { case none, pre, post, confirmedPre, confirmedPost }

    var task: Task
    var interval: UInt32 = 0
    var notification = Notification.none

    init(_ task: Task, interval: UInt32 = 0, notification: Notification = .none) {
        self.task = task
        self.interval = interval
        self.notification = notification
    }
}

/// What must hold before an action may run.
enum ActionRequirement: UInt8, Sendable { case nothing, quorum, fencing }

/// Something that may have to be done; many turn out to be optional.
struct Action: Sendable {
    struct Flags: OptionSet, Sendable {
        let rawValue: UInt16
        /// Executes nothing; a point for ordering.
        static let pseudo = Flags(rawValue: 1 << 0)
        static let runnable = Flags(rawValue: 1 << 1)
        /// The wanted state is already reached without it.
        static let optional = Flags(rawValue: 1 << 2)
        static let alwaysInGraph = Flags(rawValue: 1 << 3)
        static let migratable = Flags(rawValue: 1 << 4)
        static let reschedule = Flags(rawValue: 1 << 5)
        static let onController = Flags(rawValue: 1 << 6)
        static let inGraph = Flags(rawValue: 1 << 7)
        static let visited = Flags(rawValue: 1 << 8)
        static let deduplicated = Flags(rawValue: 1 << 9)
        static let migrationAbort = Flags(rawValue: 1 << 10)
    }

    var task: Task
    var key: ActionKey
    var resource: ResourceIndex?
    var node: NodeIndex?
    var flags: Flags
    var needs = ActionRequirement.nothing
    var reason: String?
    var priority = Score.zero
    /// Where the configured meta-attributes of the operation are kept; negative when there are none.
    var metaIndex: Int32 = -1
    /// The agent's result that means success.
    var expected = ResultCode.ok
    /// Meta-attributes set by the scheduler.
    var meta: [MetaEntry] = []
    /// The operation that a `cancel` ends.
    var cancelledTask: Task?
    /// How many of the actions before must be runnable; 0 for all.
    var requiredRunnable: Int32 = 0
    var runnableBefore: Int32 = 0

    var nextOfResource: ActionIndex?
    /// The next newer one with the same key.
    var nextOfGroup: ActionIndex?
    var firstBefore: EdgeIndex?
    var firstAfter: EdgeIndex?
    var beforeCount: Int32 = 0
    var afterCount: Int32 = 0

    struct MetaEntry: Sendable {
        var name: String
        var value: String
    }

    func metaValue(_ name: String) -> String? {
        for entry in meta where entry.name == name { return entry.value }
        return nil
    }

    mutating func setMeta(_ name: String, _ value: String) {
        for index in meta.indices where meta[index].name == name {
            meta[index].value = value
            return
        }
        meta.append(MetaEntry(name: name, value: value))
    }

    /// The earlier value stays.
    mutating func addMeta(_ name: String, _ value: String) {
        if metaValue(name) == nil { meta.append(MetaEntry(name: name, value: value)) }
    }

    var isRecurring: Bool { key.interval > 0 || metaValue("interval") != nil }
}

/// How two actions depend on each other.
struct Relation: OptionSet, Sendable, Hashable {
    let rawValue: UInt32
    /// First before then, when both happen.
    static let ordered = Relation(rawValue: 1 << 0)
    static let ifSameNode = Relation(rawValue: 1 << 1)
    /// Only when then is on the first's node, or migrates to it.
    static let ifSameNodeOrTarget = Relation(rawValue: 1 << 2)
    static let ifFirstUnmigratable = Relation(rawValue: 1 << 3)
    static let ifRequiredOnSameNode = Relation(rawValue: 1 << 4)
    static let guestAllowed = Relation(rawValue: 1 << 5)
    /// When first is required, so is then.
    static let firstImpliesThen = Relation(rawValue: 1 << 6)
    static let thenImpliesFirst = Relation(rawValue: 1 << 7)
    static let promotedThenImpliesFirst = Relation(rawValue: 1 << 8)
    static let firstImpliesSameNodeThen = Relation(rawValue: 1 << 9)
    static let firstImpliesThenGraphed = Relation(rawValue: 1 << 10)
    static let thenImpliesFirstGraphed = Relation(rawValue: 1 << 11)
    /// When first cannot run, then cannot.
    static let unrunnableFirstBlocks = Relation(rawValue: 1 << 12)
    static let nestedRemoteProbe = Relation(rawValue: 1 << 13)
    static let minimumRunnable = Relation(rawValue: 1 << 14)
    static let unmigratableThenBlocks = Relation(rawValue: 1 << 15)
    /// A restart: a required start needs the stop.
    static let intermediateStop = Relation(rawValue: 1 << 16)
    static let asymmetric = Relation(rawValue: 1 << 17)
    static let thenCancelsFirst = Relation(rawValue: 1 << 18)
    static let serialize = Relation(rawValue: 1 << 19)
    static let firstElseThen = Relation(rawValue: 1 << 20)
}

/// An ordering between two actions; both keep it in their lists.
struct ActionEdge: Sendable {
    let first: ActionIndex
    let then: ActionIndex
    /// As the later action sees it; emptied when it turns out not to apply.
    var relation: Relation
    /// As the earlier action sees it.
    let original: Relation
    var isGraphed = false
    /// The next edge before the same later action.
    var nextBefore: EdgeIndex?
    /// The next edge after the same earlier action.
    var nextAfter: EdgeIndex?
}
