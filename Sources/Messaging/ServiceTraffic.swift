/// How many messages of each service went out to the ring and came from it, by function.
///
/// - Source: `runtime.services.NAME.FUNCTION.tx` and `.rx` of cmap_keys(8).
package struct ServiceTraffic: Sendable, Equatable {
    package struct Count: Sendable, Equatable {
        package var sent: UInt64 = 0
        package var received: UInt64 = 0
    }

    /// More than any service has.
    package static let functionLimit = 8
    private static let serviceLimit = 8

    /// By service, then by function.
    private var counts = Array(repeating: Count(), count: serviceLimit * functionLimit)

    package init() {}

    package subscript(service: UInt16, function: Int) -> Count {
        let index = Int(service) * Self.functionLimit + function
        return counts.indices.contains(index) && function < Self.functionLimit ? counts[index] : Count()
    }

    /// Messages of one service and function were sent, which begin like this.
    mutating func sent(_ count: Int, like head: ArraySlice<UInt8>) {
        if let index = Self.index(head) { counts[index].sent &+= UInt64(count) }
    }

    /// Messages of one service and function came, which begin like this.
    mutating func received(_ count: Int, like message: ArraySlice<UInt8>) {
        if let index = Self.index(message) { counts[index].received &+= UInt64(count) }
    }

    /// Where the message is counted: its number follows the envelope of the services' stream, which is 5 bytes long.
    private static func index(_ message: ArraySlice<UInt8>) -> Int? {
        let start = message.startIndex + 5
        guard message.count >= 9, message[start - 1] == UInt8(ascii: "a"), message[start - 3] == 1 else { return nil }
        let (function, service) = (Int(message[start]), Int(message[start + 2]))
        guard function < functionLimit, service < serviceLimit, message[start + 1] == 0, message[start + 3] == 0 else {
            return nil
        }
        return service * functionLimit + function
    }
}
