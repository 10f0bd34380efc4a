/// What the messaging of a node is like at a moment: links, ring, quorum, groups, map and statistics.
package struct MessagingSnapshot: Sendable, Equatable {
    package struct Ring: Sendable, Equatable {
        /// As corosync-quorumtool(8) shows it: representative and sequence, hexadecimal.
        package var id: String
        package var members: [UInt32]
    }

    package struct Quorum: Sendable, Equatable {
        package var provider: String
        package var isQuorate: Bool
        package var expectedVotes: UInt32
        package var totalVotes: UInt32
        /// So many votes make a partition quorate.
        package var quorum: UInt32
        /// `2Node`, `WaitForAll`, …
        package var flags: [String]
    }

    package struct Link: Sendable, Equatable {
        package var number: Int
        package var source: String
        package var destination: String
        package var isConnected: Bool
        /// In bytes, without the headers below; 0 while it is not known.
        package var mtu: UInt32
        /// Mean, in microseconds.
        package var latency: Int64?
        /// Times that the link went down.
        package var downCount: Int64?
        package var sentBytes: Int64?
        package var receivedBytes: Int64?
        package var errorCount: Int64?
    }

    package struct Node: Sendable, Equatable {
        package var id: UInt32
        /// `nil` when the configuration has none.
        package var name: String?
        package var isLocal: Bool
        package var isMember: Bool
        package var isReachable: Bool
        package var votes: UInt32?
        /// Times that it came into a ring with this node.
        package var joinCount: Int64?
        package var links: [Link]
    }

    package struct Member: Sendable, Equatable {
        package var node: UInt32
        package var process: UInt32
    }

    package struct Group: Sendable, Equatable {
        package var name: String
        package var members: [Member]
    }

    /// A key of the map or the statistics with its value as it is shown.
    package struct Entry: Sendable, Equatable {
        package var key: String
        package var value: Value

        package init(_ key: String, _ value: Value) {
            self.key = key
            self.value = value
        }
    }

    package enum Value: Sendable, Equatable {
        case integer(Int64)
        case text(String)

        package var text: String {
            switch self {
            case .integer(let number): String(number)
            case .text(let text): text
            }
        }
    }

    package var clusterName: String
    package var transport: String
    package var localNode: UInt32
    package var isEncrypted: Bool
    package var ring: Ring
    package var quorum: Quorum
    package var nodes: [Node]
    package var groups: [Group]
    package var map: [Entry]
    package var statistics: [Entry]

    /// How a node is called: by its name, else by its id.
    func name(of node: UInt32) -> String { nodes.first { $0.id == node }?.name ?? String(node) }

    func statistic(_ key: String) -> Int64? {
        guard case .integer(let number)? = statistics.first(where: { $0.key == key })?.value else { return nil }
        return number
    }
}
