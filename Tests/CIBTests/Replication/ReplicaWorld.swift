import ClusterTypes
import Testing
import XMLTree

@testable import CIB

/// Several replicas on an ideal group: agreed order, virtual synchrony, disks that take their time and keep what was
/// written when their node crashes.
struct ReplicaWorld {
    struct Node {
        var replica: CIBReplica
        var isUp = true
        var processID: UInt32 = 1
        var disk: CIBDocument?
        var lineage = CIBLineage.none
        var writing: [(CIBStoreID, CIBDocument?, CIBLineage)] = []
        var diskIsFull = false
    }

    private(set) var nodes: [NodeID: Node] = [:]
    /// Multicasts that are not delivered yet, in their agreed order, by partition.
    private var underway: [(sender: GroupMember, payload: [UInt8])] = []
    private var ringSequence: UInt64 = 0
    private(set) var outcomes: [CIBRequestID: CIBOutcome] = [:]
    private(set) var reports: [CIBReport] = []
    private(set) var adoptions = 0

    init(_ count: UInt32, disk: CIBDocument? = nil) {
        for id in 1...count {
            let member = GroupMember(node: NodeID(id), processID: 1)
            let replica = CIBReplica(member: member, document: disk ?? CIBDocument(), storedVersion: disk?.version)
            nodes[NodeID(id)] = Node(replica: replica, disk: disk)
        }
    }

    var up: [NodeID] { nodes.filter(\.value.isUp).map(\.key).sorted() }
    var underwayCount: Int { underway.count }
    func document(_ id: UInt32) -> CIBDocument? { nodes[NodeID(id)]?.replica.document }

    private func member(_ id: NodeID) -> GroupMember { GroupMember(node: id, processID: nodes[id]?.processID ?? 0) }

    /// Installs the ring and the group of all nodes that are up; more than half of the nodes are quorate.
    mutating func installGroup() {
        ringSequence += 4
        let members = up.map(member)
        guard let first = up.first else { return }
        let ring = RingID(representative: first, sequence: ringSequence)
        let quorum = nodes.count / 2 + 1
        let view = QuorumView(
            isQuorate: up.count >= quorum, ring: ring, members: up, votes: up.count, expectedVotes: nodes.count,
            quorum: quorum)
        for id in up { give(.quorumChanged(view), to: id) }
        let configuration = GroupConfiguration(
            group: .resourceManager, ring: ring, members: members, joined: [], left: [])
        for id in up { give(.groupChanged(configuration), to: id) }
    }

    /// The node loses everything but its disk; what it had sent and nobody got is lost when `losing`.
    mutating func crash(_ id: NodeID, losing: Bool) {
        let member = member(id)
        nodes[id]?.isUp = false
        nodes[id]?.writing = []
        if losing { underway.removeAll { $0.sender == member } }
    }

    mutating func restart(_ id: NodeID, diskIsLost: Bool = false) {
        guard var node = nodes[id], !node.isUp else { return }
        if diskIsLost {
            node.disk = nil
            node.lineage = .none
        }
        node.processID += 1
        node.isUp = true
        node.replica = CIBReplica(
            member: GroupMember(node: id, processID: node.processID), document: node.disk ?? CIBDocument(),
            storedVersion: node.disk?.version, lineage: node.lineage)
        nodes[id] = node
    }

    mutating func fillDisk(_ id: UInt32, _ isFull: Bool) { nodes[NodeID(id)]?.diskIsFull = isFull }

    mutating func request(_ id: CIBRequestID, _ change: CIBChange, at node: NodeID) {
        give(.changeRequested(id, change), to: node)
    }

    mutating func deliverNext() {
        guard !underway.isEmpty else { return }
        let message = underway.removeFirst()
        for id in up { give(.messageDelivered(from: message.sender, message.payload), to: id) }
    }

    mutating func finishWrite(_ id: NodeID) {
        guard let (store, document, lineage) = nodes[id]?.writing.first else { return }
        nodes[id]?.writing.removeFirst()
        if nodes[id]?.diskIsFull == true {
            give(.storeFailed(store, "No space left on device"), to: id)
        } else {
            if let document { nodes[id]?.disk = document }
            nodes[id]?.lineage = lineage
            give(.stored(store), to: id)
        }
    }

    /// Delivers and writes until nothing is left to do.
    mutating func settle() {
        while true {
            if !underway.isEmpty {
                deliverNext()
            } else if let busy = up.first(where: { !(nodes[$0]?.writing.isEmpty ?? true) }) {
                finishWrite(busy)
            } else {
                return
            }
        }
    }

    mutating func give(_ event: CIBReplica.Event, to id: NodeID) {
        guard let effects = nodes[id]?.replica.receive(event) else { return }
        for effect in effects {
            switch effect {
            case .multicast(let payload):
                #expect(payload.count < MessageLimits.payload)
                underway.append((member(id), payload))
            case .store(let store, let document, let lineage):
                #expect(nodes[id]?.writing.isEmpty == true, "one write at a time")
                nodes[id]?.writing.append((store, document, lineage))
            case .acknowledge(let request, let outcome):
                #expect(outcomes[request] == nil, "one answer to a request")
                outcomes[request] = outcome
            case .adopted: adoptions += 1
            case .report(let report): reports.append(report)
            case .applied, .synchronised: break
            }
        }
    }
}

func creation(_ id: String) -> CIBChange { CIBChange([.create(dummy(id))], origin: testOrigin) }

func statusUpdate(_ node: UInt32, _ value: String) -> CIBChange {
    CIBChange(
        [
            .modify(
                XMLElement("node_state", ["id": "\(node)", "crmd": value]), in: .section(.status), allowsCreation: true)
        ],
        origin: testOrigin)
}

extension CIBDocument {
    var resourceIDs: Set<String> { Set(section(.resources)?.children.compactMap(\.id) ?? []) }
}
