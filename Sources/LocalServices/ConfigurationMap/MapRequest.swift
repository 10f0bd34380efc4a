internal import ClusterConfiguration
internal import Messaging

/// What a libcmap program asks.
///
/// - Source: ipc_cmap.h; every field of its structures is aligned to 8 bytes.
enum MapRequest: Equatable, Sendable {
    case set(key: String, MapValue)
    /// The value does not have the length of its type.
    case setInvalid(key: String)
    case delete(key: String)
    /// The program has room for a value of `room` bytes; 0 when it wants to know type and length only.
    case get(key: String, room: UInt64)
    case adjust(key: String, step: Int32)
    case iterate(prefix: String)
    case next(iterator: UInt64)
    case endIteration(iterator: UInt64)
    case track(key: String, events: Int32, instance: UInt64)
    case endTracking(tracker: UInt64)
    /// 0 is the configuration map, 1 the statistics.
    case chooseMap(UInt32)

    /// Functions of the service; answers have the same numbers but for the last.
    enum Function {
        static let set: UInt32 = 0
        static let delete: UInt32 = 1
        static let get: UInt32 = 2
        static let adjust: UInt32 = 3
        static let iterate: UInt32 = 4
        static let next: UInt32 = 5
        static let endIteration: UInt32 = 6
        static let track: UInt32 = 7
        static let endTracking: UInt32 = 8
        static let chooseMap: UInt32 = 9
        static let answerToChooseMap: UInt32 = 10
        static let changed: UInt32 = 9
    }

    init(_ request: LocalRequest) throws(MessageFailure) {
        var body = request.body()
        switch request.function {
        case Function.set:
            let key = try body.mapKey()
            let length = try body.uint64()
            let number = try body.byte()
            guard let count = Int(exactly: length) else { throw .truncated(offset: body.offset) }
            let bytes = try body.take(count)
            let kind = MapValue.Kind(rawValue: number)
            let value = kind.flatMap { MapValue(kind: $0, bytes: bytes) }
            self = value.map { .set(key: key, $0) } ?? .setInvalid(key: key)
        case Function.delete: self = .delete(key: try body.mapKey())
        case Function.get: self = .get(key: try body.mapKey(), room: try body.uint64())
        case Function.adjust:
            self = .adjust(key: try body.mapKey(), step: Int32(bitPattern: try body.uint32()))
        case Function.iterate: self = .iterate(prefix: try body.mapKey())
        case Function.next: self = .next(iterator: try body.uint64())
        case Function.endIteration: self = .endIteration(iterator: try body.uint64())
        case Function.track:
            let key = try body.mapKey()
            let events = Int32(bitPattern: try body.uint32())
            try body.align()
            self = .track(key: key, events: events, instance: try body.uint64())
        case Function.endTracking: self = .endTracking(tracker: try body.uint64())
        case Function.chooseMap: self = .chooseMap(try body.uint32())
        default:
            throw .unknownFunction(
                service: ServiceID.configurationMap, function: UInt16(truncatingIfNeeded: request.function))
        }
    }
}

extension WireReader {
    /// A name of corosync's structures as text.
    mutating func mapKey() throws(MessageFailure) -> String {
        String(decoding: try mapName().prefix { $0 != 0 }, as: UTF8.self)
    }

    /// One byte in a field of eight.
    mutating func byte() throws(MessageFailure) -> UInt8 {
        let field = try take(8)
        return field[field.startIndex]
    }
}

/// Answers and notifications of the service.
enum MapAnswer {
    static func get(_ value: MapValue, room: UInt64) -> [UInt8] {
        // A program without room asks for type and length; one with too little room made a mistake.
        guard room == 0 || room >= UInt64(value.bytes.count) else {
            return ResponseHeader.status(MapRequest.Function.get, .invalidParameter)
        }
        let bytes = room == 0 ? [] : value.bytes
        var writer = ResponseHeader.begin(MapRequest.Function.get, bodySize: 16 + bytes.count)
        writer.uint64(UInt64(value.bytes.count))
        writer.padded(UInt32(value.kind.rawValue))
        writer.append(bytes)
        return writer.bytes
    }

    /// An answer that ends in the number of an iterator or tracker.
    static func handle(_ function: UInt32, _ handle: UInt64, _ error: ServiceError = .ok) -> [UInt8] {
        var writer = ResponseHeader.begin(function, error, bodySize: 8)
        writer.uint64(handle)
        return writer.bytes
    }

    static func next(_ entry: ConfigurationMap.Entry?, _ error: ServiceError) -> [UInt8] {
        var writer = ResponseHeader.begin(MapRequest.Function.next, error, bodySize: 280)
        writer.mapName(entry.map { Array($0.key.utf8) } ?? [])
        writer.uint64(UInt64(entry?.value.bytes.count ?? 0))
        writer.padded(UInt32(entry?.value.kind.rawValue ?? 0))
        return writer.bytes
    }

    static func changed(_ change: MapChange, instance: UInt64) -> [UInt8] {
        let (new, old) = (change.new?.bytes ?? [], change.old?.bytes ?? [])
        var writer = ResponseHeader.begin(
            MapRequest.Function.changed, bodySize: 8 + 264 + 5 * 8 + new.count + old.count)
        writer.uint64(instance)
        writer.mapName(Array(change.key.utf8))
        writer.padded(UInt32(bitPattern: change.event))
        writer.padded(UInt32(change.new?.kind.rawValue ?? 0))
        writer.padded(UInt32(change.old?.kind.rawValue ?? 0))
        writer.uint64(UInt64(new.count))
        writer.uint64(UInt64(old.count))
        writer.append(new)
        writer.append(old)
        return writer.bytes
    }
}
