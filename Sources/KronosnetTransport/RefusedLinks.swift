package import ClusterTypes

/// Tells from the answers of machines ("port unreachable") that a node's daemon is gone, long before its silence does.
///
/// A node counts when every link to it was refused within a second: a daemon that changes one link keeps the others.
/// An address that several nodes share says nothing, and what says nothing is ignored.
package struct RefusedLinks {
    private struct Entry {
        let node: NodeID
        let host: String
        var refusedAt: Instant?
    }

    private static let memory: Duration = .seconds(1)
    private var entries: [Entry]

    /// - Parameter hosts: the numeric addresses of each node's links.
    package init(_ hosts: [(node: NodeID, hosts: [String])]) {
        entries = hosts.flatMap { node, hosts in hosts.map { Entry(node: node, host: $0) } }
    }

    package init(_ peers: [TransportSettings.Peer]) {
        self.init(peers.map { ($0.node, $0.links.compactMap(\.remote.host)) })
    }

    /// Takes one answer; the node whose daemon is gone, if there is one.
    package mutating func refused(_ host: String, at now: Instant) -> NodeID? {
        let matches = entries.indices.filter { entries[$0].host == host }
        guard let first = matches.first, matches.allSatisfy({ entries[$0].node == entries[first].node }) else {
            return nil
        }
        for index in matches { entries[index].refusedAt = now }
        let node = entries[first].node
        let isGone = entries.allSatisfy { entry in
            entry.node != node || entry.refusedAt.map { now - $0 <= Self.memory } ?? false
        }
        return isGone ? node : nil
    }
}
