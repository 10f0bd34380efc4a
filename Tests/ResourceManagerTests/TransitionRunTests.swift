import Agents
import CIB
import ClusterTypes
import Executor
import Testing
import TransitionGraph
import XMLTree

@testable import ResourceManager

@Suite struct TransitionRunTests {
    private func graph(_ inputs: [[Int]], settings: [XMLElement.Attribute] = []) -> TransitionGraph {
        let actions = inputs.indices.map { index in
            TransitionGraph.Action(
                id: .init(index + 1), kind: .resource, operation: "start", operationKey: "r\(index + 1)_start_0",
                node: "n\(index % 2 + 1)")
        }
        let synapses = inputs.enumerated().map { index, inputs in
            TransitionGraph.Synapse(id: index, actions: [.init(index + 1)], inputs: inputs.map { .init($0) })
        }
        return TransitionGraph(settings: settings, actions: actions, synapses: synapses)
    }

    private func take(_ run: inout TransitionRun) -> [Int] { run.takeReady { _ in true }.map(\.id.rawValue) }

    @Test func anActionIsReadyWhenAllItsInputsAreDone() {
        var run = TransitionRun(id: 1, graph: graph([[], [], [1, 2], [3]]))
        #expect(take(&run) == [1, 2])
        run.confirm(.init(1))
        #expect(take(&run) == [])
        run.confirm(.init(2))
        #expect(take(&run) == [3])
        #expect(!run.isFinished)
        run.confirm(.init(3))
        #expect(take(&run) == [4])
        run.confirm(.init(4))
        #expect(run.isFinished)
        #expect(run.doneCount == 4)
    }

    @Test func aFailureHoldsBackWhatDependsOnIt() {
        var run = TransitionRun(id: 1, graph: graph([[], [1], []]))
        _ = run.takeReady { _ in true }
        run.fail(.init(1))
        run.confirm(.init(1))
        run.confirm(.init(3))
        #expect(run.isFinished)
        #expect(run.states == [.failed, .waiting, .done])
    }

    @Test func whatIsNotAllowedStaysReady() {
        var run = TransitionRun(id: 1, graph: graph([[], []]))
        let taken = run.takeReady { $0.id.rawValue == 2 }
        #expect(taken.map(\.id.rawValue) == [2])
        run.confirm(.init(2))
        #expect(!run.isFinished)
        #expect(take(&run) == [1])
    }

    @Test func anInputThatTheGraphDoesNotHoldIsNeverDone() {
        var run = TransitionRun(id: 1, graph: graph([[99]]))
        #expect(take(&run).isEmpty)
        #expect(run.isFinished)
        run.confirm(.init(99))
        #expect(take(&run).isEmpty)
    }

    @Test func limitsHoldForClusterAndNode() {
        let many = graph(Array(repeating: [], count: 100), settings: [.init("batch-limit", "5")])
        let run = TransitionRun(id: 1, graph: many)
        var limits = ActionLimits(run: run, inFlight: InFlightActions(), options: ClusterOptions())
        let admitted = many.actions.filter { limits.admit($0) }
        #expect(admitted.count == 5)
        let unlimited = TransitionRun(id: 1, graph: graph(Array(repeating: [], count: 100)))
        var nodeLimits = ActionLimits(run: unlimited, inFlight: InFlightActions(), options: ClusterOptions())
        let onNodes = unlimited.graph.actions.filter { nodeLimits.admit($0) }
        #expect(onNodes.count == 2 * ClusterOptions().nodeActionLimit)
    }
}

@Suite struct ControllerTableTests {
    @Test func resourcesThatNameEachOtherAreOneComponent() throws {
        let configuration = try XMLElement(
            parsing: """
                <configuration><resources><primitive id="a"/><primitive id="b"/><primitive id="c"/>
                <group id="g"><primitive id="d"/><primitive id="e"/></group><clone id="cl"><primitive id="f"/></clone>
                </resources><constraints><rsc_colocation id="x" rsc="a" with-rsc="b"/>
                <rsc_order id="y"><resource_set id="s"><resource_ref id="g"/><resource_ref id="cl"/></resource_set>
                </rsc_order><rsc_location id="l" rsc="c" node="n1"/></constraints></configuration>
                """)
        let dependencies = ResourceDependencies(configuration: configuration)
        #expect(dependencies.component(of: "a") == dependencies.component(of: "b"))
        #expect(dependencies.component(of: "d") == dependencies.component(of: "f:1"))
        #expect(dependencies.component(of: "a") != dependencies.component(of: "c"))
        #expect(dependencies.component(of: "a") != dependencies.component(of: "g"))
        #expect(dependencies.component(of: "unknown") == nil)
    }

    @Test(
        arguments: [
            ("30", Duration.seconds(30)), ("30s", .seconds(30)), ("15min", .seconds(900)), ("2h", .seconds(7200)),
            ("500ms", .milliseconds(500)), ("", nil), ("-1", nil), ("1 parsec", nil),
            ("99999999999999999999", nil), ("9999999999999h", .nanoseconds(Int64.max)),
        ] as [(String, Duration?)])
    func durationsAreReadAsTheIncumbentReadsThem(text: String, expected: Duration?) {
        #expect(ClusterOptions.duration(text) == expected)
    }

    @Test func theBootstrapSetWinsOverOthers() throws {
        let document = try CIBDocument(
            XMLElement(
                parsing: """
                    <cib><configuration><crm_config>
                    <cluster_property_set id="x"><nvpair id="1" name="cluster-delay" value="5s"/></cluster_property_set>
                    <cluster_property_set id="cib-bootstrap-options"><nvpair id="2" name="cluster-delay" value="7s"/>
                    <nvpair id="3" name="start-failure-is-fatal" value="no"/></cluster_property_set>
                    </crm_config></configuration></cib>
                    """))
        let options = ClusterOptions(of: document)
        #expect(options.clusterDelay == .seconds(7))
        #expect(!options.startFailureIsFatal)
        #expect(options.fencingMaxAttempts == 10)
    }

    @Test func failCountsGrowToInfinityAndNoFurther() throws {
        var document = CIBDocument()
        func fail(_ operation: String, _ interval: Duration, isFatal: Bool = true, ignored: Bool = false) throws {
            let report = ActionReport(
                node: NodeID(1), transitionKey: "1:1:0:u",
                key: OperationKey(resource: "web", operation: operation, interval: interval), status: .done,
                code: .genericError, expectedCode: .ok, exitReason: "", ignoresFailure: ignored, isCancellation: false)
            let changes = FailCounts.changes(
                for: report, in: document, startFailureIsFatal: isFatal, wallTime: WallTime(seconds: 9))
            try document.apply(CIBChange(changes, origin: CIBOrigin(node: "n1", client: "t", user: "t", seconds: 9)))
        }
        func count(_ name: String) -> String? { document.transientAttribute("fail-count-web#\(name)", of: NodeID(1)) }
        try fail("monitor", .zero)
        #expect(document.nodeState(of: NodeID(1)) == nil)
        try fail("monitor", .seconds(10))
        try fail("monitor", .seconds(10))
        #expect(count("monitor_10000") == "2")
        #expect(document.transientAttribute("last-failure-web#monitor_10000", of: NodeID(1)) == "9")
        try fail("start", .zero, isFatal: false)
        #expect(count("start_0") == "1")
        try fail("start", .zero)
        #expect(count("start_0") == "INFINITY")
        try fail("start", .zero, isFatal: false)
        #expect(count("start_0") == "INFINITY")
        try fail("promote", .zero, ignored: true)
        #expect(count("promote_0") == nil)
        #expect(document.transientAttribute("last-failure-web#promote_0", of: NodeID(1)) == "9")
    }
}
