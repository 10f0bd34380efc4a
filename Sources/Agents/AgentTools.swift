/// The programs of the cluster that agents call: node attributes, promotion scores, names, members.
///
/// Agents find them first in their `PATH` and under `HA_SBIN_DIR`, so that they reach the node that runs them, even
/// where another cluster stack is installed or several nodes share a machine.
package enum AgentTools {
    package static let names = [
        "crm_attribute", "crm_master", "crm_failcount", "crm_standby", "attrd_updater", "crm_node", "crm_resource",
        "cibadmin", "crm_mon",
    ]

    /// The variables that make agents find the tools in a folder.
    ///
    /// - Source: `ocf-directories` of resource-agents for `HA_SBIN_DIR`.
    package static func environment(folder: String) -> [AgentInvocation.Variable] {
        [
            .init("PATH", folder + ":" + AgentInvocation.standardPath),
            .init("HA_SBIN_DIR", folder),
        ]
    }
}
