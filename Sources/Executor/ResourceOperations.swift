internal import Agents
internal import ClusterTypes
internal import XMLTree

/// An operation on its way.
struct Operation: Sendable {
    enum Phase: Sendable {
        /// Its start delay runs.
        case delayed
        case waiting(since: Instant)
        case running(AgentRunID, Times)
        /// Recurring, between two runs.
        case resting
    }

    struct Times: Sendable {
        let began: Instant
        let wallTime: WallTime
        /// How long it waited before.
        let waited: Duration
    }

    /// What was last told about a recurring operation.
    struct Report: Sendable, Equatable {
        let status: ExecutionStatus
        let code: ResultCode
    }

    var request: OperationRequest
    var callID: Int32
    var phase: Phase
    var reported: Report?
    var lastChange: WallTime?
    /// Cancelled while it ran: its outcome is awaited and dropped.
    var isCancelled = false

    init(request: OperationRequest, callID: Int32, phase: Phase) {
        self.request = request
        self.callID = callID
        self.phase = phase
    }

    var key: OperationKey { request.key }
    var isRecurring: Bool { request.interval > .zero }

    var running: Times? {
        if case .running(_, let times) = phase { return times }
        return nil
    }

    var run: AgentRunID? {
        if case .running(let run, _) = phase { return run }
        return nil
    }

    var waitingSince: Instant? {
        if case .waiting(let since) = phase { return since }
        return nil
    }
}

/// The operations of one resource: which runs, which wait, which recur.
///
/// A resource has few of them, so they are one short list in order of arrival.
struct ResourceOperations: Sendable {
    typealias Effect = OperationExecutor.Effect
    typealias Timer = OperationExecutor.Timer

    private(set) var operations: [Operation] = []
    /// The parameters of the last operation that saw the resource: what a stop must use even when the configuration has
    /// changed since.
    private var knownParameters: [XMLElement.Attribute]?

    // MARK: - Taking in

    /// Adds an operation. One of the same key that recurs, or whose start delay still runs, takes over the new request
    /// instead; other operations run as often as they were asked for.
    mutating func insert(_ operation: Operation) -> [Effect] {
        var effects: [Effect] = []
        var operation = operation
        if operation.request.startDelay > .zero { operation.phase = .delayed }
        if let index = operations.firstIndex(where: { $0.key == operation.key && !$0.isCancelled }) {
            switch operations[index].phase {
            case .running where operation.isRecurring:
                // The run in flight answers the new request; nothing has been reported for that one yet.
                operations[index].request = operation.request
                operations[index].callID = operation.callID
                operations[index].reported = nil
                return []
            case .running:
                operations.append(operation)
            case .waiting where !operation.isRecurring:
                operations.append(operation)
            case .delayed, .resting, .waiting:
                effects.append(.cancel(Timer(operation.key)))
                operation.lastChange = operations[index].lastChange
                operations[index] = operation
            }
        } else {
            operations.append(operation)
        }
        if case .delayed = operation.phase {
            effects.append(.arm(Timer(operation.key), after: operation.request.startDelay))
        }
        return effects
    }

    mutating func adopt(_ operation: Operation) { operations.append(operation) }

    /// A start delay or an interval is over.
    mutating func elapse(_ key: OperationKey, at now: Instant) {
        for index in operations.indices where operations[index].key == key {
            switch operations[index].phase {
            case .delayed, .resting: operations[index].phase = .waiting(since: now)
            case .waiting, .running: break  // The timer raced a request that began the operation anew.
            }
        }
    }

    // MARK: - Running

    /// The operation that has waited longest, when nothing runs.
    func nextToRun() -> Int? {
        var next: (index: Int, since: Instant)?
        for (index, operation) in operations.enumerated() {
            switch operation.phase {
            case .running: return nil
            case .waiting(let since): if next.map({ since < $0.since }) ?? true { next = (index, since) }
            case .delayed, .resting: break
            }
        }
        return next?.index
    }

    mutating func begin(_ index: Int, _ run: AgentRunID, _ moment: Moment) {
        let waited = operations[index].waitingSince.map { moment.now - $0 } ?? .zero
        operations[index].phase = .running(
            run, Operation.Times(began: moment.now, wallTime: moment.wallTime, waited: waited))
    }

    func index(of run: AgentRunID) -> Int? { operations.firstIndex { $0.run == run } }

    mutating func remove(_ index: Int) { operations.remove(at: index) }

    /// Notes a result; true when it is to be reported: always for one-off operations, on change for recurring ones.
    mutating func conclude(_ index: Int, _ result: OperationResult) -> Bool {
        guard operations[index].isRecurring else {
            operations.remove(at: index)
            return true
        }
        operations[index].phase = .resting
        let report = Operation.Report(status: result.status, code: result.code)
        if operations[index].reported == report { return false }
        operations[index].reported = report
        operations[index].lastChange = result.lastChange
        return true
    }

    mutating func forgetReports() {
        for index in operations.indices { operations[index].reported = nil }
    }

    // MARK: - Cancelling

    /// Ends a recurring operation or one that has not begun; one that ran once and runs now goes on.
    mutating func cancel(_ key: OperationKey) -> [Effect] { removeAll { $0.key == key } ?? [.cancelled(key)] }

    mutating func cancelRecurring() -> [Effect] { removeAll(where: \.isRecurring) ?? [] }

    mutating func cancelAllThatWait() -> [Effect] { removeAll { $0.isRecurring || $0.running == nil } ?? [] }

    private mutating func removeAll(where isMeant: (Operation) -> Bool) -> [Effect]? {
        var effects: [Effect] = []
        var kept: [Operation] = []
        for var operation in operations {
            guard isMeant(operation), !operation.isCancelled else {
                kept.append(operation)
                continue
            }
            switch operation.phase {
            case .running where operation.isRecurring && operation.request.agent.standard == .stonith:
                // No process of ours: the fencer ends it, and its outcome then belongs to nothing here.
                effects.append(.cancelled(operation.key))
            case .running(let run, _):
                if operation.isRecurring {
                    operation.isCancelled = true
                    effects += [.terminate(run), .cancelled(operation.key)]
                }
                kept.append(operation)
            case .delayed, .resting: effects += [.cancel(Timer(operation.key)), .cancelled(operation.key)]
            case .waiting: effects.append(.cancelled(operation.key))
            }
        }
        operations = kept
        return effects.isEmpty ? nil : effects
    }

    // MARK: - Parameters

    mutating func rememberParameters(of request: OperationRequest) {
        guard ["start", "monitor", "reload", "reload-agent"].contains(request.operation) else { return }
        knownParameters = request.attributes.filter { !$0.name.hasPrefix("CRM_meta_") }
    }

    /// Gives a stop the parameters that the resource was started with.
    func restoreParameters(_ request: inout OperationRequest) {
        guard let knownParameters else { return }
        request.attributes = knownParameters + request.attributes.filter { $0.name.hasPrefix("CRM_meta_") }
    }

    // MARK: - Queries

    func contains(_ key: OperationKey) -> Bool { operations.contains { $0.key == key } }

    var isForgettable: Bool { operations.isEmpty && knownParameters == nil }

    var isBusy: Bool {
        operations.contains {
            if case .resting = $0.phase { return false }
            return true
        }
    }

    var recurringKeys: [OperationKey] { operations.filter { $0.isRecurring && !$0.isCancelled }.map(\.key) }
}
