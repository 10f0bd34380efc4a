import CIB
import ClusterTypes
import Executor
import Fencing
import TransitionGraph
import XMLTree

// The controller: what it must know, and what it wants done.
extension ResourceManagerNode {
    mutating func control(_ event: Controller.Event) {
        let surroundings = Controller.Surroundings(
            settings: settings, document: document, options: options, dependencies: dependencies, inFlight: inFlight,
            wallTime: wallTime,
            awaitsChanges: requests.awaitsControllerChanges || !isSettledController)
        var effects: [Controller.Effect] = []
        controller.receive(event, in: surroundings, into: &effects)
        for effect in effects { perform(effect) }
    }

    private mutating func perform(_ effect: Controller.Effect) {
        switch effect {
        case .compute(let id): emit(.computeSchedule(id, snapshot: document.root, now: wallTime))
        case .execute(let order):
            inFlight.add(order, from: settings.node, isDelivered: false)
            send(.execute(order))
        case .fence(let request): fence(request)
        case .letGo(let name): letGo(name)
        case .clearFailCount(let resource, let name):
            guard let node = node(named: name) else { return }
            let recorded = document.histories(of: node)?.children.compactMap(\.id) ?? []
            for name in Set([resource.id] + recorded.filter { resource.isRecorded(as: $0[...]) }).sorted() {
                change(ForgettingHistory.clearFailCounts(of: name, node: node, in: document), for: .controller)
            }
        case .deleteHistory(let resource, let name):
            guard let node = node(named: name) else { return }
            change(HistoryChanges.forget(resource: resource, node: node), for: .controller)
            send(.forget(resource: resource, node: node))
        case .setAttributes(let attributes, let name):
            guard let node = node(named: name) else { return }
            change(attributes.map { NodeStates.setAttribute($0.name, to: $0.value, of: node) }, for: .controller)
        case .arm(let timer, let delay): emit(.arm(timer, after: delay))
        case .cancel(let timer): emit(.cancel(timer))
        case .announce(let activity):
            send(
                .activity(
                    ActivityAnnouncement(activity: activity, version: document.version, seen: seenReconsiders)))
        case .publish(let kind): publish(kind)
        case .report(let level, let text): report(level, text)
        }
    }

    private mutating func letGo(_ name: String) {
        guard let node = node(named: name) else { return }
        change(NodeStates.expectedDown(.init(id: node, name: name)), for: .controller)
        send(.shutDown(node))
    }
}
