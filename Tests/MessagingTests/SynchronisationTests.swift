import ClusterTypes
import Testing

@testable import Messaging

@Suite struct SynchronisationTests {
    private var synchronisation = Synchronisation(services: [2, 5])

    private mutating func build(from node: UInt32, _ services: [UInt32] = [2, 5]) -> [Synchronisation.Effect] {
        synchronisation.receive(
            .messageDelivered(.serviceBuild(ring, services: services), sender: NodeID(node)))
    }

    private mutating func barrier(from node: UInt32) -> [Synchronisation.Effect] {
        synchronisation.receive(.messageDelivered(.barrier(ring), sender: NodeID(node)))
    }

    private mutating func start() {
        _ = synchronisation.receive(.transitional([NodeID(1)]))
        _ = synchronisation.receive(.regular(ring, members: [NodeID(1), NodeID(2)]))
    }

    @Test mutating func servicesAreWorkedThroughInOrderWithABarrierEach() {
        _ = synchronisation.receive(.transitional([NodeID(1)]))
        #expect(
            synchronisation.receive(.regular(ring, members: [NodeID(1), NodeID(2)])) == [
                .multicast(.serviceBuild(ring, services: [2, 5])),
                .begin(ring: ring, members: [NodeID(1), NodeID(2)], together: [NodeID(1)]),
            ])
        #expect(build(from: 1) == [])
        #expect(build(from: 2) == [.sendState(service: 2), .multicast(.barrier(ring))])
        #expect(barrier(from: 2) == [])
        #expect(barrier(from: 1) == [.activate(service: 2), .sendState(service: 5), .multicast(.barrier(ring))])
        #expect(barrier(from: 1) == [])
        #expect(barrier(from: 2) == [.activate(service: 5), .complete])
        #expect(!synchronisation.isRunning)
    }

    @Test mutating func servicesThatOnlyOthersHaveGetTheirBarrier() {
        start()
        _ = build(from: 1)
        #expect(build(from: 2, [0, 2, 3, 5]) == [.multicast(.barrier(ring))])
        _ = barrier(from: 1)
        #expect(barrier(from: 2) == [.activate(service: 0), .sendState(service: 2), .multicast(.barrier(ring))])
    }

    @Test mutating func messagesOfAnotherRingAreIgnored() {
        start()
        let old = RingID(representative: NodeID(1), sequence: 4)
        for node in [NodeID(1), NodeID(2)] {
            #expect(synchronisation.receive(.messageDelivered(.serviceBuild(old, services: [2]), sender: node)) == [])
        }
        #expect(synchronisation.isRunning)
    }

    @Test mutating func aNewRingAbortsTheServiceThatWaits() {
        start()
        _ = build(from: 1)
        _ = build(from: 2)
        #expect(synchronisation.receive(.transitional([NodeID(1), NodeID(2)])) == [.abort(service: 2)])
        #expect(barrier(from: 1) == [])
    }

    /// 2 was in another ring while this node was on its way to 1,2,3: it must count as gone, even though the last step
    /// was made together.
    @Test mutating func togetherMeansSinceTheLastCompletedSynchronisation() {
        _ = synchronisation.receive(.transitional([NodeID(1)]))
        _ = synchronisation.receive(.regular(ring, members: [NodeID(1), NodeID(2)]))
        _ = synchronisation.receive(.transitional([NodeID(1), NodeID(2)]))
        let next = RingID(representative: NodeID(1), sequence: 12)
        #expect(
            synchronisation.receive(.regular(next, members: nodes)).last
                == .begin(ring: next, members: nodes, together: [NodeID(1)]))
    }
}
