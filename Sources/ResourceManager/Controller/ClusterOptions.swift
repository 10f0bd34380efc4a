import CIB
import XMLTree

/// The cluster properties that the controller itself obeys, with Pacemaker's defaults.
///
/// - Source: Pacemaker Explained, "Cluster Options"; pacemaker-controld(7). Rules in property sets are not evaluated here.
struct ClusterOptions: Equatable, Sendable {
    /// Added to an action's own timeout before the controller gives it up.
    var clusterDelay = Duration.seconds(60)
    var recheckInterval = Duration.seconds(900)
    var shutdownEscalation = Duration.seconds(1200)
    var fencingTimeout = Duration.seconds(60)
    /// Attempts in a row to fence a node before the cluster waits for something to change.
    var fencingMaxAttempts = 10
    var startFailureIsFatal = true
    /// Actions that run on one node at a time. Pacemaker's default is twice the number of cores of the node.
    var nodeActionLimit = 16

    init() {}

    init(of document: CIBDocument) {
        var sets = document.section(.clusterOptions)?.children("cluster_property_set") ?? []
        // The set that the tools write wins over all others.
        if let index = sets.firstIndex(where: { $0.id == "cib-bootstrap-options" }) {
            sets.insert(sets.remove(at: index), at: 0)
        }
        func option(_ names: String...) -> String? {
            for set in sets {
                for pair in set.children where names.contains(pair["name"] ?? "") { return pair["value"] }
            }
            return nil
        }
        func duration(_ names: String..., default value: Duration) -> Duration {
            for name in names {
                if let text = option(name), let parsed = Self.duration(text) { return parsed }
            }
            return value
        }
        clusterDelay = duration("cluster-delay", default: clusterDelay)
        recheckInterval = duration("cluster-recheck-interval", default: recheckInterval)
        shutdownEscalation = duration("shutdown-escalation", default: shutdownEscalation)
        fencingTimeout = duration("fencing-timeout", "stonith-timeout", default: fencingTimeout)
        if let text = option("fencing-max-attempts", "stonith-max-attempts"), let count = Int(text), count > 0 {
            fencingMaxAttempts = count
        }
        if let text = option("node-action-limit"), let count = Int(text), count > 0 { nodeActionLimit = count }
        if let text = option("start-failure-is-fatal") { startFailureIsFatal = Self.isTrue(text) }
    }

    /// `30`, `30s`, `500ms`, `15min`, `2h`; `nil` for anything else or a negative number.
    static func duration(_ text: String) -> Duration? {
        let trimmed = text.drop { $0 == " " }
        let digits = trimmed.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        let factor: Int64
        switch trimmed.dropFirst(digits.count) {
        case "", "s", "sec": factor = 1_000_000_000
        case "ms", "msec": factor = 1_000_000
        case "us", "usec": factor = 1000
        case "m", "min": factor = 60_000_000_000
        case "h", "hr": factor = 3_600_000_000_000
        default: return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return .nanoseconds(overflow ? Int64.max : product)
    }

    /// - Source: the incumbent's words for yes.
    static func isTrue(_ text: String) -> Bool {
        ["true", "on", "yes", "y", "1"].contains(text.lowercased())
    }
}
