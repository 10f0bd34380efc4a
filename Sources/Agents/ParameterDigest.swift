internal import XMLTree

/// The fingerprint of parameters: by it the scheduler sees that an operation ran with others than are configured now.
///
/// The executor that records it and the scheduler that compares it must agree on every byte, or a resource is restarted for
/// ever.
///
/// - Source: what Pacemaker 2.1's tools compute (`crm_resource --digests`): the MD5 of an XML element with white space around.
package func parameterDigest(_ parameters: [(name: String, value: String)]) -> String {
    var text = Array(" <parameters".utf8)
    // Sorted as bytes, as strcmp(3) does.
    let sorted = parameters.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for parameter in sorted {
        text.append(UInt8(ascii: " "))
        text.append(contentsOf: parameter.name.utf8)
        text.append(contentsOf: "=\"".utf8)
        appendAsDigested(parameter.value, to: &text)
        text.append(UInt8(ascii: "\""))
    }
    text.append(contentsOf: "/>\n".utf8)
    return md5Digest(of: text)
}

/// Appends a value as the incumbent's serialiser writes it where digests are made: control characters in octal, tabs as
/// four spaces, and everything as it is from the first character on that is not ASCII.
private func appendAsDigested(_ value: String, to text: inout [UInt8]) {
    let bytes = Array(value.utf8)
    for (index, byte) in bytes.enumerated() {
        switch byte {
        case 0x80...:
            text.append(contentsOf: bytes[index...])
            return
        case UInt8(ascii: "<"): text.append(contentsOf: "&lt;".utf8)
        case UInt8(ascii: ">"): text.append(contentsOf: "&gt;".utf8)
        case UInt8(ascii: "\""): text.append(contentsOf: "&quot;".utf8)
        case UInt8(ascii: "'"): text.append(contentsOf: "&apos;".utf8)
        case UInt8(ascii: "&"): text.append(contentsOf: "&amp;".utf8)
        case UInt8(ascii: "\t"): text.append(contentsOf: "    ".utf8)
        case UInt8(ascii: "\n"): text.append(contentsOf: "\\n".utf8)
        case UInt8(ascii: "\r"): text.append(contentsOf: "\\r".utf8)
        case ..<0x20, 0x7f:
            let octal = String(byte, radix: 8)
            text.append(UInt8(ascii: "\\"))
            text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 3 - octal.utf8.count))
            text.append(contentsOf: octal.utf8)
        default: text.append(byte)
        }
    }
}
