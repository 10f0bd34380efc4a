internal import CLinux
internal import ClusterTypes
internal import EventLoop
internal import Glibc
internal import ResourceManager
internal import XMLTree

/// Computes schedules in a worker process, which is started when first needed and again after a crash.
///
/// Confined to its event loop; never blocks it. One computation runs at a time; of requests that come meanwhile only the
/// newest is kept, since its answer replaces the others'.
final class SchedulerWorker {
    /// How the worker is started and held to account.
    struct Settings {
        /// The program and its arguments, the first being its name.
        var program: String
        var arguments: [String]
        /// A computation that takes longer is ended and counts as failed. Default 60 s.
        var timeLimit: Duration = .seconds(60)
        /// Where the document of a failed computation is kept for developers; `nil`: nowhere.
        var evidenceFolder: String?
    }

    private struct Job {
        var id: ScheduleID
        var document: [UInt8]
        var now: WallTime
    }

    private let settings: Settings
    private let loop: EventLoop
    private let log: Log
    private let answer: (ScheduleID, ScheduleOutcome) -> Void
    private var process: WorkerProcess?
    private var current: Job?
    private var next: Job?
    private var limitTimer: TimerID?

    /// - Parameter answer: called on the loop, never from within ``compute(_:document:now:)``.
    init(_ settings: Settings, loop: EventLoop, log: Log, answer: @escaping (ScheduleID, ScheduleOutcome) -> Void) {
        self.settings = settings
        self.loop = loop
        self.log = log
        self.answer = answer
    }

    func compute(_ id: ScheduleID, document: XMLElement, now: WallTime) {
        var bytes: [UInt8] = []
        document.write(to: &bytes, indentation: nil)
        next = Job(id: id, document: bytes, now: now)
        if current == nil { startNext() }
    }

    /// Ends the worker.
    func close() {
        process?.close()
        process = nil
    }

    private func startNext() {
        guard let job = next else { return }
        next = nil
        current = job
        do {
            let process = try process ?? startProcess()
            let content = ScheduleRequest(now: job.now, document: job.document).content
            process.send(WorkerFrame(kind: .compute, number: job.id.rawValue, content: content))
            limitTimer = loop.schedule(after: settings.timeLimit) { [weak self] in self?.takeTooLong() }
        } catch {
            // Not at once: whoever asked is still in the middle of its effects.
            loop.schedule(after: .zero) { [weak self] in self?.fail("the scheduler cannot be started: \(error)") }
        }
    }

    private func startProcess() throws(SystemCallFailure) -> WorkerProcess {
        let started = try WorkerProcess(
            program: settings.program, arguments: settings.arguments, loop: loop,
            received: { [weak self] in self?.receive($0) }, ended: { [weak self] in self?.lose($0) })
        process = started
        log.debugging("the scheduler's worker is process \(started.processID)")
        return started
    }

    private func receive(_ frame: WorkerFrame) {
        guard let job = current, frame.number == job.id.rawValue else { return }
        switch frame.kind {
        case .compute: lose("it answered with a request")
        case .failed: finish(.failed(String(decoding: frame.content, as: UTF8.self)))
        case .computed:
            do {
                finish(.computed(try ComputedSchedule(xml: XMLElement(parsing: frame.content))))
            } catch { fail("the scheduler's answer cannot be read: \(error)") }
        }
    }

    private func takeTooLong() {
        process?.close()
        process = nil
        fail("the scheduler took longer than \(settings.timeLimit.milliseconds / 1000) s")
    }

    /// The worker is gone; it is started again for the next computation.
    private func lose(_ reason: String) {
        process?.close()
        process = nil
        if current == nil {
            log.warning("the scheduler's worker ended while idle: \(reason)")
        } else {
            fail("the scheduler's worker ended: \(reason)")
        }
    }

    private func fail(_ reason: String) {
        if let job = current { keepEvidence(job) }
        finish(.failed(reason))
    }

    private func finish(_ outcome: ScheduleOutcome) {
        guard let job = current else { return }
        if let limitTimer { loop.cancel(limitTimer) }
        limitTimer = nil
        current = nil
        startNext()
        answer(job.id, outcome)
    }

    private func keepEvidence(_ job: Job) {
        guard let folder = settings.evidenceFolder else { return }
        let path = "\(folder)/failed-\(job.id).xml"
        do {
            try FileAccess.replace(path, with: job.document)
            log.warning("the document that the scheduler failed on is kept in \(path)")
        } catch { log.warning("the document that the scheduler failed on cannot be kept: \(error)") }
    }
}
