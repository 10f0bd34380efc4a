internal import ClusterTypes
internal import Totem

// For those who watch whether the ring keeps its promises.
extension MessagingNode {
    /// From now on, what passes between the ring and the services is kept until it is taken.
    package mutating func observeRing() { observations = [] }

    package mutating func takeObservations() -> [RingObservation] {
        guard let taken = observations, !taken.isEmpty else { return [] }
        observations = []
        return taken
    }

    /// A message that no service of any node reads, because none has this name.
    static func probe(_ payload: [UInt8]) -> [UInt8] {
        GroupAddress.prefix(for: Array("lockstep.probe".utf8)) + payload
    }

    mutating func observeSending(_ run: MessageRun, _ guarantee: Guarantee, _ lane: PackedRing.Lane) {
        guard observations != nil else { return }
        for index in 0..<run.count {
            let digest = RingObservation.digest(of: run.head(index), run.payloads[index])
            observations?.append(.sent(digest: digest, guarantee, lane))
        }
    }

    mutating func observeDelivery(_ message: ArraySlice<UInt8>, from sender: NodeID) {
        observations?.append(.delivered(digest: RingObservation.digest(of: message), from: sender))
    }
}
