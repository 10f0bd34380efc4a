internal import ClusterTypes
internal import Messaging

/// What a program linked with libcpg asks.
///
/// - Source: `enum req_cpg_types` and the `req_lib_cpg_…` structures of ipc_cpg.h of corosync 3.1.7.
enum ProcessGroupRequest: Equatable {
    case join(GroupName, processID: UInt32, flags: UInt32)
    case leave
    case membership(GroupName)
    case localNode
    case beginIteration(GroupIteration.Kind, GroupName?)
    case nextOfIteration(UInt64)
    case endIteration(UInt64)
    case finalize
    /// Zero-copy: the daemon shall map a file of the program.
    case shareBuffer(path: [UInt8], size: UInt64)
    case unshareBuffer(UInt64)
    /// The message is in a shared buffer.
    case multicastBuffer(UInt64)
    case multicastPiece(GroupMessagePiece.Place, messageSize: UInt32, payload: ArraySlice<UInt8>)

    /// cpg_mcast_joined(3), which is not answered.
    static let multicastFunction: UInt32 = 2
    /// `CPG_MODEL_V1_DELIVER_INITIAL_TOTEM_CONF`.
    static let wantsRingFlag: UInt32 = 1
    /// Both requests that carry a message begin with the header of an answer, which is 8 bytes longer.
    private static let messageHeaderSize = 24
    private static let multicastSize = 40
    private static let multicastSizeField = 32
    private static let bufferPathLimit = 128

    init(_ request: LocalRequest) throws {
        var body = request.body()
        switch request.function {
        case 0:
            let group = try Self.group(&body)
            let processID = try body.uint32()
            try body.align()
            self = .join(group, processID: processID, flags: try body.uint32())
        case 1:
            _ = try Self.group(&body)
            _ = try body.uint32()
            self = .leave
        case 3: self = .membership(try Self.group(&body))
        case 4: self = .localNode
        case 5:
            // The name counts only where one group is asked for; it may be anything otherwise.
            let name = try body.take(8 + GroupName.lengthLimit)
            guard let kind = GroupIteration.Kind(rawValue: try body.uint32()) else {
                throw ServiceError.invalidParameter
            }
            var reader = WireReader(name, isSwapped: false)
            self = .beginIteration(kind, kind == .oneGroup ? try Self.group(&reader) : nil)
        case 6: self = .nextOfIteration(try body.uint64())
        case 7: self = .endIteration(try body.uint64())
        case 8: self = .finalize
        case 9:
            let size = try body.uint64()
            let path = try body.take(Self.bufferPathLimit)
            guard path.contains(0) else { throw ServiceError.nameTooLong }
            self = .shareBuffer(path: Array(path.prefix { $0 != 0 }), size: size)
        case 10:
            _ = try body.uint64()
            self = .unshareBuffer(try body.uint64())
        case 11: self = .multicastBuffer(try body.uint64())
        case 12: self = try Self.piece(request)
        default: throw ServiceError.invalidParameter
        }
    }

    private static func group(_ body: inout WireReader) throws -> GroupName {
        let length = try body.uint32()
        try body.align()
        let field = try body.take(GroupName.lengthLimit)
        guard length <= GroupName.lengthLimit else { throw ServiceError.nameTooLong }
        guard let name = GroupName(Array(field.prefix(Int(length)))) else { throw ServiceError.invalidParameter }
        return name
    }

    private static func piece(_ request: LocalRequest) throws -> ProcessGroupRequest {
        var body = request.body(after: messageHeaderSize)
        _ = try body.uint32()  // The guarantee: always agreed order.
        try body.align()
        let messageSize = try body.uint32()
        try body.align()
        let size = try body.uint32()
        try body.align()
        guard let place = GroupMessagePiece.Place(rawValue: try body.uint32()) else {
            throw ServiceError.invalidParameter
        }
        try body.align()
        guard let count = Int(exactly: size) else { throw ServiceError.invalidParameter }
        return .multicastPiece(place, messageSize: messageSize, payload: try body.take(count))
    }

    /// Where the message is in a request of cpg_mcast_joined(3); `nil` when the request is too short for it.
    static func payload(ofMulticast request: ArraySlice<UInt8>) -> Range<Int>? {
        guard request.count >= multicastSize else { return nil }
        let size = request.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: multicastSizeField, as: UInt32.self))
        }
        guard let count = Int(exactly: size), count <= request.count - multicastSize else { return nil }
        let start = request.startIndex + multicastSize
        return start..<start + count
    }
}
