internal import XMLTree

/// What is wrong with the bytes of a message, and where.
struct DecodeFailure: Error, Equatable {
    var message: String
    /// Bytes from the start.
    var offset: Int

    var text: String { "\(message) at byte \(offset)" }
}

/// Writes numbers in little-endian order and texts with their length in front.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ number: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// - Precondition: the text is shorter than 4 GiB, as everything that was parsed here is.
    mutating func write(_ text: String) {
        let utf8 = text.utf8
        write(UInt32(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    mutating func write(_ text: String?) {
        write(UInt8(text == nil ? 0 : 1))
        if let text { write(text) }
    }
}

/// Reads what `ByteWriter` wrote; trusts nothing.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var offset: Int { position - bytes.startIndex }
    var remaining: ArraySlice<UInt8> { bytes[position...] }

    func failure(_ message: String) -> DecodeFailure { DecodeFailure(message: message, offset: offset) }

    mutating func read<Number: FixedWidthInteger & UnsignedInteger>(
        _: Number.Type = Number.self
    ) throws(DecodeFailure) -> Number {
        let size = Number.bitWidth / 8
        guard bytes.endIndex - position >= size else { throw failure("the message ends within a number") }
        var number: Number = 0
        for index in 0..<size { number |= Number(bytes[position + index]) << (8 * index) }
        position += size
        return number
    }

    mutating func readText() throws(DecodeFailure) -> String {
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

    mutating func readOptionalText() throws(DecodeFailure) -> String? {
        switch try read(UInt8.self) {
        case 0: return nil
        case 1: return try readText()
        case let other: throw failure("\(other) is neither 0 nor 1")
        }
    }

    /// A number of things that follow, each of at least `size` bytes.
    mutating func readCount(eachAtLeast size: Int) throws(DecodeFailure) -> Int {
        let number = try read(UInt32.self)
        guard let count = Int(exactly: number), count <= (bytes.endIndex - position) / size else {
            throw failure("\(number) elements go beyond the end of the message")
        }
        return count
    }

    func expectEnd() throws(DecodeFailure) {
        guard position == bytes.endIndex else { throw failure("\(bytes.endIndex - position) bytes too many") }
    }
}

// MARK: - Elements

extension ByteWriter {
    mutating func write(_ element: XMLElement) {
        write(element.name)
        write(element.text)
        write(UInt32(clamping: element.line))
        write(UInt32(clamping: element.attributes.count))
        for attribute in element.attributes {
            write(attribute.name)
            write(attribute.value)
        }
        write(UInt32(clamping: element.children.count))
        for child in element.children { write(child) }
    }
}

extension ByteReader {
    mutating func readElement(depth: Int = 0) throws(DecodeFailure) -> XMLElement {
        guard depth < XMLLimits.depth else { throw failure("elements are nested deeper than \(XMLLimits.depth)") }
        let name = try readName()
        let text = try readText()
        let line = Int32(clamping: try read(UInt32.self))
        var attributes: [XMLElement.Attribute] = []
        let attributeCount = try readCount(eachAtLeast: 8)
        attributes.reserveCapacity(attributeCount)
        for _ in 0..<attributeCount {
            let name = try readName()
            attributes.append(XMLElement.Attribute(name, try readText()))
        }
        var children: [XMLElement] = []
        let childCount = try readCount(eachAtLeast: 20)
        children.reserveCapacity(childCount)
        for _ in 0..<childCount { children.append(try readElement(depth: depth + 1)) }
        return XMLElement(name: name, attributes: attributes, children: children, text: text, line: line)
    }

    private mutating func readName() throws(DecodeFailure) -> String {
        let name = try readText()
        guard name.isXMLName else { throw failure("\"\(name)\" is not a name of XML") }
        return name
    }
}
