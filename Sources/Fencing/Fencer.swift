package import Agents
package import ClusterTypes

/// Fencing on one node: runs fence devices, and at the designated controller decides which device runs where.
///
/// Pure logic. A request goes to the fencer of the designated controller, which turns it into steps (one device, one
/// action, one node) and sends each to a node; that node's fencer waits out the delays, runs the agent and reports.
///
/// - Source: Pacemaker Explained, "Fencing"; pacemaker-fenced(7); Fence Agent API of ClusterLabs.
package struct Fencer: Sendable {
    package enum Event: Sendable, Equatable {
        case configurationChanged(FencingConfiguration)
        /// The names of the nodes that can run agents now, this one included.
        case membersChanged([String])
        /// The nodes that have a device started, for every device: they are the first to run it.
        case devicesStarted([String: [String]])
        /// At the coordinator.
        case fencingRequested(FencingRequest)
        /// The operator vouches that the node is down: ends requests for it, and counts as fencing without one.
        case confirmedManually(FencingRequest)
        /// At the coordinator: a node answers.
        case stepFinished(FencingStep.ID, FencingStep.Result, executor: String)
        /// At the executing node.
        case stepRequested(FencingStep)
        /// A resource of the class `stonith`: `start`, `stop`, `monitor`; the number is the asker's.
        case deviceOperationRequested(AgentRunID, DeviceOperation)
        case agentFinished(AgentRunID, AgentOutcome)
        case timerFired(Timer)
        /// An outcome that was told to everybody, for the history.
        case outcomeLearned(FencingOutcome)
    }

    package enum Effect: Sendable, Equatable {
        case run(AgentRunID, AgentInvocation)
        case terminate(AgentRunID)
        case arm(Timer, after: Duration)
        case cancel(Timer)
        /// To the fencer of that node, which may be this one.
        case requestStep(FencingStep, executor: String)
        /// To the fencer of the node that coordinates, which may be this one.
        case reportStep(FencingStep.ID, FencingStep.Result)
        /// At the coordinator: tell everybody, this node included (`outcomeLearned`).
        case finished(FencingOutcome)
        case deviceOperationFinished(AgentRunID, AgentOutcome)
    }

    package enum Timer: Hashable, Sendable {
        /// A node has not answered for a step.
        case answer(FencingStep.ID)
        /// The delay before a task's agent runs is over.
        case delay(task: UInt64)
    }

    private let settings: FencerSettings
    private var configuration = FencingConfiguration()
    private var metadata = FenceAgentMetadata()
    private var startedDevices: [String: [String]] = [:]
    private var coordinator: FencingCoordinator
    private var runner: DeviceRunner
    private var numbers = RunNumbers()
    /// Outcomes that this node knows of, oldest first, at most `FencerSettings.historyLimit`.
    package private(set) var history: [FencingOutcome] = []

    /// - Parameter generator: draws the random part of delays, and where the numbers of steps begin.
    package init(settings: FencerSettings, generator: SeededGenerator) {
        var generator = generator
        self.settings = settings
        // Answers to steps of an earlier life of this daemon must not be taken for answers to ours.
        coordinator = FencingCoordinator(nodeName: settings.nodeName, firstStep: generator.next())
        runner = DeviceRunner(settings: settings, generator: generator)
    }

    /// Applies one event and returns what the driver must do, in order.
    package mutating func receive(_ event: Event, at now: Instant, wallTime: WallTime) -> [Effect] {
        let world = world(now, wallTime)
        switch event {
        case .configurationChanged(let new): return configure(new, now, wallTime)
        case .membersChanged(let names): return coordinator.membersChanged(names, world)
        case .devicesStarted(let devices):
            startedDevices = devices
            return []
        case .fencingRequested(let request): return coordinator.request(request, world)
        case .confirmedManually(let request): return coordinator.confirm(request, world)
        case .stepFinished(let id, let result, let executor):
            return coordinator.stepFinished(id, result, executor: executor, world)
        case .stepRequested(let step): return runner.fence(step, world, &numbers)
        case .deviceOperationRequested(let asker, let operation):
            return runner.operate(asker, operation, world, &numbers)
        case .agentFinished(let run, let outcome): return finish(run, outcome, now, wallTime)
        case .timerFired(.answer(let id)): return coordinator.answerMissing(id, world)
        case .timerFired(.delay(let task)):
            return runner.delayOver(DeviceTask.ID(rawValue: task), world, &numbers)
        case .outcomeLearned(let outcome):
            remember(outcome)
            return []
        }
    }

    // MARK: - Events

    private mutating func configure(
        _ new: FencingConfiguration, _ now: Instant, _ wallTime: WallTime
    ) -> [Effect] {
        if new == configuration { return [] }
        configuration = new
        runner.configurationChanged(world(now, wallTime))
        return fetchMetadata()
    }

    private mutating func finish(
        _ run: AgentRunID, _ outcome: AgentOutcome, _ now: Instant, _ wallTime: WallTime
    ) -> [Effect] {
        guard let agent = metadata.store(outcome, of: run) else {
            return runner.agentFinished(run, outcome, world(now, wallTime), &numbers)
        }
        return runner.metadataArrived(agent, world(now, wallTime), &numbers)
    }

    private mutating func remember(_ outcome: FencingOutcome) {
        if history.contains(outcome) { return }
        history.append(outcome)
        if history.count > settings.historyLimit { history.removeFirst(history.count - settings.historyLimit) }
    }

    /// Reads the meta-data of agents that are new here.
    private mutating func fetchMetadata() -> [Effect] {
        var effects: [Effect] = []
        for device in configuration.devices where metadata.isUnknown(device.agent) {
            guard let call = FenceAgentCall(settings: settings).metadata(device.agent) else {
                metadata.giveUp(device.agent)
                continue
            }
            let run = numbers.next()
            metadata.fetchBegan(device.agent, run)
            effects.append(.run(run, call))
        }
        return effects
    }

    private func world(_ now: Instant, _ wallTime: WallTime) -> World {
        World(
            configuration: configuration, metadata: metadata, startedDevices: startedDevices, now: now,
            wallTime: wallTime)
    }
}

// MARK: - Queries

extension Fencer {
    /// The devices that can fence a node as far as their static lists say, in the order of the configuration.
    package func devices(thatCanFence target: String) -> [String] {
        let world = world(.origin, WallTime(seconds: 0))
        return configuration.devices.map(\.id).filter { world.mayFence($0, target) }
    }

    /// The devices that the executor has started on this node, sorted.
    package var devicesStartedHere: [String] { runner.startedDevices.sorted() }
}
