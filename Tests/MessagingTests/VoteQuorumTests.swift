import ClusterConfiguration
import ClusterTypes
import Testing

@testable import Messaging

@Suite struct VoteQuorumTests {
    private func rules(
        _ expected: UInt32, isTwoNode: Bool = false, waitsForAll: Bool = false,
        tieBreaker: QuorumSettings.TieBreaker = .none
    ) -> QuorumRules {
        var rules = QuorumRules(expectedVotes: expected)
        rules.isTwoNode = isTwoNode
        rules.waitsForAll = waitsForAll
        rules.tieBreaker = tieBreaker
        return rules
    }

    /// Lets node 1 go through a synchronisation with these members, who all say what `flags` says.
    private func synchronise(
        _ quorum: inout VoteQuorum, _ members: [UInt32], expected: UInt32,
        flags: VoteQuorumMessage.Flags = [], votes: UInt32 = 1
    ) -> QuorumView {
        quorum.synchronisationBegan(ring: ring, members: members.map { NodeID($0) })
        for node in members {
            let info = VoteQuorumMessage.NodeInfo(node: node, votes: votes, expectedVotes: expected, flags: flags)
            #expect(quorum.delivered(.nodeInfo(info), sender: NodeID(node)) == [])
        }
        quorum.activate()
        return quorum.view
    }

    @Test func aMajorityIsQuorate() {
        var quorum = VoteQuorum(localNode: NodeID(1), rules: rules(5), ring: ring)
        #expect(!synchronise(&quorum, [1, 2], expected: 5).isQuorate)
        let view = synchronise(&quorum, [1, 2, 3], expected: 5)
        #expect(view.isQuorate)
        #expect((view.votes, view.expectedVotes, view.quorum) == (3, 5, 3))
        #expect(!synchronise(&quorum, [1, 2], expected: 5).isQuorate)
    }

    @Test func twoNodesWaitForEachOtherOnceAndThenEachIsEnough() {
        let pair = rules(2, isTwoNode: true, waitsForAll: true)
        var quorum = VoteQuorum(localNode: NodeID(1), rules: pair, ring: ring)
        #expect(!synchronise(&quorum, [1], expected: 2, flags: [.waitsForAll]).isQuorate)
        #expect(synchronise(&quorum, [1, 2], expected: 2, flags: [.waitsForAll]).isQuorate)
        let alone = synchronise(&quorum, [1], expected: 2, flags: [.quorate])
        #expect(alone.isQuorate)
        #expect(alone.quorum == 1)
    }

    @Test func withoutWaitForAllOneOfTwoStartsAlone() {
        var quorum = VoteQuorum(localNode: NodeID(1), rules: rules(2, isTwoNode: true), ring: ring)
        #expect(synchronise(&quorum, [1], expected: 2).isQuorate)
    }

    @Test func aNodeThatComesBackToAQuorateOneNeedNotWaitForAll() {
        var quorum = VoteQuorum(localNode: NodeID(1), rules: rules(3, waitsForAll: true), ring: ring)
        #expect(synchronise(&quorum, [1, 2], expected: 3, flags: [.waitsForAll]).isQuorate == false)
        #expect(synchronise(&quorum, [1, 2], expected: 3, flags: [.quorate]).isQuorate)
    }

    @Test func anEvenSplitIsDecidedByTheTieBreaker() {
        var lowest = VoteQuorum(localNode: NodeID(1), rules: rules(4, tieBreaker: .lowestNode), ring: ring)
        #expect(synchronise(&lowest, [1, 2, 3, 4], expected: 4).isQuorate)
        #expect(synchronise(&lowest, [1, 2], expected: 4).isQuorate)
        var highest = VoteQuorum(localNode: NodeID(1), rules: rules(4, tieBreaker: .highestNode), ring: ring)
        #expect(synchronise(&highest, [1, 2, 3, 4], expected: 4).isQuorate)
        #expect(!synchronise(&highest, [1, 2], expected: 4).isQuorate)
    }

    @Test func votesCountNotNodes() {
        var quorum = VoteQuorum(localNode: NodeID(1), rules: rules(6), ring: ring)
        #expect(synchronise(&quorum, [1, 2], expected: 6, votes: 2).isQuorate)
    }

    @Test func withoutAProviderEverybodyIsQuorate() {
        var none = QuorumRules(expectedVotes: 3)
        none.isEnabled = false
        var quorum = VoteQuorum(localNode: NodeID(1), rules: none, ring: ring)
        quorum.synchronisationBegan(ring: ring, members: [NodeID(1)])
        quorum.activate()
        #expect(quorum.view.isQuorate)
    }

    @Test func expectedVotesCanBeLoweredWhileTheClusterRuns() {
        var quorum = VoteQuorum(localNode: NodeID(1), rules: rules(5), ring: ring)
        #expect(!synchronise(&quorum, [1, 2], expected: 5).isQuorate)
        let effects = quorum.delivered(.reconfigure(parameter: 1, node: NodeID(1), value: 2), sender: NodeID(2))
        #expect(effects == [.changed(quorum.view)])
        #expect(quorum.view.isQuorate)
    }
}
