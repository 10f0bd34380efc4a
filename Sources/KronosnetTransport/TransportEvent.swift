package import ClusterTypes

/// What a transport tells its owner, on the owner's event loop.
package enum TransportEvent: Sendable, Equatable {
    /// A whole packet, authenticated when there is a key; its content is still to be doubted.
    case packetReceived([UInt8])
    /// No further packet is there for now.
    case packetsPaused
    /// A node's first link came up, or nothing has been heard from it for as long as it may be silent.
    case reachabilityChanged(NodeID, isReachable: Bool)
    /// Links came up or went down; what it means for their node has been said before. Libknet tells of a node's first and last only.
    case linkChanged
    /// A node's machine answered on every link that no daemon listens there. Anybody can forge such an answer.
    case daemonMissing(NodeID)
    /// The largest packet, in bytes, that travels unfragmented to every node.
    case mtuChanged(Int)
    case reported(Severity, String)

    /// Who must act: an operator now, an operator some time, nobody, a developer.
    package enum Severity: Sendable, Equatable { case error, warning, information, debugging }
}
