/// What a link is configured to do.
package struct LinkParameters: Sendable, Equatable {
    /// 0 to 7.
    package var number: UInt8
    package var remote: Endpoint
    /// The greater is preferred.
    package var priority: UInt8 = 1
    package var pingInterval: Duration
    package var pingTimeout: Duration
    /// The timeout while the link loses packets; `nil` when it never changes.
    package var patientPingTimeout: Duration?
    /// The pings over which the latency is averaged.
    package var pingPrecision: UInt32 = 2048
    /// Answers before the one with which a link counts as up.
    package var pongCount: UInt8 = 2

    /// Whether the link loses packets at present.
    var isPatient = false
    var effectiveTimeout: Duration { isPatient ? patientPingTimeout ?? pingTimeout : pingTimeout }

    package init(number: UInt8, remote: Endpoint, pingInterval: Duration, pingTimeout: Duration) {
        self.number = number
        self.remote = remote
        self.pingInterval = pingInterval
        self.pingTimeout = pingTimeout
    }

    /// What is in front of a packet on the wire: the headers of IP and UDP, in bytes.
    var networkOverhead: Int { (remote.isIPv6 ? 40 : 20) + 8 }
}
