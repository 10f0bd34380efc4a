/// The target of a request: the segments of its path and the parameters of its query, decoded.
struct RequestTarget: Equatable {
    var path: [String]
    var query: [String: String]

    /// - Throws: `RouteFailure` 400 when it does not begin with `/`, or an escape is broken.
    init(_ text: String) throws(RouteFailure) {
        let malformed = RouteFailure(400, "invalid", "the target of the request cannot be read")
        guard text.utf8.first == UInt8(ascii: "/") else { throw malformed }
        let parts = text.utf8.dropFirst().split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        path = []
        query = [:]
        for segment in (parts.first ?? "".utf8[...]).split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            guard let decoded = Self.decode(segment, plusIsSpace: false), !decoded.isEmpty else { throw malformed }
            path.append(decoded)
        }
        guard parts.count == 2 else { return }
        for parameter in parts[1].split(separator: UInt8(ascii: "&")) {
            let sides = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = sides.first.flatMap({ Self.decode($0, plusIsSpace: true) }),
                let value = Self.decode(sides.count == 2 ? sides[1] : "".utf8[...], plusIsSpace: true)
            else { throw malformed }
            query[name] = value
        }
    }

    private static func decode(_ text: Substring.UTF8View, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
