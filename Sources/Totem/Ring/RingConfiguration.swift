package import ClusterTypes

/// A configuration change of extended virtual synchrony.
///
/// A transitional configuration holds the members that come from the same old ring together; the messages between it and the
/// next regular configuration are the last ones of the old ring.
///
/// - Source: Amir et al. 1995, section 3; Moser et al., "Extended Virtual Synchrony", 1994.
package struct RingConfiguration: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case transitional, regular }

    package var kind: Kind
    /// The ring that is being installed, in both kinds.
    package var ring: RingID
    /// In ascending order; so are the others.
    package var members: [NodeID]
    /// Filled in transitional configurations only.
    package var left: [NodeID]
    /// Filled in regular configurations only.
    package var joined: [NodeID]

    package init(kind: Kind, ring: RingID, members: [NodeID], left: [NodeID], joined: [NodeID]) {
        self.kind = kind
        self.ring = ring
        self.members = members
        self.left = left
        self.joined = joined
    }
}

/// When a message may be delivered.
///
/// - Source: Amir et al. 1995, section 3.
package enum Guarantee: Sendable, Equatable {
    /// As soon as all messages before it are delivered.
    case agreed
    /// When in addition every member of the ring is known to have received it.
    case safe
}
