/// Where agents are found on a node.
package struct AgentDirectories: Sendable, Equatable {
    /// Folders that hold a folder a provider, searched in order.
    package var ocfFolders: [String]
    /// Folders that hold fence agents.
    package var fenceFolders: [String]
    package var initScriptFolder: String
    package var systemctlPaths: [String]
    /// What `service` means on this machine.
    package var serviceStandard: AgentStandard
    /// `OCF_ROOT` of the agents.
    package var ocfRoot: String

    /// - Parameter ownFolder: our `resource-agents` folder when it is not installed under `ocfRoot`; it holds
    ///   `lockstep/` with OCF agents and `fence/` with fence agents, and comes first.
    package init(
        ownFolder: String? = nil, ocfRoot: String = "/usr/lib/ocf", fenceFolders: [String] = ["/usr/sbin", "/sbin"],
        serviceStandard: AgentStandard = .systemd
    ) {
        self.ocfRoot = ocfRoot
        ocfFolders = (ownFolder.map { [$0] } ?? []) + [ocfRoot + "/resource.d"]
        self.fenceFolders = (ownFolder.map { [$0 + "/fence"] } ?? []) + fenceFolders
        initScriptFolder = "/etc/init.d"
        systemctlPaths = ["/usr/bin/systemctl", "/bin/systemctl"]
        self.serviceStandard = serviceStandard
    }
}
