import ClusterTypes
import Testing

@testable import Kronosnet

@Suite struct PathDiscoveryTests {
    private static let sealed = Envelope(blockSize: 16, saltSize: 16, digestSize: 32)

    private func path(_ envelope: Envelope) -> PathDiscovery.Path {
        PathDiscovery.Path(
            envelope: envelope, overhead: 28, latency: .milliseconds(1), interval: .seconds(30), fixedMTU: nil)
    }

    /// Looks on a path of which the interface takes `interface` bytes and the rest `width`, losing some probes.
    private func discover(
        _ envelope: Envelope, interface: Int, width: Int, losing: Set<Int> = []
    ) -> (mtu: Int?, probes: Int, time: Duration) {
        var discovery = PathDiscovery()
        let path = path(envelope)
        var now = Instant.origin
        discovery.start(path, now: now)
        var probes = 0
        while discovery.probe != nil, probes < 200 {
            guard let sending = discovery.advance(path, now: now) else {
                now = discovery.deadline ?? now
                continue
            }
            probes += 1
            #expect(envelope.sealedLength(sending.length) + 28 == sending.size)
            if sending.size > interface {
                discovery.refused(limit: interface, path, now: now)
            } else if sending.size <= width, !losing.contains(probes) {
                discovery.answered(size: sending.size, path, now: now)
            }
        }
        return (discovery.mtu, probes, now - .origin)
    }

    @Test("the interface's MTU is found with two probes", arguments: [Envelope.plain, sealed])
    func interface(envelope: Envelope) {
        let found = discover(envelope, interface: 1500, width: 1500)
        #expect(found.mtu == envelope.contentLength(inDatagram: 1472))
        #expect(found.probes == 2)
        #expect(found.time == .zero)
        #expect(discover(envelope, interface: 65536, width: 65536).mtu == envelope.contentLength(inDatagram: 65507))
    }

    @Test(
        "a path that is narrower than the interface is found, lost probes or not", arguments: [Envelope.plain, sealed])
    func narrow(envelope: Envelope) {
        for width in [600, 1280, 1400, 1492, 8999] {
            let expected = envelope.contentLength(inDatagram: width - 28)
            #expect(discover(envelope, interface: 9000, width: width).mtu == expected)
            #expect(discover(envelope, interface: 9000, width: width, losing: [4, 8, 9, 13]).mtu == expected)
        }
    }

    @Test("a path that lets nothing pass has no MTU, and is tried again")
    func nothing() {
        var discovery = PathDiscovery()
        let path = path(Self.sealed)
        var now = Instant.origin
        discovery.start(path, now: now)
        var steps = 0
        while discovery.probe != nil, steps < 1000 {
            _ = discovery.advance(path, now: now)
            now = discovery.deadline ?? now
            steps += 1
        }
        #expect(discovery.mtu == nil)
        #expect(discovery.hasFailed)
        #expect(discovery.deadline != nil)
    }

    @Test("an answer to another probe, or none, changes nothing")
    func strangeAnswers() {
        var discovery = PathDiscovery()
        let path = path(Self.sealed)
        discovery.answered(size: 1500, path, now: .origin)
        #expect(discovery == PathDiscovery())
        discovery.start(path, now: .origin)
        let before = discovery
        for size in [0, 1, 1500, 65535, -1] where size != before.probe?.size {
            discovery.answered(size: size, path, now: .origin)
        }
        #expect(discovery == before)
    }
}
