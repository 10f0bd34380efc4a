/// IP addresses as people write them.
package enum AddressText {
    /// - Parameter address: 4 bytes of IPv4 or 16 of IPv6.
    /// - Returns: the shortest usual form (RFC 5952), empty for any other length.
    package static func text(_ address: [UInt8]) -> String {
        switch address.count {
        case 4: address.map(String.init).joined(separator: ".")
        case 16: version6(address)
        default: ""
        }
    }

    private static func version6(_ address: [UInt8]) -> String {
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]) }
        let words = groups.map { String($0, radix: 16) }
        // The longest run of at least two zero groups is left out; of equal ones the first.
        var longest = 0..<0
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > max(1, longest.count) { longest = start..<end }
            start = max(end, start + 1)
        }
        if longest.isEmpty { return words.joined(separator: ":") }
        let (before, after) = (words[..<longest.lowerBound], words[longest.upperBound...])
        return before.joined(separator: ":") + "::" + after.joined(separator: ":")
    }
}
