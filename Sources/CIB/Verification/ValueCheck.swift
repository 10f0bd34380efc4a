internal import XMLTree

/// Finds values that cannot be read as what they are for: cluster options, meta attributes, operations.
struct ValueCheck {
    private enum Kind {
        case flag
        case time
        case number
        case score
        case oneOf([String])

        func accepts(_ text: String) -> Bool {
            switch self {
            case .flag: ["true", "false", "yes", "no", "on", "off", "y", "n", "1", "0"].contains(text.lowercased())
            case .time: TimeText.isReadable(text)
            case .number: Int(text) != nil
            case .score:
                Int(text) != nil || ["INFINITY", "+INFINITY", "-INFINITY", "red", "yellow", "green"].contains(text)
            case .oneOf(let words): words.contains(text.lowercased())
            }
        }

        var title: String {
            switch self {
            case .flag: "true or false"
            case .time: "a time such as 30s"
            case .number: "a whole number"
            case .score: "a whole number, INFINITY or -INFINITY"
            case .oneOf(let words): words.joined(separator: ", ")
            }
        }
    }

    private static let clusterOptions: [String: Kind] = [
        "symmetric-cluster": .flag, "maintenance-mode": .flag, "stonith-enabled": .flag,
        "start-failure-is-fatal": .flag,
        "stop-all-resources": .flag, "startup-fencing": .flag, "enable-acl": .flag, "concurrent-fencing": .flag,
        "shutdown-lock": .flag, "stop-orphan-resources": .flag, "stop-orphan-actions": .flag,
        "enable-startup-probes": .flag,
        "dc-deadtime": .time, "cluster-recheck-interval": .time, "cluster-delay": .time, "stonith-timeout": .time,
        "election-timeout": .time, "shutdown-escalation": .time, "join-finalization-timeout": .time,
        "transition-delay": .time, "batch-limit": .number, "migration-limit": .number, "stonith-max-attempts": .number,
        "no-quorum-policy": .oneOf(["stop", "freeze", "ignore", "demote", "suicide", "fence"]),
        "stonith-action": .oneOf(["reboot", "off", "poweroff"]),
        "placement-strategy": .oneOf(["default", "utilization", "minimal", "balanced"]),
        "node-health-strategy": .oneOf(["none", "migrate-on-red", "only-green", "progressive", "custom"]),
    ]

    private static let metaAttributes: [String: Kind] = [
        "is-managed": .flag, "maintenance": .flag, "critical": .flag, "allow-migrate": .flag,
        "allow-unhealthy-nodes": .flag, "globally-unique": .flag, "notify": .flag, "ordered": .flag,
        "interleave": .flag,
        "promotable": .flag, "clone-max": .number, "clone-node-max": .number, "promoted-max": .number,
        "promoted-node-max": .number, "clone-min": .number, "priority": .score, "resource-stickiness": .score,
        "migration-threshold": .score, "failure-timeout": .time,
        "target-role": .oneOf(["started", "stopped", "promoted", "unpromoted", "master", "slave"]),
        "multiple-active": .oneOf(["block", "stop_only", "stop_start", "stop_unexpected"]),
    ]

    func problems(in configuration: XMLElement) -> [CIBProblem] {
        var problems: [CIBProblem] = []
        configuration.forEachDescendant { element in
            switch element.name {
            case "cluster_property_set": problems += values(of: element, Self.clusterOptions)
            case "meta_attributes": problems += values(of: element, Self.metaAttributes)
            case "operations": problems += operations(element)
            case "master":
                problems.append(
                    problem(
                        .warning,
                        "\(element.title): a clone with the meta attribute promotable=true is the form of today",
                        element))
            default: break
            }
        }
        return problems
    }

    private func problem(_ severity: CIBProblem.Severity, _ message: String, _ element: XMLElement) -> CIBProblem {
        CIBProblem(severity, message, line: Int(element.line), elementID: element.id)
    }

    private func values(of set: XMLElement, _ kinds: [String: Kind]) -> [CIBProblem] {
        set.children("nvpair").compactMap { pair in
            guard let name = pair["name"], let value = pair["value"], let kind = kinds[name], !kind.accepts(value)
            else {
                return nil
            }
            return problem(.error, "\(name)=\"\(value)\": expected \(kind.title)", pair)
        }
    }

    private func operations(_ operations: XMLElement) -> [CIBProblem] {
        var problems: [CIBProblem] = []
        var seen: Set<[String]> = []
        for operation in operations.children("op") {
            for name in ["interval", "timeout", "start-delay"] {
                guard let value = operation[name], !TimeText.isReadable(value) else { continue }
                problems.append(
                    problem(
                        .error, "\(operation.title) has \(name)=\"\(value)\": expected a time such as 30s", operation))
            }
            let key = [
                operation["name"] ?? "", TimeText.milliseconds(operation["interval"] ?? "0").map(String.init) ?? "",
            ]
            if !key[1].isEmpty, !seen.insert(key).inserted {
                problems.append(
                    problem(
                        .error, "\(operation.title) has the name and interval of another operation of the resource",
                        operation))
            }
        }
        return problems
    }
}
