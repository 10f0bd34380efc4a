internal import Agents

/// How an operation becomes a call of its agent's program, for each standard.
struct OperationInvocation {
    let settings: ExecutorSettings

    /// The call, or why there can be none.
    func invocation(of request: OperationRequest) -> Result<AgentInvocation, Refusal> {
        guard request.agent.isWellFormed else {
            return .failure(Refusal(.notInstalled, .notInstalled, "\(request.agent) cannot be the name of an agent"))
        }
        switch resolved(request.agent.standard) {
        case .ocf: return .success(ocf(request))
        case .lsb: return lsb(request)
        case .systemd: return systemd(request)
        case .service, .stonith:
            preconditionFailure("a service is resolved and a fence device is no program: \(request.agent)")
        }
    }

    /// What a standard means on this machine.
    func resolved(_ standard: AgentStandard) -> AgentStandard {
        guard standard == .service else { return standard }
        return settings.directories.serviceStandard == .lsb ? .lsb : .systemd
    }

    /// The call that makes an OCF agent describe itself.
    func metadata(of agent: AgentReference) -> AgentInvocation? {
        guard agent.standard == .ocf, agent.isWellFormed else { return nil }
        let request = OperationRequest(
            resource: agent.type, agent: agent, operation: "meta-data", attributes: [], transitionKey: "")
        var invocation = ocf(request)
        invocation.timeout = .seconds(5)
        invocation.outputLimit = 1 << 20
        return invocation
    }

    /// An operation that the agent's standard does not know.
    struct Refusal: Error {
        let status: ExecutionStatus
        let code: ResultCode
        let reason: String

        init(_ status: ExecutionStatus, _ code: ResultCode, _ reason: String) {
            self.status = status
            self.code = code
            self.reason = reason
        }
    }

    // MARK: - Standards

    private func ocf(_ request: OperationRequest) -> AgentInvocation {
        var environment = AgentEnvironment(settings: settings)
        environment.addOperation(request, settings: settings)
        let provider = request.agent.provider ?? ""
        return AgentInvocation(
            executables: settings.directories.ocfFolders.map { "\($0)/\(provider)/\(request.agent.type)" },
            arguments: [request.operation], environment: environment.all, timeout: request.timeout)
    }

    private func lsb(_ request: OperationRequest) -> Result<AgentInvocation, Refusal> {
        guard let verb = ["start": "start", "stop": "stop", "monitor": "status"][request.operation] else {
            return .failure(unknown(request))
        }
        return .success(
            AgentInvocation(
                executables: ["\(settings.directories.initScriptFolder)/\(request.agent.type)"], arguments: [verb],
                environment: AgentEnvironment(settings: settings).all, timeout: request.timeout))
    }

    private func systemd(_ request: OperationRequest) -> Result<AgentInvocation, Refusal> {
        let unit = unitName(request.agent.type)
        let arguments: [String]
        switch request.operation {
        case "start", "stop": arguments = [request.operation, unit]
        case "monitor": arguments = ["is-active", unit]
        default: return .failure(unknown(request))
        }
        return .success(
            AgentInvocation(
                executables: settings.directories.systemctlPaths, arguments: ["--no-pager"] + arguments,
                environment: AgentEnvironment(settings: settings).all, timeout: request.timeout))
    }

    private func unknown(_ request: OperationRequest) -> Refusal {
        Refusal(
            .notSupported, .unimplemented,
            "resources of the class \(request.agent.standard.rawValue) have no \(request.operation)")
    }

    /// A unit's name has a kind at its end; services may leave theirs out.
    private func unitName(_ type: String) -> String {
        let kinds = [
            ".service", ".socket", ".mount", ".automount", ".timer", ".path", ".target", ".device", ".swap", ".slice",
        ]
        return kinds.contains { type.hasSuffix($0) } ? type : type + ".service"
    }
}
