internal import ClusterTypes

/// The last quorate membership that a copy of the CIB was common to: the sequence of its ring.
///
/// What was acknowledged with quorum must not be lost to a partition without quorum whose copy became newer by number.
/// Two quorate rings share a node, and a node's rings have growing sequences: so of two copies the one of the higher
/// lineage has everything that was acknowledged with quorum before, and comparing versions decides only between equals.
///
/// Where two partitions can be quorate at once (`two_node`), a partition does not raise it: versions decide there.
package struct CIBLineage: Hashable, Sendable, Comparable, RawRepresentable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Of a copy that was never common to a quorate membership; lower than every other.
    package static let none = CIBLineage(rawValue: 0)

    package static func < (left: CIBLineage, right: CIBLineage) -> Bool { left.rawValue < right.rawValue }

    package var description: String { String(rawValue) }
}

extension QuorumView {
    /// Whether no other partition can be quorate at the same time.
    var excludesOthers: Bool { isQuorate && quorum > expectedVotes / 2 }
}
