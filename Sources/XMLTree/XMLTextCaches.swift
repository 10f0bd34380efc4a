internal import Glibc

/// The names of elements and attributes as strings: libxml2 keeps each once for the length of a parsing, so that its address
/// stands for it.
struct XMLNameCache {
    private var slots = [(address: UInt, text: String)](repeating: (0, ""), count: 256)

    mutating func text(_ name: UnsafePointer<UInt8>) -> String {
        let address = UInt(bitPattern: name)
        let slot = Int((address >> 2) ^ (address >> 10)) & (slots.count - 1)
        if slots[slot].address == address { return slots[slot].text }
        let text = String(cString: name)
        slots[slot] = (address, text)
        return text
    }
}

/// The values of attributes as strings. Those too long to be held in place are often equal to one not long before (digests,
/// transition keys), and then share its storage.
struct XMLValueCache {
    private var slots = [String](repeating: "", count: 1024)

    mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard bytes.count > 15 else { return decode(bytes) }
        let slot = hash(bytes) & (slots.count - 1)
        if isEqual(slots[slot], bytes) { return slots[slot] }
        let text = decode(bytes)
        slots[slot] = text
        return text
    }

    private func isEqual(_ text: String, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.utf8.count == bytes.count, let start = bytes.baseAddress else { return false }
        let isEqual = text.utf8.withContiguousStorageIfAvailable { text in
            text.baseAddress.map { memcmp($0, start, bytes.count) == 0 } ?? false
        }
        return isEqual ?? false
    }

    /// Some bytes of a value are enough to tell most apart.
    private func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var hash = bytes.count
        for position in stride(from: 0, to: bytes.count, by: 1 + bytes.count / 16) {
            hash = hash &* 31 &+ Int(bytes[position])
        }
        return hash ^ (hash >> 10)
    }

    /// Without a document type the only thing the parser leaves undecoded is the ampersand.
    private func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let ampersand = Int32(UInt8(ascii: "&"))
        guard let start = bytes.baseAddress, memchr(start, ampersand, bytes.count) != nil else {
            return String(decoding: bytes, as: UTF8.self)
        }
        let reference = Array("&#38;".utf8)
        var decoded: [UInt8] = []
        var position = 0
        while position < bytes.count {
            decoded.append(bytes[position])
            position += bytes[position...].starts(with: reference) ? reference.count : 1
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
