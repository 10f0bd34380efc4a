package import ClusterTypes

/// One node's copy of the CIB, kept equal to the others' by virtual synchrony.
///
/// Every change is a message to the process group, applied by each member at the same place of the agreed order. After a
/// change of the group the members compare versions and digests; when they differ, the holder of the best copy sends it,
/// and changes that arrive meanwhile wait until it is complete. A change of the configuration is acknowledged when every
/// member of the present group has it on disk.
package struct CIBReplica: Sendable {
    package enum Event: Sendable, Equatable {
        /// The process group of the resource managers changed (also: this node joined it).
        case groupChanged(GroupConfiguration)
        /// A message that a `multicast` effect of some member carried, at its place in the agreed order.
        case messageDelivered(from: GroupMember, [UInt8])
        /// A client or another part of the node wants a change. `acknowledge` with the same number follows.
        case changeRequested(CIBRequestID, CIBChange)
        /// The document of that `store` effect is on disk and will survive a power cut.
        case stored(CIBStoreID)
        /// It is not, for a reason in words; the replica asks again at the next change.
        case storeFailed(CIBStoreID, String)
    }

    package enum Effect: Sendable, Equatable {
        /// At most `MessageLimits.payload` bytes.
        case multicast([UInt8])
        /// Write this document (without status section) to disk, then report `stored` or `storeFailed`. One at a time.
        case store(CIBStoreID, CIBDocument)
        /// The document changed.
        case applied(CIBChangeSummary, from: GroupMember)
        /// The document was replaced as a whole by the best copy in the group.
        case adopted(CIBVersion)
        /// All members have the same document now; requests are served. Follows every change of the group.
        case synchronised
        case acknowledge(CIBRequestID, CIBOutcome)
        case report(CIBReport)
    }

    /// The present document. Between a change of the group and `synchronised` it may be replaced by a better one.
    package private(set) var document: CIBDocument
    /// Whether all members of the present group are known to hold this document.
    package private(set) var isSynchronised = false

    /// - Parameters:
    ///   - document: what was on disk, or a new document.
    ///   - storedVersion: the version on this node's disk; `nil` when nothing is.
    package init(document: CIBDocument, storedVersion: CIBVersion?) { self.document = document }

    /// Applies one event and returns what must be done, in order.
    package mutating func receive(_ event: Event) -> [Effect] { [] }
}

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
    /// Applied everywhere; a change of the configuration is also on the disk of every member.
    case done(CIBChangeSummary)
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
