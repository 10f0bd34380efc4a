import ClusterTypes
import Totem

/// A message of the harness: magic, sender, incarnation, number, then a pattern up to its size.
struct TestMessage: Hashable, CustomStringConvertible {
    let sender: NodeID
    let incarnation: Int
    let number: Int
    let size: Int

    init(sender: NodeID, incarnation: Int, number: Int, size: Int) {
        self.sender = sender
        self.incarnation = incarnation
        self.number = number
        self.size = max(16, size)
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = Array("TM".utf8)
        for value in [Int(sender.rawValue), incarnation, number, size] {
            bytes += [UInt8(value & 255), UInt8(value >> 8 & 255), UInt8(value >> 16 & 255)]
        }
        for index in bytes.count..<max(bytes.count, size) { bytes.append(pattern(index)) }
        return bytes
    }

    /// `nil` when it is no such message, or a damaged one.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count >= 16, bytes.starts(with: Array("TM".utf8)) else { return nil }
        let fields = (0..<4).map { index -> Int in
            let at = bytes.startIndex + 2 + 3 * index
            return Int(bytes[at]) | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]) << 16
        }
        self.init(sender: NodeID(UInt32(fields[0])), incarnation: fields[1], number: fields[2], size: fields[3])
        guard size == bytes.count, bytes.elementsEqual(self.bytes) else { return nil }
    }

    private func pattern(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: index &* 31 &+ number &* 7) }

    var description: String { "\(sender)/\(incarnation)#\(number)" }
}

/// What one incarnation of a node saw, in order.
struct History {
    enum Entry {
        case configuration(RingConfiguration)
        case message(TestMessage, from: NodeID)
    }

    let node: NodeID
    let incarnation: Int
    var entries: [Entry] = []
    var sent: [TestMessage] = []
    var reports: [(time: Instant, report: RingReport)] = []

    init(node: NodeID, incarnation: Int) {
        self.node = node
        self.incarnation = incarnation
    }

    /// The stretches between two regular configurations.
    struct Stretch {
        var configuration: RingConfiguration
        var messages: [TestMessage] = []
        /// The transitional configuration that ended it, and the ring that came next.
        var transitional: RingConfiguration?
    }

    var stretches: [Stretch] {
        var result: [Stretch] = []
        for entry in entries {
            switch entry {
            case .configuration(let change):
                switch change.kind {
                case .regular: result.append(Stretch(configuration: change))
                case .transitional: if !result.isEmpty { result[result.count - 1].transitional = change }
                }
            case .message(let message, _):
                if !result.isEmpty { result[result.count - 1].messages.append(message) }
            }
        }
        return result
    }

    var messages: [TestMessage] { stretches.flatMap(\.messages) }
}

extension [History] {
    /// The latest incarnation of a node.
    mutating func withLast(of node: NodeID, _ change: (inout History) -> Void) {
        if let index = lastIndex(where: { $0.node == node }) { change(&self[index]) }
    }

    func last(of node: NodeID) -> History? { last { $0.node == node } }
}
