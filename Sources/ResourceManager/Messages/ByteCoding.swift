import ClusterTypes

/// Appends numbers (little-endian) and length-prefixed text to a message.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    mutating func write(_ text: String) {
        let utf8 = Array(text.utf8)
        write(UInt32(clamping: utf8.count))
        bytes.append(contentsOf: utf8)
    }

    mutating func write(_ duration: Duration) { write(duration.nanoseconds) }

    mutating func writeList<Element>(_ elements: [Element], _ body: (inout ByteWriter, Element) -> Void) {
        write(UInt32(clamping: elements.count))
        for element in elements { body(&self, element) }
    }
}

/// Why a message of another member cannot be read.
struct MessageFailure: Error, Equatable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// Reads what a `ByteWriter` wrote; every length is checked against what is left.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    private var remaining: Int { bytes.endIndex - position }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(MessageFailure) -> Number
    {
        let width = MemoryLayout<Number>.size
        guard remaining >= width else {
            throw MessageFailure("ends inside a number of \(width) bytes at offset \(position - bytes.startIndex)")
        }
        var result: Number = 0
        for index in 0..<width {
            result |= Number(truncatingIfNeeded: bytes[position + index]) &<< Number(truncatingIfNeeded: index * 8)
        }
        position += width
        return result
    }

    mutating func flag() throws(MessageFailure) -> Bool { try number(UInt8.self) != 0 }

    mutating func text() throws(MessageFailure) -> String {
        let count = Int(try number(UInt32.self))
        guard count <= remaining else {
            throw MessageFailure("says \(count) bytes of text where \(remaining) are left")
        }
        defer { position += count }
        return String(decoding: bytes[position..<position + count], as: UTF8.self)
    }

    mutating func duration() throws(MessageFailure) -> Duration { .nanoseconds(try number(Int64.self)) }

    /// Every element takes at least one byte, so a count beyond what is left is refused before anything is stored.
    mutating func list<Element>(
        _ body: (inout ByteReader) throws(MessageFailure) -> Element
    ) throws(MessageFailure) -> [Element] {
        let count = Int(try number(UInt32.self))
        guard count <= remaining else {
            throw MessageFailure("says \(count) elements where \(remaining) bytes are left")
        }
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try body(&self)) }
        return elements
    }

    func finish() throws(MessageFailure) {
        guard remaining == 0 else { throw MessageFailure("has \(remaining) bytes after its end") }
    }
}
