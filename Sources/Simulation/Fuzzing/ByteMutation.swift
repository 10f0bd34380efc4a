internal import ClusterTypes

/// Damages bytes the way that finds faults in readers: at the ends of fields, in lengths and counts, by cutting and joining.
enum ByteMutation {
    private static let words: [UInt32] = [
        0, 1, 2, 7, 8, 127, 128, 255, 256, 383, 385, 65535, 65536, 1 << 20, 0x7FFF_FFFF, 0x8000_0000, .max,
    ]

    /// - Parameter others: bytes of the same kind, to take pieces from.
    static func mutate(_ bytes: inout [UInt8], others: [[UInt8]], _ generator: inout SeededGenerator) {
        for _ in 0..<1 + generator.below(4) { mutateOnce(&bytes, others: others, &generator) }
    }

    private static func mutateOnce(_ bytes: inout [UInt8], others: [[UInt8]], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else {
            bytes = noise(generator.below(64), &generator)
            return
        }
        let place = generator.below(bytes.count)
        switch generator.below(12) {
        case 0: bytes[place] ^= 1 << UInt8(generator.below(8))
        case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
        case 2...4: put(words[generator.below(words.count)], width: 4, at: place & ~3, in: &bytes)
        case 5: put(words[generator.below(words.count)], width: 2, at: place & ~1, in: &bytes)
        case 6: put(UInt32(clamping: bytes.count + generator.below(17) - 8), width: 4, at: place & ~3, in: &bytes)
        case 7: bytes.removeLast(bytes.count - place)
        case 8: bytes.append(contentsOf: noise(generator.below(40), &generator))
        case 9: bytes.removeSubrange(place..<min(bytes.count, place + 1 + generator.below(16)))
        case 10: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + generator.below(16))], at: place)
        default:
            guard !others.isEmpty else { return }
            let other = others[generator.below(others.count)]
            bytes = Array(bytes.prefix(place)) + other.dropFirst(min(place, other.count))
        }
    }

    private static func put(_ value: UInt32, width: Int, at place: Int, in bytes: inout [UInt8]) {
        for index in 0..<width where place + index < bytes.count {
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index)))
        }
    }

    static func noise(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
}
