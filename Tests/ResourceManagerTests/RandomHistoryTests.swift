import CIB
import ClusterTypes
import Fencing
import ResourceManager
import Testing
import XMLTree

/// Histories drawn from a seed: crashes, restarts, dying services, slow and failing agents and devices, changes. What
/// must hold while it lasts: no resource on two nodes. What must hold when it is over: one state, everything running.
@Suite struct RandomHistoryTests {
    @Test(arguments: 1...8)
    func isSafeAndComesToRest(seed: Int) throws {
        let cluster = try history(seed: seed)
        let count = cluster.nodes.count
        #expect(cluster.violations.isEmpty)
        for node in 1...count {
            #expect(cluster[node].status.activity == .idle, "node \(node)")
            #expect(cluster[node].document == cluster[1].document, "node \(node)")
            #expect(cluster[node].status.pendingActions.isEmpty)
        }
        for name in ["a", "b", "c"] { #expect(cluster.nodes.count { $0.active.contains(name) } == 1, "\(name)") }
    }

    /// Forty disturbances, then quiet, a start of what is down and a refresh of everything.
    func history(seed: Int, isTracing: Bool = false) throws -> TestCluster {
        var generator = SeededGenerator(seed: UInt64(seed))
        let count = 2 + generator.below(3)
        let cluster = TestCluster(count)
        cluster.isTracing = isTracing
        var isCalm = false
        var agents = SeededGenerator(seed: UInt64(seed) &+ 1000)
        cluster.behaviour = { _, _, operation in
            guard !isCalm, operation != "monitor", agents.chance(0.2) else { return nil }
            return (operation == "start" && agents.chance(0.5) ? 1 : 0, agents.duration(in: .zero ... .seconds(3)))
        }
        cluster.fenceBehaviour = { _ in (!isCalm && agents.chance(0.3) ? 1 : 0, .milliseconds(30)) }
        for node in 1...count { cluster.start(node) }
        cluster.run(.milliseconds(100))
        try cluster.configure(1, fenceDevice, in: .resources)
        for name in ["a", "b", "c"] { try cluster.configure(1, dummy(name), in: .resources) }
        cluster.run(.milliseconds(500))
        for _ in 0..<40 {
            disturb(cluster, count, &generator)
            cluster.run(generator.duration(in: .zero ... .seconds(2)))
        }
        isCalm = true
        for node in 1...count where cluster.nodes[node - 1].manager == nil { cluster.start(node) }
        cluster.run(.seconds(30))
        for node in 1...count where cluster.nodes[node - 1].manager == nil { cluster.start(node) }
        cluster.run(.seconds(30))
        let cleanup = cluster.request(1, .refresh(resource: nil, node: nil))
        cluster.run(.seconds(60))
        #expect(cluster.response(1, cleanup) == .done)
        return cluster
    }

    private func disturb(_ cluster: TestCluster, _ count: Int, _ generator: inout SeededGenerator) {
        let node = 1 + generator.below(count)
        guard cluster.nodes[node - 1].manager != nil else {
            cluster.start(node)
            return
        }
        switch generator.below(7) {
        case 0: cluster.crash(node)
        case 1: cluster.killDaemon(node)
        case 2: cluster.shutDown(node)
        case 3: cluster.lose(["a", "b", "c"][generator.below(3)], on: node)
        case 4:
            cluster.request(
                node,
                .setAttribute(
                    .init(
                        node: cluster.name(1 + generator.below(count)), name: "x", value: String(generator.below(100)),
                        lifetime: generator.chance(0.5) ? .forever : .reboot)))
        case 5: cluster.request(node, .cleanup(resource: nil, node: nil))
        default: cluster.request(node, .fence(node: cluster.name(1 + generator.below(count)), action: .reboot))
        }
    }

    private func dummy(_ name: String) -> String {
        """
        <primitive id="\(name)" class="ocf" provider="lockstep" type="Dummy"><operations>\
        <op id="\(name)-monitor" name="monitor" interval="10s"/></operations></primitive>
        """
    }
}
