/// The number of a message in a ring, or of a token visit. It wraps around; order is the sign of the distance.
///
/// The order holds between numbers less than 2^31 apart, which the receive window guarantees.
package struct SequenceNumber: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package var next: SequenceNumber { SequenceNumber(rawValue &+ 1) }
    package var previous: SequenceNumber { SequenceNumber(rawValue &- 1) }

    package func advanced(by count: Int) -> SequenceNumber {
        SequenceNumber(rawValue &+ UInt32(truncatingIfNeeded: count))
    }

    /// How far `other` lies after this number; negative when it lies before.
    package func distance(to other: SequenceNumber) -> Int {
        Int(Int32(bitPattern: other.rawValue &- rawValue))
    }

    package static func < (left: SequenceNumber, right: SequenceNumber) -> Bool { left.distance(to: right) > 0 }

    package var description: String { String(rawValue, radix: 16) }
}
