internal import ClusterConfiguration
internal import ClusterTypes
internal import Messaging

/// Answers and events for programs linked with libvotequorum.
///
/// - Source: `enum res_votequorum_types` and the `res_lib_votequorum_…` structures of ipc_votequorum.h of corosync 3.1.7.
enum VoteQuorumResponse {
    private static let deviceNameRoom = 255
    private static let informationSize = 296
    /// `VOTEQUORUM_INFO_…`.
    private enum Flag {
        static let twoNode: UInt32 = 1
        static let quorate: UInt32 = 2
        static let waitForAll: UInt32 = 4
        static let lastManStanding: UInt32 = 8
        static let autoTieBreaker: UInt32 = 16
        static let allowDownscale: UInt32 = 32
    }

    static func status(_ error: ServiceError) -> [UInt8] { ResponseHeader.status(0, error) }

    /// votequorum_getinfo(3).
    static func information(_ about: NodeID, _ status: QuorumStatus) -> [UInt8] {
        guard let node = status.nodes.first(where: { $0.id == about }) else {
            var writer = ResponseHeader.begin(1, .notExist, bodySize: informationSize)
            writer.zeros(informationSize)
            return writer.bytes
        }
        var flags: UInt32 = 0
        if status.isTwoNode { flags |= Flag.twoNode }
        if status.view.isQuorate { flags |= Flag.quorate }
        if status.waitsForAll { flags |= Flag.waitForAll }
        if status.isLastManStanding { flags |= Flag.lastManStanding }
        if status.tieBreaker != .none { flags |= Flag.autoTieBreaker }
        if status.allowsDownscale { flags |= Flag.allowDownscale }
        var writer = ResponseHeader.begin(1, bodySize: informationSize)
        for number in [
            node.id.rawValue, UInt32(node.state.rawValue), node.votes, node.expectedVotes,
            status.highestExpectedVotes, status.totalVotes, status.quorum, flags, 0,
        ] { writer.uint32(number) }
        writer.zeros(deviceNameRoom)
        writer.zeros(ResponseHeader.size + informationSize - writer.count)
        return writer.bytes
    }

    // MARK: Events

    /// All nodes ever seen with their states.
    static func quorum(_ status: QuorumStatus, _ context: UInt64) -> [UInt8] {
        var writer = ResponseHeader.begin(3, bodySize: 24 + 8 * status.nodes.count)
        writer.padded(status.view.isQuorate ? 1 : 0)
        writer.uint64(context)
        writer.padded(UInt32(clamping: status.nodes.count))
        for node in status.nodes {
            writer.uint32(node.id.rawValue)
            writer.uint32(UInt32(node.state.rawValue))
        }
        return writer.bytes
    }

    static func expectedVotes(_ votes: UInt32, _ context: UInt64) -> [UInt8] {
        var writer = ResponseHeader.begin(4, bodySize: 16)
        writer.uint64(context)
        writer.padded(votes)
        return writer.bytes
    }

    static func nodeList(_ ring: RingID, _ members: [NodeID], _ context: UInt64) -> [UInt8] {
        var writer = ResponseHeader.begin(5, bodySize: 32 + 4 * members.count)
        writer.uint64(context)
        writer.padded(ring.representative.rawValue)
        writer.uint64(ring.sequence)
        writer.padded(UInt32(clamping: members.count))
        for node in members { writer.uint32(node.rawValue) }
        return writer.bytes
    }
}
