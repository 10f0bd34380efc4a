import ClusterConfiguration
import ClusterTypes
import EventLoop
import Glibc
import KronosnetTransport
import LibknetTransport
import Testing

/// Two transports of one process, on 127.0.0.1 and 127.0.0.2, served by one event loop: ours and libknet in every pairing.
@Suite(.serialized) struct KronosnetTransportTests {
    private let loop: EventLoop
    private static let key = (0..<256).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    init() throws { loop = try EventLoop() }

    private func settings(port: Int, extra: String = "") throws -> ClusterSettings {
        let text = """
            totem {
                version: 2
                cluster_name: test
                \(extra)
                interface {
                    linknumber: 0
                    mcastport: \(port)
                    knet_pong_count: 1
                }
            }
            nodelist {
                node {
                    name: one
                    nodeid: 1
                    ring0_addr: 127.0.0.1
                }
                node {
                    name: two
                    nodeid: 2
                    ring0_addr: 127.0.0.2
                }
            }
            """
        return try ClusterSettings.parse(text, file: "test.conf").settings
    }

    private func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isBound)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    enum Kind: CaseIterable { case ours, libknet }

    static let pairings: [(Kind, Kind)] = [(.ours, .ours), (.ours, .libknet), (.libknet, .ours), (.libknet, .libknet)]

    private func transport(
        _ kind: Kind = .ours, _ settings: ClusterSettings, node: UInt32, key: [UInt8]?,
        receive: @escaping (TransportEvent) -> Void
    ) throws -> any PacketTransport {
        let local = try #require(settings.node(NodeID(node)))
        let transportSettings = try TransportSettings(settings, local: local, key: key)
        return switch kind {
        case .ours: try KronosnetTransport(transportSettings, loop: loop, receive: receive)
        case .libknet: try LibknetTransport(transportSettings, loop: loop, receive: receive)
        }
    }

    /// A packet with an empty Totem header and `content` behind it.
    private func packet(_ content: [UInt8]) -> [UInt8] { [UInt8](repeating: 0, count: 13) + content }

    private func run(atMost limit: Duration = .seconds(8), until isDone: () -> Bool) {
        let deadline = Instant.now() + limit
        while !isDone(), Instant.now() < deadline { loop.runOnce(waitingAtMost: .milliseconds(50)) }
    }

    /// What one side has seen.
    private final class Witness {
        var packets: [[UInt8]] = []
        var reachable: [NodeID: Bool] = [:]
        var withoutDaemon: Set<NodeID> = []
        func take(_ event: TransportEvent) {
            switch event {
            case .packetReceived(let packet): packets.append(Array(packet.dropFirst(13)))
            case .reachabilityChanged(let node, let isReachable): reachable[node] = isReachable
            case .daemonMissing(let node): withoutDaemon.insert(node)
            case .packetsPaused, .linkChanged, .mtuChanged, .reported: break
            }
        }
    }

    @Test(
        "encrypted packets reach the node they are for, by either library; a node that ends is noticed",
        .timeLimit(.minutes(1)), arguments: pairings)
    func exchange(kinds: (Kind, Kind)) throws {
        let port = try freePort()
        let (one, two) = (Witness(), Witness())
        // nss on one side and openssl on the other: a key means the same to both.
        let first = try transport(
            kinds.0, settings(port: port, extra: "crypto_model: nss"), node: 1, key: Self.key, receive: one.take)
        let second = try transport(
            kinds.1, settings(port: port, extra: "crypto_model: openssl"), node: 2, key: Self.key, receive: two.take)
        defer { first.close() }
        run { one.reachable[NodeID(2)] == true && two.reachable[NodeID(1)] == true }
        try #require(one.reachable[NodeID(2)] == true && two.reachable[NodeID(1)] == true)
        #expect(first.observeLinks().map(\.isConnected) == [true])

        let large = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        first.send(packet([1]), to: NodeID(2))
        first.send(packet([2]), to: nil)
        first.send(packet(large), to: NodeID(2))
        second.send(packet([3]), to: nil)
        run { two.packets.count == 3 && one.packets.count == 1 }
        #expect(two.packets == [[1], [2], large])
        #expect(one.packets == [[3]])

        second.close()
        let end = Instant.now()
        loop.schedule(after: .milliseconds(20)) { first.send(packet([4]), to: NodeID(2)) }
        run { one.withoutDaemon == [NodeID(2)] }
        #expect(one.withoutDaemon == [NodeID(2)])
        #expect(.now() - end < .milliseconds(1000), "the token's timeout would have been first")
        run { one.reachable[NodeID(2)] == false }
        #expect(one.reachable[NodeID(2)] == false)
        #expect(first.observeLinks().map(\.isConnected) == [false])
    }

    /// Libknet 1.25 cannot have a digest without a cipher on loopback: its search for the MTU ends in a wild copy.
    @Test(
        "every cipher and digest means the same to ours and to libknet", .timeLimit(.minutes(1)),
        arguments: [("aes128", "md5"), ("aes192", "sha384"), ("none", "none")])
    func algorithms(cipher: String, hash: String) throws {
        let port = try freePort()
        let (one, two) = (Witness(), Witness())
        let file = try settings(port: port, extra: "crypto_cipher: \(cipher)\ncrypto_hash: \(hash)")
        let first = try transport(.ours, file, node: 1, key: Self.key, receive: one.take)
        let second = try transport(.libknet, file, node: 2, key: Self.key, receive: two.take)
        defer {
            first.close()
            second.close()
        }
        run { one.reachable[NodeID(2)] == true && two.reachable[NodeID(1)] == true }
        let large = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        first.send(packet(large), to: nil)
        second.send(packet(large), to: nil)
        run { one.packets.count == 1 && two.packets.count == 1 }
        #expect(one.packets == [large])
        #expect(two.packets == [large])
        // Libknet looks for it five times a second.
        run { first.observeLinks().first?.mtu == second.observeLinks().first?.mtu }
        #expect(first.observeLinks().first?.mtu == second.observeLinks().first?.mtu)
        #expect(
            first.observeLinks().first?.counters.map(\.key).sorted()
                == second.observeLinks().first?.counters.map(\.key).sorted())
        #expect(first.observeHandle().map(\.key).sorted() == second.observeHandle().map(\.key).sorted())
    }

    @Test("keys change, come and go while packets flow", .timeLimit(.minutes(1)), arguments: Kind.allCases)
    func otherKeys(kind: Kind) throws {
        let port = try freePort()
        let (one, two) = (Witness(), Witness())
        let file = try settings(port: port)
        let first = try transport(.ours, file, node: 1, key: Self.key, receive: one.take)
        let second = try transport(kind, file, node: 2, key: Self.key, receive: two.take)
        defer {
            first.close()
            second.close()
        }
        run { one.reachable[NodeID(2)] == true && two.reachable[NodeID(1)] == true }
        var count = 0
        func exchange(_ what: Comment) {
            count += 1
            first.send(packet([UInt8(count)]), to: nil)
            second.send(packet([UInt8(count)]), to: nil)
            run(atMost: .seconds(2)) { one.packets.count == count && two.packets.count == count }
            #expect(one.packets.count == count && two.packets.count == count, what)
        }
        exchange("before")
        let keys: [[UInt8]?] = kind == .ours ? [Self.key.reversed(), nil, Self.key] : [Self.key.reversed()]
        for key in keys {
            let settings = try [NodeID(1), NodeID(2)].map { node in
                try TransportSettings(file, local: try #require(file.node(node)), key: key)
            }
            #expect(first.reconfigure(settings[0]) == [])
            exchange("one node knows the new keys")
            #expect(second.reconfigure(settings[1]) == [])
            try first.changeKeys(phase: 1)
            exchange("one node uses the new keys")
            try second.changeKeys(phase: 1)
            exchange("both use the new keys")
            try first.changeKeys(phase: 2)
            try second.changeKeys(phase: 2)
            exchange("the old keys are forgotten")
        }
        #expect(one.reachable == [NodeID(2): true])
        #expect(two.reachable == [NodeID(1): true])
    }

    @Test(
        "a node with another key, or without one, never becomes reachable", arguments: Kind.allCases, [true, false])
    func wrongKey(kind: Kind, hasKey: Bool) throws {
        let port = try freePort()
        let (one, two) = (Witness(), Witness())
        let first = try transport(kind, settings(port: port), node: 1, key: Self.key, receive: one.take)
        let second = try transport(
            kind, settings(port: port), node: 2, key: hasKey ? Self.key.reversed() : nil, receive: two.take)
        defer {
            first.close()
            second.close()
        }
        second.send(packet([1]), to: NodeID(1))
        run(atMost: .milliseconds(1500)) { !one.reachable.isEmpty }
        #expect(one.reachable.isEmpty)
        #expect(one.packets.isEmpty)
        #expect(two.packets.isEmpty)
    }

    @Test("an address that another process uses is refused with a sentence", arguments: Kind.allCases)
    func addressInUse(kind: Kind) throws {
        let port = try freePort()
        let first = try transport(kind, settings(port: port), node: 1, key: nil) { _ in }
        defer { first.close() }
        let failure = #expect(throws: TransportFailure.self) {
            _ = try transport(kind, settings(port: port), node: 1, key: nil) { _ in }
        }
        #expect(failure?.description.contains("127.0.0.1 port \(port) is in use") == true)
    }

    @Test("a foreign address, a short key and a node id that kronosnet cannot carry are refused with a sentence")
    func badSettings() throws {
        let file = try settings(port: 5405)
        var local = try #require(file.node(NodeID(1)))
        let short = #expect(throws: TransportFailure.self) {
            _ = try TransportSettings(file, local: local, key: [1, 2, 3])
        }
        #expect(short?.description.contains("3 bytes") == true)
        local.addresses[0].address = "192.0.2.1"
        let foreign = #expect(throws: TransportFailure.self) {
            _ = try KronosnetTransport(TransportSettings(file, local: local, key: nil), loop: loop) { _ in }
        }
        #expect(foreign?.description.contains("is not an address of this machine") == true)
        let large = #expect(throws: TransportFailure.self) {
            _ = try KronosnetTransport(TransportSettings(node: NodeID(70_000)), loop: loop) { _ in }
        }
        #expect(large?.description.contains("70000") == true)
    }
}
