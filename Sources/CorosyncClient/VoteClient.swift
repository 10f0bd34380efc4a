package import CorosyncIPC
package import LocalServices
internal import Messaging

/// Votes and quorum in detail: what libvotequorum offers.
///
/// - Source: votequorum_overview(3); ipc_votequorum.h of corosync 3.1.7.
package final class VoteClient {
    /// `struct votequorum_info`.
    package struct Information: Sendable, Equatable {
        package struct Flags: OptionSet, Sendable {
            package let rawValue: UInt32
            package init(rawValue: UInt32) { self.rawValue = rawValue }
            package static let twoNode = Flags(rawValue: 1)
            package static let quorate = Flags(rawValue: 2)
            package static let waitForAll = Flags(rawValue: 4)
            package static let lastManStanding = Flags(rawValue: 8)
            package static let autoTieBreaker = Flags(rawValue: 16)
            package static let allowDownscale = Flags(rawValue: 32)
            package static let deviceRegistered = Flags(rawValue: 64)
            package static let deviceAlive = Flags(rawValue: 128)
            package static let deviceCastsVote = Flags(rawValue: 256)
            package static let deviceMasterWins = Flags(rawValue: 512)
        }

        package var node: UInt32
        package var state: UInt32
        package var votes: UInt32
        package var expectedVotes: UInt32
        package var highestExpected: UInt32
        package var totalVotes: UInt32
        package var quorum: UInt32
        package var flags: Flags
        package var deviceVotes: UInt32
        package var deviceName: String
    }

    private let connection: any ServiceChannel
    package var descriptor: Int32 { connection.descriptor }

    package init(over channel: any ServiceChannel) { connection = channel }

    package convenience init(at place: ServicePlace = .machine) throws(ServiceError) {
        self.init(over: try ServiceConnection(.voteQuorum, at: place))
    }

    /// - Throws: `notExist` for a node that was never seen.
    package func information(of node: UInt32) throws(ServiceError) -> Information {
        try connection.demand(ServiceRequest(0) { $0.padded(node) }).read { reader in
            var numbers: [UInt32] = []
            for _ in 0..<9 { numbers.append(try reader.uint32()) }
            let name = try reader.take(255).prefix { $0 != 0 }
            return Information(
                node: numbers[0], state: numbers[1], votes: numbers[2], expectedVotes: numbers[3],
                highestExpected: numbers[4], totalVotes: numbers[5], quorum: numbers[6],
                flags: Information.Flags(rawValue: numbers[7]), deviceVotes: numbers[8],
                deviceName: String(decoding: name, as: UTF8.self))
        }
    }

    package func setExpectedVotes(_ votes: UInt32) throws(ServiceError) {
        _ = try connection.demand(ServiceRequest(1) { $0.padded(votes) })
    }

    package func setVotes(_ votes: UInt32, of node: UInt32) throws(ServiceError) {
        _ = try connection.demand(
            ServiceRequest(2) {
                $0.uint32(votes)
                $0.uint32(node)
            })
    }

    package func unregisterDevice(_ name: String) throws(ServiceError) {
        let bytes = Array(name.utf8.prefix(254))
        _ = try connection.demand(
            ServiceRequest(6) {
                $0.append(bytes)
                $0.zeros(256 - bytes.count)
            })
    }

    /// Wants events now, and with every change when `follows`.
    package func startTracking(follows: Bool) throws(ServiceError) {
        _ = try connection.demand(
            ServiceRequest(3) {
                $0.uint64(0)
                $0.padded(follows ? 2 : 1)
            })
    }

    /// Takes events until one names the ring; the ring's representative. `nil` when the next event was another one, or none came.
    package func nextRepresentative(milliseconds: Int32) throws(ServiceError) -> UInt32? {
        guard let event = try connection.nextEvent(milliseconds: milliseconds), event.function == 5 else { return nil }
        return try event.read { reader in
            _ = try reader.uint64()
            return try reader.uint32()
        }
    }
}
