import CIB
import ClusterTypes
import Executor
import XMLTree

/// Counts failures of operations in transient attributes of the node: `fail-count-RESOURCE#OPERATION_INTERVAL` and
/// `last-failure-…`.
///
/// - Source: Pacemaker Explained, "Handling Resource Failure"; what Pacemaker 2.1.5 writes.
enum FailCounts {
    static let countPrefix = "fail-count-"
    static let timePrefix = "last-failure-"

    private enum Increase { case none, one, infinity }

    /// The edits that a failure calls for.
    static func changes(
        for report: ActionReport, in document: CIBDocument, startFailureIsFatal: Bool, wallTime: WallTime
    ) -> [CIBOperation] {
        guard report.isFailure, !report.isCancellation else { return [] }
        let increase = increase(for: report.key, startFailureIsFatal: startFailureIsFatal)
        if increase == .none { return [] }
        let suffix = suffix(of: report.key)
        let time = NodeStates.setAttribute(timePrefix + suffix, to: String(wallTime.seconds), of: report.node)
        if report.ignoresFailure { return [time] }
        let present = document.transientAttribute(countPrefix + suffix, of: report.node)
        let count = increase == .infinity ? Score.infinity : Score((Score(parsing: present) ?? .zero).value + 1)
        return [NodeStates.setAttribute(countPrefix + suffix, to: count.description, of: report.node), time]
    }

    /// Probes, notifications and migrations are not counted.
    private static func increase(for key: OperationKey, startFailureIsFatal: Bool) -> Increase {
        if key.interval > .zero { return .one }
        switch key.operation {
        case "start": return startFailureIsFatal ? .infinity : .one
        case "stop": return .infinity
        case "promote", "demote": return .one
        default: return .none
        }
    }

    /// `web#monitor_10000`.
    private static func suffix(of key: OperationKey) -> String {
        "\(key.resource)#\(key.operation)_\(key.interval.milliseconds)"
    }

    /// The names of a node's attributes that count failures of a resource, in document order.
    static func attributeNames(of resource: String, on state: XMLElement) -> [String] {
        var names: [String] = []
        for set in state.child("transient_attributes")?.children ?? [] {
            for name in set.children.compactMap({ $0["name"] }) where concerns(name, resource) { names.append(name) }
        }
        return names
    }

    /// Also the names without an operation, which older versions wrote.
    private static func concerns(_ attribute: String, _ resource: String) -> Bool {
        for prefix in [countPrefix, timePrefix] where attribute.hasPrefix(prefix) {
            let rest = attribute.dropFirst(prefix.count)
            if rest == resource || rest.hasPrefix(resource + "#") { return true }
        }
        return false
    }
}

extension Score {
    /// Reads `INFINITY`, `+INFINITY`, `-INFINITY` or a number; `nil` for anything else.
    fileprivate init?(parsing text: String?) {
        switch text {
        case "INFINITY", "+INFINITY": self = .infinity
        case "-INFINITY": self = .minusInfinity
        default:
            guard let number = text.flatMap({ Int64($0) }) else { return nil }
            self.init(number)
        }
    }
}
