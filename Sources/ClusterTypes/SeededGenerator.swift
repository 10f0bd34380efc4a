/// A generator whose sequence depends on its seed alone, on every machine and in every version: SplitMix64.
///
/// The standard library's `shuffled` and `randomElement` may change between versions even with a fixed generator, so
/// whoever needs a reproducible choice uses the methods here.
///
/// - Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number from 0 up to but not including `bound`, which must be positive.
    package mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "the bound of a choice must be positive, not \(bound)")
        return Int(next() % UInt64(bound))
    }

    /// True with the given probability, 0 to 1.
    package mutating func chance(_ probability: Double) -> Bool {
        Double(next() >> 11) * 0x1p-53 < probability
    }

    /// A duration from `range`, both ends included.
    package mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        let span = range.upperBound.nanoseconds - range.lowerBound.nanoseconds
        return range.lowerBound + .nanoseconds(Int64(next() % (UInt64(span) + 1)))
    }

    /// The elements in an order drawn from this generator (Fisher-Yates).
    package mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        for last in stride(from: result.count - 1, to: 0, by: -1) { result.swapAt(last, below(last + 1)) }
        return result
    }
}
