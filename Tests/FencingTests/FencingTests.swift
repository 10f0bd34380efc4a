import Agents
import ClusterTypes
import Fencing
import Testing
import XMLTree

/// Fencers of several nodes wired to each other; their agents wait for the test to end them.
struct Site {
    var fencers: [String: Fencer] = [:]
    var members: [String]
    var now = Instant.origin
    /// Agents that run, with what they read on standard input.
    var runs: [(node: String, id: AgentRunID, input: [String])] = []
    var timers: [(node: String, timer: Fencer.Timer, due: Instant)] = []
    var outcomes: [FencingOutcome] = []
    var terminated: [AgentRunID] = []
    var operations: [AgentRunID: AgentOutcome] = [:]
    var steps: [(device: String, executor: String)] = []

    init(_ members: [String] = ["a", "b"], _ configuration: FencingConfiguration, metadata: String? = Self.metadata) {
        self.members = members
        for (index, name) in members.enumerated() {
            fencers[name] = Fencer(
                settings: FencerSettings(nodeName: name), generator: SeededGenerator(seed: UInt64(index)))
            send(name, .membersChanged(members))
            send(name, .configurationChanged(configuration))
        }
        guard let metadata else { return }
        while let run = runs.first(where: { $0.input == ["action=metadata"] }) {
            end(run.id, on: run.node, .exited(0), metadata)
        }
    }

    static let metadata = """
        <resource-agent name="fence_x"><parameters><parameter name="plug"/></parameters>
        <actions><action name="on"/><action name="off"/><action name="reboot"/><action name="list"/><action name="status"/>
        <action name="monitor"/></actions></resource-agent>
        """

    mutating func send(_ node: String, _ event: Fencer.Event) {
        let effects = fencers[node]?.receive(event, at: now, wallTime: WallTime(seconds: 1000)) ?? []
        for effect in effects { perform(effect, on: node) }
    }

    private mutating func perform(_ effect: Fencer.Effect, on node: String) {
        switch effect {
        case .run(let id, let call):
            let lines = String(decoding: call.standardInput, as: UTF8.self).split(separator: "\n").map(String.init)
            runs.append((node, id, lines))
        case .terminate(let id): terminated.append(id)
        case .arm(let timer, let delay): timers.append((node, timer, now + delay))
        case .cancel(let timer): timers.removeAll { $0.node == node && $0.timer == timer }
        case .requestStep(let step, let executor):
            steps.append((step.device, executor))
            if members.contains(executor) { send(executor, .stepRequested(step)) }
        case .reportStep(let id, let result): send(id.coordinator, .stepFinished(id, result, executor: node))
        case .finished(let outcome): outcomes.append(outcome)
        case .deviceOperationFinished(let asker, let outcome): operations[asker] = outcome
        }
    }

    mutating func end(
        _ id: AgentRunID, on node: String, _ ending: AgentOutcome.Ending, _ output: String = "", error: String = ""
    ) {
        runs.removeAll { $0.id == id && $0.node == node }
        send(node, .agentFinished(id, AgentOutcome(ending, output: output, errorOutput: error)))
    }

    /// Ends the only agent that runs.
    mutating func endRun(_ ending: AgentOutcome.Ending, _ output: String = "", error: String = "") throws {
        try #require(runs.count == 1)
        end(runs[0].id, on: runs[0].node, ending, output, error: error)
    }

    /// Lets time pass up to the next timer and fires it.
    mutating func fireNext() throws {
        let next = try #require(timers.min { $0.due < $1.due })
        now = next.due
        timers.removeAll { $0.node == next.node && $0.timer == next.timer }
        send(next.node, .timerFired(next.timer))
    }

    mutating func fence(_ target: String, _ action: FencingAction = .reboot, id: String = "r", delay: Duration? = .zero)
    {
        send(
            "a",
            .fencingRequested(
                FencingRequest(
                    id: .init(id), target: target, action: action, timeout: .seconds(60), delay: delay, origin: "a",
                    client: "controller")))
    }
}

func device(_ id: String, _ parameters: [String: String], banned: [String] = []) -> FencingDevice {
    FencingDevice(
        id: id, agent: "fence_x", parameters: parameters.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) },
        bannedNodes: banned)
}

func devices(_ devices: FencingDevice..., levels: [TopologyLevel] = []) -> FencingConfiguration {
    FencingConfiguration(
        devices: devices, levels: levels, nodes: [.init(name: "a"), .init(name: "b"), .init(name: "c")])
}

@Suite struct FencingTests {
    @Test func aNodeIsFencedByTheDeviceThatListsIt() throws {
        var site = Site(
            ["a"],
            devices(device("other", ["pcmk_host_list": "x,y"]), device("d", ["pcmk_host_list": "c b", "ip": "1"])))
        site.fence("b")
        #expect(site.runs.map(\.input) == [["action=reboot", "nodename=b", "plug=b", "ip=1"]])
        #expect(site.outcomes.isEmpty)
        try site.endRun(.exited(0))
        #expect(site.outcomes.map(\.result) == [.succeeded])
        #expect(site.outcomes.first?.devices == ["d"] && site.outcomes.first?.executor == "a")
        #expect(site.timers.isEmpty)
    }

    @Test func nothingCountsAsFencedWithoutADevice() {
        var site = Site(["a"], devices(device("d", ["pcmk_host_list": "x"])))
        site.fence("b")
        #expect(site.outcomes.map(\.result) == [.noDevice])
    }

    @Test func theMapNamesThePort() throws {
        var site = Site(["a"], devices(device("d", ["pcmk_host_map": "b:2;c:3", "pcmk_reboot_action": "cycle"])))
        site.fence("b")
        #expect(site.runs.map(\.input) == [["action=cycle", "nodename=b", "plug=2"]])
    }

    @Test func aDeviceWithoutRebootIsSwitchedOff() throws {
        let metadata =
            "<resource-agent name='x'><actions><action name='off'/><action name='on'/></actions></resource-agent>"
        var site = Site(["a"], devices(device("d", ["pcmk_host_list": "b"])), metadata: metadata)
        site.fence("b")
        #expect(site.runs.map(\.input) == [["action=off", "nodename=b"]])
    }

    @Test func aDynamicListIsAskedForFirst() throws {
        var site = Site(["a"], devices(device("d", [:])))
        site.fence("b")
        #expect(site.runs.map(\.input) == [["action=list"]])
        try site.endRun(.exited(0), "b,alias\nc,\n")
        #expect(site.runs.map { $0.input[0] } == ["action=reboot"])
        try site.endRun(.exited(0))
        site.fence("x", id: "r2")
        #expect(site.outcomes.map(\.result) == [.succeeded, .failed(reason: "d cannot fence x")])
    }

    @Test func statusTellsWhetherTheDeviceKnowsTheNode() throws {
        var site = Site(["a"], devices(device("d", ["pcmk_host_check": "status"])))
        site.fence("b")
        #expect(site.runs.map { $0.input[0] } == ["action=status"])
        try site.endRun(.exited(2))
        #expect(site.runs.map { $0.input[0] } == ["action=reboot"])
    }

    @Test func aFailureIsTriedAgainThenElsewhereThenOnAnotherDevice() throws {
        var site = Site(
            ["a", "b"],
            devices(
                device("d", ["pcmk_host_list": "c"]), device("e", ["pcmk_host_list": "c", "pcmk_reboot_retries": "1"])))
        site.fence("c")
        try site.endRun(.exited(1))
        try site.endRun(.exited(1))
        #expect(site.steps.map(\.executor) == ["a", "b"])
        try site.endRun(.exited(1))
        try site.endRun(.exited(1))
        #expect(site.steps.map(\.device) == ["d", "d", "e"])
        try site.endRun(.exited(1), error: "first\nno route to device\n")
        #expect(site.outcomes.isEmpty)
        try site.endRun(.exited(1), error: "no route to device\n")
        #expect(site.outcomes.map(\.result) == [.failed(reason: "no route to device")])
        #expect(site.outcomes.first?.devices == ["d", "e"])
    }

    @Test func aNodeThatDoesNotAnswerIsPassedOver() throws {
        var site = Site(["a", "b"], devices(device("d", ["pcmk_host_list": "c"], banned: ["a"])))
        site.fence("c")
        #expect(site.steps.map(\.executor) == ["b"])
        site.runs.removeAll()
        try site.fireNext()
        #expect(site.now == .origin + .seconds(73))
        #expect(site.outcomes.map(\.result) == [.timedOut])
    }

    @Test func whenTheExecutingNodeLeavesAnotherTakesOver() throws {
        var site = Site(["a", "b"], devices(device("d", ["pcmk_host_list": "c"])))
        site.send("a", .devicesStarted(["d": ["b"]]))
        site.fence("c")
        #expect(site.steps.map(\.executor) == ["b"])
        site.runs.removeAll()
        site.send("a", .membersChanged(["a"]))
        #expect(site.steps.map(\.executor) == ["b", "a"])
        try site.endRun(.exited(0))
        #expect(site.outcomes.map(\.result) == [.succeeded])
    }

    @Test func theTargetFencesItselfOnlyWhenNobodyElseCan() throws {
        var site = Site(["a", "b", "c"], devices(device("d", ["pcmk_host_list": "a", "pcmk_reboot_retries": "1"])))
        site.fence("a")
        try site.endRun(.exited(1))
        try site.endRun(.exited(1))
        #expect(site.steps.map(\.executor) == ["b", "c", "a"])
    }

    @Test func identicalRequestsRunOnce() throws {
        var site = Site(["a"], devices(device("d", ["pcmk_host_list": "b"])))
        site.fence("b", id: "r1")
        site.fence("b", id: "r2")
        try site.endRun(.exited(0))
        #expect(site.outcomes.map(\.requests) == [[.init("r1"), .init("r2")]])
    }

    @Test func twoCoordinatorsShareOneRun() throws {
        var site = Site(["a", "b"], devices(device("d", ["pcmk_host_list": "c"], banned: ["b"])))
        site.fence("c", id: "r1")
        let request = FencingRequest(id: .init("r2"), target: "c", action: .reboot, origin: "b", client: "operator")
        site.send("b", .fencingRequested(request))
        try site.endRun(.exited(0))
        #expect(site.outcomes.map(\.requests) == [[.init("r1")], [.init("r2")]])
    }

    @Test func delaysComeBeforeTheAgent() throws {
        let base = ["pcmk_host_list": "b,c", "pcmk_delay_base": "b:5s;c:0"]
        var site = Site(["a"], devices(device("d", base)))
        site.fence("b", delay: .seconds(3))
        #expect(site.runs.isEmpty)
        try site.fireNext()
        #expect(site.now == .origin + .seconds(8))
        try site.endRun(.exited(0))
        site.fence("c", id: "r2")
        #expect(site.runs.count == 1)
        try site.endRun(.exited(0))
        site.fence("b", id: "r3", delay: nil)
        #expect(site.runs.count == 1)
    }

    @Test func theRandomPartStaysInItsRange() throws {
        for seed in 0..<20 as Range<UInt64> {
            var fencer = Fencer(settings: FencerSettings(nodeName: "a"), generator: SeededGenerator(seed: seed))
            let configuration = devices(
                device("d", ["pcmk_host_list": "b", "pcmk_delay_base": "2", "pcmk_delay_max": "9s"]))
            let metadata = fencer.receive(
                .configurationChanged(configuration), at: .origin, wallTime: WallTime(seconds: 0))
            guard case .run(let id, _)? = metadata.first else { return #expect(Bool(false)) }
            _ = fencer.receive(
                .agentFinished(id, AgentOutcome(.exited(1))), at: .origin, wallTime: WallTime(seconds: 0))
            let step = FencingStep(
                id: .init(coordinator: "a", number: 1), device: "d", target: "b", action: .reboot,
                timeout: .seconds(60), delay: .zero)
            let effects = fencer.receive(.stepRequested(step), at: .origin, wallTime: WallTime(seconds: 0))
            guard case .arm(_, let delay)? = effects.first else { return #expect(Bool(false)) }
            #expect(delay >= .seconds(2) && delay <= .seconds(9))
        }
    }

    @Test func aDeviceTakesOneActionAtATime() throws {
        var site = Site(["a"], devices(device("d", ["pcmk_host_list": "b,c"])))
        site.fence("b", id: "r1")
        site.fence("c", id: "r2")
        #expect(site.runs.count == 1)
        try site.endRun(.exited(0))
        #expect(site.runs.map { $0.input[1] } == ["nodename=c"])
        var free = Site(["a"], devices(device("d", ["pcmk_host_list": "b,c", "pcmk_action_limit": "-1"])))
        free.fence("b", id: "r1")
        free.fence("c", id: "r2")
        #expect(free.runs.count == 2)
    }

    @Test func fencingDoesNotWaitForAMonitor() throws {
        var site = Site(["a"], devices(device("d", ["pcmk_host_list": "b"])))
        site.send(
            "a",
            .deviceOperationRequested(
                AgentRunID(9), DeviceOperation(device: "d", operation: "start", isProbe: false, timeout: .seconds(20))))
        let monitor = try #require(site.runs.first?.id)
        site.fence("b")
        #expect(site.terminated == [monitor])
        site.end(monitor, on: "a", .terminated)
        #expect(site.runs.map { $0.input[0] } == ["action=reboot"])
        try site.endRun(.exited(0))
        try site.endRun(.exited(0))
        #expect(site.operations[AgentRunID(9)]?.ending == .exited(0))
    }

    @Test func aManualConfirmationEndsWhatIsUnderWay() throws {
        var site = Site(["a"], devices(device("d", ["pcmk_host_list": "b"])))
        site.fence("b")
        let word = FencingRequest(id: .init("m"), target: "b", action: .off, origin: "a", client: "operator")
        site.send("a", .confirmedManually(word))
        #expect(site.outcomes.map(\.result) == [.succeeded])
        #expect(site.outcomes.first?.requests == [.init("m"), .init("r")])
        try site.endRun(.exited(1))
        #expect(site.outcomes.count == 1)
    }

    @Test func historyIsBoundedAndHasNoDoubles() {
        var fencer = Fencer(
            settings: FencerSettings(nodeName: "a", historyLimit: 2), generator: SeededGenerator(seed: 1))
        for number in [1, 1, 2, 3] {
            let outcome = FencingOutcome(
                requests: [.init("r\(number)")], target: "b", action: .off, result: .succeeded, executor: "a",
                devices: [], origin: "a",
                client: "x", completed: WallTime(seconds: 1))
            _ = fencer.receive(.outcomeLearned(outcome), at: .origin, wallTime: WallTime(seconds: 1))
        }
        #expect(fencer.history.map { $0.requests[0].rawValue } == ["r2", "r3"])
    }
}
