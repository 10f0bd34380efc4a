internal import Agents
internal import ClusterTypes

/// Turns requests into calls of devices, one after the other, until one way to fence the node has succeeded.
///
/// Each call goes to a node that may run the device; when it fails there, another node tries, then the next way.
struct FencingCoordinator: Sendable {
    typealias Effect = Fencer.Effect

    /// A target being fenced, for all requests that want the same.
    private struct Operation: Sendable {
        let request: FencingRequest
        var requests: [FencingRequest.ID]
        let plan: FencingPlan
        var way = 0
        var call = 0
        /// Nodes that may still try the current call.
        var executors: [String] = []
        var step: (id: FencingStep.ID, executor: String)?
        var lastFailure: FencingOutcome.Result = .noDevice
        var lastExecutor: String?
        var usedDevices: [String] = []
        var isDelayed = true
    }

    private let nodeName: String
    /// In the order of the requests; there are never many.
    private var operations: [Operation] = []
    private var members: [String] = []
    private var lastStep: UInt64

    init(nodeName: String, firstStep: UInt64) {
        self.nodeName = nodeName
        lastStep = firstStep
    }

    // MARK: - Events

    mutating func request(_ request: FencingRequest, _ world: World) -> [Effect] {
        if let index = operations.firstIndex(where: {
            $0.request.target == request.target && $0.request.action == request.action
        }) {
            if !operations[index].requests.contains(request.id) { operations[index].requests.append(request.id) }
            return []
        }
        let candidates = world.configuration.devices.map(\.id).filter { world.mayFence($0, request.target) }
        let plan = FencingPlan(
            world.configuration, target: request.target, action: request.action, candidates: candidates)
        operations.append(Operation(request: request, requests: [request.id], plan: plan))
        return beginCall(operations.count - 1, world)
    }

    mutating func stepFinished(
        _ id: FencingStep.ID, _ result: FencingStep.Result, executor: String, _ world: World
    ) -> [Effect] {
        guard let index = operations.firstIndex(where: { $0.step?.id == id }) else { return [] }
        operations[index].step = nil
        return [.cancel(.answer(id))] + take(result, executor, index, world)
    }

    mutating func answerMissing(_ id: FencingStep.ID, _ world: World) -> [Effect] {
        guard let index = operations.firstIndex(where: { $0.step?.id == id }), let step = operations[index].step else {
            return []
        }
        operations[index].step = nil
        return take(.timedOut, step.executor, index, world)
    }

    mutating func membersChanged(_ names: [String], _ world: World) -> [Effect] {
        members = names.sorted()
        var effects: [Effect] = []
        // An operation may end in the course, so each is looked up anew.
        for step in operations.compactMap(\.step) where !members.contains(step.executor) {
            let result = FencingStep.Result.unable(reason: "\(step.executor) left the cluster")
            effects += stepFinished(step.id, result, executor: step.executor, world)
        }
        return effects
    }

    /// The operator vouches for the node: whatever was under way for it is done.
    mutating func confirm(_ request: FencingRequest, _ world: World) -> [Effect] {
        var effects: [Effect] = []
        var requests = [request.id]
        for operation in operations where operation.request.target == request.target {
            requests += operation.requests.filter { !requests.contains($0) }
            if let step = operation.step { effects.append(.cancel(.answer(step.id))) }
        }
        operations.removeAll { $0.request.target == request.target }
        let outcome = FencingOutcome(
            requests: requests, target: request.target, action: request.action, result: .succeeded, executor: nil,
            devices: [], origin: request.origin, client: request.client, completed: world.wallTime)
        return effects + [.finished(outcome)]
    }

    // MARK: - Along the plan

    /// Begins the call that is due, or the first of the next way, or ends the operation when no way is left.
    private mutating func beginCall(_ index: Int, _ world: World) -> [Effect] {
        while operations[index].way < operations[index].plan.ways.count {
            let call = operations[index].plan.ways[operations[index].way][operations[index].call]
            operations[index].executors = executors(of: call.device, target: operations[index].request.target, world)
            if !operations[index].executors.isEmpty { return tryNext(index, world) }
            if call.mayFail { return advance(index, world) }
            operations[index].way += 1
            operations[index].call = 0
        }
        return finish(index, operations[index].lastFailure, world)
    }

    /// Sends the current call to the next node that may try it.
    private mutating func tryNext(_ index: Int, _ world: World) -> [Effect] {
        let operation = operations[index]
        let request = operation.request
        let call = operation.plan.ways[operation.way][operation.call]
        let options = world.options(call.device)
        lastStep &+= 1
        let step = FencingStep(
            id: FencingStep.ID(coordinator: nodeName, number: lastStep), device: call.device, target: request.target,
            action: call.action, timeout: options?.timeout(call.action.rawValue) ?? request.timeout,
            delay: operation.isDelayed ? request.delay : nil)
        let executor = operations[index].executors.removeFirst()
        operations[index].step = (step.id, executor)
        operations[index].isDelayed = false
        if !operation.usedDevices.contains(call.device) { operations[index].usedDevices.append(call.device) }
        let delay = step.delay.map { $0 + (options?.longestDelay(request.target) ?? .zero) } ?? .zero
        // A fifth more than the node itself is given, as the incumbent allows for the way there and back.
        let limit = delay + step.timeout + step.timeout / 5 + .seconds(1)
        return [.requestStep(step, executor: executor), .arm(.answer(step.id), after: limit)]
    }

    private mutating func take(
        _ result: FencingStep.Result, _ executor: String, _ index: Int, _ world: World
    ) -> [Effect] {
        operations[index].lastExecutor = executor
        switch result {
        case .succeeded: return advance(index, world)
        case .failed(let reason): operations[index].lastFailure = .failed(reason: reason)
        case .timedOut: operations[index].lastFailure = .timedOut
        case .unable(let reason):
            // Weaker than a failure: somebody else's words about the device say more.
            if operations[index].lastFailure == .noDevice { operations[index].lastFailure = .failed(reason: reason) }
        }
        if !operations[index].executors.isEmpty { return tryNext(index, world) }
        let operation = operations[index]
        if operation.plan.ways[operation.way][operation.call].mayFail { return advance(index, world) }
        operations[index].way += 1
        operations[index].call = 0
        return beginCall(index, world)
    }

    private mutating func advance(_ index: Int, _ world: World) -> [Effect] {
        operations[index].call += 1
        if operations[index].call < operations[index].plan.ways[operations[index].way].count {
            return beginCall(index, world)
        }
        return finish(index, .succeeded, world)
    }

    private mutating func finish(_ index: Int, _ result: FencingOutcome.Result, _ world: World) -> [Effect] {
        let operation = operations.remove(at: index)
        return [
            .finished(
                FencingOutcome(
                    requests: operation.requests, target: operation.request.target, action: operation.request.action,
                    result: result, executor: operation.lastExecutor, devices: operation.usedDevices,
                    origin: operation.request.origin, client: operation.request.client, completed: world.wallTime))
        ]
    }

    /// The nodes that may run a device, best first: where it is started, this node, the others; the target itself last.
    private func executors(of device: String, target: String, _ world: World) -> [String] {
        guard let banned = world.configuration.device(device)?.bannedNodes else { return [] }
        let allowed = members.filter { !banned.contains($0) }
        let rank = { (name: String) in name == target ? 3 : world.isStarted(device, name) ? 0 : name == nodeName ? 1 : 2
        }
        return allowed.sorted { (rank($0), $0) < (rank($1), $1) }
    }
}
