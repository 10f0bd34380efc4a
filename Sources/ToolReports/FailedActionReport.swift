import Scheduler
import XMLTree

extension ClusterStatus.FailedAction {
    /// The failure with all its technical details.
    func line(_ clock: TimeText) -> String {
        var text = "\(key) on \(node) '\(ExitStatusText.of(exitStatus))' (\(exitStatus)): "
        text += "call=\(filled("call-id") ?? "unknown"), status='\(ExecutionStatusText.of(executionStatus))'"
        if let reason = filled("exit-reason") { text += ", exitreason='\(reason)'" }
        if let changed { text += ", last-rc-change='\(clock.local(changed))'" }
        if let time = filled("queue-time") { text += ", queued=\(time)ms" }
        if let time = filled("exec-time") { text += ", exec=\(time)ms" }
        return text
    }

    func element(_ clock: TimeText) -> XMLElement {
        var element = XMLElement(
            "failure",
            [
                hasKey ? "op_key" : "id": key, "node": node, "exitstatus": ExitStatusText.of(exitStatus),
                "exitreason": record["exit-reason"] ?? "none", "exitcode": String(exitStatus),
                "call": record["call-id"], "status": ExecutionStatusText.of(executionStatus),
            ])
        guard let changed, changed > 0 else { return element }
        element["last-rc-change"] = clock.zoned(changed)
        element["queued"] = record["queue-time"]
        element["exec"] = record["exec-time"]
        element["interval"] = record["interval"] ?? "0"
        element["task"] = record["operation"]
        return element
    }

    private var exitStatus: Int { record["rc-code"].flatMap { Int($0) } ?? 0 }
    private var executionStatus: Int { record["op-status"].flatMap { Int($0) } ?? 0 }
    private var changed: Int64? { record["last-rc-change"].flatMap { Int64($0) } }

    private func filled(_ name: String) -> String? { record[name].flatMap { $0.isEmpty ? nil : $0 } }
}

/// The words for exit statuses of agents.
///
/// - Source: crm_error(8), `crm_error --exit --list`.
package enum ExitStatusText {
    package static func of(_ status: Int) -> String {
        switch status {
        case 0: "OK"
        case 1: "Error occurred"
        case 2: "Invalid parameter"
        case 3: "Unimplemented"
        case 4: "Insufficient privileges"
        case 5: "Not installed"
        case 6: "Not configured"
        case 7: "Not running"
        case 8: "Promoted"
        case 9: "Failed in promoted role"
        case 124: "Timeout occurred"
        case 190: "Service is active but might fail soon"
        case 191: "Service is promoted but might fail soon"
        case 193: "No exit status available"
        default: "Unknown exit status"
        }
    }
}

/// The words for how the execution of an operation ended.
///
/// - Source: `op-status` in Pacemaker's API schemas.
package enum ExecutionStatusText {
    private static let words = [
        "complete", "Cancelled", "Timed Out", "NOT SUPPORTED", "Error", "Hard error", "Fatal error", "Not installed",
        "Internal communication failure", "Cannot execute now", "No fence device", "CIB secrets unavailable",
    ]

    package static func of(_ status: Int) -> String {
        if status == -1 { return "pending" }
        return words.indices.contains(status) ? words[status] : "UNKNOWN!"
    }
}
