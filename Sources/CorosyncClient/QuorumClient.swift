package import CorosyncIPC
package import LocalServices
internal import Messaging

/// Whether the partition is quorate, and who is in it: what libquorum offers.
///
/// - Source: quorum_overview(3); ipc_quorum.h of corosync 3.1.7.
package final class QuorumClient {
    package struct Notice: Sendable, Equatable {
        package var isQuorate: Bool
        /// The sequence of the ring.
        package var ring: UInt64
        package var members: [UInt32]
    }

    private let connection: any ServiceChannel
    package var descriptor: Int32 { connection.descriptor }
    /// False when no quorum is configured.
    package let hasProvider: Bool

    package convenience init(at place: ServicePlace = .machine) throws(ServiceError) {
        try self.init(over: try ServiceConnection(.quorum, at: place))
    }

    package init(over channel: any ServiceChannel) throws(ServiceError) {
        connection = channel
        hasProvider = try connection.demand(ServiceRequest(3)).read { try $0.uint32() != 0 }
    }

    package func isQuorate() throws(ServiceError) -> Bool {
        try connection.demand(ServiceRequest(0)).read { try $0.uint32() != 0 }
    }

    /// Wants a notice now, and with every change when `follows`.
    package func startTracking(follows: Bool) throws(ServiceError) {
        _ = try connection.demand(ServiceRequest(1) { $0.padded(follows ? 2 : 1) })
    }

    package func stopTracking() throws(ServiceError) { _ = try connection.demand(ServiceRequest(2)) }

    /// The next notice; `nil` when none came in this time, -1 for any.
    package func nextNotice(milliseconds: Int32) throws(ServiceError) -> Notice? {
        guard let event = try connection.nextEvent(milliseconds: milliseconds) else { return nil }
        return try event.read { reader in
            let isQuorate = try reader.uint32() != 0
            try reader.align()
            let ring = try reader.uint64()
            let count = try reader.uint32()
            var members: [UInt32] = []
            for _ in 0..<min(count, 1024) { members.append(try reader.uint32()) }
            return Notice(isQuorate: isQuorate, ring: ring, members: members)
        }
    }
}
