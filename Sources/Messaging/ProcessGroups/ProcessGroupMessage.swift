internal import ClusterTypes

/// The messages of corosync's closed process group service.
///
/// - Source: `enum cpg_message_req_types` and the `req_exec_cpg_…` structures of cpg.c. Every field is aligned to 8 bytes.
enum ProcessGroupMessage: Equatable, Sendable {
    case join(GroupName, processID: UInt32, reason: UInt32)
    case leave(GroupName, processID: UInt32, reason: UInt32)
    /// The processes of the sending node, in all groups.
    case joinList([Entry])
    case multicast(GroupName, processID: UInt32, payload: ArraySlice<UInt8>)
    /// The nodes that the sender has lost; for the records only, every node decides from its own ring.
    case downList(oldMemberCount: UInt32, left: [NodeID])
    /// A piece of a message of a libcpg client.
    case partialMulticast(Piece)

    struct Piece: Equatable, Sendable {
        var group: GroupName
        var processID: UInt32
        var place: GroupMessagePiece.Place
        /// Of the whole message, in bytes.
        var messageSize: UInt32
        var payload: ArraySlice<UInt8>
    }

    struct Entry: Equatable, Sendable {
        var group: GroupName
        var processID: UInt32
    }

    /// `PROCESSOR_COUNT_MAX` of corosync.
    static let nodeLimit = 384
    private static let entryLength = 144
    private static let joinListHeader = 24
    private static let multicastHeader = 184

    private enum Function {
        static let join: UInt16 = 0
        static let leave: UInt16 = 1
        static let joinList: UInt16 = 2
        static let multicast: UInt16 = 3
        static let oldDownList: UInt16 = 4
        static let downList: UInt16 = 5
        static let partialMulticast: UInt16 = 6
    }
}

extension ProcessGroupMessage {
    /// Reads the message after its header, which is `reader`'s first 16 bytes.
    init(function: UInt16, _ reader: inout WireReader) throws(MessageFailure) {
        switch function {
        case Function.join, Function.leave:
            let group = try reader.groupName()
            let processID = try reader.uint32()
            try reader.align()
            let reason = try reader.uint32()
            self =
                function == Function.join
                ? .join(group, processID: processID, reason: reason)
                : .leave(group, processID: processID, reason: reason)
        case Function.joinList: self = .joinList(try Self.entries(&reader))
        case Function.multicast:
            let group = try reader.groupName()
            let count = try Self.length(&reader)
            let processID = try reader.uint32()
            try reader.align()
            _ = try reader.take(16)  // The sender's own handle: node and connection.
            self = .multicast(group, processID: processID, payload: try reader.take(count))
        case Function.downList, Function.oldDownList: self = try Self.downList(&reader, function: function)
        case Function.partialMulticast:
            let group = try reader.groupName()
            let messageSize = try reader.uint32()
            try reader.align()
            let count = try Self.length(&reader)
            let processID = try reader.uint32()
            try reader.align()
            let number = try reader.uint32()
            guard let place = GroupMessagePiece.Place(rawValue: number) else {
                throw .invalidValue(field: "type of a piece", value: UInt64(number))
            }
            try reader.align()
            _ = try reader.take(16)
            self = .partialMulticast(
                Piece(
                    group: group, processID: processID, place: place, messageSize: messageSize,
                    payload: try reader.take(count)))
        default: throw .unknownFunction(service: ServiceID.processGroups, function: function)
        }
    }

    private static func length(_ reader: inout WireReader) throws(MessageFailure) -> Int {
        let length = try reader.uint32()
        try reader.align()
        guard let count = Int(exactly: length) else { throw .truncated(offset: reader.offset) }
        return count
    }

    private static func entries(_ reader: inout WireReader) throws(MessageFailure) -> [Entry] {
        _ = try reader.take(8)  // The header of this message has a third field, which is not used.
        var entries: [Entry] = []
        while reader.count - reader.offset >= entryLength {
            let processID = try reader.uint32()
            try reader.align()
            entries.append(Entry(group: try reader.groupName(), processID: processID))
        }
        return entries
    }

    private static func downList(_ reader: inout WireReader, function: UInt16) throws(MessageFailure) -> Self {
        var oldMemberCount: UInt32 = 0
        if function == Function.downList {
            oldMemberCount = try reader.uint32()
            try reader.align()
        }
        let count = try reader.uint32()
        try reader.align()
        guard count <= nodeLimit else {
            throw .limitExceeded(field: "left node count", value: UInt64(count), limit: UInt64(nodeLimit))
        }
        var left: [NodeID] = []
        for _ in 0..<count { left.append(NodeID(try reader.uint32())) }
        return .downList(oldMemberCount: oldMemberCount, left: left)
    }
}

extension ProcessGroupMessage {
    /// The whole message with its envelope, as this node sends it.
    ///
    /// - Parameter source: this node, which receivers of another kind compare.
    func encoded(source: NodeID) -> [UInt8] { head(source: source) + tail }

    /// What a process sent, which ends the message.
    var tail: ArraySlice<UInt8> {
        switch self {
        case .multicast(_, _, let payload): payload
        case .partialMulticast(let piece): piece.payload
        case .join, .leave, .joinList, .downList: []
        }
    }

    /// The message without its tail, so that nobody needs to copy that.
    func head(source: NodeID) -> [UInt8] {
        switch self {
        case .join(let group, let processID, let reason):
            return Self.membership(Function.join, group, processID, reason)
        case .leave(let group, let processID, let reason):
            return Self.membership(Function.leave, group, processID, reason)
        case .joinList(let entries):
            var writer = Self.begin(Function.joinList, Self.joinListHeader + entries.count * Self.entryLength)
            writer.zeros(8)
            for entry in entries {
                writer.uint32(entry.processID)
                writer.zeros(4)
                writer.groupName(entry.group)
            }
            return writer.bytes
        case .multicast(let group, let processID, let payload):
            var writer = Self.begin(Function.multicast, Self.multicastHeader, tail: payload.count)
            writer.groupName(group)
            writer.padded(UInt32(clamping: payload.count))
            writer.padded(processID)
            writer.padded(source.rawValue)
            writer.zeros(8)
            return writer.bytes
        case .downList(let oldMemberCount, let left):
            var writer = Self.begin(Function.downList, 32 + 4 * Self.nodeLimit)
            writer.padded(oldMemberCount)
            writer.padded(UInt32(clamping: left.count))
            for node in left.prefix(Self.nodeLimit) { writer.uint32(node.rawValue) }
            writer.zeros(4 * (Self.nodeLimit - min(Self.nodeLimit, left.count)))
            return writer.bytes
        case .partialMulticast(let piece):
            var writer = Self.begin(Function.partialMulticast, 200, tail: piece.payload.count)
            writer.groupName(piece.group)
            writer.padded(piece.messageSize)
            writer.padded(UInt32(clamping: piece.payload.count))
            writer.padded(piece.processID)
            writer.padded(piece.place.rawValue)
            writer.padded(source.rawValue)
            writer.zeros(8)
            return writer.bytes
        }
    }

    private static func begin(_ function: UInt16, _ size: Int, tail: Int = 0) -> WireWriter {
        var writer = GroupEnvelope.begin(.services, payloadCount: size)
        ServiceHeader(service: ServiceID.processGroups, function: function).write(size: size + tail, to: &writer)
        return writer
    }

    private static func membership(
        _ function: UInt16, _ group: GroupName, _ processID: UInt32, _ reason: UInt32
    ) -> [UInt8] {
        var writer = begin(function, 168)
        writer.groupName(group)
        writer.padded(processID)
        writer.padded(reason)
        return writer.bytes
    }
}
