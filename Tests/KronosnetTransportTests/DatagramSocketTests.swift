import ClusterConfiguration
import Glibc
import Kronosnet
import Testing

@testable import KronosnetTransport

/// Sockets on loopback, which delivers at once: what was sent is there to be read.
@Suite struct DatagramSocketTests {
    private func address(port: UInt16 = 0) throws -> SocketAddress {
        try SocketAddress.resolve("127.0.0.1", port: port, family: .ipv4)
    }

    /// A socket at a free port, with the address that it has.
    private func open() throws -> (socket: DatagramSocket, address: SocketAddress) {
        let socket = try DatagramSocket(try address())
        var storage = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isKnown = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket.descriptor, $0, &length) == 0 }
        }
        try #require(isKnown)
        return (socket, try address(port: UInt16(bigEndian: storage.sin_port)))
    }

    private func receiveAll(_ socket: DatagramSocket, _ buffers: ReceiveBuffers) -> [[UInt8]] {
        var datagrams: [[UInt8]] = []
        var before = -1
        while before < datagrams.count {
            before = datagrams.count
            _ = buffers.receive(from: socket) { group in group.forEach { datagrams.append(Array($0)) } }
        }
        return datagrams
    }

    @Test(
        "fragments arrive one by one and in order, whether the kernel cuts them or not", arguments: [true, false],
        [1, 2, 63, 64, 65, 156])
    func segments(cuts: Bool, count: Int) throws {
        let (sender, _) = try open()
        let (receiver, destination) = try open()
        sender.cuts = cuts
        let segment = 1445
        let bytes = (0..<count * segment - 7).map { UInt8(truncatingIfNeeded: $0 / 5) }
        let outcome = bytes.withUnsafeBytes { sender.send($0, segment: segment, to: destination) }
        #expect(outcome == .sent)
        let received = receiveAll(receiver, ReceiveBuffers())
        #expect(received.count == count)
        #expect(received.dropLast().allSatisfy { $0.count == segment })
        #expect(Array(received.joined()) == bytes)
    }

    @Test("a datagram that no network carries is too large")
    func tooLarge() throws {
        let (sender, _) = try open()
        let (_, destination) = try open()
        let bytes = [UInt8](repeating: 0, count: 65_508)
        let outcome = bytes.withUnsafeBytes { sender.send($0, segment: bytes.count, to: destination) }
        #expect(outcome == .tooLarge)
    }

    @Test("where nobody listens, the network says so, and later packets are sent all the same")
    func refused() throws {
        let (sender, _) = try open()
        let (receiver, destination) = try open()
        let nobody = try open().address
        let sent = [1, 2, 3].map { UInt8($0) }.map { byte in
            [byte].withUnsafeBytes { sender.send($0, segment: 1, to: byte == 1 ? nobody : destination) }
        }
        #expect(sent == [.sent, .sent, .sent])
        #expect(receiveAll(receiver, ReceiveBuffers()) == [[2], [3]])
        let errors = sender.takeErrors()
        #expect(errors.map(\.code) == [ECONNREFUSED])
        #expect(errors.first?.destination.endpoint == nobody.endpoint)
        #expect(errors.first?.destination.host == "127.0.0.1")
        #expect(sender.takeErrors().isEmpty)
    }

    @Test("packets are marked with the code point that is configured", arguments: [(0, 0x10 as Int32), (46, 46 << 2)])
    func codePoint(codePoint: Int, expected: Int32) throws {
        let (socket, _) = try open()
        socket.mark(codePoint)
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        #expect(getsockopt(socket.descriptor, Int32(IPPROTO_IP), Int32(IP_TOS), &value, &length) == 0)
        #expect(value == expected)
    }

    @Test("an address of IPv4 and one of IPv6 are written as everybody writes them")
    func endpoints() throws {
        #expect(try address(port: 5405).endpoint.description == "127.0.0.1:5405")
        let six = try SocketAddress.resolve("fd97::1:2", port: 9, family: .ipv6)
        #expect(six.endpoint.description == "[fd97:0:0:0:0:0:1:2]:9")
    }
}
