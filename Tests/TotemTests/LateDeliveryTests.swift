import ClusterTypes
import Testing

@testable import Totem

/// What an event delivers may be worked on after what it sends is on its way.
@Suite("Deliveries after packets")
struct LateDeliveryTests {
    private var ring = PackedRing(settings: RingSettings(node: NodeID(1), peers: [], reportsReachability: false))

    init() {
        var events: [PackedRing.Event] = [.started]
        var next = 0
        while next < events.count, next < 100 {
            var effects: [PackedRing.Effect] = []
            ring.receive(events[next], at: Instant(nanoseconds: Int64(next) * 2_000_000_000), into: &effects)
            next += 1
            for effect in effects {
                switch effect {
                case .storeRingSequence(let sequence): events.append(.ringSequenceStored(sequence))
                case .configurationChanged(let change) where change.kind == .regular:
                    events.append(.synchronisationCompleted(change.ring))
                case .arm(let timer, _) where ring.configuration == nil: events.append(.timerFired(timer))
                case .arm, .send, .broadcast, .cancel, .deliver, .configurationChanged, .flowControlChanged, .report:
                    break
                }
            }
        }
    }

    private func payloads(_ effects: [PackedRing.Effect]) -> [[UInt8]] {
        effects.flatMap { effect -> [[UInt8]] in
            guard case .deliver(_, let messages) = effect else { return [] }
            return messages.map { Array($0) }
        }
    }

    @Test("begin delivers nothing; proceed delivers all of it, frame by frame, in order")
    mutating func beginThenProceed() {
        let long = [UInt8](repeating: 7, count: 150_000)
        var effects: [PackedRing.Effect] = []
        let later = Instant(nanoseconds: 300_000_000_000)
        ring.begin(.multicastRequested(MessageRun([1]), .agreed, .application), at: later, into: &effects)
        ring.begin(.multicastRequested(MessageRun(long), .agreed, .application), at: later, into: &effects)
        #expect(payloads(effects).isEmpty)
        var steps = 0
        while ring.proceed(at: later, into: &effects) { steps += 1 }
        #expect(payloads(effects) == [[1], long])
        #expect(steps > 2)
        let isMore = ring.proceed(at: later, into: &effects)
        #expect(!isMore)
    }

    @Test("receive leaves nothing behind")
    mutating func receiveIsBoth() {
        var effects: [PackedRing.Effect] = []
        let later = Instant(nanoseconds: 300_000_000_000)
        ring.receive(.multicastRequested(MessageRun([1, 2]), .agreed, .application), at: later, into: &effects)
        #expect(payloads(effects) == [[1, 2]])
        let isMore = ring.proceed(at: later, into: &effects)
        #expect(!isMore)
    }

    @Test("on a node that is alone, messages that come together share a frame, and nothing is sent")
    mutating func alone() {
        var effects: [PackedRing.Effect] = []
        let later = Instant(nanoseconds: 300_000_000_000)
        let before = ring.statistics
        for number in 0..<100 {
            ring.begin(
                .multicastRequested(MessageRun([UInt8(number)]), .agreed, .application), at: later, into: &effects)
        }
        var steps = 0
        while ring.proceed(at: later, into: &effects) { steps += 1 }
        #expect(payloads(effects) == (0..<100).map { [UInt8($0)] })
        #expect(steps == 1)
        #expect(ring.statistics.messages.sent == before.messages.sent + 1)
        let isSending = effects.contains { if case .broadcast = $0 { true } else { false } }
        #expect(!isSending)
    }
}
