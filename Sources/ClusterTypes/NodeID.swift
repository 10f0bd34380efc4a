/// Identifies a node in the ring: `nodeid` of corosync.conf(5), 1 to 4294967295; 0 is reserved.
package struct NodeID: Hashable, Sendable, Comparable, RawRepresentable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package static func < (left: NodeID, right: NodeID) -> Bool { left.rawValue < right.rawValue }
    package var description: String { String(rawValue) }
}
