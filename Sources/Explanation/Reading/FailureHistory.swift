import Agents
import XMLTree

/// Failed operations in the status section, read as people would: what failed, where, how.
struct FailureHistory {
    struct Failure {
        /// The name that the history is recorded under.
        var resource: String
        var node: String
        var operation: String
        var interval: String
        var result: ResultCode
        var reason: String?

        var text: String {
            let name = interval == "0" ? (operation == "monitor" ? "probe" : operation) : operation
            return "\(name) failed (\(result), \(result.rawValue))"
        }
    }

    let failures: [Failure]
    /// `fail-count-NAME…` by node name.
    private let failCounts: [String: [(name: String, value: String)]]

    init(_ cib: XMLElement) {
        var failures: [Failure] = []
        var counts: [String: [(name: String, value: String)]] = [:]
        for state in cib.child("status")?.children("node_state") ?? [] {
            let node = state["uname"] ?? state.id ?? ""
            state.child("transient_attributes")?.forEachDescendant { pair in
                if pair.name == "nvpair", let name = pair["name"], name.hasPrefix("fail-count-") {
                    counts[node, default: []].append((String(name.dropFirst(11)), pair["value"] ?? ""))
                }
            }
            for entry in state.child("lrm")?.child("lrm_resources")?.children("lrm_resource") ?? [] {
                for operation in entry.children("lrm_rsc_op") where Self.isFailure(operation) {
                    failures.append(
                        Failure(
                            resource: entry.id ?? "", node: node, operation: operation["operation"] ?? "",
                            interval: operation["interval"] ?? "0",
                            result: ResultCode(rawValue: operation["rc-code"].flatMap { Int32($0) } ?? 0),
                            reason: operation["exit-reason"].flatMap { $0.isEmpty ? nil : $0 }))
                }
            }
        }
        self.failures = failures
        failCounts = counts
    }

    /// The failures of a resource on a node; instances are recorded with or without their number.
    func failures(of resource: String, on node: String) -> [Failure] {
        failures.filter { $0.node == node && Self.isSame($0.resource, resource) }
    }

    /// The text of the fail counts of a resource on a node: `3`, `INFINITY`.
    func failCount(of resource: String, on node: String) -> String? {
        let counts = (failCounts[node] ?? []).filter {
            Self.isSame(String($0.name.prefix { $0 != "#" }), resource) && $0.value != "0"
        }
        if counts.contains(where: { $0.value.uppercased().contains("INFINITY") }) { return "INFINITY" }
        let sum = counts.compactMap { Int32($0.value) }.reduce(Int64(0)) { $0 + Int64($1) }
        return sum > 0 ? String(sum) : nil
    }

    static func isSame(_ recorded: String, _ resource: String) -> Bool {
        func base(_ name: String) -> Substring { name.prefix { $0 != ":" } }
        return recorded == resource || base(recorded) == base(resource)
    }

    /// Whether a history entry records a failure.
    static func isFailure(_ operation: XMLElement) -> Bool {
        guard let code = operation["rc-code"].flatMap({ Int($0) }) else { return false }
        let status = operation["op-status"].flatMap { Int($0) } ?? 0
        if status == -1 || status == 1 { return false }  // Pending, or cancelled.
        let task = operation["operation"] ?? ""
        if task == "monitor", operation["interval"] ?? "0" == "0" { return ![0, 7, 8, 190, 191, 193].contains(code) }
        let key = (operation["transition-key"] ?? "").split(separator: ":")
        let expected = key.count > 2 ? Int(key[2]) ?? 0 : 0
        if code == 190 || code == 191 { return false }
        return code != expected || status > 0
    }
}
