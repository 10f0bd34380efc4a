package import ClusterConfiguration
package import CorosyncIPC
package import LocalServices
internal import Messaging

/// The configuration map or the statistics of the node: what libcmap offers.
///
/// - Source: cmap_overview(3) and its pages.
package final class MapClient {
    package enum Map: UInt32, Sendable { case configuration = 0, statistics = 1 }

    /// A key as an iterator names it.
    package struct Entry: Sendable, Equatable {
        package var key: String
        package var kind: MapValue.Kind
        package var length: Int
    }

    package struct Change: Sendable, Equatable {
        package enum Kind: UInt32, Sendable { case added = 4, deleted = 1, modified = 2 }
        package var kind: Kind
        package var key: String
        package var new: MapValue?
        package var old: MapValue?
    }

    private let connection: any ServiceChannel
    package var descriptor: Int32 { connection.descriptor }

    package convenience init(
        _ map: Map = .configuration, at place: ServicePlace = .machine
    ) throws(ServiceError) {
        try self.init(map, over: try ServiceConnection(.configurationMap, at: place))
    }

    package init(_ map: Map = .configuration, over channel: any ServiceChannel) throws(ServiceError) {
        connection = channel
        if map != .configuration { _ = try connection.demand(ServiceRequest(9) { $0.uint32(map.rawValue) }) }
    }

    package func set(_ key: String, _ value: MapValue) throws(ServiceError) {
        try check(key)
        _ = try connection.demand(
            ServiceRequest(0) {
                $0.mapName(Array(key.utf8))
                $0.uint64(UInt64(value.bytes.count))
                $0.padded(UInt32(value.kind.rawValue))
                $0.append(value.bytes)
            })
    }

    package func delete(_ key: String) throws(ServiceError) {
        try check(key)
        _ = try connection.demand(ServiceRequest(1) { $0.mapName(Array(key.utf8)) })
    }

    /// - Throws: `notExist` when there is no such key.
    package func get(_ key: String) throws(ServiceError) -> MapValue {
        try check(key)
        let answer = try connection.demand(
            ServiceRequest(2) {
                $0.mapName(Array(key.utf8))
                $0.uint64(UInt64(MapValue.lengthLimit))
            })
        return try answer.read { reader in
            let length = Int(exactly: try reader.uint64())
            let number = try reader.uint32()
            try reader.align()
            guard let length, let kind = MapValue.Kind(rawValue: UInt8(truncatingIfNeeded: number)),
                let value = MapValue(kind: kind, bytes: try reader.take(length))
            else { throw ServiceError.messageError }
            return value
        }
    }

    /// The keys that begin so, in their order; all for an empty prefix.
    ///
    /// - Throws: as the iterator could not be made; an iteration that breaks off ends.
    package func entries(withPrefix prefix: String) throws(ServiceError) -> [Entry] {
        let begun = try connection.demand(ServiceRequest(4) { $0.mapName(Array(prefix.utf8)) })
        let iterator = try begun.read { try $0.uint64() }
        var entries: [Entry] = []
        let step = ServiceRequest(5) { $0.uint64(iterator) }
        while entries.count < AnswerLimit.steps, let answer = try? connection.demand(step) {
            let entry = try answer.read { reader in
                let key = String(decoding: try reader.mapName().prefix { $0 != 0 }, as: UTF8.self)
                let length = Int(exactly: try reader.uint64())
                guard let length, let kind = MapValue.Kind(rawValue: UInt8(truncatingIfNeeded: try reader.uint32()))
                else { throw ServiceError.messageError }
                return Entry(key: key, kind: kind, length: length)
            }
            entries.append(entry)
        }
        _ = try? connection.demand(ServiceRequest(6) { $0.uint64(iterator) })
        return entries
    }

    /// Wants to be told when the key, or any key that begins so, comes, goes or changes.
    package func track(_ key: String, isPrefix: Bool) throws(ServiceError) {
        if !isPrefix { try check(key) }
        _ = try connection.demand(
            ServiceRequest(7) {
                $0.mapName(Array(key.utf8))
                $0.padded(isPrefix ? 4 | 1 | 2 | 8 : 4 | 1 | 2)
                $0.uint64(1)
            })
    }

    /// The next change of what is tracked; `nil` when none came in this time, -1 for any.
    package func nextChange(milliseconds: Int32) throws(ServiceError) -> Change? {
        guard let event = try connection.nextEvent(milliseconds: milliseconds) else { return nil }
        return try event.read { reader in
            _ = try reader.uint64()
            let key = String(decoding: try reader.mapName().prefix { $0 != 0 }, as: UTF8.self)
            let kind = try reader.uint32()
            try reader.align()
            let (newKind, oldKind) = (try reader.uint64(), try reader.uint64())
            let (newLength, oldLength) = (try reader.uint64(), try reader.uint64())
            guard let kind = Change.Kind(rawValue: kind), let newCount = Int(exactly: newLength),
                let oldCount = Int(exactly: oldLength)
            else { throw ServiceError.messageError }
            func value(_ kind: UInt64, _ bytes: ArraySlice<UInt8>) -> MapValue? {
                MapValue.Kind(rawValue: UInt8(truncatingIfNeeded: kind)).flatMap { MapValue(kind: $0, bytes: bytes) }
            }
            let new = value(newKind, try reader.take(newCount))
            return Change(kind: kind, key: key, new: new, old: value(oldKind, try reader.take(oldCount)))
        }
    }

    /// The library refuses names that the daemon could not get whole.
    private func check(_ key: String) throws(ServiceError) {
        if key.utf8.count > 255 { throw .nameTooLong }
    }
}
