/// The numbers of the packets of one node that have been seen, so that what travels on two links arrives once.
///
/// Remembers the last 4096; what is further from the newest number starts anew there, in either direction: the numbers have 16 bits
/// and go round, and a node that starts again begins with 1.
///
/// - Source: kronosnet 1.25 (KNET_CBUFFER_SIZE). Numbers skip 0 when they go round, which may cost the window one place.
struct SequenceWindow: Equatable {
    static let length = 4096

    private var newest: UInt16?
    private var seen = [UInt64](repeating: 0, count: length / 64)

    /// Moves the window to a number and tells whether it was seen before.
    mutating func contains(_ number: UInt16) -> Bool {
        guard let newest else {
            self.newest = number
            return false
        }
        let age = Int(newest &- number)
        if age < Self.length { return bit(number) }
        let step = Int(number &- newest)
        if step < Self.length {
            for index in 1...step { clear(newest &+ UInt16(truncatingIfNeeded: index)) }
        } else {
            forget()
        }
        self.newest = number
        return false
    }

    mutating func insert(_ number: UInt16) { seen[Self.word(number)] |= Self.mask(number) }

    /// Nothing has been seen.
    var isEmpty: Bool { newest == nil }

    mutating func forget() {
        newest = nil
        for index in seen.indices { seen[index] = 0 }
    }

    private func bit(_ number: UInt16) -> Bool { seen[Self.word(number)] & Self.mask(number) != 0 }
    private mutating func clear(_ number: UInt16) { seen[Self.word(number)] &= ~Self.mask(number) }
    private static func word(_ number: UInt16) -> Int { Int(number) % length / 64 }
    private static func mask(_ number: UInt16) -> UInt64 { 1 << UInt64(number % 64) }
}
