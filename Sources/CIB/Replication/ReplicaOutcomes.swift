package import ClusterTypes

/// Names a request for a change; chosen by who asks, unique on its node while the request is open.
package struct CIBRequestID: Hashable, Sendable, RawRepresentable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// Names a write to disk.
package struct CIBStoreID: Hashable, Sendable, RawRepresentable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// How a request for a change ended.
package enum CIBOutcome: Sendable, Equatable {
    /// Applied everywhere; a change of the configuration is also on the disk of every member. Without quorum it is lost
    /// when the cluster merges with nodes that had quorum meanwhile.
    case done(CIBChangeSummary, isQuorate: Bool)
    case refused(CIBFailure)
}

/// What the operator may want to read in the log.
package enum CIBReport: Sendable, Equatable, CustomStringConvertible {
    /// A message from a member could not be read: which, what was wrong.
    case unreadableMessage(from: GroupMember, String)
    /// This node replaces its document by the one of another member.
    case adopting(CIBVersion, instead: CIBVersion, from: GroupMember)
    /// A document could not be written.
    case notStored(String)

    package var description: String {
        switch self {
        case .unreadableMessage(let sender, let reason): "message of member \(sender) cannot be read: \(reason)"
        case .adopting(let version, let own, let sender):
            "CIB \(version) of member \(sender) replaces the CIB \(own) of this node"
        case .notStored(let reason): "CIB could not be written to disk: \(reason)"
        }
    }
}
