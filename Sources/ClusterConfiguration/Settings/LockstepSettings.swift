/// The `lockstep` section: settings that corosync.conf(5) has no word for. Corosync ignores the section.
package struct LockstepSettings: Sendable, Equatable {
    /// `node`: the name of this node, for directories whose node cannot be told by host name or address.
    package var localNodeName: String?
    /// `ocf_root`: where resource agents are (`resource.d` below it). Default `/usr/lib/ocf`.
    package var ocfRoot = "/usr/lib/ocf"
    /// `fence_agents`: directories of fence agents, separated by colons, searched in order. Default `/usr/sbin`.
    package var fenceAgentDirectories = ["/usr/sbin"]
    /// `group`: members of this Unix group may use the local API. Default `haclient`.
    package var group = "haclient"
    /// `messaging`: who does membership, quorum and ordered messages. Default `built-in`.
    package var messaging = Messaging.builtIn
    /// `resource_manager`: `lockstep` (the default), or `none` where another one, such as Pacemaker, runs on this messaging.
    package var runsResourceManager = true
    /// `uidgid` sections: users and groups, by name or number, that may use the messaging services.
    package var allowedUsers: [String] = []
    package var allowedGroups: [String] = []

    package init() {}

    package enum Messaging: String, Sendable, CaseIterable {
        /// lockstepd itself.
        case builtIn = "built-in"
        /// A corosync daemon on the same node, which reads the same file.
        case corosync
    }
}
