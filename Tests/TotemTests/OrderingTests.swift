import ClusterTypes
import Testing

@testable import Totem

@Suite("Ordering")
struct OrderingTests {
    @Test("Sequence numbers keep their order over the wrap-around")
    func sequence() {
        let before = SequenceNumber(0xffff_fffe)
        let after = before.advanced(by: 5)
        #expect(after.rawValue == 3)
        #expect(before < after)
        #expect(!(after < before))
        #expect(before.distance(to: after) == 5)
        #expect(after.previous.previous.previous.previous.rawValue == UInt32.max)
    }

    @Test("The window takes each number once, within its range, and forgets what is released")
    func window() {
        let base = SequenceNumber(0xffff_fff0)
        var window = ReceiveWindow(after: base)
        let inside = base.advanced(by: 20)
        let insert = { (window: inout ReceiveWindow, packet: [UInt8], sequence: SequenceNumber) in
            window.insert(packet, at: sequence)
        }
        let results = [
            insert(&window, [1], inside), insert(&window, [2], inside), insert(&window, [1], base),
            insert(&window, [1], base.advanced(by: ReceiveWindow.capacity + 1)),
            insert(&window, [3], base.advanced(by: ReceiveWindow.capacity)),
        ]
        #expect(results == [true, false, false, false, true])
        #expect(window.packet(inside) == [1])
        window.release(upTo: inside)
        #expect(window.packet(inside) == nil)
        #expect(window.base == inside)
        let isTaken = insert(&window, [4], inside.advanced(by: ReceiveWindow.capacity))
        #expect(isTaken)
    }

    @Test("Misses are counted until the packet comes")
    func misses() {
        var window = ReceiveWindow(after: SequenceNumber(0))
        let missing = SequenceNumber(3)
        let counts = (1...3).map { _ in window.countMiss(missing) }
        #expect(counts == [1, 2, 3])
        let isNew = window.insert([1], at: missing)
        #expect(isNew)
        window.release(upTo: missing)
        let count = window.countMiss(missing.advanced(by: ReceiveWindow.capacity))
        #expect(count == 1)
    }

    private func packet(_ sequence: UInt32, _ guarantee: Guarantee = .agreed) -> [UInt8] {
        var packet = RingMessage.packet(
            from: NodeID(1), encapsulation: .notEncapsulated, guarantee: guarantee, payloadCapacity: 0)
        RingMessage.number(
            &packet, sequence: SequenceNumber(sequence), count: 0,
            ring: RingID(representative: NodeID(1), sequence: 4))
        return packet
    }

    private func log(_ sequences: [UInt32], safe: Set<UInt32> = []) -> MessageLog {
        var log = MessageLog(
            ring: RingID(representative: NodeID(1), sequence: 4), members: NodeSet([NodeID(1)]),
            first: SequenceNumber(0))
        for sequence in sequences {
            log.insert(packet(sequence, safe.contains(sequence) ? .safe : .agreed), at: SequenceNumber(sequence))
        }
        return log
    }

    private func deliverable(_ log: inout MessageLog, safeUpTo: UInt32) -> [UInt32] {
        var delivered: [UInt32] = []
        while let (message, _) = log.nextDeliverable(safeUpTo: SequenceNumber(safeUpTo)) {
            delivered.append(message.sequence.rawValue)
        }
        return delivered
    }

    @Test("Delivery stops at a gap and goes on when it is filled")
    func gap() {
        var log = log([1, 2, 4])
        #expect(deliverable(&log, safeUpTo: 0) == [1, 2])
        #expect(log.hasGap)
        log.insert(packet(3), at: SequenceNumber(3))
        #expect(log.allReceivedUpTo == SequenceNumber(4))
        #expect(deliverable(&log, safeUpTo: 0) == [3, 4])
    }

    @Test("A safe message, and all after it, wait until everybody has it")
    func safe() {
        var log = log([1, 2, 3], safe: [2])
        #expect(deliverable(&log, safeUpTo: 1) == [1])
        #expect(deliverable(&log, safeUpTo: 2) == [2, 3])
    }

    @Test("Nothing is released that was not delivered")
    func release() {
        var log = log([1, 2, 3])
        log.release(upTo: SequenceNumber(3))
        #expect(log.window.base == SequenceNumber(0))
        _ = deliverable(&log, safeUpTo: 0)
        log.release(upTo: SequenceNumber(2))
        #expect(log.window.base == SequenceNumber(2))
    }

    @Test("The frames of a queue come out in order, over its growth")
    func queue() {
        var queue = FrameQueue()
        var expected: [[UInt8]] = []
        for number in 0..<200 {
            queue.append([UInt8(number)])
            if number % 3 == 0, let first = queue.popFirst() { expected.append(first) }
        }
        while let next = queue.popFirst() { expected.append(next) }
        #expect(expected == (0..<200).map { [UInt8($0)] })
        #expect(queue.byteCount == 0)
    }
}
