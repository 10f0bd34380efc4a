internal import Agents
internal import ClusterTypes

/// Runs what this node's devices are to do: checks, delays, a queue for each device, attempts, timeouts.
struct DeviceRunner: Sendable {
    typealias Effect = Fencer.Effect

    private let settings: FencerSettings
    private var generator: SeededGenerator
    /// In order of arrival.
    private var tasks: [DeviceTask] = []
    private var lastTask: UInt64 = 0
    private var lists = HostLists()
    /// Devices that the executor has started here.
    private(set) var startedDevices: Set<String> = []

    init(settings: FencerSettings, generator: SeededGenerator) {
        self.settings = settings
        self.generator = generator
    }

    // MARK: - Taking in

    mutating func fence(_ step: FencingStep, _ world: World, _ numbers: inout RunNumbers) -> [Effect] {
        guard world.configuration.device(step.device) != nil else {
            return [.reportStep(step.id, .unable(reason: "there is no fence device \(step.device)"))]
        }
        for index in tasks.indices where tasks[index].device == step.device {
            guard case .fence(step.target, step.action, var steps, let delay) = tasks[index].kind else { continue }
            if !steps.contains(step.id) { steps.append(step.id) }
            tasks[index].kind = .fence(target: step.target, action: step.action, steps: steps, delay: delay)
            return []
        }
        let kind = DeviceTask.Kind.fence(
            target: step.target, action: step.action, steps: [step.id], delay: step.delay)
        tasks.append(DeviceTask(id: nextTask(), device: step.device, kind: kind, timeout: step.timeout))
        return prepare(tasks.count - 1, world, &numbers)
    }

    mutating func operate(
        _ asker: AgentRunID, _ operation: DeviceOperation, _ world: World, _ numbers: inout RunNumbers
    ) -> [Effect] {
        let answer = { (ending: AgentOutcome.Ending, words: String) in
            [Effect.deviceOperationFinished(asker, AgentOutcome(ending, errorOutput: words))]
        }
        switch operation.operation {
        case "stop":
            startedDevices.remove(operation.device)
            return abandonMonitors(operation.device) + answer(.exited(0), "")
        case "monitor" where operation.isProbe:
            return answer(.exited(startedDevices.contains(operation.device) ? 0 : 7), "")
        case "monitor" where !startedDevices.contains(operation.device):
            return answer(.exited(7), "the fence device is not started here")
        case "start", "monitor":
            guard let options = world.options(operation.device) else {
                return answer(.exited(5), "the configuration has no such fence device")
            }
            let isStart = operation.operation == "start"
            let kind = DeviceTask.Kind.monitor(asker: asker, isStart: isStart)
            let timeout = options.timeout("monitor") ?? operation.timeout
            tasks.append(DeviceTask(id: nextTask(), device: operation.device, kind: kind, timeout: timeout))
            return prepare(tasks.count - 1, world, &numbers)
        default: return answer(.exited(3), "fence devices have no \(operation.operation)")
        }
    }

    private mutating func abandonMonitors(_ device: String) -> [Effect] {
        tasks.removeAll { $0.device == device && !$0.isFencing && $0.isQueued }
        var effects: [Effect] = []
        for index in tasks.indices where tasks[index].device == device && !tasks[index].isFencing {
            tasks[index].isAbandoned = true
            if let run = tasks[index].run { effects.append(.terminate(run)) }
        }
        return effects
    }

    mutating func metadataArrived(_ agent: String, _ world: World, _ numbers: inout RunNumbers) -> [Effect] {
        var effects: [Effect] = []
        for task in tasks {
            guard case .unprepared = task.phase, world.configuration.device(task.device)?.agent == agent,
                let index = index(task.id)
            else { continue }
            effects += prepare(index, world, &numbers)
        }
        return effects
    }

    mutating func delayOver(_ id: DeviceTask.ID, _ world: World, _ numbers: inout RunNumbers) -> [Effect] {
        guard let index = index(id), case .delayed = tasks[index].phase else { return [] }
        tasks[index].phase = .queued
        return serve(tasks[index].device, world, &numbers)
    }

    mutating func configurationChanged(_ world: World) {
        lists.removeAll()
        startedDevices = startedDevices.filter { world.configuration.device($0) != nil }
    }

    func owns(_ run: AgentRunID) -> Bool { tasks.contains { $0.run == run } }

    // MARK: - Before it may run

    /// Goes on with a task once its agent's meta-data is known.
    private mutating func prepare(_ index: Int, _ world: World, _ numbers: inout RunNumbers) -> [Effect] {
        guard let options = world.options(tasks[index].device) else {
            return finish(index, .unable(reason: "the fence device is gone"), AgentOutcome(.exited(5)))
        }
        guard options.metadata != nil || world.metadataIsSettled(options.device.agent) else { return [] }
        guard let target = tasks[index].target else { return enqueue(index, world, &numbers) }
        switch options.hostCheck {
        case .none: return delay(index, options, world, &numbers)
        case .staticList: return decide(index, options.staticHosts.contains(target), world, &numbers)
        case .dynamicList:
            if let hosts = lists.hosts(of: tasks[index].device, at: world.now) {
                return decide(index, hosts.contains(options.port(of: target)), world, &numbers)
            }
            return check(index, options, "list", nil, &numbers)
        case .status: return check(index, options, "status", target, &numbers)
        }
    }

    private mutating func check(
        _ index: Int, _ options: DeviceOptions, _ action: String, _ target: String?, _ numbers: inout RunNumbers
    ) -> [Effect] {
        let call = FenceAgentCall(settings: settings).invocation(
            options, action: action, target: target, timeout: options.timeout(action) ?? .seconds(20))
        guard let call else { return finish(index, .unable(reason: noAgent(options)), AgentOutcome(.exited(5))) }
        let run = numbers.next()
        tasks[index].phase = .checking(run)
        return [.run(run, call)]
    }

    private mutating func decide(
        _ index: Int, _ isAble: Bool, _ world: World, _ numbers: inout RunNumbers
    ) -> [Effect] {
        guard isAble, let options = world.options(tasks[index].device) else {
            let reason = "\(tasks[index].device) cannot fence \(tasks[index].target ?? "")"
            return finish(index, .unable(reason: reason), AgentOutcome(.exited(1)))
        }
        return delay(index, options, world, &numbers)
    }

    /// Waits out the delays that keep two nodes from fencing each other at the same moment.
    private mutating func delay(
        _ index: Int, _ options: DeviceOptions, _ world: World, _ numbers: inout RunNumbers
    ) -> [Effect] {
        guard case .fence(let target, let action, _, let requested?) = tasks[index].kind, action != .on else {
            return enqueue(index, world, &numbers)
        }
        let total = requested + generator.duration(in: options.baseDelay(target)...options.longestDelay(target))
        if total <= .zero { return enqueue(index, world, &numbers) }
        tasks[index].phase = .delayed
        return [.arm(.delay(task: tasks[index].id.rawValue), after: total)]
    }

    // MARK: - The device's queue

    private mutating func enqueue(_ index: Int, _ world: World, _ numbers: inout RunNumbers) -> [Effect] {
        tasks[index].phase = .queued
        return serve(tasks[index].device, world, &numbers)
    }

    /// Starts what the device has queued, as many at once as it takes; fencing before monitors.
    private mutating func serve(_ device: String, _ world: World, _ numbers: inout RunNumbers) -> [Effect] {
        guard let options = world.options(device) else { return failQueued(device) }
        var effects: [Effect] = []
        while let index = nextQueued(device) {
            let running = tasks.indices.filter { tasks[$0].device == device && tasks[$0].isRunning }
            if running.count >= options.actionLimit {
                if tasks[index].isFencing { effects += preemptMonitors(running) }
                break
            }
            effects += attempt(index, options, world, &numbers)
        }
        return effects
    }

    private func nextQueued(_ device: String) -> Int? {
        let queued = tasks.indices.filter { tasks[$0].device == device && tasks[$0].isQueued }
        return queued.first { tasks[$0].isFencing } ?? queued.first
    }

    private mutating func preemptMonitors(_ running: [Int]) -> [Effect] {
        var effects: [Effect] = []
        for index in running where !tasks[index].isFencing && !tasks[index].isPreempted {
            guard let run = tasks[index].run else { continue }
            tasks[index].isPreempted = true
            effects.append(.terminate(run))
        }
        return effects
    }

    private mutating func attempt(
        _ index: Int, _ options: DeviceOptions, _ world: World, _ numbers: inout RunNumbers
    ) -> [Effect] {
        let task = tasks[index]
        let spent = task.began.map { world.now - $0 } ?? .zero
        let call = FenceAgentCall(settings: settings).invocation(
            options, action: task.action, target: task.target, timeout: max(.seconds(1), task.timeout - spent))
        guard let call else { return finish(index, .unable(reason: noAgent(options)), AgentOutcome(.exited(5))) }
        let run = numbers.next()
        tasks[index].began = task.began ?? world.now
        tasks[index].attempts += 1
        tasks[index].phase = .running(run, since: world.now)
        return [.run(run, call)]
    }

    private func noAgent(_ options: DeviceOptions) -> String {
        "\(options.device.agent) is not the name of a fence agent"
    }

    // MARK: - After it ran

    mutating func agentFinished(
        _ run: AgentRunID, _ outcome: AgentOutcome, _ world: World, _ numbers: inout RunNumbers
    ) -> [Effect] {
        guard let index = tasks.firstIndex(where: { $0.run == run }) else { return [] }
        let device = tasks[index].device
        switch tasks[index].phase {
        case .unprepared, .delayed, .queued: return []
        case .checking: return checked(index, outcome, world, &numbers)
        case .running:
            let effects = conclude(index, outcome, world, &numbers)
            return effects + serve(device, world, &numbers)
        }
    }

    private mutating func checked(
        _ index: Int, _ outcome: AgentOutcome, _ world: World, _ numbers: inout RunNumbers
    ) -> [Effect] {
        guard let options = world.options(tasks[index].device), let target = tasks[index].target else {
            return finish(index, .unable(reason: "the fence device is gone"), AgentOutcome(.exited(5)))
        }
        if case .status = options.hostCheck {
            // 2 says "off": the device knows the node.
            return decide(index, outcome.ending == .exited(0) || outcome.ending == .exited(2), world, &numbers)
        }
        guard outcome.ending == .exited(0) else {
            let reason = "\(tasks[index].device) gives no list of what it can fence: \(Self.words(outcome))"
            return finish(index, .unable(reason: reason), AgentOutcome(.exited(1)))
        }
        let hosts = lists.store(outcome.output, of: tasks[index].device, at: world.now)
        return decide(index, hosts.contains(options.port(of: target)), world, &numbers)
    }

    private mutating func conclude(
        _ index: Int, _ outcome: AgentOutcome, _ world: World, _ numbers: inout RunNumbers
    ) -> [Effect] {
        if tasks[index].isAbandoned { return finish(index, .failed(reason: "the device was stopped"), outcome) }
        if tasks[index].isPreempted {
            tasks[index].isPreempted = false
            tasks[index].attempts = 0
            tasks[index].began = nil
            tasks[index].phase = .queued
            return []
        }
        if outcome.ending == .exited(0) { return finish(index, .succeeded, outcome) }
        let task = tasks[index]
        let spent = task.began.map { world.now - $0 } ?? .zero
        let attempts = world.options(task.device)?.attempts(task.action) ?? 1
        // Another attempt must have a fair part of the time left.
        if outcome.ending != .timedOut, task.attempts < attempts, spent < task.timeout * 7 / 10 {
            tasks[index].phase = .queued
            return []
        }
        if outcome.ending == .timedOut { return finish(index, .timedOut, outcome) }
        return finish(index, .failed(reason: Self.words(outcome)), outcome)
    }

    private mutating func finish(_ index: Int, _ result: FencingStep.Result, _ outcome: AgentOutcome) -> [Effect] {
        let task = tasks.remove(at: index)
        switch task.kind {
        case .fence(_, _, let steps, _): return steps.map { .reportStep($0, result) }
        case .monitor(let asker, let isStart):
            if result == .succeeded, isStart, !task.isAbandoned { startedDevices.insert(task.device) }
            return [.deviceOperationFinished(asker, outcome)]
        }
    }

    private mutating func failQueued(_ device: String) -> [Effect] {
        var effects: [Effect] = []
        while let index = nextQueued(device) {
            effects += finish(index, .unable(reason: "the fence device is gone"), AgentOutcome(.exited(5)))
        }
        return effects
    }

    /// What to tell the operator about a run that failed: the last line it printed, or how it ended.
    private static func words(_ outcome: AgentOutcome) -> String {
        let lines = outcome.errorOutput.split(whereSeparator: \.isNewline)
        if let last = lines.last(where: { !$0.allSatisfy(\.isWhitespace) }) { return String(last) }
        switch outcome.ending {
        case .exited(let status): return "the fence agent ended with status \(status)"
        case .signalled(let signal): return "the fence agent was ended by signal \(signal)"
        case .timedOut: return "the fence agent took too long"
        case .terminated: return "the fence agent was stopped"
        case .notStarted(.missing(let path)): return "\(path) does not exist"
        case .notStarted(.notExecutable(let path)): return "\(path) cannot be executed"
        case .notStarted(.refused(let reason)): return reason
        }
    }

    private func index(_ id: DeviceTask.ID) -> Int? { tasks.firstIndex { $0.id == id } }

    private mutating func nextTask() -> DeviceTask.ID {
        lastTask += 1
        return DeviceTask.ID(rawValue: lastTask)
    }
}
