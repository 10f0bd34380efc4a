internal import ClusterTypes

/// Knows which changes of the configuration are on which member's disk, and which requests wait for that.
///
/// Changes of the configuration are counted from the moment the members were synchronised: all members count alike.
struct Stability: Sendable {
    /// Changes of the configuration that this replica ever saw; says nothing to others.
    private var generation: UInt64 = 1
    /// The last generation that is on this node's disk.
    private var storedGeneration: UInt64
    private var underway: (id: CIBStoreID, generation: UInt64)?
    private var nextID: UInt64 = 1
    /// The last generation whose write failed: not tried again before another change.
    private var failedGeneration: UInt64 = 0

    /// The generation that the members agreed on when they were synchronised last.
    private var base: UInt64 = 0
    private var reported: UInt64?
    /// How many changes since then each member has on disk; `nil` for a member that has not said so yet.
    private var stored: [(member: GroupMember, index: UInt64?)] = []
    private var pending: [(request: CIBRequestID, summary: CIBChangeSummary, index: UInt64)] = []

    init(isStored: Bool) { storedGeneration = isStored ? 1 : 0 }
}

// MARK: - The document

extension Stability {
    mutating func configurationChanged() { generation += 1 }

    mutating func documentReplaced() { generation += 1 }

    /// The request of this node that made the last change of the configuration waits for the disks.
    mutating func await(_ request: CIBRequestID, _ summary: CIBChangeSummary) {
        pending.append((request, summary, generation - base))
    }

    /// Gives up waiting: the changes are not in the document any more.
    mutating func abandonPending() -> [CIBRequestID] {
        defer { pending = [] }
        return pending.map(\.request)
    }
}

// MARK: - The members

extension Stability {
    mutating func membersChanged() {
        stored = []
        reported = nil
    }

    /// All members hold the present document; what waits, waits for their disks from now on.
    mutating func synchronised(members: [GroupMember]) {
        base = generation
        // A write that failed is tried again: another member may wait for it.
        failedGeneration = 0
        stored = members.map { ($0, nil) }
        for position in pending.indices { pending[position].index = 0 }
    }

    /// A member has that many changes on disk. Returns the requests that all members have now, in their order.
    mutating func memberStored(_ member: GroupMember, _ index: UInt64) -> [(CIBRequestID, CIBChangeSummary)] {
        for position in stored.indices where stored[position].member == member {
            stored[position].index = max(stored[position].index ?? 0, index)
        }
        var everywhere = UInt64.max
        for (_, index) in stored {
            guard let index else { return [] }
            everywhere = min(everywhere, index)
        }
        let done = pending.prefix { $0.index <= everywhere }
        pending.removeFirst(done.count)
        return done.map { ($0.request, $0.summary) }
    }

    /// A member could not write that many changes. Returns the requests that were to be among them.
    mutating func memberFailed(_ index: UInt64) -> [CIBRequestID] {
        let failed = pending.prefix { $0.index <= index }
        pending.removeFirst(failed.count)
        return failed.map(\.request)
    }
}

// MARK: - This node's disk

extension Stability {
    /// The write to begin now: none while one is under way, or while the disk has everything.
    mutating func nextStore() -> CIBStoreID? {
        guard underway == nil, storedGeneration < generation, failedGeneration < generation else { return nil }
        let id = CIBStoreID(rawValue: nextID)
        nextID += 1
        underway = (id, generation)
        return id
    }

    /// A write ended. Returns how many changes (since the members were synchronised) it was to bring to disk; `nil` when
    /// no such write is under way.
    mutating func storeEnded(_ id: CIBStoreID, succeeded: Bool) -> UInt64? {
        guard let write = underway, write.id == id else { return nil }
        underway = nil
        if succeeded { storedGeneration = write.generation } else { failedGeneration = write.generation }
        return write.generation >= base ? write.generation - base : 0
    }

    /// How many changes to report as stored, when there is something new to say.
    mutating func nextReport() -> UInt64? {
        guard storedGeneration >= base else { return nil }
        let index = storedGeneration - base
        guard reported.map({ $0 < index }) ?? true else { return nil }
        reported = index
        return index
    }
}
