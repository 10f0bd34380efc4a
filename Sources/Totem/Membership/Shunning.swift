internal import ClusterTypes

/// Nodes that this node can hear, but that a member of its ring cannot: they are left alone for a while.
///
/// Otherwise a node whose links differ from those of its neighbours would make the rings around it form again and again at the speed
/// of the network. The time doubles with each repetition, and ends when the links to the node change.
struct Shunning: Sendable, Equatable {
    private struct Entry: Sendable, Equatable {
        let node: NodeID
        var until: Instant
        var count: Int
    }

    /// 200 ms, doubled so often, are 51 s: links that lead nowhere for good cost a membership change a minute.
    private static let doublingLimit = 8
    private var entries: [Entry] = []

    func isShunned(_ node: NodeID, now: Instant) -> Bool {
        entries.contains { $0.node == node && now < $0.until }
    }

    /// A ring was installed without `nodes` although they are within reach, and with `members`.
    mutating func ringInstalled(without nodes: NodeSet, members: NodeSet, base: Duration, now: Instant) {
        entries.removeAll { members.contains($0.node) }
        for node in nodes.nodes {
            let index = entries.firstIndex { $0.node == node }
            let count = index.map { min(entries[$0].count + 1, Self.doublingLimit) } ?? 0
            let entry = Entry(node: node, until: now + base * (1 << count), count: count)
            if let index { entries[index] = entry } else { entries.append(entry) }
        }
    }

    mutating func linksChanged(to node: NodeID) { entries.removeAll { $0.node == node } }
}
