package import ClusterTypes

/// The messages of corosync's votequorum service that this node understands.
///
/// - Source: `struct req_exec_quorum_nodeinfo` and `…_reconfigure` of votequorum.c: the header, then packed numbers.
package enum VoteQuorumMessage: Equatable, Sendable {
    case nodeInfo(NodeInfo)
    case reconfigure(parameter: UInt8, node: NodeID, value: UInt32)
    /// Messages about quorum devices, which have no effect here yet.
    case quorumDevice

    package struct NodeInfo: Equatable, Sendable {
        /// 0 stands for the quorum device.
        var node: UInt32
        var votes: UInt32
        var expectedVotes: UInt32
        var flags: Flags
    }

    struct Flags: OptionSet, Equatable, Sendable {
        let rawValue: UInt32
        static let quorate = Flags(rawValue: 1)
        static let leaving = Flags(rawValue: 2)
        static let waitsForAll = Flags(rawValue: 4)
        static let isFirst = Flags(rawValue: 8)
    }

    enum Parameter {
        static let expectedVotes: UInt8 = 1
        static let nodeVotes: UInt8 = 2
        static let cancelWaitForAll: UInt8 = 3
    }

    /// Votes above this are not believed: the limit of votequorum's own counters.
    static let voteLimit: UInt32 = 1_000_000
}

extension VoteQuorumMessage {
    init(function: UInt16, _ reader: inout WireReader) throws(MessageFailure) {
        switch function {
        case 0:
            let node = try reader.uint32()
            let votes = try reader.uint32()
            let expected = try reader.uint32()
            guard votes <= Self.voteLimit, expected <= Self.voteLimit else {
                throw .limitExceeded(
                    field: "votes", value: UInt64(max(votes, expected)), limit: UInt64(Self.voteLimit))
            }
            self = .nodeInfo(
                NodeInfo(
                    node: node, votes: votes, expectedVotes: expected, flags: Flags(rawValue: try reader.uint32())))
        case 1:
            let node = try reader.uint32()
            let value = try reader.uint32()
            guard value <= Self.voteLimit else {
                throw .limitExceeded(field: "votes", value: UInt64(value), limit: UInt64(Self.voteLimit))
            }
            let parameter = try reader.take(4)
            self = .reconfigure(parameter: parameter.first ?? 0, node: NodeID(node), value: value)
        case 2...4: self = .quorumDevice
        default: throw .unknownFunction(service: ServiceID.voteQuorum, function: function)
        }
    }

    func encoded() -> [UInt8] {
        let size = 32
        var writer = GroupEnvelope.begin(.services, payloadCount: size)
        switch self {
        case .nodeInfo(let info):
            ServiceHeader(service: ServiceID.voteQuorum, function: 0).write(size: size, to: &writer)
            writer.uint32(info.node)
            writer.uint32(info.votes)
            writer.uint32(info.expectedVotes)
            writer.uint32(info.flags.rawValue)
        case .reconfigure(let parameter, let node, let value):
            ServiceHeader(service: ServiceID.voteQuorum, function: 1).write(size: 28, to: &writer)
            writer.uint32(node.rawValue)
            writer.uint32(value)
            writer.append([parameter, 0, 0, 0])
        case .quorumDevice: break  // Never sent.
        }
        return writer.bytes
    }
}
