internal import ClusterTypes
internal import XMLTree

/// Names one installation of one membership, the same at all its members.
///
/// Messages carry the one they were sent in; those from an earlier one are void at every member alike, and their sender
/// sends what still matters again.
struct ConfigurationTag: Equatable {
    var ring: RingID
    /// A digest of the member list.
    var members: UInt64
    /// How often this membership was installed on this ring before: every member of it was there each time.
    var repetition: UInt32
}

extension ConfigurationTag {
    static let textPrefix = "from "

    /// The tag in words, never like a digest.
    var text: String { "\(Self.textPrefix)\(ring) \(String(members, radix: 16)) \(repetition)" }

    /// The 64-bit FNV-1a digest of a member list.
    static func digest(of members: [GroupMember]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for member in members {
            for number in [member.node.rawValue, member.processID] {
                for shift in stride(from: UInt32(0), to: 32, by: 8) {
                    hash = (hash ^ UInt64((number >> shift) & 0xFF)) &* 0x100_0000_01b3
                }
            }
        }
        return hash
    }
}

/// What a member says of its copy when the members compare.
struct ReportedCopy: Equatable {
    var version: CIBVersion
    var lineage: CIBLineage
    /// MD5 of the whole document in hexadecimal; or the text of the membership in which this copy was equal to all others'
    /// until the group changed.
    var digest: String

    /// Whether it says which membership the copy comes from instead of its digest.
    var namesMembership: Bool { digest.hasPrefix(ConfigurationTag.textPrefix) }

    func isSameDocument(as other: ReportedCopy) -> Bool { version == other.version && digest == other.digest }
}

/// What replicas say to each other.
enum ReplicaMessage: Equatable {
    case copy(ReportedCopy)
    case document(XMLElement)
    case change(CIBRequestID, CIBChange)
    /// The sender has the configuration on disk as it was after this many changes of it since the members compared, and
    /// this lineage of it.
    case stable(UInt64, CIBLineage)
    /// The sender could not write it, for the reason given.
    case notStored(UInt64, String)

    private var kind: UInt8 {
        switch self {
        case .copy: 1
        case .document: 2
        case .change: 3
        case .stable: 4
        case .notStored: 5
        }
    }

    /// The message as payloads, each small enough for one multicast, to be sent in this order.
    func payloads(in tag: ConfigurationTag) -> [[UInt8]] {
        let body = self.body
        let count = max(1, (body.count + MessagePiece.sizeLimit - 1) / MessagePiece.sizeLimit)
        return (0..<count).map { index in
            let start = index * MessagePiece.sizeLimit
            let piece = body[start..<min(body.count, start + MessagePiece.sizeLimit)]
            return MessagePiece(tag: tag, kind: kind, index: UInt32(index), count: UInt32(count), bytes: piece).encoded
        }
    }

    /// Whether receivers accept a message of this size.
    var fitsLimits: Bool { body.count <= MessagePiece.messageLimit }

    private var body: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .copy(let copy):
            writer.write(copy.version)
            writer.write(copy.lineage.rawValue)
            writer.write(copy.digest)
        case .document(let root): writer.write(root)
        case .change(let request, let change):
            writer.write(request.rawValue)
            writer.write(change)
        case .stable(let index, let lineage):
            writer.write(index)
            writer.write(lineage.rawValue)
        case .notStored(let index, let reason):
            writer.write(index)
            writer.write(reason)
        }
        return writer.bytes
    }

    init(kind: UInt8, body: ArraySlice<UInt8>) throws(DecodingFailure) {
        var reader = ByteReader(body)
        switch kind {
        case 1:
            self = .copy(
                ReportedCopy(
                    version: try reader.readVersion(), lineage: CIBLineage(rawValue: try reader.read()),
                    digest: try reader.readText()))
        case 2: self = .document(try reader.readElement())
        case 3: self = .change(CIBRequestID(try reader.read()), try reader.readChange())
        case 4: self = .stable(try reader.read(), CIBLineage(rawValue: try reader.read()))
        case 5: self = .notStored(try reader.read(), try reader.readText())
        default: throw reader.failure("\(kind) is not the number of a message")
        }
        try reader.expectEnd()
    }
}

/// A part of a message, as one multicast carries it.
struct MessagePiece: Equatable {
    /// Bytes of a body in one piece: far below `MessageLimits.payload`, so that other senders get their turn.
    static let sizeLimit = 256 << 10
    /// Pieces of one message: bounds the memory that a sender can claim.
    static let countLimit: UInt32 = 2048
    /// Bytes of one message.
    static let messageLimit = sizeLimit * Int(countLimit)
    private static let format: UInt8 = 1

    var tag: ConfigurationTag
    var kind: UInt8
    var index: UInt32
    var count: UInt32
    var bytes: ArraySlice<UInt8>

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.write(Self.format)
        writer.write(kind)
        writer.write(tag.ring.representative.rawValue)
        writer.write(tag.ring.sequence)
        writer.write(tag.members)
        writer.write(tag.repetition)
        writer.write(index)
        writer.write(count)
        return writer.bytes + bytes
    }
}

extension MessagePiece {
    init(decoding payload: [UInt8]) throws(DecodingFailure) {
        var reader = ByteReader(payload[...])
        let format = try reader.read(UInt8.self)
        guard format == Self.format else { throw reader.failure("format \(format) is not known, only \(Self.format)") }
        kind = try reader.read()
        let ring = RingID(representative: NodeID(try reader.read()), sequence: try reader.read())
        tag = ConfigurationTag(ring: ring, members: try reader.read(), repetition: try reader.read())
        index = try reader.read()
        count = try reader.read()
        guard count > 0, count <= Self.countLimit, index < count else {
            throw reader.failure("piece \(index) of \(count) cannot be")
        }
        bytes = reader.remaining
        guard bytes.count <= Self.sizeLimit else {
            throw reader.failure("a piece of \(bytes.count) bytes is too large")
        }
    }
}

/// Puts the pieces of one sender's messages together again; the agreed order keeps them in sequence.
struct MessageAssembly {
    private var kind: UInt8 = 0
    private var count: UInt32 = 0
    private var next: UInt32 = 0
    private var bytes: [UInt8] = []

    /// The message that the piece completes, if it does.
    mutating func add(_ piece: MessagePiece) throws(DecodingFailure) -> ReplicaMessage? {
        if piece.count == 1 { return try ReplicaMessage(kind: piece.kind, body: piece.bytes) }
        if piece.index == 0 { self = MessageAssembly(kind: piece.kind, count: piece.count) }
        guard piece.index == next, piece.count == count, piece.kind == kind else {
            self = MessageAssembly()
            throw DecodingFailure(message: "piece \(piece.index) of \(piece.count) is out of sequence", offset: 0)
        }
        bytes.append(contentsOf: piece.bytes)
        next += 1
        guard next == count else { return nil }
        defer { self = MessageAssembly() }
        return try ReplicaMessage(kind: kind, body: bytes[...])
    }

    init() {}

    private init(kind: UInt8, count: UInt32) {
        self.kind = kind
        self.count = count
    }
}
