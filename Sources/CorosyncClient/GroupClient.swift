package import CorosyncIPC
package import LocalServices
internal import Messaging

/// The process groups of the cluster and their members, without being in one: the iterators of libcpg.
///
/// - Source: cpg_iteration_initialize(3); ipc_cpg.h of corosync 3.1.7.
package final class GroupClient {
    package struct Member: Sendable, Equatable {
        /// The group's name, any bytes.
        package var group: [UInt8]
        package var process: UInt32
        package var node: UInt32
    }

    private let connection: any ServiceChannel

    package init(over channel: any ServiceChannel) { connection = channel }

    package convenience init(at place: ServicePlace = .machine) throws(ServiceError) {
        self.init(over: try ServiceConnection(.processGroups, at: place))
    }

    package func names() throws(ServiceError) -> [[UInt8]] { try iterate(1).map(\.group) }

    /// All members of all groups, group by group.
    package func members() throws(ServiceError) -> [Member] { try iterate(3) }

    private func iterate(_ kind: UInt32) throws(ServiceError) -> [Member] {
        let begun = try connection.demand(
            ServiceRequest(5) {
                $0.zeros(136)
                $0.padded(kind)
            })
        let iterator = try begun.read { try $0.uint64() }
        var found: [Member] = []
        while found.count < AnswerLimit.steps {
            let answer = try connection.ask(ServiceRequest(6) { $0.uint64(iterator) })
            if answer.error == .noSections { break }
            if answer.error != .ok { throw answer.error }
            let member = try answer.read { reader in
                let length = Int(clamping: try reader.uint32())
                try reader.align()
                let name = try reader.take(128).prefix(length)
                let node = try reader.uint32()
                return Member(group: Array(name), process: try reader.uint32(), node: node)
            }
            found.append(member)
        }
        _ = try? connection.ask(ServiceRequest(7) { $0.uint64(iterator) })
        return found
    }
}
