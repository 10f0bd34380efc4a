internal import XMLTree

extension ConfigurationReview {
    /// What the incumbents notice when they schedule operations.
    mutating func reviewOperations() {
        configuration.child("resources")?.forEachDescendant { resource in
            guard resource.name == "primitive" else { return }
            let operations = resource.child("operations")?.children("op") ?? []
            for operation in operations { review(operation, of: resource, among: operations) }
        }
    }

    private mutating func review(_ operation: XMLElement, of resource: XMLElement, among operations: [XMLElement]) {
        let id = operation.id ?? ""
        let name = operation["name"] ?? ""
        let interval = Self.interval(operation)
        if interval > 0, ["start", "stop", "promote", "demote", "migrate_to", "migrate_from", "notify"].contains(name) {
            error("is_recurring_history", "Ignoring \(id) because \(name) action cannot be recurring", operation)
        }
        if interval > 0,
            let first = operations.first(where: { $0["name"] == name && Self.interval($0) == interval }), first.id != id
        {
            // They look at it twice: for the nodes where the resource runs, and for the others.
            for _ in 0..<2 {
                error(
                    "is_op_dup",
                    "Operation \(id) is duplicate of \(first.id ?? "") (do not use same name and interval combination more "
                        + "than once per resource)", operation)
            }
        }
        switch operation["on-fail"]?.lowercased() {
        case "fence" where !isFencingEnabled:
            error(
                "unpack_operation",
                "Resetting 'on-fail' for operation '\(resource.id ?? "")_\(name)_\(interval)' to 'stop' because 'fence' is not "
                    + "valid when fencing is disabled", operation)
        case "demote" where name != "promote" && name != "stop":
            let isPromotedMonitor =
                name == "monitor" && interval > 0 && ["promoted", "master"].contains(operation["role"]?.lowercased())
            if !isPromotedMonitor {
                error(
                    "unpack_operation_on_fail",
                    "Resetting 'on-fail' for \(resource.id ?? "") \(name) action to default value because 'demote' is not "
                        + "allowed for it", operation)
            }
        default: break
        }
        if interval > 0, let origin = operation["interval-origin"], let reason = DateCheck.refusal(of: origin) {
            error("parse_date", reason, operation)
            error(
                "unpack_interval_origin",
                "Ignoring 'interval-origin' for operation '\(id)' because '\(origin)' is not valid", operation)
        }
    }

    private static func interval(_ operation: XMLElement) -> Int {
        operation["interval"].flatMap(TimeText.milliseconds) ?? 0
    }
}
