extension XMLElement {
    /// The element as text, indented by two spaces a level, a line an element, with a final newline.
    package func formatted() -> String {
        var output: [UInt8] = []
        write(to: &output, indentation: 0)
        return String(decoding: output, as: UTF8.self)
    }

    /// The element as text without white space between elements and without a final newline.
    package func compact() -> String {
        var output: [UInt8] = []
        write(to: &output, indentation: nil)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the UTF-8 text; `indentation` is in levels, `nil` for none.
    package func write(to output: inout [UInt8], indentation: Int?) {
        if let indentation { output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * 2)) }
        output.append(UInt8(ascii: "<"))
        output.append(contentsOf: name.utf8)
        for attribute in attributes { XMLText.appendAttribute(attribute.name, attribute.value, to: &output) }
        if children.isEmpty && text.isEmpty {
            output.append(contentsOf: "/>".utf8)
        } else {
            output.append(UInt8(ascii: ">"))
            appendEscaped(text, to: &output, inAttribute: false)
            if !children.isEmpty {
                if indentation != nil { output.append(UInt8(ascii: "\n")) }
                for child in children { child.write(to: &output, indentation: indentation.map { $0 + 1 }) }
                if let indentation {
                    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * 2))
                }
            }
            output.append(contentsOf: "</".utf8)
            output.append(contentsOf: name.utf8)
            output.append(UInt8(ascii: ">"))
        }
        if indentation != nil { output.append(UInt8(ascii: "\n")) }
    }
}

/// XML written piece by piece, for documents that are not worth building as elements first.
package enum XMLText {
    /// Appends a blank, the name, and the escaped value in quotes.
    package static func appendAttribute(_ name: String, _ value: String, to output: inout [UInt8]) {
        guard isPlain(value) else { return appendEscapedAttribute(name, value, to: &output) }
        output.append(upTo: name.utf8.count + value.utf8.count + 4) { end in
            end.put(UInt8(ascii: " "))
            end.put(name)
            end.put(UInt8(ascii: "="))
            end.put(UInt8(ascii: "\""))
            end.put(value)
            end.put(UInt8(ascii: "\""))
        }
    }

    private static func appendEscapedAttribute(_ name: String, _ value: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: " "))
        append(name, to: &output)
        append("=\"", to: &output)
        appendEscapedBytes(of: value, to: &output, inAttribute: true)
        output.append(UInt8(ascii: "\""))
    }

    /// Appends text as it is.
    package static func append(_ text: String, to output: inout [UInt8]) {
        output.append(upTo: text.utf8.count) { end in end.put(text) }
    }

    /// Appends a number in decimal digits.
    package static func append(_ number: Int, to output: inout [UInt8]) {
        let longest = 20
        output.append(upTo: longest) { end in
            if number < 0 { end.put(UInt8(ascii: "-")) }
            var rest = number.magnitude
            var divisor: UInt = 1
            while rest / divisor > 9 { divisor *= 10 }
            while divisor > 0 {
                end.put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / divisor))
                rest %= divisor
                divisor /= 10
            }
        }
    }
}

// MARK: - Bytes put in place

extension [UInt8] {
    /// Makes room once for some bytes, which `write` puts at the place that it gets and moves behind them.
    ///
    /// - Parameter limit: the most that `write` may put there.
    @inline(__always)
    fileprivate mutating func append(upTo limit: Int, _ write: (inout UnsafeMutablePointer<UInt8>) -> Void) {
        append(addingCapacity: limit) { room in
            room.withUnsafeMutableBufferPointer { bytes, count in
                guard let start = bytes.baseAddress else { return }
                var end = start + count
                write(&end)
                count = end - start
            }
        }
    }
}

extension UnsafeMutablePointer<UInt8> {
    @inline(__always)
    fileprivate mutating func put(_ byte: UInt8) {
        initialize(to: byte)
        self += 1
    }

    @inline(__always)
    fileprivate mutating func put(_ text: String) {
        let place = self
        let count = text.utf8.withContiguousStorageIfAvailable { bytes in
            if let source = bytes.baseAddress { place.initialize(from: source, count: bytes.count) }
            return bytes.count
        }
        if let count {
            self += count
        } else {
            for byte in text.utf8 { put(byte) }
        }
    }
}

// MARK: - Escapes

private func appendEscaped(_ text: String, to output: inout [UInt8], inAttribute: Bool) {
    if isPlain(text) {
        XMLText.append(text, to: &output)
    } else {
        appendEscapedBytes(of: text, to: &output, inAttribute: inAttribute)
    }
}

/// Whether no byte may need an escape, or ends a character that XML cannot hold.
@inline(__always)
private func isPlain(_ text: String) -> Bool {
    let isPlain = text.utf8.withContiguousStorageIfAvailable { bytes in
        for byte in bytes where isSpecial(byte) { return false }
        return true
    }
    return isPlain ?? false
}

@inline(__always)
private func isSpecial(_ byte: UInt8) -> Bool {
    byte < 64 ? lowSpecials >> UInt64(byte) & 1 != 0 : byte == 0xBE || byte == 0xBF
}

/// The special bytes below 64, a bit each: control characters, `"`, `&`, `<` and `>`.
private let lowSpecials: UInt64 = 0xFFFF_FFFF | 1 << 0x22 | 1 << 0x26 | 1 << 0x3C | 1 << 0x3E

/// Characters that XML cannot hold (control characters, U+FFFE, U+FFFF) become U+FFFD: what is written can be read again.
private func appendEscapedBytes(of text: String, to output: inout [UInt8], inAttribute: Bool) {
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
        case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
        case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
        case UInt8(ascii: "\"") where inAttribute: output.append(contentsOf: "&quot;".utf8)
        case UInt8(ascii: "\n") where inAttribute: output.append(contentsOf: "&#10;".utf8)
        case UInt8(ascii: "\t") where inAttribute: output.append(contentsOf: "&#9;".utf8)
        case UInt8(ascii: "\n"), UInt8(ascii: "\t"): output.append(byte)
        case UInt8(ascii: "\r"): output.append(contentsOf: "&#13;".utf8)
        case 0..<0x20: output.append(contentsOf: replacement)
        case 0xBE where output.suffix(2) == [0xEF, 0xBF], 0xBF where output.suffix(2) == [0xEF, 0xBF]:
            output.removeLast(2)
            output.append(contentsOf: replacement)
        default: output.append(byte)
        }
    }
}

/// U+FFFD in UTF-8.
private let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
