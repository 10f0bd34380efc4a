import Agents
import ClusterTypes
import Executor
import Testing
import XMLTree

@Suite struct AgentEnvironmentTests {
    private func call(_ request: OperationRequest, root: String? = nil) throws -> AgentInvocation {
        var executor = OperationExecutor(
            settings: ExecutorSettings(
                nodeName: "a", directories: AgentDirectories(ownFolder: "/opt/agents"), stateFolder: "/n/run",
                root: root))
        for effect in executor.receive(.executionRequested(request), at: .origin, wallTime: .init(seconds: 0)) {
            if case .run(_, let call) = effect, call.arguments == [request.operation] { return call }
        }
        throw NoRun()
    }

    struct NoRun: Error {}

    @Test func agentsGetWhatTheAPIPromises() throws {
        let call = try call(
            request("monitor", interval: 10_000, [.init("state", "/tmp/s"), .init("OCF_CHECK_LEVEL", "10")]), root: "/n"
        )
        let variables = Dictionary(uniqueKeysWithValues: call.environment.map { ($0.name, $0.value) })
        let expected = [
            "OCF_ROOT": "/usr/lib/ocf", "OCF_RA_VERSION_MAJOR": "1", "OCF_RA_VERSION_MINOR": "1",
            "OCF_RESOURCE_INSTANCE": "d", "OCF_RESOURCE_TYPE": "Dummy", "OCF_RESOURCE_PROVIDER": "pacemaker",
            "OCF_RESKEY_state": "/tmp/s", "OCF_RESKEY_CRM_meta_interval": "10000",
            "OCF_RESKEY_CRM_meta_timeout": "20000",
            "OCF_CHECK_LEVEL": "10", "HA_RSCTMP": "/n/run", "LOCKSTEP_ROOT": "/n", "LC_ALL": "C",
        ]
        for (name, value) in expected { #expect(variables[name] == value, "\(name)") }
        #expect(variables["OCF_RESKEY_OCF_CHECK_LEVEL"] == nil)
        #expect(call.executables == ["/opt/agents/pacemaker/Dummy", "/usr/lib/ocf/resource.d/pacemaker/Dummy"])
        #expect(call.timeout == .seconds(20))
    }

    @Test func whatCannotBeAVariableIsLeftOut() throws {
        let call = try call(request("start", [.init("a=b", "1"), .init("n", "x\0y"), .init("", "2")]))
        #expect(!call.environment.contains { $0.name.contains("=") || $0.value.contains("\0") })
        #expect(Set(call.environment.map(\.name)).count == call.environment.count)
    }
}
