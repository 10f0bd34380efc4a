import ClusterTypes
import Testing

@testable import Totem

/// One node alone with the packets of the others written by hand.
@Suite("Traces of one node")
struct RingTraceTests {
    static let me = NodeID(1)
    static let peer = NodeID(2)

    private struct Driver {
        var ring: RingProtocol
        var now = Instant.origin

        init(storedSequence: UInt64 = 0, peers: [NodeID] = [RingTraceTests.peer], reportsReachability: Bool = true) {
            ring = RingProtocol(
                settings: RingSettings(
                    node: RingTraceTests.me, peers: peers, storedRingSequence: storedSequence,
                    reportsReachability: reportsReachability))
        }

        mutating func receive(_ event: RingProtocol.Event, after: Duration = .zero) -> [RingProtocol.Effect] {
            now = now + after
            var effects: [RingProtocol.Effect] = []
            ring.receive(event, at: now, into: &effects)
            return effects
        }

        mutating func receive(_ join: JoinMessage) -> [RingProtocol.Effect] {
            receive(.packetReceived(join.packet(), from: join.sender))
        }
    }

    private func join(_ processors: [NodeID], failed: [NodeID] = [], from sender: NodeID = peer, sequence: UInt64 = 1)
        -> JoinMessage
    {
        JoinMessage(
            sender: sender, processors: NodeSet(processors), failed: NodeSet(failed), ringSequence: sequence)
    }

    private func commitToken(in effects: [RingProtocol.Effect]) -> CommitToken? {
        for case .send(let packet, _) in effects {
            var reader = PacketReader(packet)
            guard let header = try? PacketHeader(from: &reader), header.kind == .commitToken else { continue }
            return try? CommitToken(header: header, from: &reader)
        }
        return nil
    }

    private func changes(_ effects: [RingProtocol.Effect]) -> [RingConfiguration] {
        effects.compactMap { if case .configurationChanged(let change) = $0 { change } else { nil } }
    }

    /// Brings the node to the point where its commit token to the peer is on its way.
    private func committing() -> (Driver, CommitToken?) {
        var driver = Driver()
        _ = driver.receive(.started)
        _ = driver.receive(.reachabilityChanged(Self.peer, isReachable: true))
        _ = driver.receive(join([Self.peer]))
        let asked = driver.receive(join([Self.me, Self.peer]))
        #expect(commitToken(in: asked) == nil, "nothing may be sent before the ring sequence is stored")
        guard
            case .storeRingSequence(let sequence) = asked.last(where: {
                if case .storeRingSequence = $0 { true } else { false }
            })
        else {
            Issue.record("the ring sequence was not stored")
            return (driver, nil)
        }
        let commit = commitToken(in: driver.receive(.ringSequenceStored(sequence)))
        return (driver, commit)
    }

    @Test("A lone node stores its ring sequence, then installs a ring of one without any packet to itself")
    func lone() {
        var driver = Driver(storedSequence: 40, peers: [])
        let started = driver.receive(.started)
        #expect(started.contains(.storeRingSequence(45 + RingSequenceReservation.blockSize)))
        #expect(changes(started).isEmpty)
        let stored = driver.receive(.ringSequenceStored(45 + RingSequenceReservation.blockSize))
        let ring = RingID(representative: Self.me, sequence: 45)
        #expect(
            changes(stored) == [
                RingConfiguration(kind: .transitional, ring: ring, members: [], left: [], joined: []),
                RingConfiguration(kind: .regular, ring: ring, members: [Self.me], left: [], joined: [Self.me]),
            ])
        #expect(!stored.contains { if case .send = $0 { true } else { false } })
    }

    @Test("The lowest node commits as soon as the others agree, after its ring sequence is stored")
    func commit() {
        let (_, commit) = committing()
        #expect(commit?.members == [Self.me, Self.peer])
        #expect(commit?.writtenCount == 1)
        #expect(commit?.ring == RingID(representative: Self.me, sequence: 5))
    }

    @Test("A member that learns of another node meanwhile ends the commit at once")
    func joinWhileCommitting() {
        var (driver, _) = committing()
        let effects = driver.receive(join([Self.me, Self.peer, NodeID(3)]))
        #expect(effects.contains(.report(.gathering(.joinReceivedWhileCommitting(from: Self.peer)))))
    }

    @Test("A repeated join of a member does not end the commit")
    func repeatedJoinWhileCommitting() {
        var (driver, _) = committing()
        let again = driver.receive(join([Self.me, Self.peer]))
        #expect(again == [])
        let older = driver.receive(join([Self.peer]))
        #expect(older == [])
    }

    @Test("A commit token that does not come back is sent again, then given up")
    func lostCommitToken() {
        var (driver, _) = committing()
        let repeated = driver.receive(.timerFired(.tokenRetransmit), after: .milliseconds(238))
        #expect(commitToken(in: repeated) != nil)
        let lost = driver.receive(.timerFired(.tokenLoss), after: .milliseconds(800))
        #expect(lost.contains(.report(.gathering(.tokenLostWhileCommitting))))
    }

    @Test("A commit token for other members, or another node's turn, is ignored")
    func foreignCommitTokens() {
        var (driver, _) = committing()
        var foreign = CommitToken(
            ring: RingID(representative: Self.me, sequence: 99), members: [Self.me, Self.peer, NodeID(3)])
        foreign.node = Self.peer
        foreign.writtenCount = 3
        let ignored = driver.receive(.packetReceived(foreign.packet(to: Self.me), from: Self.peer))
        #expect(ignored == [])
    }

    @Test("Joins of a node without links are not answered: it could not hear the answer")
    func unheard() {
        var driver = Driver()
        _ = driver.receive(.started)
        let unanswered = driver.receive(join([Self.peer]))
        #expect(unanswered == [])
    }

    @Test("Garbage is reported once a second at most, with its sender")
    func garbage() {
        var driver = Driver()
        _ = driver.receive(.started)
        let expected = RingProtocol.Effect.report(
            .packetRejected(from: Self.peer, WireFailure(.truncated, field: "the magic number", offset: 0)))
        let second = driver.receive(.packetReceived([1], from: Self.peer))
        #expect(second == [expected])
        let repeated = driver.receive(.packetReceived([1], from: Self.peer))
        #expect(repeated == [])
        let later = driver.receive(.packetReceived([1], from: Self.peer), after: .seconds(1))
        #expect(later == [expected])
    }

    @Test("A node that has left sends and delivers nothing any more")
    func left() {
        var driver = Driver(peers: [])
        _ = driver.receive(.started)
        let leaving = driver.receive(.leaveRequested)
        guard case .broadcast(let packet) = leaving.first else {
            Issue.record("nobody was told")
            return
        }
        #expect(packet[5..<9].allSatisfy { $0 == 0 }, "a leave message has no node in its header")
        let stored = driver.receive(.ringSequenceStored(.max))
        #expect(stored == [])
        let fired = driver.receive(.timerFired(.join), after: .seconds(1))
        #expect(fired == [])
    }

    @Test("Reasons and reports are sentences")
    func wording() {
        #expect(
            GatherReason.nodesUnreachable([NodeID(2), NodeID(3)]).description
                == "no link to 2, 3 and the token is gone")
        let ring = RingID(representative: Self.me, sequence: 0x10)
        let installed = RingConfiguration(
            kind: .regular, ring: ring, members: [Self.me], left: [Self.peer], joined: [])
        #expect(
            RingReport.ringInstalled(installed, departures: [Departure(Self.peer, .unreachable)]).description
                == "Ring 1.10 installed, members: 1, left: 2 (no link to it works)")
        #expect(GatherReason.daemonGone(Self.peer).description == "no daemon listens on node 2 any more")
        #expect(
            RingReport.tokenLate(by: .milliseconds(750), limit: .seconds(1)).description
                == "The token has not come for 750 ms; it counts as lost after 1000 ms")
    }
}
