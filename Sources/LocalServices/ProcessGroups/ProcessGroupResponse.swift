internal import ClusterTypes
internal import Messaging

/// Answers and events for programs linked with libcpg.
///
/// - Source: `enum res_cpg_types` and the `res_lib_cpg_…` structures of ipc_cpg.h of corosync 3.1.7.
enum ProcessGroupResponse {
    static let join: UInt32 = 0
    static let leave: UInt32 = 1
    static let finalize: UInt32 = 12
    static let endIteration: UInt32 = 11
    static let pieceSent: UInt32 = 18
    static let bufferSent: UInt32 = 2

    /// `CPG_MEMBERS_MAX` of cpg.h: the room that the library has.
    private static let memberLimit = 128
    /// `PROCESSOR_COUNT_MAX` of corodefs.h: the room in the structure.
    private static let membershipRoom = 384
    private static let memberSize = 24
    private static let nameSize = 8 + GroupName.lengthLimit

    // MARK: Answers

    static func membership(_ members: [GroupMember]) -> [UInt8] {
        var writer = ResponseHeader.begin(3, bodySize: 8 + membershipRoom * memberSize)
        let shown = members.prefix(memberLimit)
        writer.padded(UInt32(shown.count))
        for member in shown { append(member, reason: 0, to: &writer) }
        writer.zeros((membershipRoom - shown.count) * memberSize)
        return writer.bytes
    }

    static func localNode(_ node: NodeID) -> [UInt8] {
        var writer = ResponseHeader.begin(7, bodySize: 8)
        writer.padded(node.rawValue)
        return writer.bytes
    }

    static func iterationBegun(_ number: UInt64) -> [UInt8] {
        var writer = ResponseHeader.begin(9, bodySize: 8)
        writer.uint64(number)
        return writer.bytes
    }

    static func iterationStep(_ error: ServiceError, _ item: GroupIteration.Item? = nil) -> [UInt8] {
        var writer = ResponseHeader.begin(10, error, bodySize: nameSize + 8)
        if let item {
            writer.groupName(item.group)
            writer.uint32(item.member?.node.rawValue ?? 0)
            writer.uint32(item.member?.processID ?? 0)
        } else {
            writer.zeros(nameSize + 8)
        }
        return writer.bytes
    }

    // MARK: Events

    static func change(_ change: GroupConfiguration) -> [UInt8] {
        let (members, left, joined) = (
            change.members.prefix(memberLimit), change.left.prefix(memberLimit), change.joined.prefix(memberLimit)
        )
        let count = members.count + left.count + joined.count
        var writer = ResponseHeader.begin(4, bodySize: nameSize + 24 + count * memberSize)
        writer.groupName(change.group)
        writer.padded(UInt32(members.count))
        writer.padded(UInt32(joined.count))
        writer.padded(UInt32(left.count))
        for member in members { append(member, reason: 0, to: &writer) }
        for change in left { append(change.member, reason: change.reason.rawValue, to: &writer) }
        for change in joined { append(change.member, reason: change.reason.rawValue, to: &writer) }
        return writer.bytes
    }

    static func messages(_ messages: GroupDelivery) -> EventRun {
        var writer = ResponseHeader.begin(5, bodySize: nameSize + 24)
        writer.groupName(messages.group)
        let countField = writer.count
        writer.padded(0)
        writer.padded(messages.sender.node.rawValue)
        writer.padded(messages.sender.processID)
        return EventRun(header: writer.bytes, countField: countField, payloads: messages.payloads)
    }

    static func piece(_ piece: GroupMessagePiece) -> EventRun {
        var writer = ResponseHeader.begin(17, bodySize: nameSize + 40)
        writer.groupName(piece.group)
        writer.padded(piece.messageSize)
        let countField = writer.count
        writer.padded(0)
        writer.padded(piece.sender.node.rawValue)
        writer.padded(piece.sender.processID)
        writer.padded(piece.place.rawValue)
        return EventRun(header: writer.bytes, countField: countField, payloads: ByteStrings(piece.payload))
    }

    /// The ring and its nodes.
    static func ring(_ membership: NodeMembership) -> [UInt8] {
        var writer = ResponseHeader.begin(13, bodySize: 24 + 4 * membership.members.count)
        writer.padded(membership.ring.representative.rawValue)
        writer.uint64(membership.ring.sequence)
        writer.list(membership.members)
        return writer.bytes
    }

    private static func append(_ member: GroupMember, reason: UInt32, to writer: inout WireWriter) {
        writer.padded(member.node.rawValue)
        writer.padded(member.processID)
        writer.padded(reason)
    }
}
