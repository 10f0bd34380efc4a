package import ClusterTypes
package import Totem

/// What passes between the ring and the services of a node, for somebody who watches whether the ring keeps its promises.
package enum RingObservation: Sendable, Equatable {
    /// A service gave the ring a message.
    case sent(digest: UInt64, Guarantee, PackedRing.Lane)
    /// The ring gave the services a message.
    case delivered(digest: UInt64, from: NodeID)
    case configurationChanged(RingConfiguration)

    /// Tells messages apart: 64 bits of FNV-1a.
    static func digest(of head: some Sequence<UInt8>, _ tail: ArraySlice<UInt8> = []) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in head { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for byte in tail { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
