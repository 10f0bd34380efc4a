import CIB
import ClusterTypes
import Executor
import Fencing
import TransitionGraph

/// The designated controller's part of a node: asks for schedules and runs their transition graphs.
///
/// A new schedule is computed as soon as something asks for it, also while actions run. *Urgent* reasons (configuration,
/// membership, quorum) stop the present graph at once; others (a failed action, an older action that ended) let it go on
/// until the new one is there. Actions of an earlier graph keep running; in the new graph only resources that depend on
/// theirs wait for them (see `ResourceDependencies`), and their end asks for the next schedule.
///
/// Deviation from Pacemaker: there, a new schedule waits until every action in flight has ended.
struct Controller: Sendable {
    enum Event: Sendable {
        /// This node is designated controller and all replicas are equal.
        case activated(transitionUUID: String)
        case deactivated
        /// Something changed; `isUrgent`: what the present graph still plans may be wrong.
        case reconsider(reason: String, isUrgent: Bool)
        case computed(ScheduleID, ScheduleOutcome)
        /// An operation ended; `entry` is what was in flight under its name, if anything.
        case reported(ActionReport, entry: InFlightActions.Entry?)
        case fencingFinished(FencingOutcome)
        /// Changes of ours that a schedule had to wait for are in the document.
        case changesSettled
        case timerFired(ResourceManagerNode.Timer)
    }

    enum Effect: Sendable {
        case compute(ScheduleID)
        case execute(ExecutionOrder)
        case fence(FencingRequest)
        case letGo(node: String)
        case clearFailCount(resource: TransitionGraph.ResourceReference, node: String)
        case deleteHistory(resource: String, node: String)
        /// Transient attributes of a node by name and value.
        case setAttributes([(name: String, value: String)], node: String)
        case arm(ResourceManagerNode.Timer, after: Duration)
        case cancel(ResourceManagerNode.Timer)
        case announce(NodeStatus.Activity)
        case publish(ClusterEvent.Kind)
        case report(ReportLevel, String)
    }

    /// What the controller looks at while it handles an event.
    struct Surroundings {
        var settings: ManagerSettings
        var document: CIBDocument
        var options: ClusterOptions
        var dependencies: ResourceDependencies
        var inFlight: InFlightActions
        var wallTime: WallTime
        /// Whether changes of ours are under way that the next schedule must see.
        var awaitsChanges: Bool
    }

    enum Wish: Sendable, Comparable { case none, soft, urgent }

    enum Phase: Sendable, Equatable {
        case inactive
        case active
        /// A schedule is being computed.
        case computing(ScheduleID)
    }

    private(set) var phase = Phase.inactive
    /// What a next schedule is wanted for, beyond the one being computed.
    var wish = Wish.none
    var run: TransitionRun?
    /// The present graph must start nothing more.
    var isRunStopped = false
    /// Components whose state changed since the snapshot that the present graph was made from.
    var staleComponents: Set<Int> = []
    /// The same for the schedule that is being computed.
    var changedComponents: Set<Int> = []
    var transitionUUID = ""
    /// The number of the last schedule that was asked for; its transition is called by the same number.
    private var scheduleNumber: UInt64
    /// Fencing actions of the present graph by request.
    var fencings: [(request: FencingRequest.ID, action: TransitionGraph.ActionID)] = []
    /// Failed attempts in a row, by target.
    var fencingFailures: [(target: String, count: Int)] = []
    private(set) var announced: NodeStatus.Activity?
    private var repetition = ScheduleRepetition()
    /// The next schedule waits, because the last ones were the same.
    private var isPausing = false

    /// - Parameter lastSchedule: the number of the last schedule that an earlier process of this node made; 0 if none is known.
    init(lastSchedule: UInt64 = 0) { scheduleNumber = lastSchedule }

    var isActive: Bool { phase != .inactive }

    mutating func receive(_ event: Event, in surroundings: Surroundings, into effects: inout [Effect]) {
        switch event {
        case .activated(let uuid):
            transitionUUID = uuid
            if phase == .inactive { phase = .active }
            // The actions that an earlier controller ordered are watched from here on.
            for entry in surroundings.inFlight.entries {
                effects.append(.arm(.action(key: entry.transitionKey), after: deadline(of: entry, in: surroundings)))
            }
            want(.urgent, reason: "this node is the designated controller", into: &effects)
        case .deactivated:
            deactivate(into: &effects)
            return
        case .reconsider(let reason, let isUrgent):
            guard isActive else { return }
            if isUrgent { forgetRepetition(into: &effects) }
            want(isUrgent ? .urgent : .soft, reason: reason, into: &effects)
        case .computed(let id, let outcome):
            guard phase == .computing(id) else { return }  // Superseded, or this node is no longer controller.
            phase = .active
            take(outcome, of: id, in: surroundings, into: &effects)
        case .reported(let report, let entry):
            effects.append(.cancel(.action(key: report.transitionKey)))
            guard isActive else { return }
            take(report, entry: entry, in: surroundings, into: &effects)
        case .fencingFinished(let outcome):
            guard isActive else { return }
            take(outcome, in: surroundings, into: &effects)
        case .changesSettled:
            guard isActive else { return }
        case .timerFired(let timer):
            guard isActive else { return }
            take(timer, in: surroundings, into: &effects)
        }
        proceed(in: surroundings, into: &effects)
    }

    private mutating func deactivate(into effects: inout [Effect]) {
        phase = .inactive
        wish = .none
        run = nil
        isRunStopped = false
        staleComponents = []
        changedComponents = []
        fencings = []
        fencingFailures = []
        announced = nil
        forgetRepetition(into: &effects)
        effects += [.cancel(.recheck), .cancel(.retry)]
    }

    /// Something is new: the next schedule may be as the last one was.
    mutating func forgetRepetition(into effects: inout [Effect]) {
        repetition.forget()
        if isPausing { effects.append(.cancel(.pause)) }
        isPausing = false
    }

    mutating func endPause() { isPausing = false }

    /// Notes that a schedule is wanted, and stops the present graph when it may be wrong.
    mutating func want(_ wish: Wish, reason: String, into effects: inout [Effect]) {
        self.wish = max(self.wish, wish)
        guard wish == .urgent, let run, !run.isFinished, !isRunStopped else { return }
        isRunStopped = true
        effects.append(.publish(.transitionAborted(id: run.id, reason: reason)))
        effects.append(.report(.info, "transition \(run.id) is replaced: \(reason)"))
    }

    /// Does whatever can be done now: start ready actions, ask for a schedule, say what is going on.
    private mutating func proceed(in surroundings: Surroundings, into effects: inout [Effect]) {
        if !isRunStopped { startReadyActions(in: surroundings, into: &effects) }
        if wish != .none, phase == .active, !surroundings.awaitsChanges, !isPausing {
            scheduleNumber &+= 1
            let id = ScheduleID(scheduleNumber)
            phase = .computing(id)
            wish = .none
            changedComponents = []
            effects.append(.compute(id))
        }
        announceActivity(into: &effects)
    }

    private mutating func announceActivity(into effects: inout [Effect]) {
        var activity = NodeStatus.Activity.computing
        if let run, !run.isFinished || isRunStopped {
            activity = .transition(id: run.id, completed: run.doneCount, actions: run.graph.actions.count)
        } else if phase == .active && wish == .none {
            activity = .idle
            if let run, !run.graph.actions.isEmpty {
                effects.append(.publish(.transitionFinished(id: run.id)))
                effects.append(.report(.info, "transition \(run.id) is complete"))
            }
            run = nil
        }
        guard activity != announced else { return }
        // Progress within a transition is for who asks the controller itself; the others hear of beginnings and ends.
        if case .transition(let id, _, _) = activity, case .transition(id, _, _) = announced {
            announced = activity
            return
        }
        announced = activity
        effects.append(.announce(activity))
    }
}

// MARK: - Schedules

extension Controller {
    private mutating func take(
        _ outcome: ScheduleOutcome, of id: ScheduleID, in surroundings: Surroundings, into effects: inout [Effect]
    ) {
        switch outcome {
        case .failed(let reason):
            effects.append(.publish(.schedulingFailed(reason: reason)))
            effects.append(.report(.error, "no schedule could be computed: \(reason)"))
            effects.append(.arm(.retry, after: .seconds(10)))
        case .computed(let schedule):
            if wish == .urgent { return }  // Made for a state that is no more.
            begin(schedule, id, in: surroundings, into: &effects)
        }
    }

    private mutating func begin(
        _ schedule: ComputedSchedule, _ id: ScheduleID, in surroundings: Surroundings, into effects: inout [Effect]
    ) {
        let run = TransitionRun(id: Int(clamping: id.rawValue), graph: schedule.graph)
        self.run = run
        isRunStopped = false
        fencings = []
        staleComponents = changedComponents
        if !staleComponents.isEmpty { wish = max(wish, .soft) }
        for warning in schedule.warnings { effects.append(.report(.warning, warning)) }
        for line in schedule.summary { effects.append(.report(.info, line)) }
        if !run.graph.actions.isEmpty {
            effects.append(
                .publish(
                    .transitionComputed(
                        id: run.id, actions: run.graph.actions.count, summary: schedule.summary)))
        }
        let pause = repetition.note(schedule.graph)
        if pause > .zero {
            isPausing = true
            effects.append(.arm(.pause, after: pause))
            effects.append(
                .report(
                    .warning,
                    "the last \(repetition.count + 1) schedules planned the same although nothing else had changed; "
                        + "the next one waits \(pause)"))
        }
        var wait = surroundings.options.recheckInterval
        if let time = schedule.recheckAt {
            let (seconds, overflow) = time.seconds.subtractingReportingOverflow(surroundings.wallTime.seconds)
            if !overflow { wait = min(wait, .seconds(max(seconds + 1, 1))) }
        }
        if wait > .zero { effects.append(.arm(.recheck, after: wait)) }
    }
}
