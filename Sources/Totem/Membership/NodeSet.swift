package import ClusterTypes

/// A small set of nodes in ascending order, so that whatever iterates it is deterministic.
package struct NodeSet: Sendable, Equatable, CustomStringConvertible {
    package private(set) var nodes: [NodeID]

    package init() { nodes = [] }

    package init(_ nodes: [NodeID]) {
        self.nodes = nodes.sorted()
        var kept = 0
        for node in self.nodes where kept == 0 || self.nodes[kept - 1] != node {
            self.nodes[kept] = node
            kept += 1
        }
        self.nodes.removeLast(self.nodes.count - kept)
    }

    package var count: Int { nodes.count }
    package var isEmpty: Bool { nodes.isEmpty }
    package var first: NodeID? { nodes.first }

    package func contains(_ node: NodeID) -> Bool {
        let index = position(of: node)
        return index < nodes.count && nodes[index] == node
    }

    /// The place of a node in ascending order; `nil` when it is no element.
    package func index(of node: NodeID) -> Int? {
        let index = position(of: node)
        return index < nodes.count && nodes[index] == node ? index : nil
    }

    package mutating func insert(_ node: NodeID) {
        let index = position(of: node)
        if index < nodes.count, nodes[index] == node { return }
        nodes.insert(node, at: index)
    }

    package mutating func remove(_ node: NodeID) {
        let index = position(of: node)
        if index < nodes.count, nodes[index] == node { nodes.remove(at: index) }
    }

    package func union(_ other: NodeSet) -> NodeSet { other.isEmpty ? self : NodeSet(nodes + other.nodes) }
    package func subtracting(_ other: NodeSet) -> NodeSet { filter { !other.contains($0) } }
    package func intersection(_ other: NodeSet) -> NodeSet { filter { other.contains($0) } }
    package func isSubset(of other: NodeSet) -> Bool { nodes.allSatisfy { other.contains($0) } }

    package func filter(_ isIncluded: (NodeID) -> Bool) -> NodeSet {
        var result = NodeSet()
        result.nodes = nodes.filter(isIncluded)
        return result
    }

    package var description: String { nodes.map(\.description).joined(separator: " ") }

    /// The first index whose node is not lower than `node`.
    private func position(of node: NodeID) -> Int {
        var low = 0
        var high = nodes.count
        while low < high {
            let middle = (low + high) / 2
            if nodes[middle] < node { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
