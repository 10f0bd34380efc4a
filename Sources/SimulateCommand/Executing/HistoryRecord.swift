internal import ClusterTypes
internal import Scheduler
internal import XMLTree

/// The result of an operation, as the history of a resource keeps it.
struct HistoryRecord: Sendable {
    /// The name of the resource that keys are made of.
    var resource: String
    var task: String
    /// In milliseconds.
    var interval: UInt32
    var status: Int32
    /// The exit status that was wanted.
    var targetStatus: Int32
    var reason: String
    /// What the agent was given, with the meta-attributes of the action; `nil` when that is not known.
    var attributes: [String: String]?
    var node: String
    /// Seconds since the epoch.
    var time: Int64
    var featureSet: String

    /// Writes the record into an `lrm_resource`.
    func record(in history: inout XMLElement) {
        let task = task == "reload" || task == "reload-agent" ? "start" : task
        let key = "\(resource)_\(task)_\(interval)"
        let last = history.children.compactMap { $0["call-id"].flatMap { Int32($0) } }.reduce(0, max)
        let callID = min(last, .max - 1) + 1
        let isNotification = task == "notify"
        let hasFailed = !isNotification && status != targetStatus
        let isMigration = task == "migrate_to" || task == "migrate_from"
        var ids: [String]
        if isNotification {
            let kind = attributes?["CRM_meta_notify_type"] ?? ""
            ids = ["\(resource)_\(kind)_notify_\(attributes?["CRM_meta_notify_operation"] ?? "")_0"]
        } else if isMigration {
            ids = [key]
        } else if hasFailed {
            ids = ["\(resource)_last_failure_0"] + (interval == 0 ? ["\(resource)_last_0"] : [])
        } else {
            ids = [interval > 0 ? key : "\(resource)_last_0"]
        }
        for id in ids {
            history.withChild("lrm_rsc_op", id: id) { entry in
                write(
                    to: &entry, key: key, task: task, callID: callID, exit: isNotification ? 0 : status,
                    reason: hasFailed && !isMigration ? reason : "")
            }
        }
    }

    private func write(
        to entry: inout XMLElement, key: String, task: String, callID: Int32, exit: Int32, reason: String
    ) {
        let transition = "\(callID):-1:\(targetStatus):xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
        entry["operation_key"] = key
        entry["operation"] = task
        entry["crm-debug-origin"] = "crm_simulate"
        entry["crm_feature_set"] = featureSet
        entry["transition-key"] = transition
        entry["transition-magic"] = "0:\(exit);\(transition)"
        entry["exit-reason"] = reason
        entry["on_node"] = node
        entry["call-id"] = String(callID)
        entry["rc-code"] = String(exit)
        entry["op-status"] = "0"
        entry["interval"] = String(interval)
        entry["last-rc-change"] = String(time)
        entry["exec-time"] = "0"
        entry["queue-time"] = "0"
        if task == "migrate_to" || task == "migrate_from" {
            entry["migrate_source"] = attributes?["CRM_meta_migrate_source"]
            entry["migrate_target"] = attributes?["CRM_meta_migrate_target"]
        }
        if let attributes { entry["op-digest"] = OperationDigest.of(attributes: attributes) }
    }
}
