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
        output.append(UInt8(ascii: " "))
        append(name, to: &output)
        append("=\"", to: &output)
        appendEscaped(value, to: &output, inAttribute: true)
        output.append(UInt8(ascii: "\""))
    }

    /// Appends text as it is.
    package static func append(_ text: String, to output: inout [UInt8]) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { output.append(contentsOf: $0) }
        if isDone == nil { output.append(contentsOf: text.utf8) }
    }

    /// Appends a number in decimal digits.
    package static func append(_ number: Int, to output: inout [UInt8]) {
        if number < 0 { output.append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let start = output.count
        repeat {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        output[start...].reverse()
    }
}

private func appendEscaped(_ text: String, to output: inout [UInt8], inAttribute: Bool) {
    let isPlain = text.utf8.withContiguousStorageIfAvailable { bytes in
        for byte in bytes where isSpecial(byte) { return false }
        output.append(contentsOf: bytes)
        return true
    }
    if isPlain != true { appendEscapedBytes(of: text, to: &output, inAttribute: inAttribute) }
}

/// Whether a byte may need an escape, or ends a character that XML cannot hold.
@inline(__always)
private func isSpecial(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
        || byte == UInt8(ascii: "\"") || byte == 0xBE || byte == 0xBF
}

/// Characters that XML cannot hold (control characters, U+FFFE, U+FFFF) become U+FFFD: what is written can be read again.
private func appendEscapedBytes(of text: String, to output: inout [UInt8], inAttribute: Bool) {
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
        case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
        case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
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
