import Agents
import CIB
import ClusterTypes
import Executor
import Fencing

// Operations: ordered by the designated controller, run by the executor, reported to all.
extension ResourceManagerNode {
    mutating func execute(_ order: ExecutionOrder, from controller: NodeID) {
        guard roster.members.contains(where: { $0.node == order.node }) else { return }
        inFlight.add(order, from: controller)
        publish(
            .actionStarted(
                operation: order.operationKey, resource: order.request.resource, node: name(of: order.node)))
        guard order.node == settings.node else { return }
        guard let cancelled = order.cancels else {
            perform(executor.receive(.executionRequested(order.request), at: now, wallTime: wallTime))
            return
        }
        perform(executor.receive(.cancellationRequested(cancelled), at: now, wallTime: wallTime))
        send(
            .reported(
                ActionReport(
                    node: settings.node, transitionKey: order.request.transitionKey, key: cancelled, status: .done,
                    code: .ok, expectedCode: .ok, exitReason: "", ignoresFailure: false, isCancellation: true)))
    }

    mutating func perform(_ effects: [OperationExecutor.Effect]) {
        for effect in effects {
            switch effect {
            case .run(let id, let invocation): emit(.runAgent(.executor(id), invocation))
            case .terminate(let id): emit(.terminateAgent(.executor(id)))
            case .operateDevice(let id, let request): operateDevice(id, request)
            case .arm(let timer, let delay): emit(.arm(.executor(timer), after: delay))
            case .cancel(let timer): emit(.cancel(.executor(timer)))
            case .began(let result): record(result)
            case .finished(let result):
                record(result)
                send(.reported(actionReport(of: result)))
            case .cancelled(let key):
                // A node that leaves keeps the history of what it left running.
                if phase != .departing { change(HistoryChanges.forget(key, node: settings.node)) }
            }
        }
    }

    private mutating func record(_ result: OperationResult) {
        change(HistoryChanges.record(result, node: settings.node, nodeName: settings.nodeName))
    }

    private func actionReport(of result: OperationResult) -> ActionReport {
        ActionReport(
            node: settings.node, transitionKey: result.request.transitionKey, key: result.request.key,
            status: result.status, code: result.code, expectedCode: result.request.expectedCode,
            exitReason: String(result.exitReason.prefix(1000)),
            ignoresFailure: result.request["CRM_meta_on_fail"] == "ignore", isCancellation: false)
    }

    /// Every member learns how an operation ended; the designated controller draws the consequences.
    mutating func actionReported(_ report: ActionReport) {
        let entry = inFlight.remove(node: report.node, transitionKey: report.transitionKey)
        publishEnd(of: report, wasOrdered: entry != nil)
        if controller.isActive {
            let changes = FailCounts.changes(
                for: report, in: document, startFailureIsFatal: options.startFailureIsFatal, wallTime: wallTime)
            change(changes, for: .controller)
        }
        control(.reported(report, entry: entry))
    }

    private mutating func publishEnd(of report: ActionReport, wasOrdered: Bool) {
        let node = name(of: report.node)
        if wasOrdered {
            publish(
                .actionFinished(
                    operation: report.key.description, resource: report.key.resource, node: node,
                    resultCode: Int(report.code.rawValue), outcome: report.outcome))
        }
        guard report.isFailure, !report.isProbe || report.status != .done else { return }
        self.report(.warning, "\(report.key) on \(node): \(report.outcome)")
        if report.key.interval > .zero {
            publish(
                .resourceFailed(resource: report.key.resource, node: node, resultCode: Int(report.code.rawValue)))
        }
    }

    /// A node said nothing about an action in all the time it had: to the cluster it timed out.
    mutating func giveUp(actionWith transitionKey: String) {
        guard controller.isActive, let entry = inFlight.first(transitionKey: transitionKey) else { return }
        report(.error, "\(name(of: entry.node)) did not report \(entry.key); it counts as timed out")
        let result = OperationResult(
            request: entry.request, callID: -1, status: .timedOut, code: .genericError,
            exitReason: "the node did not report a result in time", lastRun: wallTime, lastChange: wallTime,
            digests: OperationDigests(entry.request, metadata: nil))
        change(
            HistoryChanges.record(result, node: entry.node, nodeName: name(of: entry.node)), for: .controller)
        send(
            .reported(
                ActionReport(
                    node: entry.node, transitionKey: transitionKey, key: entry.key, status: .timedOut,
                    code: .genericError, expectedCode: entry.request.expectedCode, exitReason: result.exitReason,
                    ignoresFailure: entry.request["CRM_meta_on_fail"] == "ignore", isCancellation: false)))
    }
}
