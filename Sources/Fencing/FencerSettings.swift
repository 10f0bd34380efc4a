package import Agents

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
    /// Further variables for every agent; they replace ours of the same name.
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
