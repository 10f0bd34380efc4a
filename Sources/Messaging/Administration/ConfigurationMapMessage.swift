/// The message of corosync's configuration map service: some keys of the sender with their values.
///
/// Nodes exchange `totem.config_version` when a ring synchronises and when it changes.
///
/// - Source: `struct req_exec_cmap_mcast` of cmap.c.
struct ConfigurationMapMessage: Equatable, Sendable {
    /// When a node tells its values.
    enum Reason {
        static let synchronisation: UInt8 = 0
        static let newVersion: UInt8 = 1
    }

    struct Item: Equatable, Sendable {
        var key: String
        /// A number of corosync's value types; 0 stands for a key that the sender does not have.
        var kind: UInt8
        var value: [UInt8]
    }

    var reason: UInt8
    var items: [Item]

    static let versionKey = "totem.config_version"
    /// `MAX_REQ_EXEC_CMAP_MCAST_ITEMS` of cmap.c.
    private static let itemLimit: UInt8 = 32
    private static let headerLength = 48
    private static let itemLength = 280
    private static let uint64Kind: UInt8 = 8

    /// Tells the version of the sender's configuration; 0 when it has none.
    init(version: UInt64, reason: UInt8) {
        self.reason = reason
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: version >> ($0 * 8)) }
        items = [
            Item(
                key: Self.versionKey, kind: version == 0 ? 0 : Self.uint64Kind, value: version == 0 ? [] : bytes)
        ]
    }

    /// The version of the sender's configuration.
    func version(isSwapped: Bool) -> UInt64 {
        guard let item = items.first(where: { $0.key == Self.versionKey }), item.kind == Self.uint64Kind else {
            return 0
        }
        var reader = WireReader(item.value[...], isSwapped: isSwapped)
        return (try? reader.uint64()) ?? 0
    }

    /// Reads the message after its header, which is `reader`'s first 16 bytes.
    init(_ reader: inout WireReader) throws(MessageFailure) {
        reason = try reader.take(8).first ?? 0
        let count = try reader.take(8).first ?? 0
        _ = try reader.take(16)
        guard count <= Self.itemLimit else {
            throw .limitExceeded(field: "item count", value: UInt64(count), limit: UInt64(Self.itemLimit))
        }
        items = []
        for _ in 0..<count {
            let key = String(decoding: try reader.mapName().prefix { $0 != 0 }, as: UTF8.self)
            let kind = try reader.take(8).first ?? 0
            let length = try reader.uint64()
            guard let length = Int(exactly: length) else { throw .truncated(offset: reader.offset) }
            items.append(Item(key: key, kind: kind, value: Array(try reader.take(length))))
            try reader.align()
        }
    }

    /// The whole message with its envelope.
    func encoded() -> [UInt8] {
        let size = items.reduce(Self.headerLength) { $0 + Self.itemLength + ($1.value.count + 7) / 8 * 8 }
        var writer = GroupEnvelope.begin(.services, payloadCount: size)
        let start = writer.count
        ServiceHeader(service: ServiceID.configurationMap, function: 0).write(size: size, to: &writer)
        writer.padded(UInt32(reason))
        writer.padded(UInt32(UInt8(clamping: items.count)))
        writer.zeros(16)
        for item in items {
            writer.mapName(Array(item.key.utf8))
            writer.padded(UInt32(item.kind))
            writer.uint64(UInt64(item.value.count))
            writer.append(item.value)
            writer.align(from: start)
        }
        return writer.bytes
    }
}

/// `mar_name_t`: a length of 16 bits, padding, and 256 bytes of which the length counts.
extension WireReader {
    package mutating func mapName() throws(MessageFailure) -> ArraySlice<UInt8> {
        let length = try uint16()
        try align()
        let field = try take(AdministrationMessage.reasonLimit)
        guard length <= field.count else {
            throw .limitExceeded(field: "name length", value: UInt64(length), limit: UInt64(field.count))
        }
        return field.prefix(Int(length))
    }
}

extension WireWriter {
    package mutating func mapName(_ name: [UInt8]) {
        let name = name.prefix(AdministrationMessage.reasonLimit)
        uint16(UInt16(clamping: name.count))
        zeros(6)
        append(name)
        zeros(AdministrationMessage.reasonLimit - name.count)
    }
}
