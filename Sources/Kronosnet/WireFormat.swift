internal import ClusterTypes

/// Kronosnet's packets, version 1: lengths, numbers, and how fields are read and written.
///
/// - Source: onwire.h of kronosnet 1.25, packed structures. Node and sequence numbers are in network byte order; what comes back
///   to its sender unread, a ping's time and a probe's size, is in the sender's own.
package enum WireFormat {
    static let version: UInt8 = 1
    /// Version, type, node and two unused bytes, in front of every packet.
    static let commonLength = 6
    /// With what stands in front of the content of a data packet.
    package static let dataHeaderLength = 14
    package static let pingLength = 26
    static let probeHeaderLength = 9
    /// What kronosnet subtracts for headers when it computes how much content fits: the longest of them.
    static let longestHeader = 26
    /// The largest content of all fragments of a packet together, in bytes: KNET_MAX_PACKET_SIZE.
    package static let contentLimit = 65536
    /// Fragments are numbered from 1 in one byte.
    static let fragmentLimit = 255

    enum Kind: UInt8 {
        case data = 0
        case ping = 0x81
        case pong = 0x82
        case pathProbe = 0x83
        case pathReply = 0x84
    }
}

/// The fields of a data packet: a fragment of a packet of Totem's.
package struct DataHeader: Equatable {
    var node: UInt16
    var sequence: UInt16
    /// The number of a compression model; 0 is none.
    var compression: UInt8 = 0
    var isBroadcast: Bool
    package var fragmentCount: Int
    /// From 1; 0 in a packet of one fragment.
    package var fragment: Int
    /// Corosync uses channel 0 only.
    var channel: UInt8 = 0

    /// Writes the header; `bytes` has room for ``WireFormat/dataHeaderLength``.
    package func write(to bytes: UnsafeMutableRawBufferPointer) {
        guard bytes.count >= WireFormat.dataHeaderLength else { return }
        bytes[0] = WireFormat.version
        bytes[1] = WireFormat.Kind.data.rawValue
        bytes.storeBytes(of: node.bigEndian, toByteOffset: 2, as: UInt16.self)
        bytes.storeBytes(of: 0, toByteOffset: 4, as: UInt16.self)
        bytes.storeBytes(of: sequence.bigEndian, toByteOffset: 6, as: UInt16.self)
        bytes[8] = compression
        bytes[9] = 0
        bytes[10] = isBroadcast ? 1 : 0
        bytes[11] = UInt8(clamping: fragmentCount)
        bytes[12] = UInt8(clamping: fragment)
        bytes[13] = channel
    }
}

/// A packet as it arrived, already authenticated when there is a key.
enum Packet: Equatable {
    /// The content follows ``WireFormat/dataHeaderLength`` bytes.
    case data(DataHeader)
    case ping(Ping)
    case pong(Ping)
    /// A packet as large as might pass; whoever receives it says so.
    case pathProbe(node: UInt16, link: UInt8, size: UInt16)
    case pathReply(node: UInt16, link: UInt8, size: UInt16)

    /// A sign of life, and its echo.
    struct Ping: Equatable {
        var node: UInt16
        /// The sender's number of the link; an echo keeps it.
        var link: UInt8
        /// The sender's clock; only the sender reads it.
        var seconds: UInt64
        var nanoseconds: UInt64
        /// The number of the last data packet; 0 says that the sender has just started.
        var sequence: UInt16
        /// Sent because of the clock and not to keep sequence numbers in step.
        var isTimed: Bool
    }

    enum Malformation: Error, Equatable { case tooShort, otherVersion(UInt8), unknownKind(UInt8) }

    /// Reads the headers; every length is checked.
    init(_ bytes: UnsafeRawBufferPointer) throws(Malformation) {
        guard bytes.count > WireFormat.commonLength else { throw .tooShort }
        guard bytes[0] == WireFormat.version else { throw .otherVersion(bytes[0]) }
        guard let kind = WireFormat.Kind(rawValue: bytes[1]) else { throw .unknownKind(bytes[1]) }
        let node = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        switch kind {
        case .data:
            guard bytes.count >= WireFormat.dataHeaderLength else { throw .tooShort }
            self = .data(
                DataHeader(
                    node: node, sequence: UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 6, as: UInt16.self)),
                    compression: bytes[8], isBroadcast: bytes[10] != 0, fragmentCount: Int(bytes[11]),
                    fragment: Int(bytes[12]), channel: bytes[13]))
        case .ping, .pong:
            guard bytes.count >= WireFormat.pingLength else { throw .tooShort }
            let ping = Ping(
                node: node, link: bytes[6], seconds: bytes.loadUnaligned(fromByteOffset: 7, as: UInt64.self),
                nanoseconds: bytes.loadUnaligned(fromByteOffset: 15, as: UInt64.self),
                sequence: UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 23, as: UInt16.self)),
                isTimed: bytes[25] != 0)
            self = kind == .ping ? .ping(ping) : .pong(ping)
        case .pathProbe, .pathReply:
            guard bytes.count >= WireFormat.probeHeaderLength else { throw .tooShort }
            let size = bytes.loadUnaligned(fromByteOffset: 7, as: UInt16.self)
            self =
                kind == .pathProbe
                ? .pathProbe(node: node, link: bytes[6], size: size)
                : .pathReply(node: node, link: bytes[6], size: size)
        }
    }

    /// The bytes of a control packet.
    ///
    /// - Parameter length: of a probe, filled with zeros.
    func bytes(length: Int = 0) -> [UInt8] {
        switch self {
        case .data(let header):
            var bytes = [UInt8](repeating: 0, count: WireFormat.dataHeaderLength)
            bytes.withUnsafeMutableBytes { header.write(to: $0) }
            return bytes
        case .ping(let ping): return Self.bytes(of: ping, .ping)
        case .pong(let ping): return Self.bytes(of: ping, .pong)
        case .pathProbe(let node, let link, let size):
            return Self.bytes(node, link, size, .pathProbe, length: max(length, WireFormat.probeHeaderLength))
        case .pathReply(let node, let link, let size):
            return Self.bytes(node, link, size, .pathReply, length: WireFormat.probeHeaderLength)
        }
    }

    private static func bytes(of ping: Ping, _ kind: WireFormat.Kind) -> [UInt8] {
        var bytes = start(kind, ping.node, length: WireFormat.pingLength)
        bytes[6] = ping.link
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: ping.seconds, toByteOffset: 7, as: UInt64.self)
            $0.storeBytes(of: ping.nanoseconds, toByteOffset: 15, as: UInt64.self)
            $0.storeBytes(of: ping.sequence.bigEndian, toByteOffset: 23, as: UInt16.self)
        }
        bytes[25] = ping.isTimed ? 1 : 0
        return bytes
    }

    private static func bytes(
        _ node: UInt16, _ link: UInt8, _ size: UInt16, _ kind: WireFormat.Kind, length: Int
    ) -> [UInt8] {
        var bytes = start(kind, node, length: length)
        bytes[6] = link
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: size, toByteOffset: 7, as: UInt16.self) }
        return bytes
    }

    private static func start(_ kind: WireFormat.Kind, _ node: UInt16, length: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        bytes[0] = WireFormat.version
        bytes[1] = kind.rawValue
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: node.bigEndian, toByteOffset: 2, as: UInt16.self) }
        return bytes
    }
}
