internal import ClusterTypes

/// Packets that somebody in the network has seen and may use again.
struct SeenPackets {
    struct Packet {
        var bytes: [UInt8]
        var from: Int
        var to: Int
    }

    private static let capacity = 300
    private var packets: [Packet] = []
    private var next = 0

    mutating func note(_ packet: Packet) {
        if packets.count < Self.capacity {
            packets.append(packet)
        } else {
            packets[next] = packet
            next = (next + 1) % Self.capacity
        }
    }

    func drawn(_ generator: inout SeededGenerator) -> Packet? {
        packets.isEmpty ? nil : packets[generator.below(packets.count)]
    }
}

// Somebody in the network: who repeats what was said, cuts it short, or says what nobody said.
extension SimulatedCluster {
    func scheduleAdversary() {
        schedule(.adversaryActs, after: adversary.duration(in: .milliseconds(1)...(.milliseconds(60))))
    }

    func actAsAdversary() {
        guard isBreaking else { return }
        scheduleAdversary()
        guard var packet = seenPackets.drawn(&adversary) else { return }
        switch adversary.below(adversity.forgesPackets ? 8 : 4) {
        case 0, 1: break  // As it was, but late; the transport gives a packet only to whom it is for.
        case 2: cutShort(&packet.bytes)
        case 3: packet.bytes = nonsense()
        default: forge(&packet)
        }
        inject(packet)
    }

    private func inject(_ packet: SeenPackets.Packet) {
        trace(packet.to, "the network makes up a packet of type \(packet.bytes.dropFirst(3).first ?? 0)")
        schedule(.packetArrives(node: packet.to, from: packet.from, packet.bytes), after: .microseconds(10))
    }

    /// Messages only within their header: what is behind it, the transport protects.
    private func cutShort(_ bytes: inout [UInt8]) {
        let isMessage = bytes.count > 3 && bytes[3] == 1
        bytes.removeLast(bytes.count - adversary.below(max(1, min(bytes.count, isMessage ? 45 : bytes.count))))
    }

    private func nonsense() -> [UInt8] {
        var bytes = (0..<adversary.below(300)).map { _ in UInt8(truncatingIfNeeded: adversary.next()) }
        if bytes.count > 1 { bytes[0] = bytes[0] == 0x70 ? 0 : bytes[0] }  // Not by chance a packet.
        return bytes
    }

    /// Changes a few bytes of a real packet; it may come from anybody then, and be for anybody.
    private func forge(_ packet: inout SeenPackets.Packet) {
        packet.to = adversary.below(nodes.count)
        packet.from = adversary.below(nodes.count)
        for _ in 0..<1 + adversary.below(6) where packet.bytes.count > 4 {
            let place =
                adversary.chance(0.7)
                ? adversary.below(min(packet.bytes.count, 80)) : adversary.below(packet.bytes.count)
            let values: [UInt8] = [0, 1, 2, 0xFF, UInt8(truncatingIfNeeded: adversary.next())]
            packet.bytes[max(3, place)] = values[adversary.below(values.count)]
        }
        if adversary.chance(0.3) { packet.bytes[3] = UInt8(adversary.below(6)) }
    }
}
