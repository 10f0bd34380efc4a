internal import ClusterConfiguration

/// Values of the map as they are typed.
enum MapValueText {
    struct Mistake: Error, Equatable { var message: String }

    /// Reads a text as a value of a kind, except binary ones; `nil` when it is too long for the map.
    static func value(_ kind: MapValue.Kind, _ text: String) throws(Mistake) -> MapValue? {
        switch kind {
        case .int8: try signed(kind, text, as: Int8.self)
        case .int16: try signed(kind, text, as: Int16.self)
        case .int32: try signed(kind, text, as: Int32.self)
        case .int64: try signed(kind, text, as: Int64.self)
        case .uint8: try unsigned(kind, text, as: UInt8.self)
        case .uint16: try unsigned(kind, text, as: UInt16.self)
        case .uint32: try unsigned(kind, text, as: UInt32.self)
        case .uint64: try unsigned(kind, text, as: UInt64.self)
        case .float: value(kind, try read(kind, text, NumberText.float(text)).bitPattern)
        case .double: value(kind, try read(kind, text, NumberText.double(text)).bitPattern)
        case .string, .binary: MapValue(kind: kind, bytes: Array(text.utf8)[...])
        }
    }

    private static func read<Number>(_ kind: MapValue.Kind, _ text: String, _ number: Number?) throws(Mistake) -> Number
    {
        guard let number else { throw Mistake(message: "\(text) is not valid \(kind.name) type value") }
        return number
    }

    private static func signed<Number: FixedWidthInteger>(
        _ kind: MapValue.Kind, _ text: String, as type: Number.Type
    ) throws(Mistake) -> MapValue? {
        try value(kind, fitting(kind, text, read(kind, text, NumberText.signed(text)?.value), as: type))
    }

    private static func unsigned<Number: FixedWidthInteger>(
        _ kind: MapValue.Kind, _ text: String, as type: Number.Type
    ) throws(Mistake) -> MapValue? {
        try value(kind, fitting(kind, text, read(kind, text, NumberText.unsigned(text)), as: type))
    }

    private static func fitting<Number: FixedWidthInteger>(
        _ kind: MapValue.Kind, _ text: String, _ number: some FixedWidthInteger, as type: Number.Type
    ) throws(Mistake) -> Number {
        guard let fitting = Number(exactly: number) else {
            throw Mistake(message: "\(text) is not valid \(kind.name) integer")
        }
        return fitting
    }

    private static func value(_ kind: MapValue.Kind, _ number: some FixedWidthInteger) -> MapValue? {
        withUnsafeBytes(of: number) { MapValue(kind: kind, bytes: Array($0)[...]) }
    }
}

/// A line of a file for `corosync-cmapctl -p`.
enum MapFileLine: Equatable {
    case set(key: String, type: String, value: String)
    case delete(String)
    case deleteBelow(String)
    /// A key without type or value.
    case incomplete(String)

    /// `nil` for empty lines and remarks.
    init?(_ line: String) {
        let text = line.drop { $0 == " " || $0 == "\t" }
        if text.first == "#" { return nil }
        let words = text.split { $0 == " " || $0 == "\n" }.map(String.init)
        guard let first = words.first else { return nil }
        if first.hasPrefix("^^") {
            self = .deleteBelow(String(first.dropFirst(2)))
        } else if first.hasPrefix("^") {
            self = .delete(String(first.dropFirst()))
        } else if words.count < 3 {
            self = .incomplete(first)
        } else {
            self = .set(key: first, type: words[1], value: words[2])
        }
    }
}
