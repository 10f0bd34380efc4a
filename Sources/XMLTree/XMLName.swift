extension String {
    /// Whether the text can be the name of an element or attribute when it is written out.
    ///
    /// Stricter than XML for ASCII only where it must be: letters, digits, `_ - . :` and everything outside ASCII.
    package var isXMLName: Bool {
        guard let first = utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        guard first != UInt8(ascii: "-"), first != UInt8(ascii: ".") else { return false }
        return utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: ":"), 0x80...0xFF:
                true
            default: false
            }
        }
    }
}
