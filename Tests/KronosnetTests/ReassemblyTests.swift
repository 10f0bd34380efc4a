import ClusterTypes
import Testing

@testable import Kronosnet

@Suite struct ReassemblyTests {
    private let packet = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 / 3) }

    private func take(
        _ fragment: Int, of count: Int, _ content: [UInt8], sequence: UInt16 = 1, _ reassembly: inout Reassembly
    ) -> [UInt8]? {
        let header = DataHeader(
            node: 1, sequence: sequence, isBroadcast: false, fragmentCount: count, fragment: fragment)
        return content.withUnsafeBytes { reassembly.take(header, $0) }
    }

    /// Fragments of 1000 bytes, the last one shorter.
    private var fragments: [[UInt8]] {
        stride(from: 0, to: 9_500, by: 1000).map { Array(packet[$0..<min(9_500, $0 + 1000)]) }
    }

    @Test("fragments in any order, and again, make the packet once", arguments: 0..<200 as Range<UInt64>)
    func anyOrder(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var reassembly = Reassembly()
        var order = Array(fragments.indices)
        if seed > 0 { order.shuffle(using: &generator) }
        var results: [[UInt8]] = []
        for index in order.dropLast() {
            for _ in 0..<(seed % 3 == 0 ? 2 : 1) {
                take(index + 1, of: 10, fragments[index], &reassembly).map { results.append($0) }
            }
        }
        #expect(results.isEmpty)
        let last = order[9]
        #expect(take(last + 1, of: 10, fragments[last], &reassembly) == Array(packet.prefix(9_500)))
        #expect(reassembly.count == 0)
    }

    @Test("fragments that cannot be are dropped")
    func impossible() {
        var reassembly = Reassembly()
        #expect(take(0, of: 0, [1], &reassembly) == nil)
        #expect(take(0, of: 3, [1], &reassembly) == nil)
        #expect(take(4, of: 3, [1], &reassembly) == nil)
        #expect(take(1, of: 3, [], &reassembly) == nil)
        #expect(reassembly.count == 0)
        #expect(take(1, of: 3, [1], &reassembly) == nil)
        #expect(take(2, of: 2, [2], &reassembly) == nil, "another number of fragments")
        #expect(take(3, of: 3, [3], &reassembly) == nil)
        #expect(take(2, of: 3, [2], &reassembly) == [1, 2, 3])
    }

    @Test("a packet never grows beyond 64 KiB, and no more than 32 are under way")
    func bounds() {
        var reassembly = Reassembly()
        let large = [UInt8](repeating: 1, count: 60_000)
        #expect(take(1, of: 3, large, &reassembly) == nil)
        #expect(take(3, of: 3, large, &reassembly) == nil)
        #expect(reassembly.count == 0, "given up")
        for sequence in 1...100 as ClosedRange<UInt16> {
            _ = take(1, of: 2, [1], sequence: sequence, &reassembly)
            #expect(reassembly.count <= 32)
        }
        #expect(take(2, of: 2, [2], sequence: 100, &reassembly) == [1, 2])
        #expect(take(2, of: 2, [2], sequence: 1, &reassembly) == nil, "the oldest made room")
    }
}
