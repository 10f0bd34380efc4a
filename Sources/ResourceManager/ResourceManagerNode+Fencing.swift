import Agents
import CIB
import ClusterTypes
import Executor
import Fencing
import XMLTree

// Fencing: the designated controller's fencer coordinates, every member's fencer runs devices, all learn the outcome.
extension ResourceManagerNode {
    mutating func perform(_ effects: [Fencer.Effect]) {
        for effect in effects {
            switch effect {
            case .run(let id, let invocation): emit(.runAgent(.fencer(id), invocation))
            case .terminate(let id): emit(.terminateAgent(.fencer(id)))
            case .arm(let timer, let delay): emit(.arm(.fencer(timer), after: delay))
            case .cancel(let timer): emit(.cancel(.fencer(timer)))
            case .requestStep(let step, let executor): send(.fencingStepRequested(step, executor: executor))
            case .reportStep(let id, let result): send(.fencingStepFinished(id, result))
            case .finished(let outcome): send(.fencingFinished(outcome))
            case .deviceOperationFinished(let id, let outcome):
                perform(executor.receive(.deviceOperationFinished(id, outcome), at: now, wallTime: wallTime))
            }
        }
    }

    mutating func operateDevice(_ id: AgentRunID, _ request: OperationRequest) {
        let operation = DeviceOperation(
            device: request.resource, operation: request.operation,
            isProbe: request.operation == "monitor" && request.interval == .zero, timeout: request.timeout)
        perform(fencer.receive(.deviceOperationRequested(id, operation), at: now, wallTime: wallTime))
    }

    /// The four messages of fencing, at every member.
    mutating func handleFencing(_ message: ManagerMessage, from sender: GroupMember) {
        switch message {
        case .fencingWanted(let request, let isConfirmation):
            publish(
                .fencingRequested(
                    target: request.target, action: request.action.rawValue,
                    reason: isConfirmation ? "confirmed by \(request.client)" : "asked by \(request.client)"))
            guard roster.controller == settings.node else { return }
            fence(request, isConfirmation: isConfirmation)
        case .fencingStepRequested(let step, let executor):
            publish(
                .fencingStarted(
                    target: step.target, action: step.action.rawValue, device: step.device, by: executor))
            if !fencingTargets.contains(step.target) { fencingTargets.append(step.target) }
            if executor == settings.nodeName {
                perform(fencer.receive(.stepRequested(step), at: now, wallTime: wallTime))
            }
        case .fencingStepFinished(let id, let result):
            guard id.coordinator == settings.nodeName else { return }
            let event = Fencer.Event.stepFinished(id, result, executor: name(of: sender.node))
            perform(fencer.receive(event, at: now, wallTime: wallTime))
        case .fencingFinished(let outcome): fencingFinished(outcome)
        case .hello, .execute, .reported, .forget, .shutDown, .activity, .reconsider:
            break  // Handled elsewhere.
        }
    }

    mutating func fence(_ request: FencingRequest, isConfirmation: Bool = false) {
        perform(fencer.receive(.devicesStarted(startedDevices), at: now, wallTime: wallTime))
        let event = isConfirmation ? Fencer.Event.confirmedManually(request) : .fencingRequested(request)
        perform(fencer.receive(event, at: now, wallTime: wallTime))
    }

    private mutating func fencingFinished(_ outcome: FencingOutcome) {
        perform(fencer.receive(.outcomeLearned(outcome), at: now, wallTime: wallTime))
        publishOutcome(outcome)
        let isMember = roster.members.contains { name(of: $0.node) == outcome.target }
        // A member that came back since the device was called is not the one that was fenced: it has been probed, and
        // what runs there counts. A device that did end its new life will be noticed by its loss.
        let isOutdated = isMember && !fencingTargets.contains(outcome.target)
        fencingTargets.removeAll { $0 == outcome.target }
        let isDown = outcome.result == .succeeded && outcome.action != .on && !isOutdated
        if isDown && outcome.target == settings.nodeName {
            exit(.fenced(by: outcome.executor ?? outcome.origin))
            return
        }
        for client in requests.closeFencings(outcome.requests) { emit(.respond(client, response(to: outcome))) }
        guard isSettledController || controller.isActive else { return }
        if isDown, let target = node(named: outcome.target) {
            change(NodeStates.fenced(.init(id: target, name: outcome.target)), for: .controller)
            inFlight.removeAll(on: target)
        }
        var verdict = outcome
        if isOutdated && outcome.result == .succeeded {
            verdict.result = .failed(reason: "\(outcome.target) came back before the success was known")
        }
        control(.fencingFinished(verdict))
    }

    /// By device, the names of the nodes whose history says that it is started there.
    private var startedDevices: [String: [String]] {
        var result: [String: [String]] = [:]
        for state in document.status.children("node_state") where state["in_ccm"] == "true" {
            for resource in state.child("lrm")?.child("lrm_resources")?.children ?? []
            where resource["class"] == "stonith" {
                guard let id = resource.id, let name = state["uname"],
                    let last = resource.children.first(where: { $0.id == "\(id)_last_0" }),
                    last["rc-code"] == "0", last["operation"] != "stop"
                else { continue }
                result[id, default: []].append(name)
            }
        }
        return result
    }

    private mutating func publishOutcome(_ outcome: FencingOutcome) {
        let action = outcome.action.rawValue
        if outcome.result == .succeeded {
            publish(.fencingSucceeded(target: outcome.target, action: action, by: outcome.executor ?? outcome.client))
            report(
                outcome.action == .on ? .info : .warning,
                "\(outcome.target) was \(outcome.action == .on ? "unfenced" : "fenced") by \(outcome.executor ?? outcome.client)"
            )
        } else {
            publish(.fencingFailed(target: outcome.target, action: action, reason: words(for: outcome.result)))
            report(.error, "fencing of \(outcome.target) failed: \(words(for: outcome.result))")
        }
    }

    private func response(to outcome: FencingOutcome) -> ClientResponse {
        if outcome.result == .succeeded { return .done }
        return .refused(
            ClientFailure(.failed, "fencing of \(outcome.target) failed: \(words(for: outcome.result))"))
    }

    private func words(for result: FencingOutcome.Result) -> String {
        switch result {
        case .succeeded: "succeeded"
        case .noDevice: "no member has a fence device for it"
        case .timedOut: "timed out"
        case .failed(let reason): reason
        }
    }

    /// The coordinator is another one now; it knows nothing of what operators asked the former.
    mutating func refuseFencings() {
        for client in requests.abandonFencings() {
            emit(
                .respond(
                    client,
                    .refused(
                        ClientFailure(
                            .failed, "the designated controller changed while the node was being fenced; ask again"))))
        }
    }
}
