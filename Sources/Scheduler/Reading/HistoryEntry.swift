import Agents
import ClusterTypes
import XMLTree

/// An `lrm_rsc_op` element, read.
struct HistoryEntry: Sendable {
    var element: XMLElement
    var id: String
    var operation: String
    /// The recorded `operation_key`; the id when there is none.
    var key: String
    var interval: UInt32
    var callID: Int
    var result: ResultCode
    var execution: ExecutionStatus
    /// The result that the transition which ran the operation wanted; `nil` when not recorded.
    var expected: ResultCode?
    /// As recorded, a probe that found no usable agent.
    let isMaskedProbeFailure: Bool

    /// `nil` when something it cannot do without is missing or malformed.
    init?(_ element: XMLElement) {
        guard let id = element.id, let operation = element["operation"] else { return nil }
        guard let statusText = element["op-status"], let statusNumber = TextValue.leadingInteger(statusText),
            let execution = ExecutionStatus(rawValue: Int32(clamping: statusNumber)), execution != .cancelled
        else { return nil }
        guard let exit = TextValue.leadingInteger(element["rc-code"]), (0...255).contains(exit) else { return nil }
        self.element = element
        self.id = id
        self.operation = operation
        key = element["operation_key"] ?? id
        interval = UInt32(clamping: TextValue.leadingInteger(element["interval"]) ?? 0)
        callID = Int(clamping: TextValue.leadingInteger(element["call-id"]) ?? 0)
        result = ResultCode(rawValue: Int32(clamping: exit))
        self.execution = execution
        expected = Self.expectedResult(of: element)
        isMaskedProbeFailure =
            operation == "monitor" && interval == 0
            && (result == .notInstalled || result == .invalidParameter || execution == .notInstalled)
    }

    /// The result that the transition which ran the operation wanted; `nil` without a transition key.
    static func expectedResult(of element: XMLElement) -> ResultCode? {
        guard let key = element["transition-key"] else { return nil }
        let bytes = key.utf8
        func field(after start: String.Index) -> String.Index? {
            bytes[start...].firstIndex(of: UInt8(ascii: ":")).map { bytes.index(after: $0) }
        }
        guard let second = field(after: bytes.startIndex), let third = field(after: second),
            let fourth = field(after: third), let status = Int32(key[third..<bytes.index(before: fourth)]), status >= 0
        else { return nil }
        return ResultCode(rawValue: status)
    }

    var isProbe: Bool { operation == "monitor" && interval == 0 }

    static func isProbe(_ element: XMLElement) -> Bool {
        element["operation"] == "monitor" && (TextValue.leadingInteger(element["interval"]) ?? 0) <= 0
    }

    /// Probes that found no usable agent mean that the resource cannot be active there.
    static func isMaskedProbeFailure(_ element: XMLElement) -> Bool {
        guard isProbe(element) else { return false }
        let result = recordedResult(element)
        let status = Int32(clamping: TextValue.leadingInteger(element["op-status"]) ?? -2)
        return result == .notInstalled || result == .invalidParameter
            || status == ExecutionStatus.notInstalled.rawValue
    }

    /// The recorded result as it stands, `ok` when there is none.
    static func recordedResult(_ element: XMLElement) -> ResultCode {
        ResultCode(rawValue: Int32(clamping: TextValue.leadingInteger(element["rc-code"]) ?? 0))
    }

    static func time(_ element: XMLElement, _ name: String) -> Int64? {
        TextValue.time(element[name])
    }
}

/// Orders two history entries by when they happened: negative when the first is older.
func compareHistory(_ a: XMLElement, _ b: XMLElement) -> Int {
    let isSameNode = a["on_node"]?.lowercased() == b["on_node"]?.lowercased()
    if isSameNode, a.id == b.id { return 0 }
    let first = TextValue.leadingInteger(a["call-id"]) ?? -1
    let second = TextValue.leadingInteger(b["call-id"]) ?? -1
    if first == -1, second == -1 { return 0 }
    if isSameNode, first >= 0, first < second { return -1 }
    if isSameNode, second >= 0, first > second { return 1 }
    if first >= 0, second >= 0, !isSameNode || first == second {
        let before = TextValue.leadingInteger(a["last-rc-change"]) ?? -1
        let after = TextValue.leadingInteger(b["last-rc-change"]) ?? -1
        if before >= 0, before < after { return -1 }
        if after >= 0, before > after { return 1 }
        return 0
    }
    guard let x = transition(of: a), let y = transition(of: b) else { return 0 }
    if x.source.lowercased() != y.source.lowercased() || x.number == y.number {
        if second == -1 { return -1 }
        if first == -1 { return 1 }
    } else if (x.number >= 0 && x.number < y.number) || y.number == -1 {
        return -1
    } else if (y.number >= 0 && x.number > y.number) || x.number == -1 {
        return 1
    }
    return 0
}

/// The controller instance and transition number in `transition-magic` (`0:0;5:2:0:uuid`).
private func transition(of element: XMLElement) -> (source: String, number: Int64)? {
    guard let magic = element["transition-magic"], let semicolon = magic.firstIndex(of: ";") else { return nil }
    let parts = magic[magic.index(after: semicolon)...].split(
        separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let number = Int64(parts[1]) else { return nil }
    return (String(parts[3]), number)
}

/// Which of a sorted history decides the present: the last start and the last stop, -1 when there is none.
func activeRange(_ history: [XMLElement]) -> (start: Int, stop: Int) {
    var (start, stop) = (-1, -1)
    var impliedByMonitor = -1
    var impliedByRole = -1
    for (position, entry) in history.enumerated() {
        switch entry["operation"]?.lowercased() {
        case "stop" where entry["op-status"] == "0": stop = position
        case "start", "migrate_from": start = position
        case "monitor" where impliedByMonitor <= stop:
            if entry["rc-code"] == "0" || entry["rc-code"] == "8" { impliedByMonitor = position }
        case "promote", "demote": impliedByRole = position
        default: break
        }
    }
    if start == -1 { start = impliedByRole != -1 ? impliedByRole : impliedByMonitor }
    return (start, stop)
}
