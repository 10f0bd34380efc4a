internal import ClusterConfiguration
internal import Kronosnet
internal import PacketCryptography

/// The keys that packets are sealed with and opened by: one, or two while keys change.
struct Keyring {
    private enum Staged {
        case nothing
        /// Known for receiving, and not used for sending yet.
        case cipher(PacketCipher?)
        /// Used for sending; what is sealed with the old one is opened still.
        case old(PacketCipher?)
    }

    /// Seals what is sent; `nil` means plain packets.
    private(set) var active: PacketCipher?
    private var staged = Staged.nothing

    init(_ protection: TransportSettings.Protection?) throws(TransportFailure) { active = try Self.cipher(protection) }

    private static func cipher(_ protection: TransportSettings.Protection?) throws(TransportFailure) -> PacketCipher? {
        guard let protection else { return nil }
        do { return try PacketCipher(protection.choice, key: protection.key) } catch {
            throw TransportFailure(error.description)
        }
    }

    var envelope: Envelope {
        guard let active else { return .plain }
        return Envelope(blockSize: active.blockSize, saltSize: active.saltSize, digestSize: active.digestSize)
    }

    // MARK: Changing

    /// Makes new keys, or that there will be none, known for receiving.
    mutating func stage(_ protection: TransportSettings.Protection?) throws(TransportFailure) {
        staged = .cipher(try Self.cipher(protection))
    }

    mutating func change(phase: UInt32) {
        switch (phase, staged) {
        case (1, .cipher(let next)): (active, staged) = (next, .old(active))
        case (2, .old): staged = .nothing
        default: break  // Keys that did not change here.
        }
    }

    // MARK: Packets

    /// Opens a packet with the keys that are known, the one in use first.
    ///
    /// - Returns: the packet, in `buffer` or where it was; `nil` for one that is sealed with no known key.
    func open(
        _ packet: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        if let active, let length = active.open(packet, into: buffer) {
            return UnsafeRawBufferPointer(rebasing: buffer[..<length])
        }
        switch staged {
        case .nothing: return active == nil ? packet : nil
        case .cipher(let other), .old(let other):
            if let other, let length = other.open(packet, into: buffer) {
                return UnsafeRawBufferPointer(rebasing: buffer[..<length])
            }
            return active == nil || other == nil ? packet : nil
        }
    }
}
