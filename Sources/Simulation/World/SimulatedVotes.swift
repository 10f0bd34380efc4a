internal import ClusterConfiguration
internal import ClusterTypes
internal import Messaging

/// Who has how many votes in a simulated cluster, and by which rules they count; drawn from the seed.
///
/// Only rules that promise a single quorate partition are drawn: a tie breaker needs an even number of votes.
struct SimulatedVotes {
    /// By node index.
    let votes: [UInt32]
    let isTwoNode: Bool
    let tieBreaker: QuorumSettings.TieBreaker
    let tracksExpectedVotes: Bool

    /// - Parameter isPlain: one vote a node and no special rule but `two_node`.
    init(nodes: [NodeID], isPlain: Bool, _ generator: inout SeededGenerator) {
        guard !isPlain, generator.chance(0.6) else {
            votes = nodes.map { _ in 1 }
            isTwoNode = nodes.count == 2
            tieBreaker = .none
            tracksExpectedVotes = false
            return
        }
        var drawn = nodes.map { _ in UInt32(generator.chance(0.7) ? 1 : generator.below(4)) }
        if drawn.allSatisfy({ $0 == 0 }) { drawn[0] = 1 }
        votes = drawn
        isTwoNode = false
        tracksExpectedVotes = generator.chance(0.3)
        let listed = Array(generator.shuffled(nodes).prefix(1 + generator.below(nodes.count)))
        let rules: [QuorumSettings.TieBreaker] = [.none, .lowestNode, .highestNode, .listed(listed)]
        let rule = rules[generator.below(rules.count)]
        tieBreaker = drawn.reduce(0, +) % 2 == 0 ? rule : .none
    }

    var breaksTies: Bool { tieBreaker != .none }

    var total: UInt32 { votes.reduce(0, +) }

    func rules(node: Int, waitsForAll: Bool, storedExpectedVotes: UInt32) -> QuorumRules {
        var rules = QuorumRules(expectedVotes: total)
        rules.votes = votes[node]
        rules.isTwoNode = isTwoNode
        rules.waitsForAll = waitsForAll
        rules.tieBreaker = tieBreaker
        rules.tracksExpectedVotes = tracksExpectedVotes
        rules.trackedExpectedVotes = storedExpectedVotes
        return rules
    }
}
