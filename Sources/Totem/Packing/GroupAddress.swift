/// The group that a message is for, in front of its payload: Corosync's services use `corosync`, its synchronisation `sync`.
///
/// - Source: `totempg_groups_mcast_joined` of Corosync 3: a 16-bit count, a 16-bit length for each group, the names, the payload.
package enum GroupAddress {
    /// The group of Corosync's services.
    package static let services: [UInt8] = Array("a".utf8)
    /// The group of Corosync's synchronisation.
    package static let synchronisation: [UInt8] = Array("sync".utf8)

    /// The bytes that go in front of a payload for one group, whose name has 1 to 65535 bytes.
    package static func prefix(for group: [UInt8]) -> [UInt8] {
        let length = UInt16(clamping: group.count)
        return [1, 0, UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)] + group
    }

    /// Splits a message into the group it is for and its payload; `nil` when it is malformed or for several groups.
    package static func split(_ message: ArraySlice<UInt8>) -> (group: ArraySlice<UInt8>, payload: ArraySlice<UInt8>)? {
        guard message.count >= 4 else { return nil }
        let start = message.startIndex
        let bytes = message[start..<start + 4].map { Int($0) }
        // The count of groups, always 1, tells the sender's byte order.
        let length: Int
        switch (bytes[0], bytes[1]) {
        case (1, 0): length = bytes[2] | bytes[3] << 8
        case (0, 1): length = bytes[2] << 8 | bytes[3]
        default: return nil
        }
        guard message.count >= 4 + length else { return nil }
        return (message[start + 4..<start + 4 + length], message[(start + 4 + length)...])
    }
}
