package import ClusterTypes

/// The messages of corosync's configuration service, by which an administrator of one node reaches all.
///
/// - Source: `enum cfg_message_req_types` and the `req_exec_cfg_…` structures of cfg.c.
package enum AdministrationMessage: Equatable, Sendable {
    /// The daemon of one node must end at once.
    case killNode(NodeID, reason: String)
    /// The sender leaves because somebody asked it to.
    case shutDown
    /// Every node reads its configuration file again; `requester` is the sender's own number for who asked.
    case reload(requester: UInt64)
    /// The sender goes on to the next phase of changed keys: 1 use the new ones, 2 forget the old ones.
    case changeKeys(phase: UInt32)
    /// Of old ring protocols; has no effect.
    case reenableLinks

    /// The longest reason, in bytes: `CS_MAX_NAME_LENGTH` of corosync.
    package static let reasonLimit = 256

    private enum Function {
        static let reenableLinks: UInt16 = 0
        static let killNode: UInt16 = 1
        static let shutDown: UInt16 = 2
        static let reload: UInt16 = 3
        static let changeKeys: UInt16 = 4
    }
}

extension AdministrationMessage {
    /// Reads the message after its header, which is `reader`'s first 16 bytes.
    init(function: UInt16, _ reader: inout WireReader) throws(MessageFailure) {
        switch function {
        case Function.reenableLinks: self = .reenableLinks
        case Function.killNode:
            let node = NodeID(try reader.uint32())
            try reader.align()
            self = .killNode(node, reason: String(decoding: try reader.mapName().prefix { $0 != 0 }, as: UTF8.self))
        case Function.shutDown: self = .shutDown
        case Function.reload:
            _ = try reader.uint32()  // The sender, which the ring knows better.
            try reader.align()
            self = .reload(requester: try reader.uint64())
        case Function.changeKeys: self = .changeKeys(phase: try reader.uint32())
        default: throw .unknownFunction(service: ServiceID.administration, function: function)
        }
    }

    /// The whole message with its envelope, as this node sends it.
    func encoded(source: NodeID) -> [UInt8] {
        switch self {
        case .reenableLinks:
            var writer = begin(Function.reenableLinks, 32)
            writer.padded(source.rawValue)
            writer.uint64(0)
            return writer.bytes
        case .killNode(let node, let reason):
            var writer = begin(Function.killNode, 288)
            writer.padded(node.rawValue)
            writer.mapName(Array(reason.utf8.prefix(Self.reasonLimit - 1)))
            return writer.bytes
        case .shutDown: return begin(Function.shutDown, 16).bytes
        case .reload(let requester):
            var writer = begin(Function.reload, 32)
            writer.padded(source.rawValue)
            writer.uint64(requester)
            return writer.bytes
        case .changeKeys(let phase):
            var writer = begin(Function.changeKeys, 24)
            writer.padded(phase)
            return writer.bytes
        }
    }

    private func begin(_ function: UInt16, _ size: Int) -> WireWriter {
        var writer = GroupEnvelope.begin(.services, payloadCount: size)
        ServiceHeader(service: ServiceID.administration, function: function).write(size: size, to: &writer)
        return writer
    }
}
