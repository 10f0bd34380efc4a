internal import Agents
internal import XMLTree

/// The environment of an operation's agent: what the OCF API promises, what shell agents expect, and nothing else.
///
/// - Source: OCF Resource Agent API 1.1, "Parameters"; ocf-shellfuncs and ocf-directories of resource-agents.
struct AgentEnvironment {
    private var variables: [AgentInvocation.Variable] = []
    private var positions: [String: Int] = [:]

    init(settings: ExecutorSettings) {
        set("PATH", AgentInvocation.standardPath)
        // Messages and numbers must not change with the operator's language.
        set("LC_ALL", "C")
        set("HA_RSCTMP", settings.stateFolder)
        set("HA_LOGFACILITY", "daemon")
        set("HA_LOGTAG", "lockstep")
        set("HA_debug", "0")
        for (name, value) in [("cluster_type", "corosync"), ("quorum_type", "corosync"), ("mcp", "true")] {
            set("HA_" + name, value)
            set("PCMK_" + name, value)
        }
        if let root = settings.root { set("LOCKSTEP_ROOT", root) }
        for variable in settings.extraEnvironment { set(variable.name, variable.value) }
    }

    /// Adds what the OCF API gives an agent for one operation on a resource.
    mutating func addOperation(_ request: OperationRequest, settings: ExecutorSettings) {
        set("OCF_RA_VERSION_MAJOR", "1")
        set("OCF_RA_VERSION_MINOR", "1")
        set("OCF_ROOT", settings.directories.ocfRoot)
        set("OCF_EXIT_REASON_PREFIX", "ocf-exit-reason:")
        set("OCF_RESOURCE_INSTANCE", request.resource)
        set("OCF_RESOURCE_TYPE", request.agent.type)
        if let provider = request.agent.provider { set("OCF_RESOURCE_PROVIDER", provider) }
        // Agents ask the cluster's own name of the node by it, which need not be the machine's.
        set("OCF_RESKEY_CRM_meta_on_node", settings.nodeName)
        for attribute in request.attributes {
            set(attribute.name == "OCF_CHECK_LEVEL" ? attribute.name : "OCF_RESKEY_" + attribute.name, attribute.value)
        }
    }

    /// Every variable once, in the order in which the names first came.
    var all: [AgentInvocation.Variable] { variables }

    private mutating func set(_ name: String, _ value: String) {
        // Neither can be part of an environment; both can come out of a CIB.
        if name.isEmpty || name.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == 0 }) { return }
        if value.utf8.contains(0) { return }
        if let position = positions[name] {
            variables[position].value = value
        } else {
            positions[name] = variables.count
            variables.append(AgentInvocation.Variable(name, value))
        }
    }
}
