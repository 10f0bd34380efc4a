import JSONText
import Testing
import XMLTree

@testable import ClusterCommands

@Suite struct MessagingTests {
    private var snapshot: MessagingSnapshot {
        MessagingSnapshot(
            clusterName: "pair", transport: "knet", localNode: 1, isEncrypted: true,
            ring: .init(id: "1.c", members: [1, 2]),
            quorum: .init(
                provider: "corosync_votequorum", isQuorate: true, expectedVotes: 2, totalVotes: 2, quorum: 1,
                flags: ["2Node"]),
            nodes: [
                .init(
                    id: 1, name: "n1", isLocal: true, isMember: true, isReachable: true, votes: 1, joinCount: 1,
                    links: []),
                .init(
                    id: 2, name: nil, isLocal: false, isMember: true, isReachable: false, votes: 1, joinCount: 3,
                    links: [
                        .init(
                            number: 0, source: "10.0.0.1", destination: "10.0.0.2", isConnected: false, mtu: 1397,
                            latency: 1250, downCount: 2, sentBytes: 1999, receivedBytes: 12, errorCount: 4)
                    ]),
            ],
            groups: [.init(name: "locks", members: [.init(node: 2, process: 77)])],
            map: [.init("totem.version", .integer(2)), .init("totem.transport", .text("knet"))],
            statistics: [.init("stats.srp.orf_token_rx", .integer(9))])
    }

    @Test func aNarrowTerminalGetsShortLinesAndSupervisedProcessesAreShown() {
        var snapshot = snapshot
        snapshot.map += [
            .init("resources.process.77.recovery", .text("restart")),
            .init("resources.process.77.state", .text("waiting for quorum")),
        ]
        let text = MessagingText(snapshot: snapshot, width: 50) { text, _ in text }.render()
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 50 })
        #expect(text.contains("      link 0, 10.0.0.1 → 10.0.0.2, down, mtu 1397,\n        latency 1.3 ms,"))
        #expect(text.contains("Supervised:\n  * process 77: waiting for quorum, recovery by\n      restart\n"))
    }

    @Test func onePageForPeople() {
        let text = MessagingText(snapshot: snapshot) { text, _ in text }.render()
        #expect(
            text == """
                Messaging of cluster pair as node n1 (id 1) sees it
                  * Transport: knet, encrypted
                  * Ring: 1.c, members [ n1 2 ]
                  * Quorum: quorate, 2 of 2 votes, 1 needed, 2Node

                Nodes:
                  * n1 (id 1): this node, 1 vote
                  * node (id 2): member, unreachable, 1 vote, joined 3 times
                      link 0, 10.0.0.1 → 10.0.0.2, down, mtu 1397, latency 1.3 ms, 1.9 kB out, 12 B in, went down 2 times, 4 errors

                Groups:
                  * locks: 2 (process 77)

                Counters since the start:
                  * Tokens: 9 received, ? lost
                  * Messages: ? sent, ? received, ? repeated, ? packets rejected
                  * Rings: ? formed, ? gatherings, ? without consensus in time
                  * Programs: ? connected

                The map has 2 keys, the statistics 1: --map and --statistics show them.

                """)
    }

    @Test func documentsHaveEverything() {
        let json = snapshot.json
        #expect(json["ring"]?["id"]?.string == "1.c")
        #expect(json["nodes"]?.array?.last?["links"]?.array?.first?["errors"]?.integer == 4)
        #expect(json["map"]?["totem.version"]?.integer == 2)
        #expect(json["groups"]?.array?.first?["members"]?.array?.first?["process"]?.integer == 77)
        let xml = snapshot.xml(request: "r").formatted()
        #expect(xml.contains("<entry key=\"stats.srp.orf_token_rx\" value=\"9\"/>"))
        #expect(xml.contains("reachable=\"false\""))
    }

    @Test func withoutDaemonTheCommandSaysWhatToDo() throws {
        let outcome = try run("messaging", on: try TestCluster())
        #expect(outcome.status == ExitCode.disconnected.rawValue)
    }
}
