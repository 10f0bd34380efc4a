import CIB
import ClusterTypes
import Fencing
import ResourceManager
import Testing
import XMLTree

let fenceDevice = """
    <primitive id="fence" class="stonith" type="fence_test"><instance_attributes id="fence-params">\
    <nvpair id="fence-hosts" name="pcmk_host_list" value="n1 n2 n3 n4"/></instance_attributes></primitive>
    """

/// A cluster with a fence device and `web` on the first node.
private func fencedCluster(_ count: Int) throws -> TestCluster {
    let cluster = TestCluster(count)
    for node in 1...count { cluster.start(node) }
    cluster.run(.milliseconds(100))
    try cluster.configure(1, fenceDevice, in: .resources)
    try cluster.addWeb(withFencing: true)
    cluster.run(.milliseconds(500))
    return cluster
}

@Suite struct FencingTests {
    @Test func aLostNodeIsFencedBeforeItsResourceIsRecovered() throws {
        let cluster = try fencedCluster(2)
        #expect(cluster.nodes[0].active == ["web"])
        cluster.crash(1)
        cluster.run(.milliseconds(300))
        #expect(cluster.nodes[1].active == ["web"])
        let fenced = try #require(cluster.operations.firstIndex(of: "n2 fences n1"))
        let started = try #require(cluster.operations.firstIndex(of: "n2 web start"))
        #expect(fenced < started)
        let state = try #require(cluster[2].document.status.children("node_state").first { $0.id == "1" })
        #expect(state["in_ccm"] == "false" && state["crmd"] == "offline" && state["expected"] == "down")
        #expect(state.children.isEmpty)
        let kinds = cluster.nodes[1].events.map(\.name)
        let expected = ["node-lost", "fencing-requested", "fencing-started", "fencing-succeeded"]
        #expect(kinds.filter(expected.contains) == expected)
        #expect(cluster[2].status.activity == .idle)
    }

    @Test("each node is unfenced once, before anything starts on it, and the device's parameters are remembered")
    func unfencing() throws {
        let cluster = TestCluster(2)
        for node in 1...2 { cluster.start(node) }
        cluster.run(.milliseconds(100))
        let provides =
            "<meta_attributes id=\"fence-meta\"><nvpair id=\"p\" name=\"provides\" value=\"unfencing\"/></meta_attributes>"
        try cluster.configure(
            1, fenceDevice.dropLast("</primitive>".count) + provides + "</primitive>", in: .resources)
        try cluster.addWeb(withFencing: true)
        cluster.run(.seconds(2))
        let unfenced = cluster.operations.filter { $0.contains("unfences") }.map { String($0.suffix(2)) }
        #expect(unfenced.sorted() == ["n1", "n2"])
        #expect(cluster.nodes.contains { $0.active.contains("web") })
        #expect(cluster[1].status.activity == .idle)
        let attributes = ["1", "2"].map { id in
            cluster[1].document.status.children("node_state").first { $0.id == id }?.child("transient_attributes")?
                .child("instance_attributes")?.children.compactMap { $0["name"] } ?? []
        }
        for names in attributes {
            #expect(Set(names).isSuperset(of: ["#node-unfenced", "#digests-all", "#digests-secure"]))
        }
    }

    @Test func aNodeThatIsLostWhileItShutsDownIsFenced() throws {
        let cluster = try fencedCluster(2)
        cluster.behaviour = { _, _, operation in operation == "stop" ? (0, .seconds(5)) : nil }
        cluster.shutDown(1)
        cluster.run(.milliseconds(200))
        #expect(cluster.operations.last == "n1 web stop")
        cluster.crash(1)
        cluster.run(.milliseconds(300))
        let fenced = try #require(cluster.operations.firstIndex(of: "n2 fences n1"))
        let started = try #require(cluster.operations.firstIndex(of: "n2 web start"))
        #expect(fenced < started)
    }

    @Test func nothingIsRecoveredWhileFencingFailsAndItIsTriedAgain() throws {
        let cluster = try fencedCluster(2)
        var attempts = 0
        cluster.fenceBehaviour = { _ in
            attempts += 1
            return attempts <= 4 ? (1, .milliseconds(20)) : (0, .milliseconds(20))
        }
        cluster.crash(1)
        cluster.run(.milliseconds(500))
        #expect(cluster.nodes[1].active.isEmpty)
        #expect(cluster.nodes[1].events.contains { $0.name == "fencing-failed" })
        cluster.run(.seconds(30))
        #expect(cluster.nodes[1].active == ["web"])
        #expect(attempts == 5)
    }

    @Test func afterTooManyFailuresFencingWaitsForTheOperator() throws {
        let cluster = try fencedCluster(2)
        var attempts = 0
        cluster.fenceBehaviour = { _ in
            attempts += 1
            return (1, .milliseconds(20))
        }
        cluster.crash(1)
        cluster.run(.seconds(200))
        let made = attempts
        #expect(made >= 10)
        cluster.run(.seconds(200))
        #expect(attempts == made)
        #expect(cluster.nodes[1].active.isEmpty)
        let confirmation = cluster.request(2, .confirmFenced(node: "n1"))
        cluster.run(.seconds(1))
        #expect(cluster.response(2, confirmation) == .done)
        #expect(cluster.nodes[1].active == ["web"])
    }

    @Test func anOperatorFencesFromANodeThatIsNotController() throws {
        let cluster = try fencedCluster(3)
        let request = cluster.request(3, .fence(node: "n1", action: .off))
        cluster.run(.seconds(1))
        #expect(cluster.response(3, request) == .done || cluster.response(3, request)?.isRefusal == true)
        #expect(cluster.nodes[0].manager == nil)
        cluster.run(.seconds(5))
        #expect(cluster.nodes.dropFirst().count { $0.active == ["web"] } == 1)
        #expect(cluster[2].document == cluster[3].document)
    }

    @Test func fencingAnUnknownNodeIsRefused() throws {
        let cluster = try fencedCluster(2)
        let request = cluster.request(1, .fence(node: "n9", action: .reboot))
        #expect(cluster.response(1, request)?.isRefusal == true)
        let confirmation = cluster.request(1, .confirmFenced(node: "n2"))
        #expect(cluster.response(1, confirmation)?.isRefusal == true)
    }

    @Test func aFencedNodeThatComesBackIsAMemberAgain() throws {
        let cluster = try fencedCluster(2)
        cluster.crash(1)
        cluster.run(.seconds(1))
        cluster.start(1)
        cluster.run(.seconds(1))
        let state = cluster[2].document.status.children("node_state").first { $0.id == "1" }
        #expect(state?["in_ccm"] == "true" && state?["expected"] == "member")
        // It prefers its old home, and goes back there only after it was stopped.
        #expect(cluster.nodes[0].active == ["web"])
        #expect(cluster.violations.isEmpty)
        #expect(cluster[1].document == cluster[2].document)
        #expect(cluster[1].status.controller == "n2")
    }

    @Test func aStopThatFailsIsAnsweredByFencing() throws {
        let cluster = try fencedCluster(2)
        cluster.behaviour = { node, resource, operation in
            node == "n1" && resource == "web" && operation == "stop" ? (1, .milliseconds(10)) : nil
        }
        cluster.request(1, .setAttribute(.init(node: "n1", name: "standby", value: "on", lifetime: .forever)))
        cluster.run(.seconds(1))
        #expect(cluster.operations.suffix(4) == ["n1 web stop", "n2 fences n1", "n2 web start", "n2 web monitor"])
        #expect(cluster.violations.isEmpty)
        #expect(cluster.nodes[1].active == ["web"])
    }
}

extension ClientResponse {
    var isRefusal: Bool {
        if case .refused = self { true } else { false }
    }
}
