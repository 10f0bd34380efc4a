import ClusterConfiguration
import ClusterTypes
import Testing

@testable import Messaging

@Suite struct TieBreakerTests {
    private func cluster(
        _ rule: QuorumSettings.TieBreaker, _ count: UInt32 = 4, waitsForAll: Bool = false
    ) -> QuorumScenario {
        var cluster = QuorumScenario(count) {
            $0.tieBreaker = rule
            $0.waitsForAll = waitsForAll
        }
        cluster.form(Array(1...count))
        return cluster
    }

    @Test func theHalfWithTheLowestNodeStaysQuorate() {
        var cluster = cluster(.lowestNode)
        cluster.form([1, 2], [3, 4])
        #expect(cluster.quorate == [1, 2])
        cluster.form([1, 2], [3, 4])
        #expect(cluster.quorate == [1, 2])
        cluster.form([1], [2], [3, 4])
        #expect(cluster.quorate == [])
    }

    @Test func theHalfWithTheHighestNodeStaysQuorate() {
        var cluster = cluster(.highestNode)
        cluster.form([1, 2], [3, 4])
        #expect(cluster.quorate == [3, 4])
    }

    /// The first listed node that was there before the split.
    @Test func aListIsWorkedThroughInOrder() {
        let list = QuorumSettings.TieBreaker.listed([NodeID(3), NodeID(1)])
        var first = cluster(list)
        first.form([1, 2], [3, 4])
        #expect(first.quorate == [3, 4])
        var second = cluster(list)
        second.form([1, 2, 4], [3])
        second.form([1, 2], [3], [4])
        #expect(second.quorate == [1, 2])
    }

    @Test func theLowestNodeIsTheLowestOfTheLastQuoratePartition() {
        var cluster = cluster(.lowestNode)
        cluster.form([2, 3, 4])
        cluster.form([2, 3], [4])
        #expect(cluster.quorate == [2, 3])
    }

    @Test func halfOfTheNodesDoNotStartAlone() {
        var cluster = QuorumScenario(4) { $0.tieBreaker = .lowestNode }
        cluster.form([1, 2])
        cluster.form([1, 2])
        #expect(cluster.quorate == [])
    }

    /// Each half would have a lowest node of its own: node 1 of the partition it comes from, and node 2.
    @Test func aHalfThatComesFromTwoPartitionsKeepsNoQuorum() {
        var cluster = cluster(.lowestNode)
        cluster.form([1], [2, 3, 4])
        cluster.form([2, 3], [1, 4])
        cluster.form([2, 3], [1, 4])
        #expect(cluster.quorate == [2, 3])
    }

    /// Node 1 slept in the first ring while the others went on without it.
    @Test func aNodeThatMissedARingDoesNotBreakTies() {
        var cluster = cluster(.lowestNode)
        cluster.form([2, 3, 4], asleep: [1])
        #expect(cluster.quorate == [1, 2, 3, 4])
        cluster.form([2, 3], [1, 4])
        #expect(cluster.quorate == [2, 3])
    }

    @Test func lessThanHalfOfAnOddNumberStaysQuorateWhenTheRestCannotBe() {
        var cluster = cluster(.lowestNode, 5, waitsForAll: true)
        cluster.form([1, 2], [3, 4, 5])
        #expect(cluster.quorate == [3, 4, 5])
        var shrinking = self.cluster(.lowestNode, 5, waitsForAll: true)
        shrinking.form([1, 2, 3], [4, 5])
        shrinking.form([1, 2], [3], [4, 5])
        #expect(shrinking.quorate == [1, 2])
    }
}
