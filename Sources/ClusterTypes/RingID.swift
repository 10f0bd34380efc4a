/// Identifies an installed ring: its representative and a sequence number that only grows (by 4 at each new ring).
///
/// - Source: Amir et al. 1995, section 4; Corosync shows it as `representative.sequence`, the latter in hexadecimal.
package struct RingID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let representative: NodeID
    package let sequence: UInt64

    package init(representative: NodeID, sequence: UInt64) {
        self.representative = representative
        self.sequence = sequence
    }

    /// Orders rings by sequence, then by representative.
    package static func < (left: RingID, right: RingID) -> Bool {
        (left.sequence, left.representative) < (right.sequence, right.representative)
    }

    package var description: String { "\(representative).\(String(sequence, radix: 16))" }
}
