/// A value of the configuration map: a type and the bytes that stand for it.
///
/// Kept as the bytes that clients exchange (numbers in the machine's order, strings with their closing zero), so that two
/// values are equal exactly when a client cannot tell them apart.
///
/// - Source: cmap_keys(8), cmap_set(3); `cmap_value_types_t` of cmap.h.
package struct MapValue: Sendable, Hashable {
    package enum Kind: UInt8, Sendable, CaseIterable {
        case int8 = 1
        case uint8, int16, uint16, int32, uint32, int64, uint64, float, double, string, binary

        /// The length of a number in bytes; `nil` for strings and binary values.
        package var fixedLength: Int? {
            switch self {
            case .int8, .uint8: 1
            case .int16, .uint16: 2
            case .int32, .uint32, .float: 4
            case .int64, .uint64, .double: 8
            case .string, .binary: nil
            }
        }

        /// The name that corosync-cmapctl(8) uses.
        package var name: String {
            switch self {
            case .int8: "i8"
            case .uint8: "u8"
            case .int16: "i16"
            case .uint16: "u16"
            case .int32: "i32"
            case .uint32: "u32"
            case .int64: "i64"
            case .uint64: "u64"
            case .float: "flt"
            case .double: "dbl"
            case .string: "str"
            case .binary: "bin"
            }
        }

        /// Finds a kind by the name that corosync-cmapctl(8) uses.
        package init?(named name: String) {
            guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = kind
        }
    }

    /// The largest value, in bytes: `ICMAP_MAX_VALUE_LEN` of corosync.
    package static let lengthLimit = 16 << 10

    package let kind: Kind
    package let bytes: [UInt8]

    /// Takes a client's value; `nil` when the length does not fit the kind.
    ///
    /// A string ends at its first zero byte, or at the end of `bytes`, and is kept with one zero byte.
    package init?(kind: Kind, bytes: ArraySlice<UInt8>) {
        guard bytes.count <= Self.lengthLimit else { return nil }
        if let length = kind.fixedLength, length != bytes.count { return nil }
        self.kind = kind
        self.bytes = kind == .string ? Array(bytes.prefix { $0 != 0 }) + [0] : Array(bytes)
    }

    private init(_ kind: Kind, _ number: some FixedWidthInteger) {
        self.kind = kind
        bytes = withUnsafeBytes(of: number) { Array($0) }
    }

    package static func int8(_ value: Int8) -> MapValue { MapValue(.int8, value) }
    package static func uint8(_ value: UInt8) -> MapValue { MapValue(.uint8, value) }
    package static func uint16(_ value: UInt16) -> MapValue { MapValue(.uint16, value) }
    package static func int32(_ value: Int32) -> MapValue { MapValue(.int32, value) }
    package static func uint32(_ value: UInt32) -> MapValue { MapValue(.uint32, value) }
    package static func uint64(_ value: UInt64) -> MapValue { MapValue(.uint64, value) }
    package static func double(_ value: Double) -> MapValue { MapValue(.double, value.bitPattern) }
    package static func float(_ value: Float) -> MapValue { MapValue(.float, value.bitPattern) }

    /// A text; cut at its first zero byte and at the longest value.
    package static func string(_ text: String) -> MapValue {
        let bytes = text.utf8.prefix { $0 != 0 }.prefix(lengthLimit - 1)
        return MapValue(text: Array(bytes) + [0])
    }

    private init(text: [UInt8]) {
        kind = .string
        bytes = text
    }
}

extension MapValue {
    private func number<Number: FixedWidthInteger>(as type: Number.Type) -> Number {
        var value: Number = 0
        withUnsafeMutableBytes(of: &value) { $0.copyBytes(from: bytes.prefix($0.count)) }
        return value
    }

    /// The value of a signed or unsigned integer kind; `nil` for other kinds and above 2⁶³ − 1.
    package var integer: Int64? {
        switch kind {
        case .int8: Int64(number(as: Int8.self))
        case .uint8: Int64(number(as: UInt8.self))
        case .int16: Int64(number(as: Int16.self))
        case .uint16: Int64(number(as: UInt16.self))
        case .int32: Int64(number(as: Int32.self))
        case .uint32: Int64(number(as: UInt32.self))
        case .int64: number(as: Int64.self)
        case .uint64: Int64(exactly: number(as: UInt64.self))
        case .float, .double, .string, .binary: nil
        }
    }

    /// The text of a string; bytes that are not UTF-8 are replaced.
    package var text: String? { kind == .string ? String(decoding: bytes.dropLast(), as: UTF8.self) : nil }

    /// The floating-point number.
    package var floating: Double? {
        switch kind {
        case .float: Double(Float(bitPattern: number(as: UInt32.self)))
        case .double: Double(bitPattern: number(as: UInt64.self))
        default: nil
        }
    }

    /// The value as a person reads it; binary values are not shown.
    package var rendered: String {
        switch kind {
        case .string: text ?? ""
        case .binary: "*binary*"
        case .float, .double: floating.map { "\($0)" } ?? ""
        case .uint64: String(number(as: UInt64.self))
        case .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64: integer.map { String($0) } ?? ""
        }
    }

    /// The integer changed by `step`, wrapping around within its kind as in corosync; `nil` for other kinds.
    package func adjusted(by step: Int32) -> MapValue? {
        switch kind {
        case .int8, .uint8: MapValue(kind, number(as: UInt8.self) &+ UInt8(truncatingIfNeeded: step))
        case .int16, .uint16: MapValue(kind, number(as: UInt16.self) &+ UInt16(truncatingIfNeeded: step))
        case .int32, .uint32: MapValue(kind, number(as: UInt32.self) &+ UInt32(truncatingIfNeeded: step))
        case .int64, .uint64: MapValue(kind, number(as: UInt64.self) &+ UInt64(truncatingIfNeeded: step))
        case .float, .double, .string, .binary: nil
        }
    }
}
