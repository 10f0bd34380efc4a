import ClusterTypes

/// The second phase's result: what the configuration (and the nature of groups, clones …) demands, by indices.
struct ConstraintSet: Sendable {
    var locations: [LocationConstraint] = []
    var colocations: [Colocation] = []
    var orderings: [Ordering] = []
}

/// Whether a resource is probed on a node.
enum ProbeMode: UInt8, Sendable, Comparable {
    case always, never, exclusive
    static func < (left: ProbeMode, right: ProbeMode) -> Bool { left.rawValue < right.rawValue }
}

struct LocationConstraint: Sendable {
    var id: String
    var resource: ResourceIndex
    /// Applies only to a resource whose next role is this.
    var role = Role.unknown
    var probeMode = ProbeMode.always
    var nodes: [(node: NodeIndex, score: Score)] = []
}

struct Colocation: Sendable {
    struct Flags: OptionSet, Sendable {
        let rawValue: UInt8
        /// The dependent's preferences count for the primary.
        static let influence = Flags(rawValue: 1)
        /// Written by a person, not implied by a group or a container.
        static let explicit = Flags(rawValue: 2)
    }

    var id: String
    /// Nodes with the same value of it are the same place; usually the node's name.
    var nodeAttribute: String
    var score: Score
    var dependent: ResourceIndex
    var primary: ResourceIndex
    var dependentRole = Role.unknown
    var primaryRole = Role.unknown
    var flags: Flags

    var isMandatory: Bool { score.isInfinite || score.isMinusInfinite }
    var factor: Float { Float(score.value) / 1_000_000 }
}

/// One end of an ordering: an action, or whatever actions of a resource have a key.
struct OrderingEnd: Sendable {
    var resource: ResourceIndex?
    var key: ActionKey
    var action: ActionIndex?
}

struct Ordering: Sendable {
    var first: OrderingEnd
    var then: OrderingEnd
    var relation: Relation
}

enum TicketLossPolicy: Sendable { case stop, demote, fence, freeze }

struct TicketConstraint: Sendable {
    var ticket: String
    var role: Role
    var policy: TicketLossPolicy
}
