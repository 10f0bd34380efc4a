package import ClusterTypes

/// Lets each complaint pass once a minute: strangers can cause as many as they like.
package struct ComplaintLimiter {
    private static let interval: Duration = .seconds(60)
    /// Different texts remembered at a time; beyond that everything waits for the next minute.
    private static let limit = 32

    private var lastPassed: [String: Instant] = [:]

    package init() {}

    /// Whether a complaint should be reported now.
    package mutating func admits(_ text: String, at now: Instant) -> Bool {
        if let last = lastPassed[text], now - last < Self.interval { return false }
        if lastPassed.count >= Self.limit {
            lastPassed = lastPassed.filter { now - $0.value < Self.interval }
            if lastPassed.count >= Self.limit { return false }
        }
        lastPassed[text] = now
        return true
    }
}
