package import ClusterTypes

/// The state of one link to one node, and what went over it since the start.
package struct LinkStatus: Sendable, Equatable {
    package var node: NodeID
    package var link: Int
    package var isConnected: Bool
    /// The average round trip.
    package var latency: Duration
    /// In bytes.
    package var mtu: Int
    package var upCount: UInt32
    package var downCount: UInt32
    package var sentPackets: UInt64
    package var sentBytes: UInt64
    package var receivedPackets: UInt64
    package var receivedBytes: UInt64
    package var sendErrors: UInt64
}
