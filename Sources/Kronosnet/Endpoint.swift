/// Where datagrams come from and go to: an IP address and a port, as numbers that compare quickly.
package struct Endpoint: Hashable, Sendable {
    /// The address in network byte order; that of IPv4 stands in `low`.
    package var high: UInt64
    package var low: UInt64
    package var port: UInt16
    package var isIPv6: Bool

    package init(high: UInt64 = 0, low: UInt64, port: UInt16, isIPv6: Bool = false) {
        self.high = high
        self.low = low
        self.port = port
        self.isIPv6 = isIPv6
    }
}

extension Endpoint: CustomStringConvertible {
    package var description: String {
        func byte(_ index: Int) -> UInt64 { (index < 8 ? high : low) >> UInt64(index % 8 * 8) & 0xFF }
        if !isIPv6 { return (8..<12).map { String(byte($0)) }.joined(separator: ".") + ":\(port)" }
        let groups = (0..<8).map { String(byte(2 * $0) << 8 | byte(2 * $0 + 1), radix: 16) }
        return "[\(groups.joined(separator: ":"))]:\(port)"
    }
}
