package import ClusterTypes

/// The kind of a packet, with its number on the wire.
package enum PacketKind: UInt8, Sendable, CaseIterable {
    case token = 0
    case message = 1
    case mergeDetect = 2
    case join = 3
    case commitToken = 4
    case tokenHoldCancel = 5
}

/// The 13 bytes that every packet begins with.
///
/// - Source: `struct totem_message_header` of Corosync 3: magic, version, type, encapsulated, node, target node.
package struct PacketHeader: Sendable, Equatable {
    package static let size = 13
    static let magic: UInt16 = 0xC070
    static let version: UInt8 = 3
    static let targetOffset = 9

    /// How the messages of an old ring are told from those of the new one during recovery.
    package enum Encapsulation: UInt8, Sendable {
        case none = 0
        case encapsulated = 1
        case notEncapsulated = 2
    }

    package var kind: PacketKind
    /// A number that is not known reads as `none`: only `encapsulated` has a meaning.
    package var encapsulation: Encapsulation
    /// The node that made the packet; 0 in a leave message.
    package var node: NodeID
    /// The only receiver; 0 means all nodes. The transport reads it.
    package var target: NodeID

    package init(kind: PacketKind, encapsulation: Encapsulation = .none, node: NodeID, target: NodeID = NodeID(0)) {
        self.kind = kind
        self.encapsulation = encapsulation
        self.node = node
        self.target = target
    }

    /// Reads a header and leaves `reader` behind it, in the byte order of the packet.
    init(from reader: inout PacketReader) throws(WireFailure) {
        let start = reader.offset
        reader.order = .little
        switch try reader.uint16("the magic number") {
        case Self.magic: reader.order = .little
        case Self.magic.byteSwapped: reader.order = .big
        default: throw WireFailure(.wrongMagic, field: "the magic number", offset: start)
        }
        guard try reader.uint8("the version") == Self.version else {
            throw WireFailure(.unsupportedVersion, field: "the version", offset: start + 2)
        }
        guard let kind = PacketKind(rawValue: try reader.uint8("the type")) else {
            throw WireFailure(.unknownType, field: "the type", offset: start + 3)
        }
        self.kind = kind
        encapsulation = Encapsulation(rawValue: try reader.uint8("the encapsulation")) ?? .none
        node = try reader.node("the node")
        target = try reader.node("the target node")
    }

    func write(to writer: inout PacketWriter) {
        writer.uint16(Self.magic)
        writer.uint8(Self.version)
        writer.uint8(kind.rawValue)
        writer.uint8(encapsulation.rawValue)
        writer.node(node)
        writer.node(target)
    }
}

/// The limits that every reader enforces.
///
/// - Source: `PROCESSOR_COUNT_MAX`, `RETRANSMIT_ENTRIES_MAX`, `QUEUE_RTR_ITEMS_SIZE_MAX` and `FRAME_SIZE_MAX` of Corosync 3.
enum WireLimits {
    static let nodes = 384
    static let retransmitRequests = 30
    static let windowSize = 16384
    static let packetSize = 65536
    /// Another node's rings may be ahead by a block: a ring every second for eight thousand years.
    static let ringSequenceBlock: UInt64 = 1 << 40
}
