import ClusterConfiguration
import ClusterTypes

@testable import Messaging

/// The quorum services of several nodes, with a perfect ring between the members of each partition.
struct QuorumScenario {
    private(set) var nodes: [UInt32: VoteQuorum] = [:]
    private var rulesByNode: [UInt32: QuorumRules] = [:]
    private var partitions: [UInt32: [UInt32]] = [:]
    private var sequence: UInt64 = 4
    /// Nodes whose last man standing timer runs.
    private(set) var timers: Set<UInt32> = []
    /// Nodes that announced that they leave.
    private(set) var announced: [UInt32] = []
    /// What the disks remember.
    private(set) var stored: [UInt32: UInt32] = [:]
    private(set) var reports: [String] = []

    /// Nodes 1…count by these rules, each alone.
    init(
        _ count: UInt32, expected: UInt32? = nil, votes: [UInt32] = [], _ adjust: (inout QuorumRules) -> Void = { _ in }
    ) {
        for node in 1...count {
            var rules = QuorumRules(expectedVotes: expected ?? (votes.isEmpty ? count : votes.reduce(0, +)))
            if !votes.isEmpty { rules.votes = votes[Int(node) - 1] }
            adjust(&rules)
            rulesByNode[node] = rules
            boot(node)
        }
    }

    /// The node starts anew, with what its disk remembers.
    mutating func boot(_ node: UInt32) {
        guard var rules = rulesByNode[node] else { return }
        rules.trackedExpectedVotes = stored[node] ?? 0
        sequence += 4
        let alone = RingID(representative: NodeID(node), sequence: sequence)
        nodes[node] = VoteQuorum(localNode: NodeID(node), rules: rules, ring: alone)
        partitions[node] = [node]
        timers.remove(node)
    }

    /// Each list becomes a ring; nodes in none of them stop to exist until they boot, unless they sleep: those notice
    /// nothing.
    mutating func form(_ rings: [UInt32]..., asleep: [UInt32] = []) {
        for node in nodes.keys where !rings.contains(where: { $0.contains(node) }) && !asleep.contains(node) {
            nodes[node] = nil
        }
        for members in rings { form(members) }
    }

    private mutating func form(_ members: [UInt32]) {
        sequence += 4
        let ring = RingID(representative: NodeID(members[0]), sequence: sequence)
        let ids = members.map { NodeID($0) }
        for node in members where nodes[node] == nil { boot(node) }
        for node in members {
            let together = (partitions[node] ?? []).filter { other in
                members.contains(other) && partitions[other] == partitions[node]
            }
            run(node) {
                $0.synchronisationBegan(ring: ring, members: ids, together: together.map { NodeID($0) })
            }
        }
        var sent: [(UInt32, VoteQuorumMessage)] = []
        for node in members {
            for case .multicast(let message) in nodes[node]?.sendState() ?? [] { sent.append((node, message)) }
        }
        for (sender, message) in sent { deliver(message, from: sender, to: members) }
        for node in members {
            partitions[node] = members
            run(node) { $0.activate() }
        }
    }

    /// A message of one member reaches all of its partition.
    mutating func send(_ message: VoteQuorumMessage, from node: UInt32) {
        deliver(message, from: node, to: partitions[node] ?? [])
    }

    private mutating func deliver(_ message: VoteQuorumMessage, from sender: UInt32, to members: [UInt32]) {
        for node in members { run(node) { $0.delivered(message, sender: NodeID(sender)) } }
    }

    private mutating func run(_ node: UInt32, _ step: (inout VoteQuorum) -> [VoteQuorum.Effect]) {
        guard var quorum = nodes[node] else { return }
        let effects = step(&quorum)
        nodes[node] = quorum
        for effect in effects {
            switch effect {
            case .multicast(let message): send(message, from: node)
            case .armLastManStanding: timers.insert(node)
            case .cancelLastManStanding: timers.remove(node)
            case .storeExpectedVotes(let votes): stored[node] = votes
            case .leavingAnnounced: announced.append(node)
            case .report(let report): reports.append(report.text)
            case .changed: break
            }
        }
    }

    /// The last man standing window passes everywhere.
    mutating func passWindow() {
        let due = timers.sorted()
        timers = []
        for node in due { run(node) { $0.lastManStandingTimerFired() } }
    }

    mutating func leave(_ node: UInt32) { run(node) { $0.leave() } }

    mutating func change(_ change: QuorumChange, on node: UInt32) { run(node) { $0.request(change) } }

    mutating func reload(_ node: UInt32, _ adjust: (inout QuorumRules) -> Void) {
        guard var rules = rulesByNode[node] else { return }
        adjust(&rules)
        rulesByNode[node] = rules
        run(node) { $0.rulesChanged(rules) }
    }

    func status(_ node: UInt32) -> QuorumStatus? { nodes[node]?.status }

    /// The nodes that believe their partition to be quorate, ascending.
    var quorate: [UInt32] { nodes.filter { $0.value.isQuorate }.keys.sorted() }

    /// Expected votes, total votes and votes needed, as a node sees them.
    func numbers(_ node: UInt32) -> [UInt32] {
        guard let status = status(node) else { return [] }
        return [status.highestExpectedVotes, status.totalVotes, status.quorum]
    }
}
