import CIB
import ClusterTypes
import ResourceManager
import Testing
import XMLTree

@Suite struct FailureTests {
    @Test func aStartThatFailsBansTheNodeAndMovesOn() throws {
        let cluster = TestCluster(2)
        cluster.behaviour = { node, _, operation in
            node == "n1" && operation == "start" ? (1, .milliseconds(10)) : nil
        }
        cluster.start(1)
        cluster.start(2)
        cluster.run(.milliseconds(50))
        try cluster.addWeb()
        cluster.run(.milliseconds(500))
        #expect(cluster.nodes[1].active == ["web"])
        let state = try #require(cluster[1].document.status.children("node_state").first)
        #expect(state.firstDescendant(id: "status-1-fail-count-web.start_0")?["value"] == "INFINITY")
        #expect(state.firstDescendant(id: "status-1-fail-count-web.start_0")?["name"] == "fail-count-web#start_0")
        #expect(state.firstDescendant(id: "status-1-last-failure-web.start_0") != nil)
        #expect(cluster.operations.suffix(3) == ["n1 web stop", "n2 web start", "n2 web monitor"])
    }

    @Test func aMonitorThatFailsIsCountedAndTheResourceRecovered() throws {
        let cluster = try pairWithWeb()
        let before = cluster.operations.count
        cluster.lose("web", on: 1)
        cluster.run(.seconds(11))
        #expect(cluster.nodes[0].active == ["web"])
        #expect(
            Array(cluster.operations[before...].prefix(4)) == [
                "n1 web monitor", "n1 web stop", "n1 web start", "n1 web monitor",
            ])
        let count = cluster[2].document.status.firstDescendant(id: "status-1-fail-count-web.monitor_10000")
        #expect(count?["value"] == "1")
        #expect(
            cluster.nodes[1].events.contains {
                $0.kind == .resourceFailed(resource: "web", node: "n1", resultCode: 7)
            })
        cluster.lose("web", on: 1)
        cluster.run(.seconds(11))
        let again = cluster[1].document.status.firstDescendant(id: "status-1-fail-count-web.monitor_10000")
        #expect(again?["value"] == "2")
    }

    @Test func aFailureIsForgottenWhenTheParametersChange() throws {
        let cluster = try pairWithWeb()
        cluster.lose("web", on: 1)
        cluster.run(.seconds(11))
        #expect(cluster[2].document.status.firstDescendant(id: "web_last_failure_0") != nil)
        let changed = try XMLElement(
            parsing: """
                <primitive id="web"><instance_attributes id="web-p">
                <nvpair id="web-p-x" name="x" value="2"/></instance_attributes></primitive>
                """)
        cluster.request(
            1,
            .changeCIB(
                [.modify(changed, in: .section(.resources), allowsCreation: false)], expectedVersion: nil))
        cluster.run(.seconds(5))
        #expect(cluster[2].document.status.firstDescendant(id: "web_last_failure_0") == nil)
        #expect(cluster[2].document.status.firstDescendant(id: "status-1-fail-count-web.monitor_10000") == nil)
        #expect(cluster.nodes[0].active == ["web"])
    }

    @Test func cleanupForgetsFailuresAndProbesAgain() throws {
        let cluster = TestCluster(2)
        var isBroken = true
        cluster.behaviour = { node, _, operation in
            isBroken && operation == "start" ? (1, .milliseconds(10)) : nil
        }
        cluster.start(1)
        cluster.start(2)
        cluster.run(.milliseconds(50))
        try cluster.addWeb()
        cluster.run(.milliseconds(500))
        #expect(cluster.nodes.allSatisfy { $0.active.isEmpty })
        isBroken = false
        let request = cluster.request(2, .cleanup(resource: "web", node: nil))
        cluster.run(.milliseconds(500))
        #expect(cluster.response(2, request) == .done)
        #expect(cluster.nodes[0].active == ["web"])
        let text = cluster[1].document.status.compact()
        #expect(!text.contains("fail-count"))
        #expect(cluster[1].document == cluster[2].document)
    }

    @Test func cleanupOfSomethingUnknownIsRefused() throws {
        let cluster = try pairWithWeb()
        let request = cluster.request(1, .cleanup(resource: "nothing", node: nil))
        guard case .refused(let failure) = cluster.response(1, request) else {
            Issue.record("not refused")
            return
        }
        #expect(failure.code == .notFound)
        #expect(failure.message.contains("nothing"))
    }

    @Test func anUnrelatedFailureIsRecoveredWhileASlowStartGoesOn() throws {
        let cluster = try pairWithWeb()
        cluster.behaviour = { _, resource, operation in
            resource == "slow" && operation == "start" ? (0, .seconds(60)) : nil
        }
        try cluster.configure(
            1, "<primitive id=\"slow\" class=\"ocf\" provider=\"lockstep\" type=\"Dummy\"/>", in: .resources)
        cluster.run(.seconds(1))
        #expect(cluster.operations.filter { $0.hasSuffix("slow start") }.count == 1)
        cluster.lose("web", on: 1)
        cluster.run(.seconds(11))
        #expect(cluster.nodes[0].active.contains("web"))
        #expect(cluster.operations.filter { $0 == "n1 web start" }.count == 2)
        // The slow one was neither started twice nor stopped meanwhile.
        cluster.run(.seconds(60))
        let slow = cluster.operations.filter { $0.contains("slow") && !$0.hasSuffix("monitor") }
        #expect(slow.count == 1 && slow.first?.hasSuffix("start") == true)
        #expect(cluster[1].status.activity == .idle)
        #expect(cluster[1].status.pendingActions.isEmpty)
    }

    @Test func anActionThatNobodyReportsTimesOut() throws {
        let cluster = try pairWithWeb()
        cluster.behaviour = { _, resource, operation in
            resource == "lost" && operation == "start" ? (0, .seconds(10_000)) : nil
        }
        try cluster.configure(
            1, "<primitive id=\"lost\" class=\"ocf\" provider=\"lockstep\" type=\"Dummy\"/>", in: .resources)
        cluster.run(.seconds(79))
        #expect(cluster[2].status.pendingActions.map(\.operation) == ["lost_start_0"])
        cluster.run(.seconds(2))
        let text = cluster[2].document.status.compact()
        #expect(text.contains("name=\"fail-count-lost#start_0\" value=\"INFINITY\""))
    }
}
