import CIB
import ClusterTypes
import ResourceManager
import Testing
import TransitionGraph
import XMLTree

@Suite struct LifeCycleTests {
    @Test func aCleanShutdownMovesResourcesAwayFirst() throws {
        let cluster = try pairWithWeb()
        cluster.shutDown(1)
        cluster.run(.seconds(2))
        #expect(cluster.nodes[0].exit == .shutDown)
        #expect(cluster.nodes[0].active.isEmpty)
        #expect(cluster.nodes[1].active == ["web"])
        let stop = try #require(cluster.operations.firstIndex(of: "n1 web stop"))
        let start = try #require(cluster.operations.firstIndex(of: "n2 web start"))
        #expect(stop < start)
        let state = cluster[2].document.status.children("node_state").first { $0.id == "1" }
        #expect(state?["in_ccm"] == "false" && state?["crmd"] == "offline")
        #expect(state?["join"] == "down" && state?["expected"] == "down")
        #expect(state?.child("transient_attributes") == nil)
        #expect(cluster.nodes[1].events.contains { $0.kind == .nodeLeft(node: "n1") })
        #expect(cluster[2].status.controller == "n2")
    }

    @Test func noNodeIsLetGoWhileAnOperationOfAnEarlierTransitionRunsThere() throws {
        let cluster = try pairWithWeb()
        cluster.behaviour = { _, _, operation in operation == "stop" ? (0, .seconds(1)) : nil }
        cluster.shutDown(1)
        cluster.run(.milliseconds(200))
        #expect(cluster.operations.last == "n1 web stop")
        // Replaces the transition that ordered the stop.
        try cluster.configure(
            2, "<primitive id=\"b\" class=\"ocf\" provider=\"lockstep\" type=\"Dummy\"/>", in: .resources)
        cluster.run(.milliseconds(500))
        #expect(cluster.nodes[0].exit == nil)
        #expect(!cluster.operations.contains("n2 web start"))
        cluster.run(.seconds(2))
        #expect(cluster.nodes[0].exit == .shutDown)
        #expect(cluster.nodes[1].active == ["b", "web"])
    }

    @Test func theLastNodeStopsItsResourcesAndLeaves() throws {
        let cluster = try pairWithWeb()
        cluster.shutDown(2)
        cluster.run(.seconds(2))
        #expect(cluster.nodes[1].exit == .shutDown)
        cluster.shutDown(1)
        cluster.run(.seconds(2))
        #expect(cluster.nodes[0].exit == .shutDown)
        #expect(cluster.nodes[0].active.isEmpty)
    }

    @Test func aDeletedResourceIsStoppedAndItsHistoryForgottenWithoutItsAgent() throws {
        let cluster = try pairWithWeb()
        let operationsBefore = cluster.operations.count
        let operations: [CIBOperation] = [
            .delete(XMLElement("rsc_location", ["id": "web-home"]), in: .section(.constraints)),
            .delete(XMLElement("primitive", ["id": "web"]), in: .section(.resources)),
        ]
        cluster.request(1, .changeCIB(operations, expectedVersion: nil))
        cluster.run(.seconds(5))
        #expect(cluster.nodes.allSatisfy { $0.active.isEmpty })
        #expect(cluster.operations[operationsBefore...].allSatisfy { !$0.hasSuffix("web delete") })
        cluster[2].document.status.forEachDescendant { #expect($0.name != "lrm_resource" || $0.id != "web") }
    }

    @Test func aWholeClusterThatShutsDownAtOnceEnds() throws {
        let cluster = try pairWithWeb()
        cluster.shutDown(1)
        cluster.shutDown(2)
        cluster.run(.seconds(5))
        #expect(cluster.nodes.map(\.exit) == [.shutDown, .shutDown])
        #expect(cluster.nodes.allSatisfy { $0.active.isEmpty })
        #expect(!cluster.operations.contains("n2 web start"))
    }

    @Test func aNodeOutsideTheGroupStopsAtOnce() {
        let cluster = TestCluster(2)
        cluster.start(1)
        cluster.shutDown(1)
        cluster.run(.seconds(2))
        #expect(cluster.nodes[0].exit == .shutDown)
    }

    @Test func standbyMovesTheResourceAndTheChangeIsAnsweredWhenStable() throws {
        let cluster = try pairWithWeb()
        let request = cluster.request(
            2, .setAttribute(NodeAttributeChange(node: "n1", name: "standby", value: "on", lifetime: .forever)))
        #expect(cluster.response(2, request) == nil)
        cluster.run(.milliseconds(200))
        #expect(cluster.response(2, request) == .done)
        #expect(cluster.nodes[1].active == ["web"])
        #expect(cluster.nodes[0].active.isEmpty)
        #expect(cluster.nodes.allSatisfy { $0.disk?.version.epoch == cluster[1].document.version.epoch })
    }

    @Test func aTransientAttributeIsSetAndRemoved() throws {
        let cluster = try pairWithWeb()
        let schedules = cluster.scheduleCount
        let change = NodeAttributeChange(node: "n2", name: "ping#x", value: "100", lifetime: .reboot)
        let set = cluster.request(2, .setAttribute(change))
        cluster.run(.milliseconds(100))
        #expect(cluster.response(2, set) == .done)
        #expect(cluster[1].document.status.firstDescendant(id: "status-2-ping.x")?["value"] == "100")
        #expect(cluster.scheduleCount > schedules)
        cluster.request(2, .setAttribute(.init(node: "n2", name: "ping#x", value: nil, lifetime: .reboot)))
        cluster.run(.milliseconds(100))
        #expect(cluster[1].document.status.firstDescendant(id: "status-2-ping.x") == nil)
        #expect(cluster[2].status.activity == .idle)
    }

    @Test func aRestartedDaemonIsProbedAndItsServicesAdopted() throws {
        let cluster = try pairWithWeb()
        cluster.scheduler = { cib, now in
            // Without fencing: what matters here is what happens when the daemon is back.
            cib.child("status")?.children.contains { $0["in_ccm"] == "false" } == true
                ? .computed(ComputedSchedule(graph: .init())) : scheduleForReal(cib, now)
        }
        cluster.killDaemon(1)
        cluster.run(.milliseconds(50))
        let operations = cluster.operations.count
        cluster.start(1)
        cluster.run(.milliseconds(500))
        #expect(cluster.nodes[0].active == ["web"])
        #expect(cluster.nodes[1].active.isEmpty)
        let since = Array(cluster.operations[operations...])
        #expect(since == ["n1 web monitor", "n1 web monitor"])
        #expect(cluster[1].document == cluster[2].document)
        #expect(cluster[2].status.controller == "n2")
    }

    @Test func theNextControllerGoesOnWhereTheLostOneStopped() throws {
        let cluster = TestCluster(3)
        for node in 1...3 { cluster.start(node) }
        cluster.run(.milliseconds(50))
        cluster.behaviour = { _, _, operation in operation == "start" ? (0, .seconds(5)) : nil }
        try cluster.disableFencing()
        try cluster.configure(
            2, "<primitive id=\"b\" class=\"ocf\" provider=\"lockstep\" type=\"Dummy\"/>", in: .resources)
        // The start goes to the second node: the first is in standby.
        cluster.request(2, .setAttribute(.init(node: "n1", name: "standby", value: "on", lifetime: .forever)))
        cluster.run(.seconds(1))
        #expect(cluster.operations.last == "n2 b start")
        #expect(cluster[3].status.pendingActions == [.init(operation: "b_start_0", node: "n2")])
        cluster.crash(1)
        cluster.run(.seconds(1))
        #expect(cluster[3].status.controller == "n2")
        cluster.run(.seconds(10))
        #expect(cluster.operations.filter { $0.hasSuffix("start") } == ["n2 b start"])
        #expect(cluster.nodes[1].active == ["b"])
        #expect(cluster[3].status.activity == .idle)
        #expect(cluster[2].document == cluster[3].document)
    }

    @Test func aNodeThatJoinsLaterDoesNotBecomeController() throws {
        let cluster = TestCluster(2)
        cluster.start(2)
        cluster.run(.milliseconds(100))
        cluster.start(1)
        cluster.run(.milliseconds(100))
        #expect(cluster[1].status.controller == "n2")
        #expect(cluster[2].status.controller == "n2")
    }
}
