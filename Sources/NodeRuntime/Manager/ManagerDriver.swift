internal import AgentRunner
internal import Agents
internal import CIB
internal import ClusterTypes
internal import EventLoop
internal import Glibc
internal import ResourceManager

/// Drives the resource manager of a node on its own thread: interprets its effects, in order; contains no decision.
final class ManagerDriver {
    /// What reaches the driver from other threads.
    enum Message: Sendable {
        /// Begins with the stored CIB, `nil` on a new node.
        case start(CIBDocument?, CIBLineage)
        case messaging(MessagingEvent)
        case stored(CIBStoreID)
        case storeFailed(CIBStoreID, String)
        case client(RequestID, ClientRequest, by: ClientIdentity)
        /// What the messaging says of its new ring, for the timeline.
        case ringFormed(String)
        /// The node list was read again.
        case configured([NamedNode])
        case shutDown
        /// Ends at once, without cleaning up.
        case stop
    }

    /// What the driver asks of other threads.
    struct Outlets: Sendable {
        var send: @Sendable (MessagingRequest) -> Void
        /// Answered by `.stored` or `.storeFailed`.
        var store: @Sendable (CIBStoreID, CIBDocument?, CIBLineage) -> Void
        var respond: @Sendable (RequestID, ClientResponse) -> Void
        var publish: @Sendable (ClusterEvent) -> Void
        /// The manager wants the daemon to end.
        var exit: @Sendable (ExitReason) -> Void
    }

    private let loop: EventLoop
    private let log: Log
    private let outlets: Outlets
    private var manager: ResourceManagerNode
    private let worker: SchedulerWorker.Settings
    private lazy var scheduler = SchedulerWorker(worker, loop: loop, log: log) { [unowned self] id, outcome in
        process(.scheduleComputed(id, outcome))
    }
    private lazy var agents = AgentRunner<AgentRun>(loop: loop) { [unowned self] run, outcome in
        process(.agentFinished(run, outcome))
    }
    private var timers: [ResourceManagerNode.Timer: TimerID] = [:]
    private var hasEnded = false

    init(
        _ settings: ManagerSettings, worker: SchedulerWorker.Settings, loop: EventLoop, log: Log, outlets: Outlets
    ) {
        self.loop = loop
        self.log = log
        self.outlets = outlets
        self.worker = worker
        manager = ResourceManagerNode(settings: settings)
    }

    func receive(_ message: Message) {
        switch message {
        case .start(let document, let lineage): start(document, lineage)
        case .messaging(let event): process(.messaging(event))
        case .stored(let id): process(.documentStored(id))
        case .storeFailed(let id, let reason): process(.storeFailed(id, reason))
        case .client(let id, let request, let client): process(.clientRequested(id, request, by: client))
        case .ringFormed(let description):
            outlets.publish(ClusterEvent(time: .now(), kind: .ringFormed(description: description)))
        case .configured(let nodes): process(.nodesConfigured(nodes))
        case .shutDown: process(.shutdownRequested)
        case .stop: stop()
        }
    }

    private func start(_ document: CIBDocument?, _ lineage: CIBLineage) {
        let now = WallTime.now()
        let nanoseconds = UInt64(clamping: now.seconds) &* 1_000_000_000 &+ UInt64(clamping: now.nanoseconds)
        process(.started(document: document, lineage: lineage, incarnation: nanoseconds))
    }

    private func process(_ event: ResourceManagerNode.Event) {
        if hasEnded { return }
        var effects: [ResourceManagerNode.Effect] = []
        manager.receive(event, at: .now(), wallTime: .now(), into: &effects)
        for effect in effects where !hasEnded { perform(effect) }
    }

    private func perform(_ effect: ResourceManagerNode.Effect) {
        switch effect {
        case .messaging(let request): outlets.send(request)
        case .arm(let timer, let delay): arm(timer, after: delay)
        case .cancel(let timer): timers.removeValue(forKey: timer).map(loop.cancel)
        case .store(let id, let document, let lineage): outlets.store(id, document, lineage)
        case .runAgent(let run, let invocation): agents.run(run, invocation)
        case .terminateAgent(let run): agents.terminate(run)
        case .computeSchedule(let id, let snapshot, let now): scheduler.compute(id, document: snapshot, now: now)
        case .respond(let id, let response): outlets.respond(id, response)
        case .publish(let event):
            log.information("event \(event.rendered)")
            outlets.publish(event)
        case .report(let level, let text): log.write(LogLevel(level), text)
        case .exit(let reason):
            hasEnded = true
            outlets.exit(reason)
        }
    }

    private func arm(_ timer: ResourceManagerNode.Timer, after delay: Duration) {
        timers[timer].map(loop.cancel)
        timers[timer] = loop.schedule(after: delay) { [unowned self] in
            timers[timer] = nil
            process(.timerFired(timer))
        }
    }

    /// Agents that still run are killed; what they started stays as it is.
    private func stop() {
        hasEnded = true
        agents.killAll()
        scheduler.close()
        loop.stop()
    }
}

extension LogLevel {
    init(_ level: ReportLevel) {
        switch level {
        case .debug: self = .debugging
        case .info: self = .information
        case .warning: self = .warning
        case .error: self = .error
        }
    }
}

extension ClusterEvent {
    /// The event on one line: its name, then its values.
    var rendered: String {
        fields.reduce(into: name) { line, field in
            let value =
                switch field.value {
                case .text(let text): text
                case .number(let number): String(number)
                case .flag(let flag): flag ? "yes" : "no"
                case .list(let parts): parts.joined(separator: ", ")
                }
            line += " \(field.name)=\(value.contains(" ") ? "\"\(value)\"" : value)"
        }
    }
}
