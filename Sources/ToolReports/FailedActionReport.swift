import Agents
import Scheduler
import XMLTree

extension ClusterStatus.FailedAction {
    /// The failure with all its technical details.
    func line(_ clock: TimeText) -> String {
        var text = "\(key) on \(node) '\(result.sentence)' (\(result.rawValue)): "
        text += "call=\(filled("call-id") ?? "unknown"), status='\(executionStatus)'"
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
                hasKey ? "op_key" : "id": key, "node": node, "exitstatus": result.sentence,
                "exitreason": record["exit-reason"] ?? "none", "exitcode": String(result.rawValue),
                "call": record["call-id"], "status": executionStatus,
            ])
        guard let changed, changed > 0 else { return element }
        element["last-rc-change"] = clock.zoned(changed)
        element["queued"] = record["queue-time"]
        element["exec"] = record["exec-time"]
        element["interval"] = record["interval"] ?? "0"
        element["task"] = record["operation"]
        return element
    }

    private var result: ResultCode { ResultCode(rawValue: record["rc-code"].flatMap { Int32($0) } ?? 0) }

    private var executionStatus: String {
        let number = record["op-status"].flatMap { Int32($0) } ?? 0
        return ExecutionStatus(rawValue: number)?.description ?? "UNKNOWN!"
    }

    private var changed: Int64? { record["last-rc-change"].flatMap { Int64($0) } }

    private func filled(_ name: String) -> String? { record[name].flatMap { $0.isEmpty ? nil : $0 } }
}
