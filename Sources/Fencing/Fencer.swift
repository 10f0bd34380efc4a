package import Agents
package import ClusterTypes

/// Fencing on one node: runs fence devices, and at the designated controller decides which device runs where.
///
/// Pure logic. A request goes to the fencer of the designated controller, which turns it into steps (one device, one
/// action, one node) and sends each to a node; that node's fencer waits out the delays, runs the agent and reports.
///
/// - Source: Pacemaker Explained, "Fencing"; Fence Agent API of ClusterLabs.
package struct Fencer: Sendable {
    package enum Event: Sendable, Equatable {
        case configurationChanged(FencingConfiguration)
        /// The names of the nodes that can run agents now, this one included.
        case membersChanged([String])
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
        /// Another node's outcome, for the history here.
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
        /// At the coordinator: tell everybody.
        case finished(FencingOutcome)
        case deviceOperationFinished(AgentRunID, AgentOutcome)
    }

    package enum Timer: Hashable, Sendable {
        /// A request has taken too long altogether.
        case request(FencingRequest.ID)
        /// A node has not answered for a step.
        case answer(FencingStep.ID)
        /// The delay before a step's agent runs is over.
        case delay(FencingStep.ID)
    }

    package init(settings: FencerSettings, generator: SeededGenerator) {}

    /// Applies one event and returns what the driver must do, in order.
    package mutating func receive(_ event: Event, at now: Instant, wallTime: WallTime) -> [Effect] { [] }

    /// Outcomes that this node knows of, oldest first, at most `FencerSettings.historyLimit`.
    package var history: [FencingOutcome] { [] }

    /// The devices that can fence a node as far as their static lists say, in the order they would be tried.
    package func devices(thatCanFence target: String) -> [String] { [] }
}

/// What the executor asks for a resource of the class `stonith`.
package struct DeviceOperation: Sendable, Equatable {
    package var device: String
    /// `start`, `stop` or `monitor`.
    package var operation: String
    /// Whether it is a one-off monitor that only asks whether the device is started here.
    package var isProbe: Bool
    package var timeout: Duration

    package init(device: String, operation: String, isProbe: Bool, timeout: Duration) {
        self.device = device
        self.operation = operation
        self.isProbe = isProbe
        self.timeout = timeout
    }
}

/// What the fencer of a node must know about it.
package struct FencerSettings: Sendable, Equatable {
    package var nodeName: String
    package var directories: AgentDirectories
    /// Set as `LOCKSTEP_ROOT` when the node lives under a directory of its own.
    package var root: String?
    package var extraEnvironment: [AgentInvocation.Variable]
    /// How many outcomes are remembered.
    package var historyLimit: Int

    package init(
        nodeName: String, directories: AgentDirectories = AgentDirectories(), root: String? = nil,
        extraEnvironment: [AgentInvocation.Variable] = [], historyLimit: Int = 500
    ) {
        self.nodeName = nodeName
        self.directories = directories
        self.root = root
        self.extraEnvironment = extraEnvironment
        self.historyLimit = historyLimit
    }
}
