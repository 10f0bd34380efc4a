import ClusterTypes
import Testing
import XMLTree

@testable import CIB

@Suite struct CIBReplicaTests {
    @Test func aChangeIsAcknowledgedWhenAllDisksHaveIt() {
        var world = ReplicaWorld(2)
        world.installGroup()
        world.settle()
        world.request(CIBRequestID(1), creation("a"), at: NodeID(1))
        world.deliverNext()
        #expect(world.document(2)?.resourceIDs == ["a"])
        world.finishWrite(NodeID(1))
        world.deliverNext()
        #expect(world.outcomes.isEmpty, "node 2 has not written it yet")
        world.finishWrite(NodeID(2))
        world.deliverNext()
        guard case .done(let summary, isQuorate: true) = world.outcomes[CIBRequestID(1)] else {
            Issue.record("no answer")
            return
        }
        #expect(summary.version.epoch == 1 && summary.resources == ["a"])
    }

    @Test func aStatusChangeWaitsForNoDisk() {
        var world = ReplicaWorld(2)
        world.installGroup()
        world.settle()
        world.request(CIBRequestID(1), statusUpdate(1, "online"), at: NodeID(1))
        world.deliverNext()
        #expect(world.outcomes[CIBRequestID(1)] != nil)
        #expect(world.nodes[NodeID(1)]?.writing.isEmpty == true)
    }

    @Test func aFailureReachesOnlyTheOrigin() {
        var world = ReplicaWorld(2)
        world.installGroup()
        world.settle()
        world.request(CIBRequestID(1), creation("a"), at: NodeID(1))
        world.request(CIBRequestID(2), creation("a"), at: NodeID(2))
        world.settle()
        guard case .refused(let failure) = world.outcomes[CIBRequestID(2)] else {
            Issue.record("the second creation must fail")
            return
        }
        #expect(failure.code == .alreadyExists)
        #expect(world.document(1) == world.document(2))
    }

    @Test func requestsBeforeTheGroupAreKept() {
        var world = ReplicaWorld(1)
        world.request(CIBRequestID(1), creation("a"), at: NodeID(1))
        #expect(world.underwayCount == 0)
        world.installGroup()
        world.settle()
        #expect(world.outcomes[CIBRequestID(1)] != nil)
        #expect(world.nodes[NodeID(1)]?.disk?.resourceIDs == ["a"])
    }

    @Test func aLostDiskIsFilledFromTheOthers() {
        var world = ReplicaWorld(3)
        world.installGroup()
        for number in 0..<100 { world.request(CIBRequestID(UInt64(number)), creation("r\(number)"), at: NodeID(1)) }
        world.request(CIBRequestID(1000), statusUpdate(1, String(repeating: "x", count: 700_000)), at: NodeID(2))
        world.settle()
        world.crash(NodeID(2), losing: true)
        world.installGroup()
        world.settle()
        world.restart(NodeID(2), diskIsLost: true)
        world.installGroup()
        world.settle()
        #expect(world.document(2)?.resourceIDs.count == 100)
        #expect(world.document(2) == world.document(1))
        #expect(world.nodes[NodeID(2)]?.disk?.resourceIDs.count == 100)
        #expect(world.outcomes.count == 101)
    }

    @Test func aFullDiskIsSaidAndNothingIsLost() {
        var world = ReplicaWorld(2)
        world.installGroup()
        world.settle()
        world.fillDisk(2, true)
        world.request(CIBRequestID(1), creation("a"), at: NodeID(1))
        world.settle()
        guard case .refused(let failure) = world.outcomes[CIBRequestID(1)] else {
            Issue.record("the disk of node 2 is full")
            return
        }
        #expect(failure.code == .notStored && failure.message.contains("node 2"))
        #expect(world.document(1)?.resourceIDs == ["a"])
        world.fillDisk(2, false)
        world.request(CIBRequestID(2), creation("b"), at: NodeID(1))
        world.settle()
        #expect(world.nodes[NodeID(2)]?.disk?.resourceIDs == ["a", "b"])
    }

    @Test func onlyAJoinNeedsDigests() {
        var world = ReplicaWorld(3)
        world.installGroup()
        world.settle()
        world.crash(NodeID(3), losing: true)
        world.installGroup()
        for _ in 0..<2 { world.deliverNext() }
        #expect(world.up.allSatisfy { world.nodes[$0]?.replica.isSynchronised == true })
        world.settle()
        world.restart(NodeID(3))
        world.installGroup()
        for _ in 0..<3 { world.deliverNext() }
        #expect(world.up.allSatisfy { world.nodes[$0]?.replica.isSynchronised == false })
        for _ in 0..<3 { world.deliverNext() }
        #expect(world.up.allSatisfy { world.nodes[$0]?.replica.isSynchronised == true })
    }

    @Test func amongEqualVersionsTheMajorityWins() {
        var world = ReplicaWorld(3)
        for (node, id) in [(1, "mine"), (2, "ours"), (3, "ours")] as [(UInt32, String)] {
            world.crash(NodeID(2), losing: true)
            world.crash(NodeID(3), losing: true)
            world.crash(NodeID(1), losing: true)
            world.restart(NodeID(node))
            world.installGroup()
            world.request(CIBRequestID(UInt64(node)), creation(id), at: NodeID(node))
            world.settle()
        }
        for node: UInt32 in 1...2 { world.restart(NodeID(node)) }
        world.installGroup()
        world.settle()
        for node: UInt32 in 1...3 { #expect(world.document(node)?.resourceIDs == ["ours"]) }
    }

    @Test func whatAMergeOverrulesIsRefused() {
        var world = ReplicaWorld(2)
        // Node 2 has changed twice while alone.
        world.crash(NodeID(1), losing: true)
        world.installGroup()
        world.request(CIBRequestID(1), creation("b"), at: NodeID(2))
        world.request(CIBRequestID(2), creation("c"), at: NodeID(2))
        world.settle()
        world.crash(NodeID(2), losing: true)
        world.restart(NodeID(1))
        world.installGroup()
        world.deliverNext()
        world.finishWrite(NodeID(1))
        world.deliverNext()
        // Node 1 applied a change but has it not on disk when node 2 comes back.
        world.request(CIBRequestID(3), creation("a"), at: NodeID(1))
        world.deliverNext()
        #expect(world.document(1)?.resourceIDs == ["a"] && world.outcomes[CIBRequestID(3)] == nil)
        world.restart(NodeID(2))
        world.installGroup()
        world.settle()
        guard case .refused(let failure) = world.outcomes[CIBRequestID(3)] else {
            Issue.record("request 3 must be answered")
            return
        }
        #expect(failure.code == .superseded)
        #expect(world.document(1)?.resourceIDs == ["b", "c"] && world.document(2) == world.document(1))
    }

    @Test func whatWasAcknowledgedWithQuorumOutweighsMoreChangesWithout() {
        var world = ReplicaWorld(3)
        world.installGroup()
        world.settle()
        world.crash(NodeID(3), losing: true)
        world.installGroup()
        world.request(CIBRequestID(1), creation("kept"), at: NodeID(1))
        world.settle()
        for node: UInt32 in 1...2 { world.crash(NodeID(node), losing: true) }
        world.restart(NodeID(3))
        world.installGroup()
        for number: UInt64 in 2...5 { world.request(CIBRequestID(number), creation("lost\(number)"), at: NodeID(3)) }
        world.settle()
        for node: UInt32 in 1...2 { world.restart(NodeID(node)) }
        world.installGroup()
        world.settle()
        for node: UInt32 in 1...3 { #expect(world.document(node)?.resourceIDs == ["kept"]) }
        guard case .done(_, isQuorate: true) = world.outcomes[CIBRequestID(1)],
            case .done(_, isQuorate: false) = world.outcomes[CIBRequestID(2)]
        else {
            Issue.record("\(world.outcomes)")
            return
        }
    }

    @Test func anAdministratorsEpochOutweighsLineage() {
        var world = ReplicaWorld(3)
        world.installGroup()
        world.settle()
        world.crash(NodeID(3), losing: true)
        world.installGroup()
        world.request(CIBRequestID(1), creation("a"), at: NodeID(1))
        world.settle()
        world.crash(NodeID(1), losing: true)
        world.crash(NodeID(2), losing: true)
        world.restart(NodeID(3))
        world.installGroup()
        let raise = CIBChange([.modify(XMLElement("cib", ["admin_epoch": "1"]))], origin: testOrigin)
        world.request(CIBRequestID(2), raise, at: NodeID(3))
        world.settle()
        for node: UInt32 in 1...2 { world.restart(NodeID(node)) }
        world.installGroup()
        world.settle()
        for node: UInt32 in 1...3 { #expect(world.document(node)?.version.adminEpoch == 1) }
    }

    /// The ring of all nodes forms before the members of the group are all there: the first of them must not pass off its
    /// copy as that of a quorate membership.
    @Test func aMemberAloneInTheGroupOfAQuorateRingGainsNoLineage() {
        let member = GroupMember(node: NodeID(1), processID: 1)
        var replica = CIBReplica(member: member, document: CIBDocument(), storedVersion: .initial)
        let ring = RingID(representative: NodeID(1), sequence: 8)
        let view = QuorumView(
            isQuorate: true, ring: ring, members: [NodeID(1), NodeID(2), NodeID(3)], votes: 3, expectedVotes: 3,
            quorum: 2)
        _ = replica.receive(.quorumChanged(view))
        let group = GroupConfiguration(
            group: .resourceManager, ring: ring, members: [member], joined: [], left: [])
        for case .multicast(let payload) in replica.receive(.groupChanged(group)) {
            let effects = replica.receive(.messageDelivered(from: member, payload))
            #expect(!effects.contains { if case .store(_, _, let lineage) = $0 { lineage != .none } else { false } })
        }
        #expect(replica.isSynchronised)
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func replicasEndEqualAndKeepWhatWasAcknowledged(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var world = ReplicaWorld(3)
        var requests: [CIBRequestID: String] = [:]
        world.installGroup()
        for step in 0..<300 {
            let id = NodeID(UInt32(generator.below(3) + 1))
            let isUp = world.nodes[id]?.isUp == true
            switch generator.below(12) {
            case 0 where isUp && world.up.count > 1:
                world.crash(id, losing: generator.chance(0.5))
                world.installGroup()
            case 1 where !isUp:
                world.restart(id)
                world.installGroup()
            case 2: world.installGroup()
            case 3...4 where isUp:
                let request = CIBRequestID(UInt64(step))
                requests[request] = "r\(step)"
                world.request(request, creation("r\(step)"), at: id)
            case 5 where isUp: world.request(CIBRequestID(UInt64(step)), statusUpdate(1, "\(step)"), at: id)
            case 6...7: world.finishWrite(id)
            default: world.deliverNext()
            }
        }
        for id in [NodeID(1), NodeID(2), NodeID(3)] where world.nodes[id]?.isUp == false { world.restart(id) }
        world.installGroup()
        world.settle()
        let documents = world.up.compactMap { world.nodes[$0]?.replica.document }
        #expect(documents.count == 3 && documents.allSatisfy { $0 == documents[0] })
        for id in world.up {
            let disk = try #require(world.nodes[id]?.disk)
            #expect(disk.version.sameConfiguration(as: documents[0].version))
            #expect(disk.configuration == documents[0].configuration)
        }
        for (request, resource) in requests {
            if case .done(_, isQuorate: true) = world.outcomes[request] {
                #expect(documents[0].resourceIDs.contains(resource))
            }
        }
        #expect(world.reports.allSatisfy { if case .unreadableMessage = $0 { false } else { true } })
    }
}

@Suite struct ReplicaMessageTests {
    private let tag = ConfigurationTag(
        ring: RingID(representative: NodeID(7), sequence: 1 << 40), members: 0x0123_4567_89ab_cdef, repetition: 3)

    private var messages: [ReplicaMessage] {
        let element = xml("<a id='1'><b x='&lt;'/>text</a>")
        let operations: [CIBOperation] = [
            .create(element), .modify(element, in: .section(.status), allowsCreation: true),
            .modify(element, in: .xpath("//a")), .replace(element), .replace(element, allowsCreation: true),
            .delete(element), .deleteMatching(xpath: "//a"), .deleteMatching(xpath: "//a", all: true), .erase, .bump,
            .upgrade(), .upgrade(to: "pacemaker-3.9"),
            .patch(
                CIBPatch(
                    source: .initial, target: nil,
                    changes: [
                        .create(path: "/cib", position: 2, element), .delete(path: "/cib/x", position: nil),
                        .delete(path: "/cib/x", position: 4), .move(path: "/cib/x", position: 0),
                        .modify(path: "/cib", [.init("a", "b"), .init("c", nil)]),
                    ])),
        ]
        let version = CIBVersion(adminEpoch: 1, epoch: 2, updates: .max)
        return [
            .copy(ReportedCopy(version: version, lineage: CIBLineage(rawValue: 9), digest: "d41d")),
            .document(element), .stable(.max, CIBLineage(rawValue: .max)),
            .notStored(3, "full"),
            .change(CIBRequestID(5), CIBChange(operations, expectedVersion: version, origin: testOrigin)),
        ]
    }

    @Test func whatIsWrittenReadsTheSame() throws {
        for message in messages {
            let payloads = message.payloads(in: tag)
            #expect(payloads.count == 1)
            let piece = try MessagePiece(decoding: payloads[0])
            #expect(piece.tag == tag)
            var assembly = MessageAssembly()
            #expect(try assembly.add(piece) == message)
        }
    }

    @Test func everyTruncationIsAnError() throws {
        for message in messages {
            let payload = message.payloads(in: tag)[0]
            for length in 0..<payload.count {
                #expect(throws: DecodingFailure.self, "\(length) bytes of \(message)") {
                    var assembly = MessageAssembly()
                    _ = try assembly.add(try MessagePiece(decoding: Array(payload[..<length])))
                }
            }
        }
    }

    @Test func noBytesStopAReplica() {
        var generator = SeededGenerator(seed: 1)
        var world = ReplicaWorld(1)
        world.installGroup()
        world.settle()
        let member = GroupMember(node: NodeID(1), processID: 1)
        let before = world.document(1)
        for _ in 0..<2000 {
            var payload = messages[generator.below(messages.count)].payloads(in: tag)[0]
            for _ in 0...generator.below(4) { payload[generator.below(payload.count)] = UInt8(generator.below(256)) }
            world.give(.messageDelivered(from: member, payload), to: NodeID(1))
            let noise = (0..<generator.below(80)).map { _ in UInt8(generator.below(256)) }
            world.give(.messageDelivered(from: member, noise), to: NodeID(1))
        }
        #expect(world.document(1) == before)
    }
}
