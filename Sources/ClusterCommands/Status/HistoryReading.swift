internal import Agents
internal import CIB
internal import XMLTree

/// What the recorded operations of a resource on one node say about it.
struct InstanceState: Sendable, Equatable {
    /// Where the resource is known to be: `Stopped`, `Started`, `Unpromoted`, `Promoted`.
    var role = "Stopped"
    var hasFailed = false
    var isBlocked = false
    /// The operation that runs: `start`, `stop`, …
    var pending: String?

    var isActive: Bool { role != "Stopped" }
}

/// The operation history of all resources on all nodes.
struct Histories: Sendable {
    struct Entry: Sendable {
        var resource: String
        var node: String
        var state: InstanceState
        var agentClass: String
        var provider: String?
        var type: String
    }

    /// In the order of nodes and, on each, of the document.
    var entries: [Entry] = []
    var failures: [FailedAction] = []
    /// Entries by resource id; instance numbers (`web:0`) are dropped from the key.
    var byResource: [String: [Int]] = [:]
}

/// Reads `lrm_rsc_op` elements: each node's record in the order in which the calls were made.
func readHistories(_ document: CIBDocument, _ nodes: [NodeCondition]) -> Histories {
    var histories = Histories()
    let states = document.status.children("node_state")
    for node in nodes {
        for state in states where state.id == node.id {
            for lrm in state.children("lrm") {
                for resource in lrm.children("lrm_resources").flatMap({ $0.children("lrm_resource") }) {
                    histories.read(resource, on: node)
                }
            }
        }
    }
    return histories
}

extension Histories {
    fileprivate mutating func read(_ resource: XMLElement, on node: NodeCondition) {
        guard let id = resource.id else { return }
        var state = InstanceState()
        let operations = resource.children("lrm_rsc_op").enumerated().sorted { left, right in
            (left.element.callOrder, left.element.recurrence, left.offset)
                < (right.element.callOrder, right.element.recurrence, right.offset)
        }
        for (_, operation) in operations {
            if let failure = state.apply(operation, resource: id, node: node.name) { add(failure) }
        }
        // Nothing runs on a node that is down for certain.
        if node.state == .offline { state = InstanceState() }
        let key = String(id.prefix { $0 != ":" })
        byResource[key, default: []].append(entries.count)
        entries.append(
            Entry(
                resource: id, node: node.name, state: state, agentClass: resource["class"] ?? "ocf",
                provider: resource["provider"], type: resource["type"] ?? ""))
    }

    /// The same failure may be recorded twice: as the operation's last result, and as its last failure.
    private mutating func add(_ failure: FailedAction) {
        failures.removeAll { $0.node == failure.node && $0.resource == failure.resource && $0.callID == failure.callID }
        failures.append(failure)
    }
}

extension XMLElement {
    /// The number of the call; an operation that still runs comes last.
    fileprivate var callOrder: Int64 {
        let number = Int64(self["call-id"] ?? "") ?? 0
        return number < 0 || self["op-status"] == "-1" ? .max : number
    }

    fileprivate var recurrence: Int { self["interval"] == "0" ? 0 : 1 }
}

extension InstanceState {
    /// Takes in one recorded operation; returns it when it failed.
    fileprivate mutating func apply(_ record: XMLElement, resource: String, node: String) -> FailedAction? {
        let operation = record["operation"] ?? ""
        let code = Int(record["rc-code"] ?? "") ?? -1
        switch record["op-status"] ?? "0" {
        case "-1":
            pending = operation == "monitor" && record["interval"] == "0" ? nil : operation
            return nil
        case "1": return nil  // Cancelled.
        case "0" where code == targetCode(record) || isExpected(record, operation, code):
            succeed(operation, code)
            return nil
        default:
            fail(operation, code)
            return FailedAction(record, operation: operation, code: code, resource: resource, node: node)
        }
    }

    /// Results that tell a state without being the wanted one: whatever a probe finds, a promotion that was not known.
    private func isExpected(_ record: XMLElement, _ operation: String, _ code: Int) -> Bool {
        guard operation == "monitor" else { return code == 0 }
        return record["interval"] == "0" ? [0, 7, 8].contains(code) : code == 8 && targetCode(record) == 0
    }

    private mutating func succeed(_ operation: String, _ code: Int) {
        pending = nil
        switch operation {
        case "monitor":
            switch code {
            case 0: role = role == "Promoted" || role == "Stopped" ? "Started" : role
            case 8: role = "Promoted"
            case 7: (role, hasFailed) = ("Stopped", false)
            default: break
            }
        case "start", "migrate_from": (role, hasFailed, isBlocked) = ("Started", false, false)
        case "promote": role = "Promoted"
        case "demote": role = "Unpromoted"
        case "stop", "migrate_to": (role, hasFailed, isBlocked) = ("Stopped", false, false)
        default: break
        }
    }

    private mutating func fail(_ operation: String, _ code: Int) {
        pending = nil
        switch operation {
        case "notify", "meta-data": return
        case "monitor" where role == "Stopped" && (code == 5 || code == 2 || code == 6):
            return  // A probe that could not run: the agent is not installed or not set up there, so it is not active.
        case "stop": isBlocked = true
        default: break
        }
        hasFailed = true
        if role == "Stopped" { role = code == 9 ? "Promoted" : "Started" }
    }
}

/// The result that the scheduler wanted, from `transition-key`: `ACTION:TRANSITION:CODE:CLUSTER`.
private func targetCode(_ record: XMLElement) -> Int? {
    let parts = (record["transition-key"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 4 ? Int(parts[2]) : nil
}

extension FailedAction {
    fileprivate init(_ record: XMLElement, operation: String, code: Int, resource: String, node: String) {
        let interval = record["interval"] ?? "0"
        self.init(
            key: "\(resource)_\(operation)_\(interval)", resource: resource, operation: operation,
            intervalMilliseconds: interval, node: node, result: ResultCode(rawValue: Int32(clamping: code)),
            callID: record["call-id"] ?? "",
            status: Int32(record["op-status"] ?? "0").flatMap(ExecutionStatus.init)?.description ?? "unknown",
            exitReason: record["exit-reason"] ?? "",
            lastChange: record["last-rc-change"].flatMap { Int64($0) }, queueMilliseconds: record["queue-time"] ?? "0",
            executionMilliseconds: record["exec-time"] ?? "0")
    }
}
