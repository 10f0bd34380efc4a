internal import ClusterTypes

/// Which nodes are how far with new keys, so that nobody sends with a key that another does not know yet, nor forgets one that another
/// still uses. Every node learns the same in the agreed order, and so takes each step at the same place of it.
///
/// - Source: the phases of cfg.c in corosync 3.1.7, where each node takes a step with its own message: there, reading the file holds
///   up all messages behind it, here it does not.
struct KeyChange: Sendable, Equatable {
    enum Step: Equatable {
        /// Send with the new keys: every member can read them.
        case use
        /// Forget the old keys: nobody sends with them any more.
        case forget
    }

    private var knowing: Set<NodeID> = []
    private var using: Set<NodeID> = []

    /// All nodes read their configuration again: who knows new keys says so again after that.
    mutating func began() { knowing = [] }

    /// A node says that it knows the new keys (phase 1), or sends with them (phase 2).
    mutating func reached(phase: UInt32, by node: NodeID) {
        switch phase {
        case 1: knowing.insert(node)
        case 2: using.insert(node)
        default: break
        }
    }

    /// What can be done now; call it again until there is nothing.
    mutating func next(members: [NodeID], localNode: NodeID) -> Step? {
        if knowing.contains(localNode), members.allSatisfy(knowing.contains) {
            knowing = []
            return .use
        }
        if using.contains(localNode), members.allSatisfy(using.contains) {
            using = []
            return .forget
        }
        return nil
    }

    /// The members that this node waits for before it uses its new keys.
    func missing(of members: [NodeID], localNode: NodeID) -> [NodeID] {
        knowing.contains(localNode) ? members.filter { !knowing.contains($0) } : []
    }
}
