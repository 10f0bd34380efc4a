import Agents
import ClusterTypes
import Executor
import Testing
import XMLTree

/// An executor driven by hand: events in, effects kept for looking at.
struct Bench {
    var executor = OperationExecutor(settings: ExecutorSettings(nodeName: "a"))
    var now = Instant.origin
    var effects: [OperationExecutor.Effect] = []

    mutating func send(_ event: OperationExecutor.Event) {
        effects = executor.receive(
            event, at: now, wallTime: WallTime(seconds: 1_700_000_000 + now.nanoseconds / 1_000_000_000))
        executor.checkInvariants()
    }

    mutating func pass(_ duration: Duration) { now = now + duration }

    /// The runs begun by the last event, with their first argument.
    var runs: [(id: AgentRunID, argument: String)] {
        effects.compactMap { if case .run(let id, let call) = $0 { (id, call.arguments.first ?? "") } else { nil } }
    }

    var results: [OperationResult] {
        effects.compactMap { if case .finished(let result) = $0 { result } else { nil } }
    }

    /// Begins an operation and answers the run of its agent's meta-data, if there is one; the operation's own run.
    mutating func begin(_ request: OperationRequest) throws -> AgentRunID {
        send(.executionRequested(request))
        let begun = runs
        for run in begun where run.argument == "meta-data" {
            send(.agentFinished(run.id, AgentOutcome(.exited(0), output: "<resource-agent/>")))
        }
        return try #require(begun.first { $0.argument == request.operation }).id
    }

    mutating func end(_ run: AgentRunID, _ code: Int32) { send(.agentFinished(run, AgentOutcome(.exited(code)))) }
}

let dummy = AgentReference(.ocf, provider: "pacemaker", "Dummy")

func request(
    _ operation: String, of resource: String = "d", interval: Int = 0, expected: Int = 0,
    _ more: [XMLElement.Attribute] = [], agent: AgentReference = dummy, transition: Int = 1
) -> OperationRequest {
    OperationRequest(
        resource: resource, agent: agent, operation: operation,
        attributes: [.init("CRM_meta_timeout", "20000"), .init("CRM_meta_interval", String(interval))] + more,
        transitionKey: "3:\(transition):\(expected):3b4f2b6e-0000-4000-8000-000000000000")
}

@Suite struct OperationOrderTests {
    @Test func aResourceRunsOneOperationAtATime() throws {
        var bench = Bench()
        let start = try bench.begin(request("start"))
        bench.send(.executionRequested(request("monitor")))
        #expect(bench.runs.isEmpty)
        bench.pass(.milliseconds(30))
        bench.end(start, 0)
        let monitor = try #require(bench.runs.first)
        #expect(monitor.argument == "monitor")
        bench.pass(.milliseconds(5))
        bench.end(monitor.id, 0)
        #expect(bench.results.map(\.queueTime) == [.milliseconds(30)])
        #expect(bench.results.map(\.executionTime) == [.milliseconds(5)])
    }

    @Test func resourcesDoNotWaitForEachOther() throws {
        var bench = Bench()
        _ = try bench.begin(request("start", of: "d"))
        bench.send(.executionRequested(request("start", of: "e")))
        #expect(bench.runs.map(\.argument) == ["start"])
    }

    @Test func aRecurringOperationRestsFromItsEndAndReportsOnlyChanges() throws {
        var bench = Bench()
        let first = try bench.begin(request("monitor", interval: 10_000))
        bench.end(first, 0)
        let timer = OperationExecutor.Timer(OperationKey(resource: "d", operation: "monitor", interval: .seconds(10)))
        #expect(bench.results.map(\.code) == [.ok])
        #expect(bench.effects.last == .arm(timer, after: .seconds(10)))
        for (code, isReported) in [(Int32(0), false), (7, true), (7, false), (0, true)] {
            bench.pass(.seconds(10))
            bench.send(.timerFired(timer))
            let run = try #require(bench.runs.first)
            bench.end(run.id, code)
            #expect(bench.results.map(\.code.rawValue) == (isReported ? [code] : []))
            #expect(bench.effects.last == .arm(timer, after: .seconds(10)))
        }
    }

    @Test func aStopEndsTheMonitorInFlightAndForgetsIt() throws {
        var bench = Bench()
        let monitor = try bench.begin(request("monitor", interval: 10_000))
        bench.send(.executionRequested(request("stop")))
        #expect(bench.effects.first == .terminate(monitor))
        #expect(bench.runs.isEmpty)
        bench.send(.agentFinished(monitor, AgentOutcome(.terminated)))
        #expect(bench.results.isEmpty)
        #expect(bench.runs.map(\.argument) == ["stop"])
        #expect(bench.executor.recurringOperations(of: "d").isEmpty)
    }

    @Test func aSecondRequestForAMonitorIsAnsweredByTheRunInFlight() throws {
        var bench = Bench()
        let run = try bench.begin(request("monitor", interval: 10_000))
        bench.send(.executionRequested(request("monitor", interval: 10_000, transition: 2)))
        #expect(bench.runs.isEmpty)
        bench.end(run, 0)
        #expect(bench.results.map(\.request.transitionKey) == [request("monitor", transition: 2).transitionKey])
        #expect(bench.results.map(\.callID) == [2])
    }

    @Test func aMonitorThatRestsRunsAtOnceWhenRequestedAgain() throws {
        var bench = Bench()
        bench.end(try bench.begin(request("monitor", interval: 10_000)), 0)
        bench.send(.executionRequested(request("monitor", interval: 10_000, transition: 2)))
        bench.end(try #require(bench.runs.first).id, 0)
        #expect(bench.results.count == 1)
        #expect(bench.executor.recurringOperations(of: "d").count == 1)
    }

    @Test func everyRequestForAOneOffOperationIsAnswered() throws {
        var bench = Bench()
        var run = try bench.begin(request("monitor", transition: 1))
        bench.send(.executionRequested(request("start", transition: 2)))
        bench.send(.executionRequested(request("start", transition: 3)))
        var keys: [String] = []
        while true {
            bench.end(run, 0)
            keys += bench.results.map(\.request.transitionKey)
            guard let next = bench.runs.first else { break }
            run = next.id
        }
        #expect(keys == [1, 2, 3].map { request("start", transition: $0).transitionKey })
    }

    @Test func cancellingEndsWhatRecursOrWaits() throws {
        var bench = Bench()
        let key = OperationKey(resource: "d", operation: "monitor", interval: .seconds(10))
        bench.end(try bench.begin(request("monitor", interval: 10_000)), 0)
        bench.send(.cancellationRequested(key))
        #expect(bench.effects == [.cancel(OperationExecutor.Timer(key)), .cancelled(key)])
        bench.send(.timerFired(OperationExecutor.Timer(key)))
        #expect(bench.effects.isEmpty)
        let unknown = OperationKey(resource: "x", operation: "monitor", interval: .seconds(1))
        bench.send(.cancellationRequested(unknown))
        #expect(bench.effects == [.cancelled(unknown)])
    }

    @Test func aStartDelayIsWaitedOutFirst() throws {
        var bench = Bench()
        bench.send(.executionRequested(request("monitor", interval: 10_000, [.init("CRM_meta_start_delay", "5000")])))
        let timer = OperationExecutor.Timer(OperationKey(resource: "d", operation: "monitor", interval: .seconds(10)))
        #expect(bench.effects.contains(.arm(timer, after: .seconds(5))))
        #expect(!bench.runs.contains { $0.argument == "monitor" })
        bench.send(.timerFired(timer))
        #expect(bench.runs.map(\.argument) == ["monitor"])
    }

    @Test func leavingTheClusterSilencesWhatRecursAndWaits() throws {
        var bench = Bench()
        let start = try bench.begin(request("start"))
        bench.send(.executionRequested(request("monitor", interval: 10_000)))
        bench.send(.stopped)
        #expect(bench.effects.count == 1)
        bench.end(start, 0)
        #expect(bench.results.map(\.request.operation) == ["start"])
        #expect(bench.runs.isEmpty)
        #expect(!bench.executor.isBusy)
    }

    @Test func anAdoptedMonitorReportsOnlyWhatIsNew() throws {
        var bench = Bench()
        let adopted = request("monitor", interval: 10_000)
        let last = OperationResult(
            request: adopted, callID: 41, status: .done, code: .ok, lastRun: WallTime(seconds: 1),
            lastChange: WallTime(seconds: 1))
        bench.send(.recurringAdopted(last))
        #expect(bench.effects == [.arm(OperationExecutor.Timer(adopted.key), after: .seconds(10))])
        bench.send(.timerFired(OperationExecutor.Timer(adopted.key)))
        bench.end(try #require(bench.runs.first).id, 7)
        #expect(bench.results.map(\.callID) == [41])
        bench.end(try bench.begin(request("start")), 0)
        #expect(bench.results.map(\.callID) == [42])
    }
}

@Suite struct OperationOutcomeTests {
    @Test(arguments: [
        (AgentOutcome.Ending.exited(0), ExecutionStatus.done, ResultCode.ok),
        (.exited(7), .done, .notRunning),
        (.signalled(11), .error, .genericError),
        (.timedOut, .timedOut, .genericError),
        (.notStarted(.missing("/x")), .notInstalled, .notInstalled),
        (.notStarted(.notExecutable("/x")), .error, .insufficientPrivileges),
        (.notStarted(.refused("no memory")), .error, .genericError),
    ])
    func everyEndingHasAResult(ending: AgentOutcome.Ending, status: ExecutionStatus, code: ResultCode) throws {
        var bench = Bench()
        let run = try bench.begin(request("start"))
        bench.send(.agentFinished(run, AgentOutcome(ending)))
        let result = try #require(bench.results.first)
        #expect(result.status == status && result.code == code)
        #expect(result.isFailure == (code != .ok))
    }

    @Test func theReasonIsTheLastOneOnStandardError() throws {
        var bench = Bench()
        let run = try bench.begin(request("start"))
        let words = "noise\nocf-exit-reason:first\nocf-exit-reason:no such device\nmore noise\n"
        bench.send(.agentFinished(run, AgentOutcome(.exited(1), errorOutput: words)))
        #expect(bench.results.map(\.exitReason) == ["no such device"])
    }

    @Test func aNameThatWouldLeaveTheAgentFolderIsNeverRun() {
        var bench = Bench()
        for agent in [
            AgentReference(.ocf, provider: "..", "Dummy"), AgentReference(.ocf, provider: "x", "../../bin/sh"),
            AgentReference(.lsb, "a/b"), AgentReference(.ocf, "Dummy"), AgentReference(.systemd, "--now"),
        ] {
            bench.send(.executionRequested(request("start", agent: agent)))
            #expect(bench.runs.isEmpty)
            #expect(bench.results.map(\.code) == [.notInstalled])
        }
    }

    @Test func lsbStatusHasCodesOfItsOwn() throws {
        var bench = Bench()
        let script = AgentReference(.lsb, "apache2")
        for (code, expected) in [(Int32(0), ResultCode.ok), (1, .notRunning), (3, .notRunning), (4, .genericError)] {
            bench.send(.executionRequested(request("monitor", agent: script)))
            let run = try #require(bench.runs.first)
            #expect(run.argument == "status")
            bench.end(run.id, code)
            #expect(bench.results.map(\.code) == [expected])
        }
    }

    @Test func unitsOnTheirWayCountAsRunning() throws {
        var bench = Bench()
        let unit = AgentReference(.systemd, "nginx")
        for (output, expected) in [
            ("active\n", ResultCode.ok), ("activating\n", .ok), ("failed\n", .notRunning), ("", .notRunning),
        ] {
            bench.send(.executionRequested(request("monitor", agent: unit)))
            guard case .run(let id, let call)? = bench.effects.last else { return #expect(Bool(false)) }
            #expect(call.arguments == ["--no-pager", "is-active", "nginx.service"])
            bench.send(.agentFinished(id, AgentOutcome(.exited(output == "active\n" ? 0 : 3), output: output)))
            #expect(bench.results.map(\.code) == [expected])
        }
        bench.send(.executionRequested(request("promote", agent: unit)))
        #expect(bench.results.map(\.code) == [.unimplemented])
    }

    @Test func aFenceDevicesStopDoesNotWaitForItsMonitor() throws {
        var bench = Bench()
        let agent = AgentReference(.stonith, "fence_dummy")
        bench.send(.executionRequested(request("monitor", interval: 10_000, agent: agent)))
        guard case .operateDevice(let monitor, _)? = bench.effects.last else { return #expect(Bool(false)) }
        let stop = request("stop", agent: agent)
        bench.send(.executionRequested(stop))
        guard case .operateDevice(let run, stop)? = bench.effects.last else { return #expect(Bool(false)) }
        bench.send(.deviceOperationFinished(monitor, AgentOutcome(.terminated)))
        #expect(bench.effects.isEmpty)
        bench.send(.deviceOperationFinished(run, AgentOutcome(.exited(0))))
        #expect(bench.results.map(\.code) == [.ok])
    }

    @Test func fenceDevicesGoToTheFencer() throws {
        var bench = Bench()
        let start = request("start", agent: AgentReference(.stonith, "fence_dummy"))
        bench.send(.executionRequested(start))
        guard case .operateDevice(let run, start)? = bench.effects.last else { return #expect(Bool(false)) }
        bench.send(.deviceOperationFinished(run, AgentOutcome(.exited(0))))
        #expect(bench.results.map(\.code) == [.ok])
    }
}
