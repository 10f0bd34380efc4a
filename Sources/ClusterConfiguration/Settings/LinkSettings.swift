/// An `interface` section of corosync.conf(5): one link of kronosnet.
package struct LinkSettings: Sendable, Equatable {
    /// The largest number of links between two nodes.
    package static let countLimit = 8
    /// The UDP port of link 0; each further link uses the next.
    package static let defaultPort = 5405

    /// 0 to 7.
    package var number: Int
    /// The UDP port, 1 to 65535. Default 5405 plus the link's number.
    package var port: UInt16
    /// 0 to 255; the highest is used first when the mode is passive. Default 1.
    package var priority: UInt8 = 1
    /// Time between two pings; derived from the token timeout when absent.
    package var pingInterval: Duration?
    /// Time without an answer after which the link is down; derived from the token timeout when absent.
    package var pingTimeout: Duration?
    /// How many samples the average latency covers. Default 2048.
    package var pingPrecision: UInt32 = 2048
    /// Answers that must come before the link counts as up. Default 2.
    package var pongCount: UInt8 = 2
    package var protocolName = TransportProtocol.udp

    package enum TransportProtocol: String, Sendable, CaseIterable { case udp, sctp }

    /// Link `number` (0 to 7) with all defaults.
    package init(number: Int) {
        self.number = number
        self.port = UInt16(clamping: Self.defaultPort + number)
    }

    /// `pingInterval`, or the token timeout ÷ (2 × `pongCount`).
    package func effectivePingInterval(token: Duration) -> Duration {
        pingInterval ?? token / (2 * max(1, Int(pongCount)))
    }

    /// `pingTimeout`, or the token timeout ÷ `pongCount`.
    package func effectivePingTimeout(token: Duration) -> Duration {
        pingTimeout ?? token / max(1, Int(pongCount))
    }
}
