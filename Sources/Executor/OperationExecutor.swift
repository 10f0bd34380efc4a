package import Agents
package import ClusterTypes

/// The life of agent operations on one node: one at a time for each resource, recurring monitors, results.
///
/// Pure logic: no process, no clock. The driver runs agents and timers and reports back; a run's timeout is part of its
/// invocation and kept by whoever runs it.
///
/// - Source: OCF Resource Agent API 1.1; Pacemaker Explained, "Resource Operations".
///
/// Different from Pacemaker: an agent's meta-data is read while its first operation runs, and only that first result waits
/// for it.
package struct OperationExecutor: Sendable {
    package enum Event: Sendable, Equatable {
        case executionRequested(OperationRequest)
        /// Ends a recurring operation, or one that waits; a recurring run in flight is ended and not reported.
        case cancellationRequested(OperationKey)
        case agentFinished(AgentRunID, AgentOutcome)
        /// The fence device operation of an `operateDevice` effect ended.
        case deviceOperationFinished(AgentRunID, AgentOutcome)
        case timerFired(Timer)
        /// After a restart of the daemon: a recurring operation that goes on with the result it last had.
        case recurringAdopted(OperationResult)
        /// The history of a resource was cleaned up: the next result of its recurring operations is reported again.
        case historyForgotten(resource: String)
        /// The node leaves the cluster: recurring operations end, waiting ones are cancelled, no reports for either.
        case stopped
    }

    package enum Effect: Sendable, Equatable {
        case run(AgentRunID, AgentInvocation)
        /// Ends a run before its time; its outcome still comes.
        case terminate(AgentRunID)
        /// For resources of the class `stonith`: the fencer does it.
        case operateDevice(AgentRunID, OperationRequest)
        case arm(Timer, after: Duration)
        case cancel(Timer)
        /// The operation was accepted, with `status` `.pending`: the history may say so.
        case began(OperationResult)
        /// A result for the history.
        case finished(OperationResult)
        /// A recurring or waiting operation is gone: nothing of it will be reported any more, and the entry of a recurring
        /// one leaves the history.
        case cancelled(OperationKey)
    }

    /// One timer for each operation: its start delay, then its interval.
    package struct Timer: Hashable, Sendable {
        package var operation: OperationKey

        package init(_ operation: OperationKey) { self.operation = operation }
    }

    /// What a run of a program is for.
    private enum Purpose {
        case operation(resource: String)
        case metadata(AgentReference)
    }

    private let settings: ExecutorSettings
    private var resources: [String: ResourceOperations] = [:]
    private var purposes: [AgentRunID: Purpose] = [:]
    private var metadata = MetadataCache()
    private var lastRun: UInt64 = 0
    private var lastCall: Int32 = 0

    package init(settings: ExecutorSettings) { self.settings = settings }

    /// Applies one event and returns what the driver must do, in order.
    ///
    /// - Parameters:
    ///   - now: the monotonic clock, for durations.
    ///   - wallTime: the civil clock, for the history.
    package mutating func receive(_ event: Event, at now: Instant, wallTime: WallTime) -> [Effect] {
        let moment = Moment(now: now, wallTime: wallTime)
        switch event {
        case .executionRequested(let request): return accept(request, moment)
        case .cancellationRequested(let key): return cancel(key, moment)
        case .agentFinished(let run, let outcome), .deviceOperationFinished(let run, let outcome):
            return finish(run, outcome, moment)
        case .timerFired(let timer): return elapse(timer.operation, moment)
        case .recurringAdopted(let result): return adopt(result)
        case .historyForgotten(let resource):
            resources[resource]?.forgetReports()
            return []
        case .stopped: return stop()
        }
    }

    // MARK: - Requests

    private mutating func accept(_ requested: OperationRequest, _ moment: Moment) -> [Effect] {
        var request = requested
        var queue = resources[request.resource] ?? ResourceOperations()
        var effects: [Effect] = []
        if request.operation == "stop" {
            effects += queue.cancelRecurring()
            queue.restoreParameters(&request)
        }
        let operation = Operation(request: request, callID: nextCall(), phase: .waiting(since: moment.now))
        effects.append(.began(pending(request, moment)))
        effects += queue.insert(operation)
        resources[request.resource] = queue
        let fetch = fetchMetadata(request)
        // The operation goes first: it is what somebody waits for.
        return effects + dispatch(request.resource, moment) + fetch
    }

    private mutating func cancel(_ key: OperationKey, _ moment: Moment) -> [Effect] {
        let effects = resources[key.resource]?.cancel(key) ?? [.cancelled(key)]
        return effects + dispatch(key.resource, moment)
    }

    private mutating func elapse(_ key: OperationKey, _ moment: Moment) -> [Effect] {
        resources[key.resource]?.elapse(key, at: moment.now)
        return dispatch(key.resource, moment)
    }

    private mutating func adopt(_ result: OperationResult) -> [Effect] {
        let key = result.request.key
        guard key.interval > .zero, resources[key.resource]?.contains(key) != true else { return [] }
        lastCall = max(lastCall, result.callID)
        var operation = Operation(request: result.request, callID: result.callID, phase: .resting)
        operation.reported = Operation.Report(status: result.status, code: result.code)
        operation.lastChange = result.lastChange
        resources[key.resource, default: ResourceOperations()].adopt(operation)
        return [.arm(Timer(key), after: key.interval)]
    }

    private mutating func stop() -> [Effect] {
        var effects: [Effect] = []
        for resource in resources.keys.sorted() { effects += resources[resource]?.cancelAllThatWait() ?? [] }
        return effects
    }

    // MARK: - Runs

    /// Starts what the resource has waiting, unless something of it runs.
    private mutating func dispatch(_ resource: String, _ moment: Moment) -> [Effect] {
        guard var queue = resources[resource] else { return [] }
        var effects: [Effect] = []
        while let index = queue.nextToRun() {
            let request = queue.operations[index].request
            if request.agent.standard == .stonith {
                let run = nextRun(.operation(resource: resource))
                queue.begin(index, run, moment)
                effects.append(.operateDevice(run, request))
                break
            }
            switch OperationInvocation(settings: settings).invocation(of: request) {
            case .success(let invocation):
                let run = nextRun(.operation(resource: resource))
                queue.begin(index, run, moment)
                effects.append(.run(run, invocation))
            case .failure(let refusal):
                let verdict = OperationVerdict(refusal.status, refusal.code, refusal.reason)
                let began = queue.operations[index].waitingSince ?? moment.now
                effects += conclude(
                    &queue, index, verdict, AgentOutcome(.terminated), waited: moment.now - began, ran: .zero,
                    lastRun: moment.wallTime, moment)
            }
        }
        resources[resource] = queue.isForgettable ? nil : queue
        return effects
    }

    private mutating func finish(_ run: AgentRunID, _ outcome: AgentOutcome, _ moment: Moment) -> [Effect] {
        switch purposes.removeValue(forKey: run) {
        case nil: return []  // A run of another core, or one that was answered before.
        case .metadata(let agent): return metadata.store(outcome, of: agent).map { .finished(complete($0)) }
        case .operation(let resource):
            guard var queue = resources[resource], let index = queue.index(of: run) else { return [] }
            let operation = queue.operations[index]
            var effects: [Effect] = []
            if operation.isCancelled {
                queue.remove(index)
            } else if let times = operation.running {
                let standard = OperationInvocation(settings: settings).resolved(operation.request.agent.standard)
                effects = conclude(
                    &queue, index, OperationVerdict(outcome, of: operation.request, standard: standard), outcome,
                    waited: times.waited, ran: moment.now - times.began, lastRun: times.wallTime, moment)
            }
            resources[resource] = queue
            return effects + dispatch(resource, moment)
        }
    }

    /// Turns the end of a run into a result, and lets a recurring operation rest.
    private mutating func conclude(
        _ queue: inout ResourceOperations, _ index: Int, _ verdict: OperationVerdict, _ outcome: AgentOutcome,
        waited: Duration, ran: Duration, lastRun: WallTime, _ moment: Moment
    ) -> [Effect] {
        let operation = queue.operations[index]
        let result = OperationResult(
            request: operation.request, callID: operation.callID, status: verdict.status, code: verdict.code,
            exitReason: verdict.exitReason, output: outcome.output, errorOutput: outcome.errorOutput, lastRun: lastRun,
            lastChange: operation.request.interval == .zero ? lastRun : moment.wallTime, executionTime: ran,
            queueTime: waited)
        queue.rememberParameters(of: operation.request)
        let isNews = queue.conclude(index, result)
        var effects: [Effect] = []
        if isNews, !metadata.hold(result) { effects.append(.finished(complete(result))) }
        if operation.request.interval > .zero {
            effects.append(.arm(Timer(operation.request.key), after: operation.request.interval))
        }
        return effects
    }

    // MARK: - Meta-data and digests

    private mutating func fetchMetadata(_ request: OperationRequest) -> [Effect] {
        guard metadata.isWanted(for: request),
            let invocation = OperationInvocation(settings: settings).metadata(of: request.agent)
        else { return [] }
        metadata.fetchBegan(request.agent)
        return [.run(nextRun(.metadata(request.agent)), invocation)]
    }

    private func complete(_ result: OperationResult) -> OperationResult {
        var result = result
        result.digests = OperationDigests(result.request, metadata: metadata[result.request.agent])
        return result
    }

    private func pending(_ request: OperationRequest, _ moment: Moment) -> OperationResult {
        complete(
            OperationResult(
                request: request, callID: -1, status: .pending, code: .unknown, lastRun: moment.wallTime,
                lastChange: moment.wallTime))
    }

    // MARK: - Numbers

    private mutating func nextRun(_ purpose: Purpose) -> AgentRunID {
        lastRun += 1
        let run = AgentRunID(lastRun)
        purposes[run] = purpose
        return run
    }

    private mutating func nextCall() -> Int32 {
        lastCall = lastCall == .max ? 1 : lastCall + 1
        return lastCall
    }
}

// MARK: - Queries

extension OperationExecutor {
    /// Whether an operation runs or waits; recurring ones at rest do not count.
    package var isBusy: Bool { resources.values.contains(where: \.isBusy) }

    /// The recurring operations of a resource, sorted by operation and interval.
    package func recurringOperations(of resource: String) -> [OperationKey] {
        (resources[resource]?.recurringKeys ?? []).sorted { ($0.operation, $0.interval) < ($1.operation, $1.interval) }
    }

    /// What an agent said about itself, as far as one of its operations ran here.
    package func metadata(of agent: AgentReference) -> AgentMetadata? { metadata[agent] }

    /// Fails when the bookkeeping contradicts itself.
    package func checkInvariants() {
        for (resource, queue) in resources {
            let running = queue.operations.filter { $0.running != nil }
            precondition(running.count <= 1, "\(running.count) operations of \(resource) run at once")
            for operation in queue.operations where operation.isCancelled {
                precondition(operation.running != nil, "\(operation.request.key) is cancelled and still kept")
            }
        }
    }
}

/// Both clocks at an event.
struct Moment {
    let now: Instant
    let wallTime: WallTime
}
