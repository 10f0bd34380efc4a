import Agents
import ClusterTypes
import Executor
import Fencing
import TransitionGraph

extension Controller {
    /// An operation ended, here or elsewhere, as ordered or on its own (a recurring monitor).
    mutating func take(
        _ report: ActionReport, entry: InFlightActions.Entry?, in surroundings: Surroundings,
        into effects: inout [Effect]
    ) {
        let component = surroundings.dependencies.component(of: report.key.resource)
        if report.isFailure { forgetRepetition(into: &effects) }
        if case .computing = phase, let component { changedComponents.insert(component) }
        if let action = runningAction(report.transitionKey, entry: entry) {
            if !report.isFailure && report.status != .cancelled {
                run?.confirm(action)
                return
            }
            run?.fail(action)
            if let component { staleComponents.insert(component) }
            want(.soft, reason: "\(report.key) failed", into: &effects)
            return
        }
        // A late end of an earlier graph's action, or news of a recurring operation: the present graph does not know it.
        if let component { staleComponents.insert(component) }
        guard !hasOthersInFlight(component: component, in: surroundings) else { return }
        want(.soft, reason: "\(report.key) ended with \(report.outcome)", into: &effects)
    }

    /// While another action of the component still runs, its end will ask for the schedule.
    private func hasOthersInFlight(component: Int?, in surroundings: Surroundings) -> Bool {
        guard let component else { return false }
        return surroundings.inFlight.entries.contains {
            surroundings.dependencies.component(of: $0.resource) == component
                && runningAction($0.transitionKey, entry: $0) == nil
        }
    }

    /// The action of the present graph that a transition key names and that was in flight.
    private func runningAction(
        _ transitionKey: String, entry: InFlightActions.Entry?
    ) -> TransitionGraph.ActionID? {
        guard let run, let entry, entry.transition == Int64(run.id), transitionKey.hasSuffix(":" + transitionUUID),
            let number = Int(exactly: entry.action)
        else { return nil }
        return TransitionGraph.ActionID(number)
    }

    mutating func take(
        _ outcome: FencingOutcome, in surroundings: Surroundings, into effects: inout [Effect]
    ) {
        forgetRepetition(into: &effects)  // Failed fencing has a pace and a limit of its own.
        let index = fencings.firstIndex { outcome.requests.contains($0.request) }
        let action = index.map { fencings.remove(at: $0).action }
        fencingFailures.removeAll { $0.target == outcome.target && outcome.result == .succeeded }
        if outcome.result == .succeeded {
            if let action {
                recordUnfencing(outcome, action, in: surroundings, into: &effects)
                run?.confirm(action)
            }
            // An operator's or another controller's fencing is news for the graph; an own one is what it waited for.
            // A schedule that is being computed still believes that the node must be fenced.
            let isComputing = if case .computing = phase { true } else { false }
            if action == nil || isComputing { want(.urgent, reason: "\(outcome.target) was fenced", into: &effects) }
            return
        }
        guard let action else { return }
        run?.fail(action)
        let count = failureCount(of: outcome.target) + 1
        fencingFailures.removeAll { $0.target == outcome.target }
        fencingFailures.append((outcome.target, count))
        if count < surroundings.options.fencingMaxAttempts {
            // Not at once: a device that fails quickly would be called in a tight loop.
            effects.append(.arm(.retry, after: .seconds(Int64(min(count, 10)))))
        }
    }

    /// Notes when a node was unfenced, and by which devices with which parameters, so that the next schedule does not ask again.
    ///
    /// - Source: Pacemaker Explained, "Unfencing"; the attributes' names are those its scheduler reads.
    private func recordUnfencing(
        _ outcome: FencingOutcome, _ action: TransitionGraph.ActionID, in surroundings: Surroundings,
        into effects: inout [Effect]
    ) {
        guard outcome.action == .on, let planned = run?.action(action) else { return }
        var attributes = [(name: "#node-unfenced", value: String(surroundings.wallTime.seconds))]
        for kind in ["all", "secure"] {
            if let digests = planned["CRM_meta_digests_\(kind)"] { attributes.append(("#digests-\(kind)", digests)) }
        }
        effects.append(.setAttributes(attributes, node: outcome.target))
    }

    mutating func take(
        _ timer: ResourceManagerNode.Timer, in surroundings: Surroundings, into effects: inout [Effect]
    ) {
        switch timer {
        case .recheck:
            fencingFailures = []
            want(.soft, reason: "the time for a recheck has come", into: &effects)
        case .retry: want(.urgent, reason: "a failed step is tried again", into: &effects)
        case .pause: endPause()
        case .action, .startWait, .departure, .shutdownEscalation, .executor, .fencer:
            break  // The node's own.
        }
    }
}
