package import ClusterTypes
package import TransitionGraph
package import XMLTree

/// What a schedule decided.
package struct SchedulerOutput: Sendable {
    /// Where every resource instance should be, in the document's order.
    package var placement: [PlacedResource]
    /// The actions that lead there.
    package var graph: TransitionGraph
    /// What changes, as people read it.
    package var summary: TransitionSummary
    /// The scores each resource had on each node and what was left of capacities, in the order they came to be; empty
    /// unless asked for.
    package var scores: [ReportEntry]
    /// The earliest time at which a rule, a failure timeout or a lock ends and the schedule may differ; `nil` when none does.
    package var recheckAt: WallTime?
    /// The state that was found, before any decision; `nil` unless asked for.
    package var status: ClusterStatus?
    /// The ids of all resources, and the names under which their histories are recorded.
    package var recordedNames: Set<String>
    /// Problems of the configuration that did not keep the rest from being scheduled.
    package var notices: [SchedulerNotice]
    /// The names of nodes that are not trusted and cannot be fenced.
    package var unfenceable: [String] = []
    /// How many actions were left out of the graph because they could never run.
    package var stalledCount = 0

    /// Everything considered, for pictures: the actions with their names and whether they are in the graph.
    package var pictured: PicturedGraph
    /// Why all of this was decided; `nil` unless asked for.
    package var ledger: Ledger?

    init(
        placement: [PlacedResource], graph: TransitionGraph, summary: TransitionSummary, scores: [ReportEntry],
        recheckAt: WallTime?, notices: [SchedulerNotice], status: ClusterStatus?, recordedNames: Set<String>,
        pictured: PicturedGraph, ledger: Ledger?
    ) {
        self.recordedNames = recordedNames
        self.placement = placement
        self.graph = graph
        self.summary = summary
        self.scores = scores
        self.recheckAt = recheckAt
        self.notices = notices
        self.status = status
        self.pictured = pictured
        self.ledger = ledger
    }
}

/// One resource instance and the node it is to run on.
package struct PlacedResource: Sendable, Equatable {
    /// `web`; instances of unique clones have their number (`web:0`).
    package var resource: String
    /// The name of the chosen node; `nil` when it can or may run nowhere.
    package var node: String?
    package var role: Role

    package init(resource: String, node: String?, role: Role) {
        self.resource = resource
        self.node = node
        self.role = role
    }
}

/// The target or state of a resource on a node.
///
/// - Source: Pacemaker Explained, "Roles"; the old names Slave and Master are read as unpromoted and promoted.
package enum Role: UInt8, Sendable, Comparable, CaseIterable, CustomStringConvertible {
    case unknown = 0
    case stopped = 1
    case started = 2
    case unpromoted = 3
    case promoted = 4

    package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }

    /// As the CIB and the incumbents' tools spell it.
    package var description: String {
        switch self {
        case .unknown: "Unknown"
        case .stopped: "Stopped"
        case .started: "Started"
        case .unpromoted: "Unpromoted"
        case .promoted: "Promoted"
        }
    }
}

/// The lines under "Transition Summary:".
package struct TransitionSummary: Sendable, Equatable {
    /// Each without the leading `  * `; empty when nothing changes.
    package var lines: [String]
    /// A `node_action` or `rsc_action` element a line.
    package var elements: [XMLElement]

    package init(lines: [String] = [], elements: [XMLElement] = []) {
        self.lines = lines
        self.elements = elements
    }

    /// The lines as `crm_simulate` prints them, each with its bullet and a final newline.
    package var text: String { lines.map { "  * \($0)\n" }.joined() }
}

/// Something in the configuration that is wrong or unusual: what, and at which element.
package struct SchedulerNotice: Sendable, Equatable {
    package enum Severity: Sendable { case error, warning }
    package var severity: Severity
    package var message: String

    package init(_ severity: Severity, _ message: String) {
        self.severity = severity
        self.message = message
    }
}
