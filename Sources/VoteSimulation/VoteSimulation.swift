package import ClusterConfiguration
package import ClusterTypes
package import Messaging

/// The votes of a cluster without its network: nodes that decide about quorum by the daemon's own rules, in partitions that
/// are cut and joined at will, on a clock that moves when it is told to.
///
/// A change of a partition is a new ring, which is synchronised at once: what is asked afterwards is settled.
///
/// - Source: corosync-vqsim(8) for what can happen; every ring of a partition has a number 4 above the last one.
package struct VoteSimulation: Sendable {
    /// Partitions are numbered from 0; all exist, most of them empty.
    package static let partitionCount = 16
    package static let nodeLimit = 1024

    /// What a node has decided.
    package struct State: Sendable, Equatable {
        package var partition: Int
        package var node: NodeID
        package var isQuorate: Bool
        package var ring: RingID
        /// In the order in which they came to the partition.
        package var members: [NodeID]
    }

    /// What happened, in order.
    package enum Occurrence: Sendable, Equatable {
        /// A node tells what it has decided: after every ring, and when that changes.
        case decided(State)
        /// A node says something about its votes.
        case reported(NodeID, String)
    }

    private struct Partition {
        var ring: RingID
        var members: [NodeID] = []
    }

    private struct Node {
        var quorum: VoteQuorum
        /// The ring that it was in last.
        var ring: RingID
        var lastManStandingAt: Instant?
    }

    private struct Multicast {
        var message: VoteQuorumMessage
        var sender: NodeID
    }

    private let settings: ClusterSettings
    private var partitions: [Partition]
    private var nodes: [NodeID: Node] = [:]
    /// The most votes that a node has ever expected, as its disk remembers.
    private var trackedExpectedVotes: [NodeID: UInt32] = [:]
    private var now = Instant.origin
    private var multicasts: [Multicast] = []
    private var occurrences: [Occurrence] = []

    /// All nodes of the configuration start in partition 0, one after the other, in the order of the file.
    package init(_ settings: ClusterSettings) {
        self.settings = settings
        partitions = (0..<UInt32(Self.partitionCount)).map { number in
            Partition(ring: RingID(representative: NodeID(1000 + number), sequence: 0))
        }
        for node in settings.nodes.sorted(by: { $0.line < $1.line }) { try? start(node.id, in: 0) }
    }

    /// All nodes that are up, by partition.
    package var states: [State] { partitions.indices.flatMap { states(in: $0) } }

    /// What happened since the last time.
    package mutating func takeOccurrences() -> [Occurrence] {
        defer { occurrences = [] }
        return occurrences
    }

    /// All that a node knows about votes; `nil` when it is not up.
    package func status(of node: NodeID) -> QuorumStatus? { nodes[node]?.quorum.status }

    private func states(in number: Int) -> [State] {
        partitions[number].members.compactMap { id in nodes[id].map { state(of: id, $0, in: number) } }
    }

    private func state(of id: NodeID, _ node: Node, in number: Int) -> State {
        let view = node.quorum.view
        return State(
            partition: number, node: id, isQuorate: view.isQuorate, ring: view.ring,
            members: partitions[number].members)
    }

    private func partition(of node: NodeID) -> Int? { partitions.firstIndex { $0.members.contains(node) } }
}

// What can happen to nodes.
extension VoteSimulation {
    /// A node starts, alone at first. One that the configuration does not name has the votes of the first that it names.
    ///
    /// - Parameter partition: below `partitionCount`.
    package mutating func start(_ id: NodeID, in partition: Int) throws(VoteSimulationFailure) {
        if let present = self.partition(of: id) { throw .alreadyUp(id, partition: present) }
        guard nodes.count < Self.nodeLimit else { throw .tooManyNodes }
        var rules = QuorumRules(settings, localNode: id, trackedExpectedVotes: trackedExpectedVotes[id] ?? 0)
        if settings.node(id) == nil, let first = settings.nodes.min(by: { $0.line < $1.line }) {
            rules.votes = UInt32(clamping: first.votes)
        }
        let alone = RingID(representative: id, sequence: 1)
        nodes[id] = Node(quorum: VoteQuorum(localNode: id, rules: rules, ring: alone), ring: alone)
        synchronise([id], ring: alone)
        partitions[partition].members.append(id)
        formRing(in: partition)
    }

    /// A node is gone at once, as if its power went.
    ///
    /// - Returns: the partition that it was in.
    @discardableResult
    package mutating func stop(_ id: NodeID) throws(VoteSimulationFailure) -> Int {
        guard let number = partition(of: id) else { throw .notUp(id) }
        partitions[number].members.removeAll { $0 == id }
        nodes[id] = nil
        formRing(in: number)
        return number
    }

    /// A node leaves in good order: it tells the others first.
    package mutating func leave(_ id: NodeID) throws(VoteSimulationFailure) -> Int {
        guard let number = partition(of: id) else { throw .notUp(id) }
        perform(nodes[id]?.quorum.leave() ?? [], of: id)
        deliver(to: partitions[number].members)
        return try stop(id)
    }

    /// Nodes go into another partition; `formRings` follows.
    package mutating func move(_ id: NodeID, to partition: Int) throws(VoteSimulationFailure) {
        guard let present = self.partition(of: id) else { throw .unknown(id) }
        partitions[present].members.removeAll { $0 == id }
        partitions[partition].members.append(id)
    }

    /// All nodes of one partition go into another; `formRings` follows.
    package mutating func join(_ partition: Int, with other: Int) {
        guard partition != other else { return }
        partitions[partition].members += partitions[other].members
        partitions[other].members = []
    }

    /// Every partition has a new ring.
    package mutating func formRings() { for number in partitions.indices { formRing(in: number) } }

    /// Time passes.
    package mutating func advance(by duration: Duration) {
        let end = now + max(.zero, duration)
        while let (id, moment) = nextTimer, moment <= end {
            now = max(now, moment)
            nodes[id]?.lastManStandingAt = nil
            perform(nodes[id]?.quorum.lastManStandingTimerFired() ?? [], of: id)
            if let number = partition(of: id) { deliver(to: partitions[number].members) }
        }
        now = end
    }

    private var nextTimer: (NodeID, Instant)? {
        nodes.compactMap { id, node in node.lastManStandingAt.map { (id, $0) } }.min { ($0.1, $0.0) < ($1.1, $1.0) }
    }

    /// An operator changes votes on a node.
    package mutating func change(_ change: QuorumChange, on id: NodeID) throws(VoteSimulationFailure) {
        guard let node = nodes[id], let number = partition(of: id) else { throw .notUp(id) }
        if let refusal = node.quorum.refusal(of: change) { throw .refused(refusal) }
        perform(node.quorum.request(change), of: id)
        deliver(to: partitions[number].members)
    }
}

// Rings.
extension VoteSimulation {
    private mutating func formRing(in number: Int) {
        let sequence = partitions[number].ring.sequence &+ 4
        let representative = partitions[number].members.first ?? partitions[number].ring.representative
        partitions[number].ring = RingID(representative: representative, sequence: sequence)
        synchronise(partitions[number].members, ring: partitions[number].ring)
        for state in states(in: number) { occurrences.append(.decided(state)) }
    }

    /// All members tell their votes, then each decides.
    private mutating func synchronise(_ members: [NodeID], ring: RingID) {
        let sorted = members.sorted()
        let previous = Dictionary(grouping: sorted) { nodes[$0]?.ring }
        for id in members {
            let together = previous[nodes[id]?.ring] ?? [id]
            perform(
                nodes[id]?.quorum.synchronisationBegan(ring: ring, members: sorted, together: together) ?? [], of: id)
        }
        for id in members { perform(nodes[id]?.quorum.sendState() ?? [], of: id) }
        deliver(to: members)
        for id in members {
            perform(nodes[id]?.quorum.activate() ?? [], of: id)
            nodes[id]?.ring = ring
        }
        deliver(to: members)
    }

    /// Everything that was sent reaches all members, in the order of sending.
    private mutating func deliver(to members: [NodeID]) {
        var next = 0
        while next < multicasts.count {
            let (message, sender) = (multicasts[next].message, multicasts[next].sender)
            next += 1
            for id in members { perform(nodes[id]?.quorum.delivered(message, sender: sender) ?? [], of: id) }
        }
        multicasts.removeAll(keepingCapacity: true)
    }

    private mutating func perform(_ effects: [VoteQuorum.Effect], of id: NodeID) {
        for effect in effects {
            switch effect {
            case .multicast(let message): multicasts.append(Multicast(message: message, sender: id))
            case .changed:
                guard let node = nodes[id], let number = partition(of: id) else { break }
                occurrences.append(.decided(state(of: id, node, in: number)))
            case .armLastManStanding(let delay): nodes[id]?.lastManStandingAt = now + delay
            case .cancelLastManStanding: nodes[id]?.lastManStandingAt = nil
            case .storeExpectedVotes(let votes): trackedExpectedVotes[id] = votes
            case .leavingAnnounced: break
            case .report(let report): occurrences.append(.reported(id, report.text))
            }
        }
    }
}

/// What cannot be done to a node.
package enum VoteSimulationFailure: Error, Sendable, Equatable {
    case alreadyUp(NodeID, partition: Int)
    case notUp(NodeID)
    /// It cannot be moved.
    case unknown(NodeID)
    case tooManyNodes
    case refused(QuorumRefusal)
}

extension VoteSimulationFailure: CustomStringConvertible {
    /// - Source: the words of corosync-vqsim for what it knows.
    package var description: String {
        switch self {
        case .alreadyUp(let node, let partition): "ERR: nodeid \(node) already exists in partition \(partition)"
        case .notUp(let node): "ERR: nodeid \(node) is not up"
        case .unknown(let node): "ERR: node \(node) does not exist"
        case .tooManyNodes: "ERR: there are \(VoteSimulation.nodeLimit) nodes, and can be no more"
        case .refused(let refusal): "ERR: \(refusal)"
        }
    }
}
