internal import Agents
internal import ClusterTypes
internal import XMLTree

/// How an action on a device becomes a call of its fence agent.
///
/// - Source: Fence Agent API of ClusterLabs: options on standard input, `name=value`, a line each.
struct FenceAgentCall {
    let settings: FencerSettings

    /// The call that makes a fence agent describe itself.
    func metadata(_ agent: String) -> AgentInvocation? {
        invocation(agent, options: [("action", "metadata")], timeout: .seconds(10), outputLimit: 1 << 20)
    }

    /// The call for an action on a device, on a node when one is given; nil when the device has no proper agent.
    func invocation(
        _ options: DeviceOptions, action: String, target: String?, timeout: Duration
    ) -> AgentInvocation? {
        let device = options.device
        var lines: [(String, String)] = [("action", options.command(action))]
        if let target {
            lines.append(("nodename", target))
            if let argument = options.hostArgument, device[argument] == nil {
                lines.append((argument, options.port(of: target)))
            }
        }
        for parameter in device.parameters where !isForUs(parameter.name) {
            lines.append((parameter.name, parameter.value))
        }
        return invocation(device.agent, options: lines, timeout: timeout, outputLimit: 64 << 10)
    }

    private func invocation(
        _ agent: String, options: [(String, String)], timeout: Duration, outputLimit: Int
    ) -> AgentInvocation? {
        guard AgentReference(.stonith, agent).isWellFormed, agent.hasPrefix("fence_") else { return nil }
        var input: [UInt8] = []
        // A line break would begin another option.
        for (name, value) in options where !(name + value).utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) {
            input.append(contentsOf: "\(name)=\(value)\n".utf8)
        }
        var environment: [AgentInvocation.Variable] = [
            .init("PATH", AgentInvocation.standardPath), .init("LC_ALL", "C"),
        ]
        if let root = settings.root { environment.append(.init("LOCKSTEP_ROOT", root)) }
        for variable in settings.extraEnvironment {
            environment.removeAll { $0.name == variable.name }
            environment.append(variable)
        }
        return AgentInvocation(
            executables: settings.directories.fenceFolders.map { "\($0)/\(agent)" }, environment: environment,
            standardInput: input, timeout: timeout, outputLimit: outputLimit)
    }

    /// Parameters that the agent must not see: ours, the action, meta-attributes.
    private func isForUs(_ name: String) -> Bool {
        name == "action" || name.hasPrefix("pcmk_") || name.hasPrefix("CRM_meta_")
            || ["crm_feature_set", "provides", "stonith-timeout", "nodename"].contains(name)
    }
}
