package import CorosyncIPC
package import LocalServices
internal import Messaging

/// Administration of the node and the cluster: what libcfg offers.
///
/// - Source: corosync_cfg_…(3); ipc_cfg.h of corosync 3.1.7.
package final class AdministrationClient {
    /// What `corosync_cfg_node_status_get` tells of one node.
    package struct NodeStatus: Sendable, Equatable {
        package struct Link: Sendable, Equatable {
            package var isEnabled: Bool
            package var isConnected: Bool
            package var isDynamicallyConnected: Bool
            package var mtu: UInt32
            package var source: String
            package var destination: String
        }

        package var node: UInt32
        package var isReachable: Bool
        package var isRemote: Bool
        package var isExternal: Bool
        /// Versions of kronosnet's protocol: lowest, highest, used.
        package var wireVersions: [UInt8]
        /// By link number, always eight.
        package var links: [Link]
    }

    private let connection: any ServiceChannel

    package init(over channel: any ServiceChannel) { connection = channel }

    package convenience init(at place: ServicePlace = .machine) throws(ServiceError) {
        self.init(over: try ServiceConnection(.configuration, at: place))
    }

    package func localNode() throws(ServiceError) -> UInt32 {
        try connection.demand(ServiceRequest(6)).read { try $0.uint32() }
    }

    package func status(of node: UInt32) throws(ServiceError) -> NodeStatus {
        let answer = try connection.demand(
            ServiceRequest(9) {
                $0.padded(node)
                $0.padded(1)
            })
        return try answer.read { reader in
            guard try reader.uint32() == 1 else { throw ServiceError.notSupported }
            let node = try reader.uint32()
            let flags = Array(try reader.take(6))
            try reader.align(4)
            var links: [NodeStatus.Link] = []
            for _ in 0..<8 {
                let states = Array(try reader.take(4))
                let mtu = try reader.uint32()
                let source = try reader.take(256).prefix { $0 != 0 }
                let destination = try reader.take(256).prefix { $0 != 0 }
                links.append(
                    NodeStatus.Link(
                        isEnabled: states[0] != 0, isConnected: states[1] != 0,
                        isDynamicallyConnected: states[2] != 0, mtu: mtu,
                        source: String(decoding: source, as: UTF8.self),
                        destination: String(decoding: destination, as: UTF8.self)))
            }
            return NodeStatus(
                node: node, isReachable: flags[0] != 0, isRemote: flags[1] != 0, isExternal: flags[2] != 0,
                wireVersions: Array(flags[3...]), links: links)
        }
    }

    /// The addresses of a node, 4 or 16 bytes each; 0 is this node.
    package func addresses(of node: UInt32) throws(ServiceError) -> [[UInt8]] {
        let answer = try connection.demand(ServiceRequest(5) { $0.padded(node) })
        return try answer.read { reader in
            let length = try reader.uint32() == 2 ? 4 : 16
            let count = try reader.uint32()
            var addresses: [[UInt8]] = []
            for _ in 0..<min(count, 16) { addresses.append(Array(try reader.take(16).prefix(length))) }
            return addresses.filter { $0.contains { $0 != 0 } }
        }
    }

    package func killNode(_ node: UInt32, reason: String) throws(ServiceError) {
        _ = try connection.demand(
            ServiceRequest(2) {
                $0.padded(node)
                // `cs_name_t`, not padded.
                let text = Array(reason.utf8.prefix(255))
                $0.uint16(UInt16(clamping: text.count))
                $0.append(text)
                $0.zeros(256 - text.count)
                $0.zeros(6)
            })
    }

    /// - Parameter isForced: programs are told, but cannot refuse.
    package func shutDown(isForced: Bool) throws(ServiceError) {
        _ = try connection.demand(ServiceRequest(3) { $0.padded(isForced ? 1 : 0) })
    }

    package func reload() throws(ServiceError) { _ = try connection.demand(ServiceRequest(7)) }
    package func reopenLogs() throws(ServiceError) { _ = try connection.demand(ServiceRequest(8)) }
}
