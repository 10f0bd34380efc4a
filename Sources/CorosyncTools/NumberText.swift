internal import Glibc

/// Numbers as the C library reads and writes them: what people have typed for corosync's tools must mean the same here.
enum NumberText {
    /// A whole text as a decimal number within a range; leading blanks and a sign are fine.
    static func number(_ text: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let (value, isWhole) = signed(text), isWhole, range.contains(value) else { return nil }
        return value
    }

    /// The number at the beginning of a text, the nearest one that fits; `nil` when there is none.
    static func signed(_ text: String) -> (value: Int64, isWhole: Bool)? {
        read(text) { Int64(strtoll($0, $1, 10)) }
    }

    static func unsigned(_ text: String) -> UInt64? { read(text) { UInt64(strtoull($0, $1, 10)) }?.value }
    static func float(_ text: String) -> Float? { read(text) { strtof($0, $1) }?.value }
    static func double(_ text: String) -> Double? { read(text) { strtod($0, $1) }?.value }

    private static func read<Number>(
        _ text: String,
        _ convert: (UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Number
    ) -> (value: Number, isWhole: Bool)? {
        text.withCString { start in
            var end: UnsafeMutablePointer<CChar>?
            errno = 0
            let value = convert(start, &end)
            guard let end, UnsafePointer(end) != start else { return nil }
            return (value, end.pointee == 0 && errno == 0)
        }
    }

    /// With six digits after the point, as `%f`.
    static func text(_ number: Double) -> String {
        var buffer = [CChar](repeating: 0, count: 512)
        let count = withVaList([number]) { vsnprintf(&buffer, buffer.count, "%f", $0) }
        return String(decoding: buffer.prefix(max(0, Int(count))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Eight hexadecimal digits after `0x`.
    static func hexadecimal(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// At the right of a field.
    static func padded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

/// Bytes of which only those that can be seen are shown as they are.
///
/// - Deviation from what would be right, kept so that the tools' outputs are equal: bytes from 0x80 are shown as the negative
///   numbers that a C `char` holds, `\xFFFFFF80`.
func escaped(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
        switch byte {
        case UInt8(ascii: "\\"): text += "\\\\"
        case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            text += "\\x" + (byte < 0x80 ? "" : "FFFFFF") + (digits.count < 2 ? "0" : "") + digits
        }
    }
    return text
}
