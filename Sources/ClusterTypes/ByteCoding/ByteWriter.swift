/// Writes the fields of a message between our own daemons: numbers in little-endian order, texts and lists with their
/// length in front.
///
/// The formats of Corosync have their own readers and writers in `Totem` and `Messaging`: those differ in byte order,
/// alignment and padding.
package struct ByteWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func write(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    /// - Precondition: the text is shorter than 4 GiB, as everything that was parsed here is.
    package mutating func write(_ text: String) {
        let utf8 = text.utf8
        write(UInt32(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    package mutating func write(_ text: String?) {
        write(text != nil)
        if let text { write(text) }
    }

    package mutating func write(_ duration: Duration) { write(duration.nanoseconds) }

    package mutating func writeList<Element>(_ elements: [Element], _ body: (inout ByteWriter, Element) -> Void) {
        write(UInt32(clamping: elements.count))
        for element in elements { body(&self, element) }
    }
}
