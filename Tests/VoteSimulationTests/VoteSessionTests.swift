import ClusterConfiguration
import ClusterTypes
import Messaging
import Testing

@testable import VoteSimulation

/// The state lines after each command of a script; what is said besides is left out.
private func states(_ quorum: String, nodes: Int, _ commands: String...) throws -> [[String]] {
    var session = VoteSession(try settings(quorum, nodes: nodes))
    return ([session.begin()] + commands.map { session.receive($0) }).map { output in
        output.compactMap { item in
            if case .state(let line) = item, !line.hasPrefix("#") { line } else { nil }
        }
    }
}

private func settings(_ quorum: String, nodes: Int) throws -> ClusterSettings {
    let list = (1...nodes).map { "node {\nring0_addr: 127.0.0.\($0)\nnodeid: \($0)\nname: n\($0)\n}\n" }.joined()
    let text = """
        totem {
        version: 2
        cluster_name: test
        }
        nodelist {
        \(list)}
        quorum {
        provider: corosync_votequorum
        \(quorum)
        }
        """
    return try ClusterSettings.parse(text, file: "test").settings
}

/// Who is quorate at the end of a script.
private func quorate(_ quorum: String, nodes: Int, _ commands: String...) throws -> [UInt32] {
    var simulation = VoteSession(try settings(quorum, nodes: nodes))
    _ = simulation.begin()
    for command in commands { _ = simulation.receive(command) }
    return simulation.receive("show").compactMap { item in
        guard case .state(let line) = item, line.contains("q=1") else { return nil }
        return line.split(separator: ":").dropFirst().first.flatMap { UInt32($0) }
    }
}

@Suite struct VoteSessionTests {
    @Test func `states are printed as corosync-vqsim prints them`() throws {
        let lines = try states("", nodes: 3, "move 1:3", "down 2", "up 2", "join 0 1")
        #expect(
            lines == [
                (1...3).map { "0:\($0): q=1 ring=[1.c] nodes=[1 2 3]" },
                [
                    "0:1: q=1 ring=[1.10] nodes=[1 2]", "0:2: q=1 ring=[1.10] nodes=[1 2]",
                    "1:3: q=0 ring=[3.4] nodes=[3]",
                ],
                ["0:1: q=0 ring=[1.14] nodes=[1]", "1:3: q=0 ring=[3.4] nodes=[3]"],
                [
                    "0:1: q=1 ring=[1.18] nodes=[1 2]", "0:2: q=1 ring=[1.18] nodes=[1 2]",
                    "1:3: q=0 ring=[3.4] nodes=[3]",
                ],
                (1...3).map { "0:\($0): q=1 ring=[1.1c] nodes=[1 2 3]" },
            ])
    }

    @Test func `an even split leaves nobody quorate`() throws {
        #expect(try quorate("", nodes: 4, "move 1:3,4") == [])
    }

    @Test func `the tie breaker chooses a half`() throws {
        #expect(try quorate("auto_tie_breaker: 1", nodes: 4, "move 1:3,4") == [1, 2])
        #expect(try quorate("auto_tie_breaker: 1\nauto_tie_breaker_node: highest", nodes: 4, "move 1:3,4") == [3, 4])
        #expect(try quorate("auto_tie_breaker: 1\nauto_tie_breaker_node: 3", nodes: 4, "move 1:1,2") == [3, 4])
    }

    @Test func `two nodes are quorate each, unless they must wait`() throws {
        #expect(try quorate("two_node: 1", nodes: 2, "move 1:2") == [1, 2])
        #expect(try quorate("two_node: 1", nodes: 2, "down 1,2", "up 2") == [])
        #expect(try quorate("two_node: 1\nwait_for_all: 0", nodes: 2, "down 1,2", "up 2") == [2])
        #expect(try quorate("two_node: 1", nodes: 2, "down 1,2", "up 2", "cancel-wait 2") == [2])
    }

    @Test func `the last man stands when nodes go one by one`() throws {
        let rules = "last_man_standing: 1\nlast_man_standing_window: 1000"
        #expect(try quorate(rules, nodes: 4, "down 4", "wait 1100", "down 3") == [1, 2])
        #expect(try quorate(rules, nodes: 4, "down 4", "wait 900", "down 3") == [])
    }

    @Test func `time that passes between commands counts`() throws {
        var session = VoteSession(try settings("last_man_standing: 1\nlast_man_standing_window: 1000", nodes: 4))
        _ = session.begin()
        _ = session.receive("down 4")
        let output = session.receive("down 3", after: .milliseconds(1100))
        #expect(output.contains(.state("0:1: q=1 ring=[1.18] nodes=[1 2]")))
    }

    @Test func `a node that leaves in good order takes its votes along`() throws {
        let rules = "allow_downscale: 1\nexpected_votes: 3"
        #expect(try quorate(rules, nodes: 5, "leave 5", "leave 4", "down 3") == [1, 2])
        #expect(try quorate(rules, nodes: 5, "down 5", "down 4", "down 3") == [])
    }

    @Test func `votes are changed as on a running cluster, or the reason is said`() throws {
        #expect(try quorate("", nodes: 5, "move 1:3,4,5", "expected 1 2") == [1, 2, 3, 4, 5])
        var session = VoteSession(try settings("", nodes: 3))
        _ = session.begin()
        let refusal = QuorumRefusal.expectedVotesOutOfRange(1, totalVotes: 3)
        #expect(session.receive("expected 1 1") == [.complaint("ERR: \(refusal)")])
    }

    @Test func `nodes without quorum are fenced after a cut`() throws {
        var session = VoteSession(try settings("", nodes: 3))
        _ = session.begin()
        _ = session.receive("autofence on")
        #expect(
            session.receive("split 1:3") == [
                .console("1:3: Quit (autofenced)"), .state("0:1: q=1 ring=[1.10] nodes=[1 2]"),
                .state("0:2: q=1 ring=[1.10] nodes=[1 2]"), .state("#autofence: on"),
            ])
    }

    @Test func `without sync every decision is shown as it is made`() throws {
        var session = VoteSession(try settings("", nodes: 2), printsAtOnce: true)
        #expect(
            session.begin() == [
                .state("0:1: q=0 ring=[1.4] nodes=[1]"), .state("0:1: q=1 ring=[1.8] nodes=[1 2]"),
                .state("0:2: q=1 ring=[1.8] nodes=[1 2]"),
            ])
        #expect(session.receive("sync on") == [.state("#sync: on")])
    }

    @Test func `a node that the configuration does not name has the votes of the first`() throws {
        let lines = try states("", nodes: 1, "up 7", "down 1")
        #expect(lines.last == ["0:7: q=0 ring=[7.c] nodes=[7]"])
    }

    @Test(arguments: [
        "up 0", "up 1:", "up 16:4", "up x", "move -1:2", "move 1:99999999999", "join 0", "join 0 16", "join",
        "autofence",
        "autofence 1", "timeout", "timeout x", "wait", "wait -1", "votes 1", "votes x 1", "expected 1 x", "cancel-wait",
        "qdevice on 1", "down 9", "up 1", "nonsense", "votes 1 4000000000", "cancel-wait 9",
    ])
    func `what makes no sense changes nothing`(line: String) throws {
        var session = VoteSession(try settings("", nodes: 2))
        _ = session.begin()
        let before = session.receive("show")
        _ = session.receive(line)
        #expect(session.receive("show") == before)
    }

    @Test func `a node is up once`() throws {
        var simulation = VoteSimulation(try settings("", nodes: 1))
        #expect(throws: VoteSimulationFailure.alreadyUp(NodeID(1), partition: 0)) {
            try simulation.start(NodeID(1), in: 0)
        }
        #expect(throws: VoteSimulationFailure.notUp(NodeID(2))) { try simulation.stop(NodeID(2)) }
    }
}
