internal import ClusterTypes

/// A network that loses, repeats, delays and reorders packets, and blocks them in single directions.
struct SimulatedNetwork {
    struct Conditions {
        /// 0 to 1.
        var loss = 0.0
        /// 0 to 1.
        var duplication = 0.0
        /// Packets overtake each other when the range is wide.
        var delay: ClosedRange<Duration> = .microseconds(50)...(.microseconds(300))

        static let good = Conditions()

        /// 40 ms delay, 20 ms jitter in each direction.
        static func wideArea(lossPercent: Int) -> Conditions {
            Conditions(loss: Double(lossPercent) / 100, delay: .milliseconds(20)...(.milliseconds(60)))
        }
    }

    var conditions = Conditions.good
    private let nodeCount: Int
    /// How many reasons block the direction, at `from × nodeCount + to`.
    private var blocks: [Int]

    init(nodeCount: Int) {
        self.nodeCount = nodeCount
        blocks = Array(repeating: 0, count: nodeCount * nodeCount)
    }

    mutating func block(from: Int, to: Int) { blocks[from * nodeCount + to] += 1 }

    mutating func unblock(from: Int, to: Int) {
        let index = from * nodeCount + to
        blocks[index] = max(0, blocks[index] - 1)
    }

    mutating func heal() {
        conditions = .good
        blocks = Array(repeating: 0, count: nodeCount * nodeCount)
    }

    func isOpen(from: Int, to: Int) -> Bool { blocks[from * nodeCount + to] == 0 }

    /// A link works when packets pass both ways, as kronosnet's pings find out.
    func isLinked(_ one: Int, _ other: Int) -> Bool { isOpen(from: one, to: other) && isOpen(from: other, to: one) }

    /// How long each copy of a packet takes; empty when it is lost.
    func arrivals(from: Int, to: Int, _ generator: inout SeededGenerator) -> (first: Duration?, second: Duration?) {
        guard isOpen(from: from, to: to) else { return (nil, nil) }
        if conditions.loss > 0, generator.chance(conditions.loss) { return (nil, nil) }
        let first = generator.duration(in: conditions.delay)
        if conditions.duplication > 0, generator.chance(conditions.duplication) {
            return (first, generator.duration(in: conditions.delay))
        }
        return (first, nil)
    }
}
