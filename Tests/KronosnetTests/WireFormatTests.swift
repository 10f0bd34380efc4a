import ClusterTypes
import Testing

@testable import Kronosnet

@Suite struct WireFormatTests {
    private func read(_ bytes: [UInt8]) throws -> Packet { try bytes.withUnsafeBytes { try Packet($0) } }

    private static let ping = Packet.Ping(
        node: 0x0102, link: 3, seconds: 5, nanoseconds: 6, sequence: 0x0708, isTimed: true)
    private static let packets: [Packet] = [
        .data(DataHeader(node: 7, sequence: 0xFFFE, isBroadcast: true, fragmentCount: 28, fragment: 2)),
        .ping(ping), .pong(ping), .pathProbe(node: 9, link: 1, size: 1500), .pathReply(node: 9, link: 1, size: 1500),
    ]

    @Test("what is written is read again", arguments: packets)
    func roundTrip(packet: Packet) throws { #expect(try read(packet.bytes()) == packet) }

    @Test("fields are where kronosnet has them")
    func layout() {
        let ping = Packet.ping(Self.ping).bytes()
        #expect(ping.count == 26)
        #expect(Array(ping.prefix(7)) == [1, 0x81, 1, 2, 0, 0, 3])
        #expect(Array(ping.suffix(3)) == [7, 8, 1])
        let data = Self.packets[0].bytes()
        #expect(data == [1, 0, 0, 7, 0, 0, 0xFF, 0xFE, 0, 0, 1, 28, 2, 0])
        #expect(Packet.pathProbe(node: 9, link: 1, size: 0).bytes(length: 400).count == 400)
    }

    @Test("truncated packets are refused, at every length", arguments: packets)
    func truncated(packet: Packet) {
        let bytes = packet.bytes()
        for length in 0..<bytes.count {
            #expect(throws: Packet.Malformation.self) { try read(Array(bytes.prefix(length))) }
        }
    }

    @Test("another version and an unknown kind are refused")
    func foreign() {
        var bytes = Packet.ping(Self.ping).bytes()
        bytes[0] = 2
        #expect(throws: Packet.Malformation.otherVersion(2)) { try read(bytes) }
        (bytes[0], bytes[1]) = (1, 0x85)
        #expect(throws: Packet.Malformation.unknownKind(0x85)) { try read(bytes) }
    }

    @Test("the room in a datagram is kronosnet's, and what is sealed fits into it")
    func room() {
        let sealed = Envelope(blockSize: 16, saltSize: 16, digestSize: 32)
        // What corosync-cfgtool shows for Ethernet over IPv4.
        #expect(sealed.contentLength(inDatagram: 1500 - 28) == 1397)
        #expect(Envelope.plain.contentLength(inDatagram: 1500 - 28) == 1446)
        for length in 200..<300 {
            let content = sealed.contentLength(inDatagram: length)
            #expect(sealed.sealedLength(content + WireFormat.longestHeader) <= length)
        }
        #expect(sealed.contentLength(inDatagram: 10) == 0)
    }
}
