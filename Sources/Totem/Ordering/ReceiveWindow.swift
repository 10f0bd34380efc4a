/// The packets of a ring that may still be asked for, in a ring buffer indexed by sequence number.
///
/// It holds the `capacity` numbers after `base`. Everything up to `base` is known to be everywhere, and gone.
///
/// - Complexity: constant for every operation but `release`, which costs one step a released number.
struct ReceiveWindow: Sendable, Equatable {
    static let capacity = WireLimits.windowSize

    /// The last number that was released.
    private(set) var base: SequenceNumber
    /// A missing packet is an empty array.
    private var packets: [[UInt8]]
    private var missCounts: [UInt8]

    init(after base: SequenceNumber) {
        self.base = base
        packets = Array(repeating: [], count: Self.capacity)
        missCounts = Array(repeating: 0, count: Self.capacity)
    }

    func covers(_ sequence: SequenceNumber) -> Bool {
        let distance = base.distance(to: sequence)
        return distance > 0 && distance <= Self.capacity
    }

    func contains(_ sequence: SequenceNumber) -> Bool { covers(sequence) && !packets[slot(sequence)].isEmpty }

    /// The packet with that number; `nil` when it is missing, released or out of the window.
    func packet(_ sequence: SequenceNumber) -> [UInt8]? {
        guard covers(sequence) else { return nil }
        let packet = packets[slot(sequence)]
        return packet.isEmpty ? nil : packet
    }

    /// False when the packet is there already or lies outside the window.
    mutating func insert(_ packet: [UInt8], at sequence: SequenceNumber) -> Bool {
        guard !packet.isEmpty, covers(sequence) else { return false }
        let slot = slot(sequence)
        guard packets[slot].isEmpty else { return false }
        packets[slot] = packet
        missCounts[slot] = 0
        return true
    }

    /// Counts one more token visit that found the number missing, and returns how many there were.
    mutating func countMiss(_ sequence: SequenceNumber) -> Int {
        guard covers(sequence) else { return 0 }
        let slot = slot(sequence)
        if missCounts[slot] < .max { missCounts[slot] += 1 }
        return Int(missCounts[slot])
    }

    /// Forgets everything up to and including `sequence`; a number outside the window changes nothing.
    mutating func release(upTo sequence: SequenceNumber) {
        guard covers(sequence) else { return }
        while base != sequence {
            base = base.next
            let slot = slot(base)
            packets[slot] = []
            missCounts[slot] = 0
        }
    }

    private func slot(_ sequence: SequenceNumber) -> Int { Int(sequence.rawValue) & (Self.capacity - 1) }
}
