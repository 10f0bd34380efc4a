internal import XMLTree

/// A resource with its state; a group, clone or bundle with its instances.
package struct ResourceCondition: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case primitive, group, clone, bundle
    }

    package struct Location: Sendable, Equatable {
        package var node: String
        /// `Started`, `Unpromoted` or `Promoted`.
        package var role: String
    }

    package var id: String
    package var kind: Kind
    /// `ocf:heartbeat:IPaddr2`; empty for containers.
    package var agent = ""
    package var locations: [Location] = []
    /// What it should be, when configured.
    package var targetRole: String?
    package var isManaged = true
    package var isInMaintenance = false
    package var isOrphaned = false
    package var hasFailed = false
    /// Whether it was active on a node that must be fenced first.
    package var isOnUncleanNode = false
    package var isBlocked = false
    /// The operation that runs now, and where.
    package var pending: (operation: String, node: String)?
    /// Whether a clone has promoted instances.
    package var isPromotable = false
    package var isUnique = false
    /// How many instances a clone is to have.
    package var instanceCount = 0
    package var members: [ResourceCondition] = []

    package init(id: String, kind: Kind) {
        self.id = id
        self.kind = kind
    }

    package static func == (left: ResourceCondition, right: ResourceCondition) -> Bool {
        left.id == right.id && left.kind == right.kind && left.locations == right.locations
            && left.members == right.members
            && left.role == right.role && left.annotations == right.annotations && left.agent == right.agent
            && left.pending?.operation == right.pending?.operation && left.pending?.node == right.pending?.node
    }

    /// The strongest role it has anywhere, `Stopped` for none.
    package var role: String {
        let order = ["Promoted", "Unpromoted", "Started"]
        return order.first { role in locations.contains { $0.role == role } } ?? "Stopped"
    }

    /// Whether it, or any instance in it, is active.
    package var isActive: Bool { !locations.isEmpty || members.contains(where: \.isActive) }

    /// Whether somebody asked for it to be stopped.
    package var isDisabled: Bool { targetRole?.lowercased() == "stopped" }

    /// Every primitive in it, itself included.
    package var instances: [ResourceCondition] { kind == .primitive ? [self] : members.flatMap(\.instances) }

    package func find(_ id: String) -> ResourceCondition? {
        if self.id == id { return self }
        for member in members {
            if let found = member.find(id) { return found }
        }
        return nil
    }

    /// The words in brackets behind its state.
    package var annotations: [String] {
        var words: [String] = []
        if isOnUncleanNode { words.append("UNCLEAN") }
        if pending?.operation == "monitor" { words.append("Monitoring") }
        if isDisabled { words.append("disabled") }
        if isBlocked {
            words.append("blocked")
        } else if !isManaged {
            words.append(isInMaintenance ? "maintenance" : "unmanaged")
        }
        return words
    }
}
