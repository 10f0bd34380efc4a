/// What is wrong with a piece of JSON, and where.
package struct JSONFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package var message: String
    /// Bytes from the start.
    package var offset: Int

    package var description: String { "\(message) at byte \(offset)" }
}

/// The bounds of what is read from outside.
package enum JSONLimits {
    /// Values within values.
    package static let depth = 64
}

extension JSON {
    /// Reads one value and nothing else.
    ///
    /// - Parameter text: UTF-8.
    /// - Throws: `JSONFailure` with the offset of what cannot be.
    package init(parsing text: some Sequence<UInt8>) throws(JSONFailure) {
        var reader = Reader(bytes: Array(text))
        self = try reader.readDocument()
    }
}

private struct Reader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    func failure(_ message: String) -> JSONFailure { JSONFailure(message: message, offset: position) }

    mutating func readDocument() throws(JSONFailure) -> JSON {
        let value = try readValue(depth: 0)
        skipWhiteSpace()
        guard next == nil else { throw failure("unexpected text after the value") }
        return value
    }

    mutating func skipWhiteSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func readValue(depth: Int) throws(JSONFailure) -> JSON {
        guard depth < JSONLimits.depth else { throw failure("values are nested deeper than \(JSONLimits.depth)") }
        skipWhiteSpace()
        switch next {
        case nil: throw failure("the text ends where a value is expected")
        case UInt8(ascii: "{"): return try readObject(depth: depth)
        case UInt8(ascii: "["): return try readArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        default: return try readNumber()
        }
    }

    mutating func readWord(_ word: String, _ value: JSON) throws(JSONFailure) -> JSON {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("a value is expected") }
        position += word.utf8.count
        return value
    }

    mutating func readObject(depth: Int) throws(JSONFailure) -> JSON {
        position += 1
        var members: [JSON.Member] = []
        skipWhiteSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipWhiteSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("the name of a member is expected") }
            let name = try readString()
            skipWhiteSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("\":\" is expected") }
            members.append(JSON.Member(name, try readValue(depth: depth + 1)))
            skipWhiteSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw failure("\",\" or \"}\" is expected") }
        }
    }

    mutating func readArray(depth: Int) throws(JSONFailure) -> JSON {
        position += 1
        var values: [JSON] = []
        skipWhiteSpace()
        if take(UInt8(ascii: "]")) { return .array(values) }
        while true {
            values.append(try readValue(depth: depth + 1))
            skipWhiteSpace()
            if take(UInt8(ascii: "]")) { return .array(values) }
            guard take(UInt8(ascii: ",")) else { throw failure("\",\" or \"]\" is expected") }
        }
    }

    mutating func readNumber() throws(JSONFailure) -> JSON {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let whole = takeDigits()
        guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else {
            position = start
            throw failure("a value is expected")
        }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            guard takeDigits() > 0 else { throw failure("a digit is expected") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard takeDigits() > 0 else { throw failure("a digit is expected") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw failure("the number \(text) is too large") }
        return .number(value)
    }

    mutating func takeDigits() -> Int {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    mutating func readString() throws(JSONFailure) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    position = start
                    throw failure("a text is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): try readEscape(into: &text)
            case 0..<0x20: throw failure("a control character must be escaped")
            default: text.append(byte)
            }
        }
        throw failure("the text ends within a string")
    }

    mutating func readEscape(into text: inout [UInt8]) throws(JSONFailure) {
        guard let byte = next else { throw failure("the text ends within a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): try readCodePoint(into: &text)
        default: throw failure("an unknown escape in a string")
        }
    }

    mutating func readCodePoint(into text: inout [UInt8]) throws(JSONFailure) {
        var code = try readFourDigits()
        if (0xD800..<0xDC00).contains(code) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw failure("half a surrogate pair") }
            let low = try readFourDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw failure("half a surrogate pair") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
        text.append(contentsOf: String(Character(scalar)).utf8)
    }

    mutating func readFourDigits() throws(JSONFailure) -> UInt32 {
        guard bytes.count - position >= 4,
            let digits = String(validating: bytes[position..<position + 4], as: UTF8.self),
            digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let code = UInt32(digits, radix: 16)
        else { throw failure("four hexadecimal digits are expected") }
        position += 4
        return code
    }
}
