package import ClusterTypes

/// The nodes of a ring once all its services are synchronised, and what has changed since the last such ring.
///
/// A node that was away in between counts as left and joined.
package struct NodeMembership: Sendable, Equatable {
    package var ring: RingID
    /// Ascending, as the lists below.
    package var members: [NodeID]
    package var joined: [NodeID]
    package var left: [NodeID]

    package init(ring: RingID, members: [NodeID], joined: [NodeID], left: [NodeID]) {
        self.ring = ring
        self.members = members
        self.joined = joined
        self.left = left
    }
}
