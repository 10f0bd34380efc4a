internal import Agents
internal import ClusterTypes
package import XMLTree

/// An entry of a resource's operation history: an `lrm_rsc_op` element of the CIB's status section.
///
/// - Source: the status section as Pacemaker 2.1.5 writes it (feature set 3.16.1).
package struct OperationRecord: Sendable, Equatable {
    package var result: OperationResult
    /// The name of the node it ran on.
    package var node: String
    /// What wrote it, for people: `crm-debug-origin`.
    package var origin: String
    package var featureSet: String

    package init(_ result: OperationResult, node: String, origin: String = "lockstep", featureSet: String = "3.16.1") {
        self.result = result
        self.node = node
        self.origin = origin
        self.featureSet = featureSet
    }

    /// The history entries that this result writes, one or two, each replacing the entry of the same id.
    ///
    /// A failure goes to `RSC_last_failure_0` and, when the operation ran once, also to `RSC_last_0`; other results of
    /// recurring operations to `RSC_OPERATION_INTERVAL`, of others to `RSC_last_0`. Migrations and notifications have
    /// entries of their own.
    package var elements: [XMLElement] { ids.map(element) }

    private var ids: [String] {
        let request = result.request
        switch request.operation {
        case "notify":
            let type = request["CRM_meta_notify_type"] ?? "pre"
            let operation = request["CRM_meta_notify_operation"] ?? "start"
            return ["\(request.resource)_\(type)_notify_\(operation)_0"]
        case "migrate_to", "migrate_from": return [key]
        default:
            let last = "\(request.resource)_last_0"
            if result.isFailure {
                let failure = "\(request.resource)_last_failure_0"
                return request.interval > .zero ? [failure] : [failure, last]
            }
            return [request.interval > .zero ? key : last]
        }
    }

    /// A reload that succeeded leaves the resource as a start does; one that failed says no more than a monitor.
    private var operation: String {
        switch result.request.operation {
        case "reload", "reload-agent": result.status == .done ? "start" : "monitor"
        default: result.request.operation
        }
    }

    private var key: String {
        OperationKey(
            resource: result.request.resource, operation: operation, interval: result.request.interval
        ).description
    }

    /// A notification's failure is nobody's business.
    private var outcome: (status: ExecutionStatus, code: ResultCode) {
        if result.request.operation == "notify", result.status != .pending { return (.done, .ok) }
        return (result.status, result.code)
    }

    private func element(_ id: String) -> XMLElement {
        let request = result.request
        let (status, code) = outcome
        let magic = "\(status.rawValue):\(code.rawValue);\(request.transitionKey)"
        let isMigration = request.operation == "migrate_to" || request.operation == "migrate_from"
        return XMLElement(
            "lrm_rsc_op",
            [
                "id": id,
                "operation_key": key,
                "operation": operation,
                "crm-debug-origin": origin,
                "crm_feature_set": featureSet,
                "transition-key": request.transitionKey,
                "transition-magic": magic,
                "exit-reason": result.isFailure ? result.exitReason : "",
                "on_node": node,
                "call-id": String(result.callID),
                "rc-code": String(code.rawValue),
                "op-status": String(status.rawValue),
                "interval": String(request.interval.milliseconds),
                "last-rc-change": String((request.interval > .zero ? result.lastChange : result.lastRun).seconds),
                "exec-time": String(result.executionTime.milliseconds),
                "queue-time": String(result.queueTime.milliseconds),
                "migrate_source": isMigration ? request["CRM_meta_migrate_source"] : nil,
                "migrate_target": isMigration ? request["CRM_meta_migrate_target"] : nil,
                "op-digest": result.digests.all,
                "op-force-restart": result.digests.restartParameters,
                "op-restart-digest": result.digests.restart,
                "op-secure-params": result.digests.secureParameters,
                "op-secure-digest": result.digests.secure,
            ])
    }
}
