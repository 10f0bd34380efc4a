import CIB
import ClusterTypes
import ResourceManager
import Testing
import XMLTree

let web = """
    <primitive id="web" class="ocf" provider="lockstep" type="Dummy"><operations>\
    <op id="web-monitor" name="monitor" interval="10s"/></operations></primitive>
    """

extension TestCluster {
    func disableFencing() throws {
        try configure(
            1,
            """
            <cluster_property_set id="options"><nvpair id="options-fencing" name="stonith-enabled" value="false"/>\
            </cluster_property_set>
            """, in: .clusterOptions)
    }

    /// Configures `web` so that it prefers the first node.
    func addWeb(withFencing: Bool = false) throws {
        if !withFencing { try disableFencing() }
        let home = XMLElement("rsc_location", ["id": "web-home", "rsc": "web", "node": "n1", "score": "100"])
        let operations: [CIBOperation] = [
            .create(try XMLElement(parsing: web), in: .section(.resources)), .create(home, in: .section(.constraints)),
        ]
        request(1, .changeCIB(operations, expectedVersion: nil))
    }
}

/// A pair with the resource `web` started on the first node.
func pairWithWeb() throws -> TestCluster {
    let cluster = TestCluster(2)
    cluster.start(1)
    cluster.start(2)
    cluster.run(.milliseconds(100))
    try cluster.addWeb()
    cluster.run(.milliseconds(500))
    return cluster
}

@Suite struct ColdStartTests {
    @Test func pairIsUpAtOnceWhenBothNodesAreThere() {
        let cluster = TestCluster(2)
        cluster.start(1)
        cluster.start(2)
        cluster.run(.milliseconds(50))
        for node in [1, 2] {
            #expect(cluster[node].status.phase == .member)
            #expect(cluster[node].status.controller == "n1")
            #expect(cluster[node].status.activity == .idle)
            #expect(cluster[node].document.root["have-quorum"] == "1")
            #expect(cluster[node].document.root["dc-uuid"] == "1")
        }
        #expect(cluster[1].document == cluster[2].document)
        let states = cluster[1].document.status.children("node_state")
        #expect(states.map { $0["uname"] } == ["n1", "n2"])
        #expect(states.allSatisfy { $0["in_ccm"] == "true" && $0["crmd"] == "online" && $0["join"] == "member" })
        let nodes = cluster[1].document.section(.nodes)?.children.map { $0["uname"] }
        #expect(nodes == ["n1", "n2"])
    }

    @Test func aNodeAloneWaitsForItsPeerBeforeItActs() {
        let cluster = TestCluster(2)
        cluster.start(1)
        cluster.run(.milliseconds(900))
        #expect(cluster.scheduleCount == 0)
        // Not even its copy of the document becomes newer.
        #expect(cluster[1].document.version == .initial)
        cluster.run(.milliseconds(200))
        #expect(cluster.scheduleCount > 0)
    }

    @Test func aChangeBeforeTheNodeHasJoinedIsAnsweredAfterwards() throws {
        let cluster = TestCluster(2)
        cluster.start(1)
        let change = cluster.request(
            1, .changeCIB([.create(try XMLElement(parsing: web), in: .section(.resources))], expectedVersion: nil))
        #expect(cluster.response(1, change) == nil)
        cluster.start(2)
        cluster.run(.seconds(1))
        guard case .changed = cluster.response(1, change) else {
            Issue.record("the change was not answered")
            return
        }
        #expect(cluster[2].document.section(.resources)?.child("primitive")?.id == "web")
    }

    @Test func aResourceIsProbedEverywhereAndStartedOnce() throws {
        let cluster = try pairWithWeb()
        #expect(cluster.operations.filter { $0.hasSuffix("start") } == ["n1 web start"])
        #expect(cluster.operations.prefix(2).sorted() == ["n1 web monitor", "n2 web monitor"])
        #expect(cluster.nodes[0].active == ["web"])
        #expect(cluster[2].status.activity == .idle)
        #expect(cluster[1].document == cluster[2].document)
        let history = cluster[2].document.status.firstDescendant(id: "web_last_0")
        #expect(history != nil)
    }

    @Test func aNodeThatIsAddedToTheConfigurationIsInTheDocumentBeforeItComes() throws {
        let cluster = try pairWithWeb()
        let nodes = (1...3).map { NamedNode(id: NodeID($0), name: "n\($0)") }
        func names(_ node: Int) -> [String?] {
            cluster[node].document.section(.nodes)?.children.map { $0["uname"] } ?? []
        }
        // The others may be told later: only the designated controller writes.
        cluster.give(2, .nodesConfigured(nodes))
        cluster.run(.milliseconds(100))
        #expect(names(2) == ["n1", "n2"])
        cluster.give(1, .nodesConfigured(nodes))
        cluster.run(.milliseconds(100))
        #expect(names(1) == ["n1", "n2", "n3"] && names(2) == ["n1", "n2", "n3"])
        // One that is taken out stays until somebody deletes it, and is not written again then.
        for node in 1...2 { cluster.give(node, .nodesConfigured(Array(nodes.prefix(2)))) }
        #expect(cluster.nodes[0].reports.contains { $0.contains("crm node delete n3") })
        cluster.request(
            1, .changeCIB([.delete(XMLElement("node", ["id": "3"]), in: .section(.nodes))], expectedVersion: nil))
        cluster.run(.milliseconds(100))
        cluster.killDaemon(2)
        cluster.run(.seconds(1))
        #expect(names(1) == ["n1", "n2"])
    }
}
