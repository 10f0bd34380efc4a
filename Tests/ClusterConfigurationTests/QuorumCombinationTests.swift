import ClusterTypes
import Testing

@testable import ClusterConfiguration

/// Which settings of votequorum(5) go together.
@Suite struct QuorumCombinationTests {
    private func text(_ quorum: String, votes: [Int]) -> String {
        let nodes = votes.enumerated().map { index, votes in
            "node {\nnodeid: \(index + 1)\nname: n\(index + 1)\nring0_addr: 10.0.0.\(index + 1)\nquorum_votes: \(votes)\n}"
        }
        return "quorum {\nprovider: corosync_votequorum\n\(quorum)\n}\ntotem {\nversion: 2\n}\nnodelist {\n"
            + nodes.joined(separator: "\n") + "\n}\n"
    }

    private func read(
        _ quorum: String, votes: [Int]
    ) -> (settings: QuorumSettings?, problems: [String]) {
        do throws(ConfigurationFailure) {
            let (settings, warnings) = try ClusterSettings.parse(text(quorum, votes: votes), file: "c")
            return (settings.quorum, warnings.map(\.description))
        } catch { return (nil, error.problems.map(\.description)) }
    }

    @Test func featuresThatGoTogetherAreAccepted() {
        let all = """
            wait_for_all: 1
            last_man_standing: 1
            last_man_standing_window: 20000
            auto_tie_breaker: 1
            auto_tie_breaker_node: 3 1
            allow_downscale: 1
            """
        let (settings, problems) = read(all, votes: [1, 1, 1])
        #expect(problems == [])
        #expect(settings?.tieBreaker == .listed([NodeID(3), NodeID(1)]))
        #expect(settings?.lastManStandingWindow == .seconds(20))
    }

    @Test func theTieBreakerGoesBeforeTwoNodeWhichStillWaitsForAll() {
        let (settings, problems) = read("two_node: 1\nauto_tie_breaker: 1", votes: [1, 1])
        #expect(settings?.isTwoNode == false)
        #expect(settings?.waitsForAll == true)
        #expect(settings?.tieBreaker == .lowestNode)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("c:1: warning: two_node has no effect beside auto_tie_breaker") == true)
    }

    @Test func anOddNumberNeedsWaitForAllToBreakTies() {
        let (settings, problems) = read("auto_tie_breaker: 1", votes: [1, 1, 1])
        #expect(settings?.tieBreaker == QuorumSettings.TieBreaker.none)
        #expect(problems.first?.contains("auto_tie_breaker has no effect with an odd number of votes (3)") == true)
        #expect(read("auto_tie_breaker: 1\nlast_man_standing: 1", votes: [1, 1, 1]).settings == nil)
    }

    @Test(arguments: [
        ("last_man_standing: 1\nwait_for_all: 1", [2, 1, 1], "last_man_standing has no effect"),
        ("last_man_standing: 1", [1, 1, 1], "last_man_standing without wait_for_all: 1"),
        ("auto_tie_breaker_node: 2", [1, 1, 1, 1], "auto_tie_breaker_node has no effect without auto_tie_breaker: 1"),
        ("auto_tie_breaker: 1\nauto_tie_breaker_node: 9", [1, 1, 1, 1], "auto_tie_breaker_node 9 is not in the node"),
        ("expected_votes: 2", [1, 1, 1, 1, 1], "expected_votes 2 is less than the 5 votes of all nodes"),
        ("", [1, 1], "two nodes without two_node: 1"),
    ])
    func doubtfulChoicesAreWarnings(quorum: String, votes: [Int], message: String) {
        let (settings, problems) = read(quorum, votes: votes)
        #expect(settings != nil)
        #expect(problems.contains { $0.contains("warning: \(message)") })
    }

    @Test(arguments: [
        ("two_node: 1", [1, 1, 1], "two_node needs exactly 2 expected votes, not 3"),
        ("auto_tie_breaker: 1\nauto_tie_breaker_node: last", [1, 1], "auto_tie_breaker_node must be lowest, highest"),
        ("", [0, 0], "no node has a vote"),
        ("device {\nmodel: net\n}", [1, 1], "quorum devices are not supported yet"),
    ])
    func unsafeChoicesAreErrors(quorum: String, votes: [Int], message: String) {
        let (settings, problems) = read(quorum, votes: votes)
        #expect(settings == nil)
        #expect(problems.contains { $0.contains("error: \(message)") })
    }

    /// A corosync daemon that reads the same file may know more than we do.
    @Test func onCorosyncItsOwnSectionsAreItsAffair() {
        let quorum = "device {\nmodel: net\n}\n}\nlockstep {\nmessaging: corosync"
        let (settings, problems) = read(quorum, votes: [1, 1])
        #expect(settings != nil)
        #expect(problems == [])
        #expect(read("}\nlockstep {\nmessaging: heartbeat", votes: [1, 1]).settings == nil)
    }
}
