/// The name of a process group, at most 128 bytes; none at all is a name, too.
///
/// - Source: `struct cpg_name` of cpg_join(3).
package struct GroupName: Hashable, Sendable, CustomStringConvertible {
    package static let lengthLimit = 128
    package let bytes: [UInt8]

    /// `nil` when the name is longer than 128 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.lengthLimit else { return nil }
        self.bytes = bytes
    }

    package init?(_ name: String) { self.init(Array(name.utf8)) }

    /// The group in which the resource managers of a cluster replicate their state.
    package static let resourceManager: GroupName = {
        guard let name = GroupName("lockstep.resource-manager") else { preconditionFailure("the name is 25 bytes") }
        return name
    }()

    package var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// A member of a process group: a process on a node.
package struct GroupMember: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let node: NodeID
    package let processID: UInt32

    package init(node: NodeID, processID: UInt32) {
        self.node = node
        self.processID = processID
    }

    package static func < (left: GroupMember, right: GroupMember) -> Bool {
        (left.node, left.processID) < (right.node, right.processID)
    }

    package var description: String { "\(node):\(processID)" }
}

/// Why a member left or joined a process group, with the numbers of `cpg_reason_t` in cpg.h.
package enum GroupChangeReason: UInt32, Sendable, CaseIterable {
    case joined = 1
    case left = 2
    case nodeDown = 3
    case nodeUp = 4
    case processDown = 5
}
