internal import ClusterTypes
internal import Messaging

/// What a program linked with libvotequorum asks.
///
/// - Source: `enum req_votequorum_types` and the `req_lib_votequorum_…` structures of ipc_votequorum.h of corosync 3.1.7.
enum VoteQuorumRequest: Equatable {
    /// About this node when none is named.
    case information(NodeID?)
    case change(QuorumChange)
    case startTracking(context: UInt64, flags: UInt32)
    case stopTracking
    case registerDevice
    case pollDevice
    case otherOfDevice

    /// `CS_TRACK_CURRENT` and `CS_TRACK_CHANGES`: tell at once.
    static let tellsNow: UInt32 = 1 | 2
    /// `CS_TRACK_CHANGES` and `CS_TRACK_CHANGES_ONLY`: tell from now on.
    static let tellsChanges: UInt32 = 2 | 4

    init(_ request: LocalRequest) throws {
        var body = request.body()
        switch request.function {
        case 0:
            let node = try body.uint32()
            self = .information(node == 0 ? nil : NodeID(node))
        case 1: self = .change(.expectedVotes(try body.uint32()))
        case 2:
            let votes = try body.uint32()
            self = .change(.votes(NodeID(try body.uint32()), votes))
        case 3:
            let context = try body.uint64()
            self = .startTracking(context: context, flags: try body.uint32())
        case 4: self = .stopTracking
        case 5: self = .registerDevice
        case 8, 9: self = .pollDevice
        case 6, 7: self = .otherOfDevice
        default: throw ServiceError.invalidParameter
        }
    }
}
