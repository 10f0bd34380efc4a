import ClusterTypes
import EventLoop
import Glibc
import ResourceManager
import Testing
import TransitionGraph
import XMLTree

@testable import NodeRuntime

struct SchedulerWorkerTests {
    private let loop: EventLoop
    private let log: Log

    init() throws {
        loop = try EventLoop()
        var settings = Log.Settings(node: "test")
        settings.usesStandardError = false
        log = try Log(settings)
    }

    private func shell(_ script: String) -> SchedulerWorker.Settings {
        SchedulerWorker.Settings(program: "/bin/sh", arguments: ["sh", "-c", script])
    }

    /// The outcomes of computing `count` schedules, all asked for at once.
    private func outcomes(
        _ settings: SchedulerWorker.Settings, asking count: UInt64 = 1, expecting answers: Int = 1
    ) -> [(id: ScheduleID, outcome: ScheduleOutcome)] {
        var result: [(id: ScheduleID, outcome: ScheduleOutcome)] = []
        let worker = SchedulerWorker(settings, loop: loop, log: log) { result.append(($0, $1)) }
        for number in 0..<count {
            worker.compute(ScheduleID(number), document: XMLElement("cib"), now: WallTime(seconds: 0))
        }
        let deadline = Instant.now() + .seconds(10)
        while result.count < answers, Instant.now() < deadline { loop.runOnce(waitingAtMost: .milliseconds(100)) }
        worker.close()
        log.close()
        return result
    }

    private func reason(_ outcomes: [(id: ScheduleID, outcome: ScheduleOutcome)]) -> String {
        if case .failed(let reason) = outcomes.first?.outcome { reason } else { "" }
    }

    @Test("a worker that dies is reported with the cause")
    func crash() {
        let result = outcomes(shell("kill -SEGV $$"))
        #expect(reason(result).contains("signal 11"))
    }

    @Test("a request to a worker that is already dead does no harm")
    func requestAfterDeath() throws {
        var reasons: [String] = []
        let worker = try WorkerProcess(
            program: "/bin/sh", arguments: ["sh", "-c", "exit 3"], loop: loop, received: { _ in },
            ended: { reasons.append($0) })
        var ending = siginfo_t()
        try #require(waitid(P_PID, id_t(worker.processID), &ending, WEXITED | WNOWAIT) == 0)
        worker.send(WorkerFrame(kind: .compute, number: 1, content: Array("x".utf8)))
        while reasons.isEmpty { loop.runOnce(waitingAtMost: .milliseconds(100)) }
        #expect(reasons == ["exit status 3"])
        log.close()
    }

    @Test("a worker that cannot be started is an answer, not a trap")
    func missing() {
        let result = outcomes(SchedulerWorker.Settings(program: "/nonexistent/worker", arguments: ["worker"]))
        #expect(reason(result).contains("/nonexistent/worker"))
    }

    @Test("a worker that hangs is ended after the time limit")
    func hang() {
        var settings = shell("exec sleep 1000")
        settings.timeLimit = .milliseconds(20)
        #expect(reason(outcomes(settings)).contains("longer than"))
    }

    @Test("a worker that writes nonsense is ended")
    func nonsense() {
        let result = outcomes(shell("echo this is certainly not a frame; exec sleep 1000"))
        #expect(reason(result).contains("frame"))
    }

    @Test("of the requests that come during a computation, the newest alone is computed")
    func newest() {
        // Each worker dies at its first request, so each computation is one answer.
        let result = outcomes(shell("exit 3"), asking: 5, expecting: 2)
        #expect(result.map(\.id) == [ScheduleID(0), ScheduleID(4)])
    }

    @Test("a schedule survives its way through XML")
    func xml() throws {
        let schedule = ComputedSchedule(
            graph: TransitionGraph(), recheckAt: WallTime(seconds: 5, nanoseconds: 6),
            summary: ["Start a", "Stop <b>"],
            warnings: ["careful"])
        #expect(try ComputedSchedule(xml: XMLElement(parsing: schedule.xml.compact())) == schedule)
        #expect(throws: XMLFailure.self) { _ = try ComputedSchedule(xml: XMLElement("other")) }
    }
}
