/// Packets that wait for the token, first in, first out, in a ring buffer.
struct FrameQueue: Sendable, Equatable {
    private var packets: [[UInt8]]
    private var head = 0
    private(set) var count = 0
    private(set) var byteCount = 0

    init() { packets = Array(repeating: [], count: 64) }

    var isEmpty: Bool { count == 0 }

    mutating func append(_ packet: consuming [UInt8]) {
        if count == packets.count { grow() }
        byteCount += packet.count
        packets[(head + count) & (packets.count - 1)] = packet
        count += 1
    }

    /// The oldest packet, no longer referenced by the queue, so that it can be changed in place.
    mutating func popFirst() -> [UInt8]? {
        guard count > 0 else { return nil }
        var packet: [UInt8] = []
        swap(&packet, &packets[head])
        head = (head + 1) & (packets.count - 1)
        count -= 1
        byteCount -= packet.count
        return packet
    }

    private mutating func grow() {
        var larger: [[UInt8]] = []
        larger.reserveCapacity(packets.count * 2)
        for index in 0..<count { larger.append(packets[(head + index) & (packets.count - 1)]) }
        larger.append(contentsOf: repeatElement([], count: packets.count * 2 - count))
        packets = larger
        head = 0
    }
}
