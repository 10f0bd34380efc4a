package import CIB
package import ClusterTypes
import Executor
import Fencing
import TransitionGraph
import XMLTree

/// The resource manager of one node: replicated document, controller, executor and fencing as one value.
///
/// Pure logic: no clock, no I/O, no randomness but the seed in its settings. The daemon and the simulator drive the same
/// value: they hand in events and perform the effects in the order given.
package struct ResourceManagerNode: Sendable {
    /// Where this node stands between start and end.
    enum Phase: Sendable, Equatable {
        case unstarted
        /// In the group or on the way there.
        case running
        /// Asked to stop; the cluster moves its resources away.
        case leaving
        /// Let go: only the confirmation that it left the group is missing.
        case departing
        /// The daemon must end; nothing is done any more.
        case ended
    }

    /// Whether a designated controller may act without configured nodes that are not there.
    enum StartWait: Sendable { case pending, armed, over }

    var settings: ManagerSettings
    var phase = Phase.unstarted
    var replica: CIBReplica
    var roster: Roster
    var executor: OperationExecutor
    var fencer: Fencer
    var controller: Controller
    var outbox = Outbox()
    var inFlight = InFlightActions()
    /// Who left the group since the members last knew each other, also when it is back by then.
    var parted: [NodeID] = []
    var requests = OpenRequests()
    var options = ClusterOptions()
    var dependencies = ResourceDependencies()
    var quorum: QuorumView?
    var startWait = StartWait.pending
    /// What changed in the membership since it was last published.
    var unsettled = UnsettledMembership()
    /// The same since this node, as designated controller, last wrote it into the document.
    var unwritten = UnsettledMembership()
    /// What the designated controller last said it does.
    var announcement: ActivityAnnouncement?
    /// The number of this node's last `reconsider`, and the last seen of every member.
    var lastReconsider: UInt64 = 0
    var seenReconsiders: [ActivityAnnouncement.Seen] = []
    var lastFencingRequest: UInt64 = 0
    /// The nodes that a device was called for since they joined, and how that ended is not known yet.
    var fencingTargets: [String] = []
    var incarnation: UInt64 = 0
    /// The clocks of the event in hand.
    var now = Instant.origin
    var wallTime = WallTime(seconds: 0)
    /// What the event in hand has led to so far.
    private var pending: [Effect] = []

    package init(settings: ManagerSettings) {
        self.settings = settings
        replica = CIBReplica(member: settings.member, document: CIBDocument(), storedVersion: nil)
        roster = Roster(own: settings.member, incarnation: 0)
        executor = OperationExecutor(settings: settings.executor)
        controller = Controller(lastSchedule: settings.lastSchedule)
        fencer = Fencer(settings: settings.fencer, generator: SeededGenerator(seed: settings.seed))
    }

    /// Applies one event and appends what the driver must do, in order.
    ///
    /// - Parameter now: the monotonic clock. Must not decrease from call to call.
    /// - Parameter wallTime: the civil clock, for records that people read.
    package mutating func receive(
        _ event: Event, at now: Instant, wallTime: WallTime, into effects: inout [Effect]
    ) {
        if phase == .ended { return }
        self.now = now
        self.wallTime = wallTime
        handle(event)
        effects.append(contentsOf: pending)
        pending.removeAll(keepingCapacity: true)
    }

    /// The present document of this node.
    package var document: CIBDocument { replica.document }

    mutating func emit(_ effect: Effect) { if phase != .ended { pending.append(effect) } }

    mutating func report(_ level: ReportLevel, _ text: String) { emit(.report(level, text)) }

    mutating func publish(_ kind: ClusterEvent.Kind) { emit(.publish(ClusterEvent(time: wallTime, kind: kind))) }

    /// Ends this node: nothing follows.
    mutating func exit(_ reason: ExitReason) {
        emit(.exit(reason))
        phase = .ended
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .started(let document, let lineage, let incarnation): start(document, lineage, incarnation: incarnation)
        case .messaging(let event): handle(event)
        case .timerFired(let timer): handle(timer)
        case .documentStored(let id): perform(replica.receive(.stored(id)))
        case .storeFailed(let id, let reason): perform(replica.receive(.storeFailed(id, reason)))
        case .agentFinished(.executor(let run), let outcome):
            perform(executor.receive(.agentFinished(run, outcome), at: now, wallTime: wallTime))
        case .agentFinished(.fencer(let run), let outcome):
            perform(fencer.receive(.agentFinished(run, outcome), at: now, wallTime: wallTime))
        case .scheduleComputed(let id, let outcome): control(.computed(id, outcome))
        case .clientRequested(let id, let request, let client): serve(request, id: id, for: client)
        case .nodesConfigured(let nodes): take(nodes)
        case .shutdownRequested: beginShutdown()
        }
    }

    private mutating func start(_ document: CIBDocument?, _ lineage: CIBLineage, incarnation: UInt64) {
        guard phase == .unstarted else { return }
        phase = .running
        self.incarnation = incarnation
        replica = CIBReplica(
            member: settings.member, document: document ?? CIBDocument(), storedVersion: document?.version,
            lineage: lineage)
        roster = Roster(own: settings.member, incarnation: incarnation)
        refreshConfiguration()
        emit(.messaging(.join(.resourceManager)))
    }

    private mutating func handle(_ timer: Timer) {
        switch timer {
        case .startWait:
            startWait = .over
            report(.info, "not all configured nodes are there; acting without them")
            act()
        case .recheck, .retry, .pause: control(.timerFired(timer))
        case .action(let key): giveUp(actionWith: key)
        case .departure: exit(.shutDown)
        case .shutdownEscalation:
            report(
                .error, "the clean shutdown did not end in \(options.shutdownEscalation); leaving with resources active"
            )
            exit(.failed("clean shutdown took longer than shutdown-escalation"))
        case .executor(let timer): perform(executor.receive(.timerFired(timer), at: now, wallTime: wallTime))
        case .fencer(let timer): perform(fencer.receive(.timerFired(timer), at: now, wallTime: wallTime))
        }
    }
}
