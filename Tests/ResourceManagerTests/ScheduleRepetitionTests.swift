import CIB
import ClusterTypes
import Testing
import TransitionGraph

@testable import ResourceManager

@Suite struct ScheduleRepetitionTests {
    private let surroundings = Controller.Surroundings(
        settings: ManagerSettings(
            member: GroupMember(node: NodeID(1), processID: 1), nodeName: "n1",
            nodes: [NamedNode(id: NodeID(1), name: "n1")]),
        document: CIBDocument(), options: ClusterOptions(), dependencies: ResourceDependencies(),
        inFlight: InFlightActions(), wallTime: WallTime(seconds: 0), awaitsChanges: false)

    /// A plan that the controller carries out by itself, and that is therefore complete at once.
    private func plan(_ resource: String) -> TransitionGraph {
        TransitionGraph(
            actions: [
                .init(
                    id: .init(1), kind: .cluster, operation: "lrm_delete", operationKey: "\(resource)_delete_0",
                    node: "n1", resource: .init(id: resource, standard: "ocf", provider: "p", type: "Dummy"))
            ], synapses: [.init(id: 0, actions: [.init(1)], inputs: [])])
    }

    /// Answers what the controller asks for with the plan, then gives it a reason to ask again.
    private func step(
        _ controller: inout Controller, _ graph: TransitionGraph, isNews: Bool = false
    ) -> [Controller.Effect] {
        var effects: [Controller.Effect] = []
        if case .computing(let id) = controller.phase {
            controller.receive(
                .computed(id, .computed(ComputedSchedule(graph: graph))), in: surroundings, into: &effects)
        }
        controller.receive(.reconsider(reason: "test", isUrgent: isNews), in: surroundings, into: &effects)
        return effects
    }

    private func pauses(_ effects: [Controller.Effect]) -> [Duration] {
        effects.compactMap { if case .arm(.pause, after: let delay) = $0 { delay } else { nil } }
    }

    private func computes(_ effects: [Controller.Effect]) -> Bool {
        effects.contains { if case .compute = $0 { true } else { false } }
    }

    private func activeController() -> Controller {
        var controller = Controller()
        var effects: [Controller.Effect] = []
        controller.receive(.activated(transitionUUID: "uuid"), in: surroundings, into: &effects)
        return controller
    }

    @Test("a plan that has no effect is made ever more slowly, and the log says so")
    func slowsDown() {
        var controller = activeController()
        for _ in 1...4 {
            let effects = step(&controller, plan("a"))
            #expect(pauses(effects) == [] && computes(effects))
        }
        for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
            var effects = step(&controller, plan("a"))
            #expect(pauses(effects) == [.seconds(expected)] && !computes(effects))
            #expect(effects.contains { if case .report(.warning, _) = $0 { true } else { false } })
            effects = []
            controller.receive(.timerFired(.pause), in: surroundings, into: &effects)
            #expect(computes(effects))
        }
    }

    @Test("plans that come in turns are noticed too")
    func noticesCycles() {
        var controller = activeController()
        let effects = (1...8).flatMap { step(&controller, plan($0 % 2 == 0 ? "a" : "b")) }
        #expect(pauses(effects) == [.seconds(1)])
    }

    @Test("news ends the waiting at once")
    func newsCounts() {
        var controller = activeController()
        for _ in 1...5 { _ = step(&controller, plan("a")) }
        let effects = step(&controller, plan("a"), isNews: true)
        #expect(computes(effects))
        #expect(effects.contains { if case .cancel(.pause) = $0 { true } else { false } })
        #expect(pauses(step(&controller, plan("a"))) == [])
    }

    @Test("different plans, and plans that come to an end, do not count")
    func progressIsNoRepetition() {
        var controller = activeController()
        for number in 1...20 { #expect(pauses(step(&controller, plan("r\(number)"))) == []) }
        for _ in 1...10 {
            #expect(pauses(step(&controller, plan("a"))) == [])
            #expect(pauses(step(&controller, TransitionGraph())) == [])
        }
    }
}
