import AgentRunner
import Agents
import ClusterTypes
import EventLoop
import Executor
import Fencing
import Glibc
import Testing
import XMLTree

/// An executor and a fencer with real processes, as a node has them.
private final class Node {
    let loop: EventLoop
    var executor: OperationExecutor
    var fencer: Fencer
    var results: [OperationResult] = []
    var outcomes: [FencingOutcome] = []
    private var executorRuns: AgentRunner<AgentRunID>?
    private var fencerRuns: AgentRunner<AgentRunID>?
    let state: String

    init() throws {
        var template = Array("/tmp/lockstep-agents-XXXXXX".utf8CString)
        _ = try #require(mkdtemp(&template))
        state = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        loop = try EventLoop()
        let own = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/resource-agents"
        let directories = AgentDirectories(ownFolder: own)
        executor = OperationExecutor(
            settings: ExecutorSettings(nodeName: "n1", directories: directories, stateFolder: state, root: state))
        fencer = Fencer(
            settings: FencerSettings(nodeName: "n1", directories: directories), generator: SeededGenerator(seed: 1))
        executorRuns = AgentRunner(loop: loop) { [unowned self] id, outcome in send(.agentFinished(id, outcome)) }
        fencerRuns = AgentRunner(loop: loop) { [unowned self] id, outcome in send(fencing: .agentFinished(id, outcome))
        }
    }

    deinit {
        let files = ["Dummy-d.state", "Stateful-s.state", ""]
        for file in files { _ = file.isEmpty ? rmdir(state) : unlink(state + "/" + file) }
    }

    func send(_ event: OperationExecutor.Event) {
        for effect in executor.receive(event, at: .now(), wallTime: .now()) {
            switch effect {
            case .run(let id, let call): executorRuns?.run(id, call)
            case .terminate(let id): executorRuns?.terminate(id)
            case .arm(let timer, let delay): loop.schedule(after: delay) { [unowned self] in send(.timerFired(timer)) }
            case .finished(let result): results.append(result)
            case .cancel, .began, .cancelled, .operateDevice: break
            }
        }
    }

    func send(fencing event: Fencer.Event) {
        for effect in fencer.receive(event, at: .now(), wallTime: .now()) {
            switch effect {
            case .run(let id, let call): fencerRuns?.run(id, call)
            case .requestStep(let step, _): send(fencing: .stepRequested(step))
            case .reportStep(let id, let result): send(fencing: .stepFinished(id, result, executor: "n1"))
            case .finished(let outcome): outcomes.append(outcome)
            case .terminate, .arm, .cancel, .deviceOperationFinished: break
            }
        }
    }

    func run(until isDone: () -> Bool) {
        let deadline = Instant.now() + .seconds(60)
        while !isDone() && Instant.now() < deadline { loop.runOnce(waitingAtMost: .seconds(1)) }
    }

    func operate(
        _ operation: String, of resource: String, _ agent: AgentReference, _ parameters: [XMLElement.Attribute] = []
    ) throws -> OperationResult {
        results = []
        let attributes = parameters + [.init("CRM_meta_timeout", "20000")]
        send(
            .executionRequested(
                OperationRequest(
                    resource: resource, agent: agent, operation: operation, attributes: attributes,
                    transitionKey: "1:1:0:x")))
        run { !results.isEmpty }
        return try #require(results.first)
    }
}

@Suite struct RealAgentTests {
    @Test(arguments: ["lockstep", "heartbeat", "pacemaker"])
    func aDummyLivesItsLife(provider: String) throws {
        let agent = AgentReference(.ocf, provider: provider, "Dummy")
        guard provider == "lockstep" || access("/usr/lib/ocf/resource.d/\(provider)/Dummy", X_OK) == 0 else {
            return print("\(agent) is not installed: skipped")
        }
        let node = try Node()
        let parameters = [XMLElement.Attribute("state", node.state + "/Dummy-d.state")]
        for (operation, code) in [
            ("monitor", ResultCode.notRunning), ("start", .ok), ("monitor", .ok), ("stop", .ok), ("stop", .ok),
            ("monitor", .notRunning),
        ] {
            let result = try node.operate(operation, of: "d", agent, parameters)
            #expect(result.status == .done && result.code == code, "\(operation): \(result.errorOutput)")
        }
        #expect(node.executor.metadata(of: agent)?.supports("start") == true)
    }

    @Test func anAgentsReasonReachesTheResult() throws {
        let node = try Node()
        let agent = AgentReference(.ocf, provider: "lockstep", "Dummy")
        let result = try node.operate("start", of: "d", agent, [.init("fail_start_on", "n1")])
        #expect(result.code == .genericError && result.exitReason == "told to fail on n1")
        #expect(result.digests.restartParameters == "  state  ")
    }

    @Test func rolesAreTold() throws {
        let node = try Node()
        let agent = AgentReference(.ocf, provider: "lockstep", "Stateful")
        #expect(try node.operate("start", of: "s", agent).code == .ok)
        #expect(try node.operate("promote", of: "s", agent).code == .ok)
        #expect(try node.operate("monitor", of: "s", agent).code == .runningPromoted)
        #expect(try node.operate("stop", of: "s", agent).code == .ok)
    }

    @Test func debiansAgentsFindTheirSurroundings() throws {
        let agent = AgentReference(.ocf, provider: "heartbeat", "IPaddr2")
        guard access("/usr/lib/ocf/resource.d/heartbeat/IPaddr2", X_OK) == 0, access("/usr/sbin/ip", X_OK) == 0 else {
            return print("\(agent) is not installed: skipped")
        }
        let node = try Node()
        let result = try node.operate("monitor", of: "vip", agent, [.init("ip", "127.9.9.9"), .init("nic", "lo")])
        #expect(result.code == .notRunning, "\(result.exitReason) \(result.errorOutput)")
        #expect(node.executor.metadata(of: agent)?.parameter("ip")?.isRequired == true)
    }

    @Test func theDemonstrationsFenceAgentFencesANode() throws {
        let node = try Node()
        let victim = node.state + "/victim"
        let runner = AgentRunner<Int>(loop: node.loop) { _, _ in }
        runner.run(
            1,
            AgentInvocation(
                executables: ["/bin/sleep"], arguments: ["600"], environment: [.init("LOCKSTEP_ROOT", victim)],
                timeout: .seconds(600)))
        let device = FencingDevice(
            id: "f", agent: "fence_lockstep_demo", parameters: [.init("root", victim), .init("pcmk_host_list", "n2")])
        node.send(fencing: .membersChanged(["n1"]))
        node.send(fencing: .configurationChanged(FencingConfiguration(devices: [device])))
        node.send(
            fencing: .fencingRequested(
                FencingRequest(id: .init("r"), target: "n2", action: .reboot, origin: "n1", client: "test")))
        node.run { !node.outcomes.isEmpty }
        #expect(node.outcomes.map(\.result) == [.succeeded])
        node.run { runner.runningCount == 0 }
        #expect(runner.runningCount == 0)
    }
}
