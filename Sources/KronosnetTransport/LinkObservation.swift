package import ClusterConfiguration
package import ClusterTypes

/// A link to a node as the transport sees it now, with all that it counts.
package struct LinkObservation: Sendable, Equatable {
    package var node: NodeID
    /// 0 to 7.
    package var number: Int
    package var isEnabled: Bool
    package var isConnected: Bool
    /// In bytes.
    package var mtu: UInt32
    /// The average round trip.
    package var latency: Duration
    /// This node's address and the other's: 4 or 16 bytes.
    package var source: [UInt8]
    package var destination: [UInt8]
    /// Under the names that corosync gives them, without the node and the link.
    package var counters: [ConfigurationMap.Entry]

    package init(
        node: NodeID, number: Int, isEnabled: Bool, isConnected: Bool, mtu: UInt32, latency: Duration, source: [UInt8],
        destination: [UInt8], counters: [ConfigurationMap.Entry]
    ) {
        self.node = node
        self.number = number
        self.isEnabled = isEnabled
        self.isConnected = isConnected
        self.mtu = mtu
        self.latency = latency
        self.source = source
        self.destination = destination
        self.counters = counters
    }
}
