internal import ClusterTypes

/// How often links are pinged when the configuration leaves it open.
enum PingRhythm {
    /// Kronosnet looks at its links five times a second (KNET_THREADS_TIMERES): every interval is in effect rounded up to a
    /// multiple of this.
    static let resolution: Duration = .milliseconds(200)

    /// Corosync's token ÷ (2 × pong count), rounded down to what kronosnet can do.
    ///
    /// Rounded down because kronosnet rounds up: with a token of 1000 ms, corosync's 250 ms would become 400 ms, and a single
    /// lost ping would outlast the timeout of 500 ms.
    static func interval(token: Duration, pongCount: UInt8) -> Duration {
        let wanted = token.milliseconds / (2 * max(1, Int64(pongCount)))
        let step = resolution.milliseconds
        return .milliseconds(max(step, wanted / step * step))
    }
}
