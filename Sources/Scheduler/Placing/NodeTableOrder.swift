/// The order in which a hash table holds its nodes. Where nodes are equally good by free capacities, or each better than the
/// next in a circle, the order in which they are looked at decides, and the incumbent's is that of such a table.
///
/// - Source: GLib's open addressing (sizes are powers of two, a prime below each as modulus, growing steps), with the
///   multiplicative string hash by 31.
struct NodeTableOrder {
    private var slots: [NodeIndex?] = Array(repeating: nil, count: 8)
    private var count = 0

    /// The nodes in the order of the table after these were put into it one after the other.
    ///
    /// - Parameter hashes: the `hash` of each node.
    static func of(_ nodes: [NodeIndex], hashes: (NodeIndex) -> UInt32) -> [NodeIndex] {
        var table = NodeTableOrder()
        for node in nodes { table.insert(node, hashes) }
        return table.slots.compactMap { $0 }
    }

    /// The hash of a node's id.
    static func hash(_ id: String) -> UInt32 {
        id.utf8.reduce(0) { $0 &* 31 &+ UInt32(bitPattern: Int32(Int8(bitPattern: $1))) }
    }

    private mutating func insert(_ node: NodeIndex, _ hashes: (NodeIndex) -> UInt32) {
        slots[freeSlot(from: home(hashes(node))) { slots[$0] != nil }] = node
        count += 1
        if slots.count <= count + count / 16 { grow(hashes) }
    }

    private func home(_ hash: UInt32) -> Int {
        // 0 and 1 mark free places.
        let hash = hash < 2 ? 2 : hash
        return Int((hash &* 11) % UInt32(Self.modulus(slots.count)))
    }

    private func freeSlot(from home: Int, isTaken: (Int) -> Bool) -> Int {
        var (slot, step) = (home, 0)
        while isTaken(slot) {
            step += 1
            slot = (slot + step) & (slots.count - 1)
        }
        return slot
    }

    /// Moves the nodes in place: each takes its new slot and puts out who is there and has not moved yet.
    private mutating func grow(_ hashes: (NodeIndex) -> UInt32) {
        let old = slots.count
        var wanted = 8
        while wanted <= count * 4 / 3 { wanted *= 2 }
        slots += Array(repeating: nil, count: max(0, wanted - old))
        var hasMoved = [Bool](repeating: false, count: slots.count)
        for start in 0..<old where !hasMoved[start] {
            var moving = slots[start]
            slots[start] = nil
            while let node = moving {
                let slot = freeSlot(from: home(hashes(node))) { hasMoved[$0] }
                hasMoved[slot] = true
                moving = slots[slot]
                slots[slot] = node
            }
        }
    }

    /// The largest prime below a power of two.
    private static func modulus(_ size: Int) -> Int {
        let primes = [7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521]
        return primes.last { $0 < size } ?? 7
    }
}
