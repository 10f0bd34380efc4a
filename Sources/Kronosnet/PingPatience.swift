package import ClusterTypes

/// Finds out which links lose packets, so that some lost pings do not make such a link count as down.
///
/// Kronosnet drops all packets to and from a node whose last link is down, and needs three answers to believe in it again: on a
/// network that loses packets that is what ends rings. Where a node has one link only, a link that goes down late costs nothing
/// but an early sign of the node's death; where it has several, the next one must take over in time.
package struct PingPatience {
    /// What kronosnet has counted for a link.
    package struct Count: Equatable {
        package var sent: UInt64
        package var answered: UInt64
        /// How often the link went down.
        var downs: UInt64
        package var isConnected: Bool

        package init(sent: UInt64, answered: UInt64, downs: UInt64, isConnected: Bool) {
            self.sent = sent
            self.answered = answered
            self.downs = downs
            self.isConnected = isConnected
        }
    }

    private struct Entry {
        let node: NodeID
        var downs: UInt64
        /// Pings without an answer at the last looks since the link came up: lost ones, and those on their way.
        var recent: [Int64] = []
        /// The lost ones that are known of.
        var lost: Int64?
        var patientUntil: Instant?
    }

    /// Pings and looks have different rhythms: at one of the looks no ping is on its way, or no more than always.
    private static let lookCount = 5
    static let memory: Duration = .seconds(1800)
    private var entries: [Entry] = []

    package init() {}

    /// What the log says of a change.
    package static func report(_ isPatient: Bool, _ link: Int, _ node: NodeID, _ timeout: Duration) -> String {
        "link \(link) to node \(node) \(isPatient ? "loses" : "no longer loses") packets: it counts as down after "
            + "\(timeout.milliseconds) ms without an answer"
    }

    /// Looks at a link, several times while kronosnet would take it for down.
    ///
    /// - Returns: whether to be patient from now on; `nil` when nothing changes.
    package mutating func look(at node: NodeID, _ count: Count, now: Instant) -> Bool? {
        let index = entries.firstIndex { $0.node == node } ?? entries.count
        if index == entries.count { entries.append(Entry(node: node, downs: count.downs)) }
        var entry = entries[index]
        defer { entries[index] = entry }
        guard count.isConnected, count.downs == entry.downs else {
            // The last pings to a node that died are no losses.
            (entry.downs, entry.recent, entry.lost) = (count.downs, [], nil)
            return nil
        }
        entry.recent.append(Int64(clamping: count.sent) - Int64(clamping: count.answered))
        if entry.recent.count > Self.lookCount { entry.recent.removeFirst() }
        guard entry.recent.count == Self.lookCount, let unanswered = entry.recent.min() else { return nil }
        let wasPatient = entry.patientUntil != nil
        if let lost = entry.lost, lost < unanswered { entry.patientUntil = now + Self.memory }
        entry.lost = unanswered
        if let end = entry.patientUntil, end <= now { entry.patientUntil = nil }
        let isPatient = entry.patientUntil != nil
        return isPatient == wasPatient ? nil : isPatient
    }

    /// The link is set up anew, with the usual timeout.
    package mutating func forget(_ node: NodeID) { entries.removeAll { $0.node == node } }
}
