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
        var from: ViewKey
        var to: ViewKey
        /// `nil` for those that stayed to the end.
        var nextRing: RingID?
    }

    private struct Client {
        var view: ViewKey?
        var sinceView: [UInt64] = []
        /// What was delivered between configurations of the present ring.
        var undecided: [(from: ViewKey, to: ViewKey, messages: [UInt64])] = []
        var lastFromSender: [GroupMember: UInt64] = [:]
        var awaited: [UInt64] = []
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
        if client.view?.members.contains(message.sender) != true {
            violations.append(
                .init(.integrity, at: time, "\(member) got message \(id) of \(message.sender), who is no member"))
        }
        if let last = client.lastFromSender[message.sender], last >= id {
            violations.append(
                .init(.integrity, at: time, "\(member) got message \(id) of \(message.sender) after message \(last)"))
        }
        client.lastFromSender[message.sender] = id
        client.sinceView.append(id)
        if message.sender == member { client.awaited.removeAll { $0 == id } }
        clients[member] = client
        if let life = lifeOfNode[member.node], lives[life].last != id { lives[life].append(id) }
    }

    mutating func changed(_ configuration: GroupConfiguration, for member: GroupMember, at time: Instant) {
        let key = ViewKey(configuration)
        var client = clients[member] ?? Client()
        if let view = client.view {
            client.undecided.append((view, key, client.sinceView))
            if key.ring != view.ring { judge(&client.undecided, nextRing: key.ring, by: member, at: time) }
        }
        client.view = key
        client.sinceView.removeAll(keepingCapacity: true)
        clients[member] = client
    }

    /// The members of a client's last configuration, for comparison when everything is calm.
    func members(seenBy member: GroupMember) -> [GroupMember]? { clients[member]?.view?.members }

    private mutating func judge(
        _ undecided: inout [(from: ViewKey, to: ViewKey, messages: [UInt64])], nextRing: RingID?,
        by member: GroupMember, at time: Instant
    ) {
        for (from, to, messages) in undecided {
            let step = Step(from: from, to: to, nextRing: nextRing)
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
        undecided = []
    }

    private func summary(_ messages: [UInt64]) -> String {
        messages.count > 12 ? "\(messages.prefix(12))… (\(messages.count))" : "\(messages)"
    }

    /// What can only be judged when everything has been delivered that ever will be.
    ///
    /// - Parameter present: the clients that are still there; they have the same messages since their last configuration.
    mutating func finish(at time: Instant, present: [GroupMember]) {
        var last: [ViewKey: (by: GroupMember, messages: [UInt64])] = [:]
        for member in present {
            guard var client = clients[member], let view = client.view else { continue }
            judge(&client.undecided, nextRing: nil, by: member, at: time)
            guard let other = last[view] else {
                last[view] = (member, client.sinceView)
                continue
            }
            if other.messages != client.sinceView {
                violations.append(
                    .init(
                        .virtualSynchrony, at: time,
                        "in the last configuration \(other.by) got \(summary(other.messages)) and "
                            + "\(member) got \(summary(client.sinceView))"))
            }
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
