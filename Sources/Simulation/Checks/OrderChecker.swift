internal import ClusterTypes

/// Watches what clients send and get, and judges afterwards whether it was in agreed order and virtually synchronous.
///
/// Independent of the code it checks: it knows nothing of rings and tokens, only of the clients' view.
struct OrderChecker {
    /// A configuration as far as it identifies a step of a group's history.
    private struct ViewKey: Hashable {
        var group: GroupName
        var ring: RingID
        var members: [GroupMember]
        var joined: [GroupMember]
        var left: [GroupMember]

        init(_ configuration: GroupConfiguration) {
            group = configuration.group
            ring = configuration.ring
            members = configuration.members
            joined = configuration.joined.map(\.member)
            left = configuration.left.map(\.member)
        }
    }

    /// A step of a group's history, told apart by where its clients went afterwards: only those that move to the next ring
    /// together owe each other the same messages. Who is lost before has perhaps delivered what nobody else received.
    private struct Step: Hashable {
        var view: ViewKey
        /// The ring that the messages were delivered in; a view outlives the rings that change nobody in its group.
        var ring: RingID?
        /// `nil` when the ring changed and not the group.
        var nextView: ViewKey?
        /// `nil` for those that stayed to the end.
        var nextRing: RingID?
        /// The members that did not come along to the next ring.
        var gone: [GroupMember] = []
    }

    private struct Client {
        var view: ViewKey?
        var ring: RingID?
        var sinceStep: [UInt64] = []
        /// What was delivered in the ring before `ring` while the client is on its way, in `ring` otherwise.
        var undecided: [(step: Step, messages: [UInt64])] = []
        /// From the change of the ring to the next message the group's changes tell who did not come along.
        var isMoving = false
        var gone: [GroupMember] = []
        var lastFromSender: [GroupMember: UInt64] = [:]
        var awaited: [UInt64] = []

        mutating func endStep(nextView: ViewKey?) {
            guard let view else { return }
            undecided.append((Step(view: view, ring: ring, nextView: nextView), sinceStep))
            sinceStep.removeAll(keepingCapacity: true)
        }
    }

    private struct Sent {
        var sender: GroupMember
        var group: GroupName
    }

    private var clients: [GroupMember: Client] = [:]
    private var sent: [UInt64: Sent] = [:]
    /// What each life of a node delivered, in order.
    private var lives: [[UInt64]] = []
    private var lifeOfNode: [NodeID: Int] = [:]
    private var steps: [Step: (by: GroupMember, messages: [UInt64])] = [:]
    private(set) var violations: [Violation] = []
    private(set) var deliveredCount = 0

    mutating func nodeStarted(_ node: NodeID) {
        lives.append([])
        lifeOfNode[node] = lives.count - 1
    }

    mutating func messageSent(_ id: UInt64, by sender: GroupMember, to group: GroupName) {
        sent[id] = Sent(sender: sender, group: group)
        clients[sender, default: Client()].awaited.append(id)
    }

    /// The client is gone or asked to leave: nothing more is owed to it.
    mutating func clientLeft(_ member: GroupMember) { clients[member]?.awaited = [] }

    mutating func delivered(_ id: UInt64?, _ message: GroupMessage, to member: GroupMember, at time: Instant) {
        deliveredCount += 1
        guard let id, let original = sent[id], original.sender == message.sender, original.group == message.group else {
            violations.append(
                .init(.integrity, at: time, "\(member) got a message of \(message.sender) that nobody sent so"))
            return
        }
        var client = clients[member] ?? Client()
        judgeMove(of: &client, member, at: time)
        if client.view?.members.contains(message.sender) != true {
            violations.append(
                .init(.integrity, at: time, "\(member) got message \(id) of \(message.sender), who is no member"))
        }
        if let last = client.lastFromSender[message.sender], last >= id {
            violations.append(
                .init(.integrity, at: time, "\(member) got message \(id) of \(message.sender) after message \(last)"))
        }
        client.lastFromSender[message.sender] = id
        client.sinceStep.append(id)
        if message.sender == member { client.awaited.removeAll { $0 == id } }
        clients[member] = client
        if let life = lifeOfNode[member.node], lives[life].last != id { lives[life].append(id) }
    }

    /// The client learns that its node is in another ring, before what changes in its group thereby.
    mutating func ringChanged(_ ring: RingID, for member: GroupMember, at time: Instant) {
        var client = clients[member] ?? Client()
        guard client.ring != ring else { return }
        judgeMove(of: &client, member, at: time)
        client.endStep(nextView: nil)
        client.ring = ring
        client.isMoving = true
        clients[member] = client
    }

    mutating func changed(_ configuration: GroupConfiguration, for member: GroupMember, at time: Instant) {
        let key = ViewKey(configuration)
        var client = clients[member] ?? Client()
        if client.isMoving {
            client.gone += configuration.left.filter { $0.reason == .nodeDown }.map(\.member)
        } else {
            client.endStep(nextView: key)
        }
        client.view = key
        clients[member] = client
    }

    /// The members of a client's last configuration, for comparison when everything is calm.
    func members(seenBy member: GroupMember) -> [GroupMember]? { clients[member]?.view?.members }

    /// The client has arrived in its ring: what it delivered in the one before is compared with what others did.
    private mutating func judgeMove(of client: inout Client, _ member: GroupMember, at time: Instant) {
        guard client.isMoving else { return }
        judge(&client, nextRing: client.ring, by: member, at: time)
        client.isMoving = false
        client.gone = []
    }

    private mutating func judge(_ client: inout Client, nextRing: RingID?, by member: GroupMember, at time: Instant) {
        for (undecided, messages) in client.undecided {
            var step = undecided
            step.nextRing = nextRing
            step.gone = client.gone
            guard let other = steps[step] else {
                steps[step] = (member, messages)
                continue
            }
            guard other.messages != messages else { continue }
            violations.append(
                .init(
                    .virtualSynchrony, at: time,
                    "between the same configurations \(other.by) got \(summary(other.messages)) and "
                        + "\(member) got \(summary(messages))"))
        }
        client.undecided = []
    }

    private func summary(_ messages: [UInt64]) -> String {
        messages.count > 12 ? "\(messages.prefix(12))… (\(messages.count))" : "\(messages)"
    }

    /// What can only be judged when everything has been delivered that ever will be.
    ///
    /// - Parameter present: the clients that are still there; they have the same messages since their last configuration.
    mutating func finish(at time: Instant, present: [GroupMember]) {
        for member in present {
            guard var client = clients[member], client.view != nil else { continue }
            judgeMove(of: &client, member, at: time)
            client.endStep(nextView: nil)
            judge(&client, nextRing: nil, by: member, at: time)
        }
        for (member, client) in clients.sorted(by: { $0.key < $1.key }) where !client.awaited.isEmpty {
            violations.append(
                .init(.selfDelivery, at: time, "\(member) never got its own \(summary(client.awaited))"))
        }
        if let cycle = findCycle() {
            violations.append(
                .init(.agreedOrder, at: time, "there is no common order of the messages \(summary(cycle))"))
        }
    }

    /// The messages that no order can satisfy: what Kahn's algorithm leaves over.
    private func findCycle() -> [UInt64]? {
        var successors: [UInt64: [UInt64]] = [:]
        var predecessorCount: [UInt64: Int] = [:]
        for life in lives {
            for (first, second) in zip(life, life.dropFirst()) {
                successors[first, default: []].append(second)
                predecessorCount[second, default: 0] += 1
                predecessorCount[first, default: 0] += 0
            }
        }
        var ready = predecessorCount.filter { $0.value == 0 }.map(\.key)
        while let message = ready.popLast() {
            predecessorCount[message] = nil
            for successor in successors[message] ?? [] {
                guard let count = predecessorCount[successor] else { continue }
                predecessorCount[successor] = count - 1
                if count == 1 { ready.append(successor) }
            }
        }
        return predecessorCount.isEmpty ? nil : predecessorCount.keys.sorted()
    }
}
