/// One connection of a local program to one service; never used again for another.
package struct ClientID: Hashable, Sendable, Comparable {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (left: ClientID, right: ClientID) -> Bool { left.rawValue < right.rawValue }
}

/// The services of corosync that local programs reach, by their numbers in corodefs.h.
package enum LocalServiceKind: UInt32, Sendable, CaseIterable {
    case configurationMap = 0
    case configuration = 1
    case processGroups = 2
    case quorum = 3
    case voteQuorum = 5

    /// The name that libraries connect to.
    package var name: String {
        switch self {
        case .configurationMap: "cmap"
        case .configuration: "cfg"
        case .processGroups: "cpg"
        case .quorum: "quorum"
        case .voteQuorum: "votequorum"
        }
    }
}

/// Who is at the other end of a connection, as the kernel says.
package struct LocalClient: Sendable, Equatable {
    package let id: ClientID
    package let service: LocalServiceKind
    /// Of the connecting process; 0 when it is in another process namespace.
    package let processID: Int32
    package let userID: UInt32
    package let groupID: UInt32
    /// What the process is called, at most 15 bytes; empty when that is not known.
    package let processName: String

    package init(
        id: ClientID, service: LocalServiceKind, processID: Int32, userID: UInt32, groupID: UInt32,
        processName: String = ""
    ) {
        self.id = id
        self.service = service
        self.processID = processID
        self.userID = userID
        self.groupID = groupID
        self.processName = processName
    }
}
