/// A preference: an integer from -1,000,000 (never) to 1,000,000 (always); sums saturate, and never wins over always.
///
/// - Source: Pacemaker Explained, "Scores".
package struct Score: Hashable, Sendable, Comparable, CustomStringConvertible {
    package static let infinity = Score(1_000_000)
    package static let minusInfinity = Score(-1_000_000)
    package static let zero = Score(0)

    package let value: Int32

    /// Clamps to the range.
    package init(_ value: some BinaryInteger) {
        self.value = Int32(clamping: max(-1_000_000, min(1_000_000, Int64(clamping: value))))
    }

    package var isInfinite: Bool { value == 1_000_000 }
    package var isMinusInfinite: Bool { value == -1_000_000 }

    package static func < (left: Score, right: Score) -> Bool { left.value < right.value }

    package static func + (left: Score, right: Score) -> Score {
        if left.isMinusInfinite || right.isMinusInfinite { return .minusInfinity }
        if left.isInfinite || right.isInfinite { return .infinity }
        return Score(left.value + right.value)
    }

    package static func += (left: inout Score, right: Score) { left = left + right }

    package static prefix func - (score: Score) -> Score { Score(-score.value) }

    /// `INFINITY`, `-INFINITY` or the number, as the incumbents print it.
    package var description: String {
        isInfinite ? "INFINITY" : isMinusInfinite ? "-INFINITY" : String(value)
    }
}
