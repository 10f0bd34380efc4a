/// The configuration map: typed values by name, in the order of the names.
///
/// A plain value. Whoever owns it gets a ``MapChange`` for everything that changes and tells those who track the key.
///
/// - Source: cmap_overview(3), cmap_keys(8).
package struct ConfigurationMap: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package var key: String
        package var value: MapValue

        package init(key: String, value: MapValue) {
            self.key = key
            self.value = value
        }
    }

    /// Lengths of a key, in bytes.
    package static let keyLengths = 3...255
    /// More keys than this are refused: clients make them, and each costs memory for the daemon's life.
    package static let countLimit = 65_536

    /// Ascending by the bytes of the key.
    package private(set) var entries: [Entry] = []
    private var readOnly = ReadOnlyKeys()

    package init() {}

    /// - Parameter readOnly: what clients may not change.
    package init(readOnly: ReadOnlyKeys) { self.readOnly = readOnly }

    /// Whether a new key may have this name: 3 to 255 letters, digits and `._-/:`.
    package static func isValid(key: String) -> Bool {
        keyLengths.contains(key.utf8.count) && key.utf8.allSatisfy(isValid(byte:))
    }

    private static func isValid(byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "_"):
            true  // The second range is "-", ".", "/", the digits and ":".
        default: false
        }
    }

    package subscript(key: String) -> MapValue? {
        let place = place(of: key)
        return isTaken(place, by: key) ? entries[place].value : nil
    }

    /// Whether clients are refused to change the key.
    package func isReadOnly(_ key: String) -> Bool { readOnly.contains(key) }

    /// Sets a value whatever the rules for clients are.
    ///
    /// - Returns: the change; `nil` when the key has that value already.
    @discardableResult
    package mutating func set(_ key: String, to value: MapValue) throws(MapFailure) -> MapChange? {
        let place = place(of: key)
        if isTaken(place, by: key) {
            let old = entries[place].value
            if old == value { return nil }
            entries[place].value = value
            return MapChange(key: key, old: old, new: value)
        }
        guard Self.isValid(key: key) else { throw .invalidKey }
        guard entries.count < Self.countLimit else { throw .tooManyKeys }
        entries.insert(Entry(key: key, value: value), at: place)
        return MapChange(key: key, old: nil, new: value)
    }

    /// Removes a key whatever the rules for clients are; `nil` when there is none.
    @discardableResult
    package mutating func remove(_ key: String) -> MapChange? {
        let place = place(of: key)
        guard isTaken(place, by: key) else { return nil }
        return MapChange(key: key, old: entries.remove(at: place).value, new: nil)
    }

    /// The entries whose keys begin with `prefix`, in order; all of them for an empty one.
    package func entries(withPrefix prefix: String) -> ArraySlice<Entry> {
        let first = place(of: prefix)
        var end = first
        while end < entries.count, entries[end].key.utf8.starts(with: prefix.utf8) { end += 1 }
        return entries[first..<end]
    }

    /// The first key after `key` in order; `nil` at the end.
    package func key(after key: String) -> Entry? {
        var place = place(of: key)
        if isTaken(place, by: key) { place += 1 }
        return place < entries.count ? entries[place] : nil
    }

    private func isTaken(_ place: Int, by key: String) -> Bool { place < entries.count && entries[place].key == key }

    /// Where the key is, or would be inserted.
    private func place(of key: String) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].key.utf8.lexicographicallyPrecedes(key.utf8) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Why a key could not be set.
package enum MapFailure: Error, Sendable, Equatable {
    /// The name is too short, too long or has other characters than letters, digits and `._-/:`.
    case invalidKey
    case tooManyKeys
}

/// One change of the map: an addition (no old value), a modification or a removal (no new value).
package struct MapChange: Sendable, Equatable {
    package var key: String
    package var old: MapValue?
    package var new: MapValue?

    package init(key: String, old: MapValue?, new: MapValue?) {
        self.key = key
        self.old = old
        self.new = new
    }
}

extension ConfigurationMap {
    /// Makes the keys below some prefixes equal to those of another map.
    ///
    /// - Returns: the changes in order: removals first, then what is new or different.
    package mutating func replace(prefixes: [String], with other: ConfigurationMap) -> [MapChange] {
        var changes: [MapChange] = []
        for prefix in prefixes {
            for entry in entries(withPrefix: prefix) where other[entry.key] == nil {
                if let change = remove(entry.key) { changes.append(change) }
            }
        }
        for prefix in prefixes {
            for entry in other.entries(withPrefix: prefix) {
                if let change = try? set(entry.key, to: entry.value) { changes.append(change) }
            }
        }
        return changes
    }
}
