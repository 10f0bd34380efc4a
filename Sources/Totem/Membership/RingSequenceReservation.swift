/// Keeps the stored ring sequence ahead of the used one, so that forming a ring rarely waits for a disk.
///
/// A ring identifier must never be used twice, not even after a crash; so a sequence is used only when it, or a higher one, is on
/// stable storage. Storing a block ahead makes that true in advance. After a restart the node begins above the block.
struct RingSequenceReservation: Sendable, Equatable {
    static let blockSize: UInt64 = 256

    private(set) var stored: UInt64
    private var requested: UInt64

    init(stored: UInt64) {
        self.stored = stored
        requested = stored
    }

    func covers(_ sequence: UInt64) -> Bool { sequence <= stored }

    /// What to store now because `sequence` is about to be used or the block runs low; `nil` when nothing is needed.
    mutating func request(for sequence: UInt64) -> UInt64? {
        guard sequence > requested || requested - sequence < Self.blockSize / 2 else { return nil }
        requested = sequence + Self.blockSize
        return requested
    }

    mutating func confirm(_ sequence: UInt64) { stored = max(stored, min(sequence, requested)) }
}
