import ClusterConfiguration
import ClusterTypes
import Testing

@testable import Messaging

/// The rules of votequorum(5), as stories of partitions.
@Suite struct VoteQuorumTests {
    @Test func aMajorityIsQuorate() {
        var cluster = QuorumScenario(5)
        cluster.form([1, 2], [3, 4, 5])
        #expect(cluster.quorate == [3, 4, 5])
        #expect(cluster.numbers(3) == [5, 3, 3])
        cluster.form([1, 2, 3], [4, 5])
        #expect(cluster.quorate == [1, 2, 3])
    }

    @Test func votesCountNotNodes() {
        var cluster = QuorumScenario(3, votes: [3, 1, 1])
        cluster.form([1], [2, 3])
        #expect(cluster.quorate == [1])
    }

    @Test func aNodeWithoutVotesFollowsTheOthers() {
        var cluster = QuorumScenario(4, votes: [1, 1, 1, 0])
        cluster.form([1, 4], [2, 3])
        #expect(cluster.quorate == [2, 3])
        cluster.form([1, 2, 4], [3])
        #expect(cluster.quorate == [1, 2, 4])
    }

    @Test func moreVotesThanExpectedRaiseTheExpectation() {
        var cluster = QuorumScenario(5, expected: 3)
        cluster.form([1, 2, 3, 4, 5])
        #expect(cluster.numbers(1) == [5, 5, 3])
        cluster.form([1, 2], [3, 4, 5])
        #expect(cluster.quorate == [3, 4, 5])
    }

    @Test func withoutAProviderEverybodyIsQuorate() {
        var none = QuorumRules(expectedVotes: 3)
        none.isEnabled = false
        let quorum = VoteQuorum(localNode: NodeID(1), rules: none, ring: ring)
        #expect(quorum.view.isQuorate)
        #expect(quorum.refusal(of: .expectedVotes(1)) == .noProvider)
    }

    @Test func twoNodesWaitForEachOtherOnceAndThenEachIsEnough() {
        var pair = QuorumScenario(2) {
            $0.isTwoNode = true
            $0.waitsForAll = true
        }
        pair.form([1], [2])
        #expect(pair.quorate == [])
        pair.form([1, 2])
        #expect(pair.quorate == [1, 2])
        pair.form([1], [2])
        #expect(pair.quorate == [1, 2])
        #expect(pair.status(1)?.quorum == 1)
        pair.boot(2)
        #expect(pair.quorate == [1])
    }

    @Test func withoutWaitForAllOneOfTwoStartsAlone() {
        var pair = QuorumScenario(2) { $0.isTwoNode = true }
        pair.form([1])
        #expect(pair.quorate == [1])
    }

    @Test func aNodeThatComesBackToAQuorateOneNeedNotWaitForAll() {
        var cluster = QuorumScenario(3) { $0.waitsForAll = true }
        cluster.form([1, 2])
        #expect(cluster.quorate == [])
        #expect(cluster.status(1)?.isWaitingForAll == true)
        cluster.form([1, 2, 3])
        cluster.form([1, 2])
        #expect(cluster.quorate == [1, 2])
        cluster.boot(3)
        cluster.form([1, 3], [2])
        #expect(cluster.quorate == [1, 3])
    }

    @Test func whoLostQuorumWaitsForAllAgain() {
        var cluster = QuorumScenario(5) { $0.waitsForAll = true }
        cluster.form([1, 2, 3, 4, 5])
        cluster.form([1, 2], [3], [4], [5])
        #expect(cluster.quorate == [])
        cluster.form([1, 2, 3], [4, 5])
        #expect(cluster.quorate == [])
        cluster.form([1, 2, 3, 4, 5])
        #expect(cluster.quorate == [1, 2, 3, 4, 5])
    }

    @Test func anOperatorEndsTheWaitForAll() {
        var cluster = QuorumScenario(3) { $0.waitsForAll = true }
        cluster.form([1, 2])
        cluster.change(.cancelWaitForAll, on: 1)
        #expect(cluster.quorate == [1, 2])
        #expect(cluster.reports.contains("node 1 ended the wait for all nodes"))
    }
}

@Suite struct LastManStandingTests {
    private func cluster(_ count: UInt32, _ adjust: (inout QuorumRules) -> Void = { _ in }) -> QuorumScenario {
        var cluster = QuorumScenario(count) {
            $0.waitsForAll = true
            $0.lastManStandingWindow = .seconds(10)
            adjust(&$0)
        }
        cluster.form(Array(1...count))
        return cluster
    }

    /// The example of votequorum(5).
    @Test func eightNodesCanShrinkToTwo() {
        var cluster = cluster(8)
        for (members, numbers) in [([1, 2, 3, 4, 5], [5, 5, 3]), ([1, 2, 3], [3, 3, 2]), ([1, 2], [2, 2, 2])] {
            let members = members.map { UInt32($0) }
            cluster.form(members)
            #expect(cluster.quorate == members)
            cluster.passWindow()
            #expect(cluster.numbers(1) == numbers.map { UInt32($0) })
        }
        cluster.form([1])
        #expect(cluster.quorate == [])
    }

    @Test func withinTheWindowNothingShrinks() {
        var cluster = cluster(5)
        cluster.form([1, 2, 3])
        cluster.form([1, 2])
        #expect(cluster.quorate == [])
        cluster.passWindow()
        #expect(cluster.numbers(1) == [5, 2, 3])
    }

    @Test func withATieBreakerTheLastOneOfTwoStays() {
        var cluster = cluster(4) { $0.tieBreaker = .lowestNode }
        cluster.form([1, 2], [3, 4])
        #expect(cluster.quorate == [1, 2])
        cluster.passWindow()
        #expect(cluster.numbers(1) == [2, 2, 2])
        cluster.form([1], [2])
        #expect(cluster.quorate == [1])
        cluster.passWindow()
        #expect(cluster.numbers(1) == [1, 1, 1])
    }

    @Test func aNodeThatComesBackIsExpectedAgain() {
        var cluster = cluster(4)
        cluster.form([1, 2, 3])
        cluster.passWindow()
        #expect(cluster.numbers(1) == [3, 3, 2])
        cluster.form([1, 2, 3, 4])
        #expect(cluster.numbers(4) == [4, 4, 3])
        #expect(cluster.quorate == [1, 2, 3, 4])
    }

    @Test func aNodeWithTwoVotesEndsIt() {
        var cluster = QuorumScenario(3, votes: [2, 1, 1]) { $0.lastManStandingWindow = .seconds(10) }
        cluster.form([1, 2, 3])
        #expect(cluster.status(2)?.isLastManStanding == false)
        cluster.form([1, 2])
        #expect(cluster.timers == [])
        #expect(cluster.reports.first?.contains("node 1 has 2") == true)
    }
}

@Suite struct ExpectedVotesTests {
    @Test func aCleanLeaveLowersTheExpectationDownToTheConfiguredOne() {
        var cluster = QuorumScenario(6, expected: 3) {
            $0.allowsDownscale = true
            $0.tracksExpectedVotes = true
        }
        cluster.form([1, 2, 3, 4, 5, 6])
        #expect(cluster.numbers(1) == [6, 6, 4])
        for (leaver, numbers) in [(6, [5, 5, 3]), (5, [4, 4, 3]), (4, [3, 3, 2]), (3, [3, 2, 2])] {
            cluster.leave(UInt32(leaver))
            #expect(cluster.announced.last == UInt32(leaver))
            #expect(cluster.numbers(1) == numbers.map { UInt32($0) }, "after \(leaver)")
            #expect(cluster.status(1)?.nodes[leaver - 1].state == .leaving)
            cluster.form((1..<leaver).map { UInt32($0) })
            #expect(cluster.numbers(1) == numbers.map { UInt32($0) }, "without \(leaver)")
        }
    }

    @Test func withoutDownscalingACleanLeaveIsNotAnnounced() {
        var cluster = QuorumScenario(3)
        cluster.form([1, 2, 3])
        cluster.leave(3)
        #expect(cluster.announced == [])
    }

    @Test func theMostVotesEverExpectedSurviveARestart() {
        var cluster = QuorumScenario(6, expected: 3) {
            $0.allowsDownscale = true
            $0.tracksExpectedVotes = true
        }
        cluster.form([1, 2, 3, 4, 5, 6])
        #expect(cluster.stored == [1: 6, 2: 6, 3: 6, 4: 6, 5: 6, 6: 6])
        for leaver in [6, 5, 4] as [UInt32] {
            cluster.leave(leaver)
            cluster.form(Array(1..<leaver))
        }
        // Three that left find each other again, apart from the cluster: they know that they are not enough.
        for node in [4, 5, 6] as [UInt32] { cluster.boot(node) }
        cluster.form([1, 2, 3], [4, 5, 6])
        #expect(cluster.quorate == [1, 2, 3])
        #expect(cluster.numbers(4) == [6, 3, 4])
        cluster.form([1, 2, 3, 4, 5, 6])
        #expect(cluster.quorate == [1, 2, 3, 4, 5, 6])
    }

    @Test func expectedVotesChangeWhileTheClusterRuns() {
        var cluster = QuorumScenario(5)
        cluster.form([1, 2])
        #expect(cluster.quorate == [])
        #expect(cluster.nodes[1]?.refusal(of: .expectedVotes(1)) != nil)
        #expect(cluster.nodes[1]?.refusal(of: .expectedVotes(3)) == nil)
        cluster.change(.expectedVotes(3), on: 2)
        #expect(cluster.quorate == [1, 2])
        #expect(cluster.numbers(1) == [3, 2, 2])
        // A quorate partition cannot be made to lose quorum so.
        #expect(cluster.nodes[1]?.refusal(of: .expectedVotes(4)) == .expectedVotesOutOfRange(4, totalVotes: 2))
    }

    @Test func votesChangeWhileTheClusterRuns() {
        var cluster = QuorumScenario(3)
        cluster.form([1, 2, 3])
        cluster.change(.votes(NodeID(1), 3), on: 2)
        #expect(cluster.numbers(3) == [5, 5, 3])
        cluster.form([1], [2, 3])
        #expect(cluster.quorate == [1])
        // The node itself tells its new votes from now on.
        cluster.form([1, 2, 3])
        #expect(cluster.numbers(2) == [5, 5, 3])
        #expect(cluster.nodes[1]?.refusal(of: .votes(NodeID(9), 1)) == .unknownNode(NodeID(9)))
        #expect(cluster.nodes[1]?.refusal(of: .votes(NodeID(1), .max)) != nil)
    }

    @Test func aChangedConfigurationTakesEffectWhereItMay() {
        var cluster = QuorumScenario(3)
        cluster.form([1, 2, 3])
        for node in 1...3 as ClosedRange<UInt32> {
            cluster.reload(node) {
                $0.expectedVotes = 4
                if node == 1 { $0.votes = 2 }
                $0.waitsForAll = true
            }
        }
        #expect(cluster.numbers(3) == [4, 4, 3])
        #expect(cluster.status(1)?.waitsForAll == false)
        #expect(cluster.reports.first == "changed with the next start only: wait_for_all")
    }

    @Test func waitForAllFollowsTwoNodeUnlessItIsConfigured() {
        var cluster = QuorumScenario(2) {
            $0.isTwoNode = true
            $0.waitsForAll = true
            $0.waitForAllFollowsTwoNode = true
        }
        cluster.form([1, 2])
        cluster.reload(1) {
            $0.isTwoNode = false
            $0.waitsForAll = false
        }
        #expect(cluster.status(1)?.waitsForAll == false)
        #expect(cluster.reports == [])
    }
}
