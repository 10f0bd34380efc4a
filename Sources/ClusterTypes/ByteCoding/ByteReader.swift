/// What is wrong with the bytes of a message, and where.
package struct DecodingFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package var message: String
    /// Bytes from the start.
    package var offset: Int

    package init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }

    package var description: String { "\(message) at byte \(offset)" }
}

/// Reads what `ByteWriter` wrote; trusts nothing: every length is checked against what is left.
package struct ByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    package var remaining: ArraySlice<UInt8> { bytes[position...] }

    package func failure(_ message: String) -> DecodingFailure {
        DecodingFailure(message: message, offset: position - bytes.startIndex)
    }

    package mutating func read<Number: FixedWidthInteger>(
        _: Number.Type = Number.self
    ) throws(DecodingFailure) -> Number {
        let width = MemoryLayout<Number>.size
        guard bytes.endIndex - position >= width else {
            throw failure("the message ends inside a number of \(width) bytes")
        }
        var number: Number = 0
        for index in 0..<width { number |= Number(truncatingIfNeeded: bytes[position + index]) << (8 * index) }
        position += width
        return number
    }

    package mutating func readFlag() throws(DecodingFailure) -> Bool {
        switch try read(UInt8.self) {
        case 0: return false
        case 1: return true
        case let other: throw failure("\(other) is neither 0 nor 1")
        }
    }

    package mutating func readText() throws(DecodingFailure) -> String {
        let length = try read(UInt32.self)
        guard let count = Int(exactly: length), count <= bytes.endIndex - position else {
            throw failure("a text of \(length) bytes goes beyond the end of the message")
        }
        guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else {
            throw failure("a text is not UTF-8")
        }
        position += count
        return text
    }

    package mutating func readOptionalText() throws(DecodingFailure) -> String? {
        try readFlag() ? try readText() : nil
    }

    package mutating func readDuration() throws(DecodingFailure) -> Duration { .nanoseconds(try read(Int64.self)) }

    /// A number of things that follow, each of at least `size` bytes: refused before anything is stored when it goes
    /// beyond the end.
    package mutating func readCount(eachAtLeast size: Int) throws(DecodingFailure) -> Int {
        let number = try read(UInt32.self)
        guard let count = Int(exactly: number), count <= (bytes.endIndex - position) / size else {
            throw failure("\(number) elements go beyond the end of the message")
        }
        return count
    }

    package mutating func readList<Element>(
        eachAtLeast size: Int = 1, _ body: (inout ByteReader) throws(DecodingFailure) -> Element
    ) throws(DecodingFailure) -> [Element] {
        let count = try readCount(eachAtLeast: size)
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try body(&self)) }
        return elements
    }

    package func expectEnd() throws(DecodingFailure) {
        guard position == bytes.endIndex else { throw failure("\(bytes.endIndex - position) bytes too many") }
    }
}
