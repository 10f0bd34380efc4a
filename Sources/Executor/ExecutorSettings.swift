package import Agents

/// What the executor of a node must know about it.
package struct ExecutorSettings: Sendable, Equatable {
    /// The node's name in the CIB.
    package var nodeName: String
    package var directories: AgentDirectories
    /// The folder for agents' state files, `HA_RSCTMP`.
    package var stateFolder: String
    /// Set as `LOCKSTEP_ROOT` when the node lives under a directory of its own.
    package var root: String?
    /// Further variables for every agent (`PATH` additions, `OCF_RESKEY_…` never).
    package var extraEnvironment: [AgentInvocation.Variable]

    package init(
        nodeName: String, directories: AgentDirectories = AgentDirectories(),
        stateFolder: String = "/run/resource-agents",
        root: String? = nil, extraEnvironment: [AgentInvocation.Variable] = []
    ) {
        self.nodeName = nodeName
        self.directories = directories
        self.stateFolder = stateFolder
        self.root = root
        self.extraEnvironment = extraEnvironment
    }
}
