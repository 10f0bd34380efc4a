internal import ClusterTypes

/// Knows which changes of the configuration are on which member's disk, and which requests wait for that.
///
/// Changes of the configuration are counted from the moment the members were synchronised: all members count alike.
struct Stability: Sendable {
    /// What is on a disk, or should be.
    private struct Progress: Equatable {
        /// Changes of the configuration that this replica ever saw; says nothing to others.
        var generation: UInt64
        var lineage: CIBLineage
    }

    private struct MemberProgress {
        var member: GroupMember
        /// How many changes since the members were synchronised are on its disk; `nil` before it has said so.
        var index: UInt64?
        var lineage = CIBLineage.none
    }

    private var present: Progress
    /// What is on this node's disk.
    private var stored: Progress
    private var underway: (id: CIBStoreID, progress: Progress)?
    private var nextID: UInt64 = 1
    /// What could not be written: not tried again before another change.
    private var failed: Progress?

    /// The generation that the members agreed on when they were synchronised last.
    private var base: UInt64 = 0
    private var reported: Progress?
    private var members: [MemberProgress] = []
    private var pending: [(request: CIBRequestID, summary: CIBChangeSummary, index: UInt64)] = []

    init(isStored: Bool, lineage: CIBLineage) {
        present = Progress(generation: 1, lineage: lineage)
        stored = Progress(generation: isStored ? 1 : 0, lineage: lineage)
    }
}

// MARK: - The document

extension Stability {
    var lineage: CIBLineage { present.lineage }

    mutating func take(_ lineage: CIBLineage) { present.lineage = lineage }

    mutating func configurationChanged() { present.generation += 1 }

    mutating func documentReplaced() { present.generation += 1 }

    /// The request of this node that made the last change of the configuration waits for the disks.
    mutating func await(_ request: CIBRequestID, _ summary: CIBChangeSummary) {
        pending.append((request, summary, present.generation - base))
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
        members = []
        reported = nil
    }

    /// All members hold the present document; what waits, waits for their disks from now on.
    mutating func synchronised(members: [GroupMember]) {
        base = present.generation
        // A write that failed is tried again: another member may wait for it.
        failed = nil
        self.members = members.map { MemberProgress(member: $0) }
        for position in pending.indices { pending[position].index = 0 }
    }

    /// A member has that many changes on disk. Returns the requests that all members have now, in their order.
    mutating func memberStored(
        _ member: GroupMember, _ index: UInt64, _ lineage: CIBLineage
    ) -> [(CIBRequestID, CIBChangeSummary)] {
        for position in members.indices where members[position].member == member {
            members[position].index = max(members[position].index ?? 0, index)
            members[position].lineage = lineage
        }
        var everywhere = UInt64.max
        for member in members {
            guard let index = member.index else { return [] }
            everywhere = min(everywhere, index)
        }
        let done = pending.prefix { $0.index <= everywhere }
        pending.removeFirst(done.count)
        return done.map { ($0.request, $0.summary) }
    }

    /// Whether every member has the present lineage on disk.
    var isLineageEverywhere: Bool { members.allSatisfy { $0.lineage >= present.lineage } }

    /// A member could not write that many changes. Returns the requests that were to be among them.
    mutating func memberFailed(_ index: UInt64) -> [CIBRequestID] {
        let failed = pending.prefix { $0.index <= index }
        pending.removeFirst(failed.count)
        return failed.map(\.request)
    }
}

// MARK: - This node's disk

extension Stability {
    /// The write to begin now, and whether the document is to be written too: none while one is under way, or while the
    /// disk has everything.
    mutating func nextStore() -> (id: CIBStoreID, needsDocument: Bool)? {
        guard underway == nil, stored != present, failed != present else { return nil }
        let id = CIBStoreID(rawValue: nextID)
        nextID += 1
        underway = (id, present)
        return (id, stored.generation < present.generation)
    }

    /// A write ended. Returns how many changes (since the members were synchronised) it was to bring to disk; `nil` when
    /// no such write is under way.
    mutating func storeEnded(_ id: CIBStoreID, succeeded: Bool) -> UInt64? {
        guard let write = underway, write.id == id else { return nil }
        underway = nil
        if succeeded { stored = write.progress } else { failed = write.progress }
        return write.progress.generation >= base ? write.progress.generation - base : 0
    }

    /// What to report as stored, when there is something new to say.
    mutating func nextReport() -> (index: UInt64, lineage: CIBLineage)? {
        guard stored.generation >= base, stored.lineage == present.lineage, stored != reported else { return nil }
        reported = stored
        return (stored.generation - base, stored.lineage)
    }
}
