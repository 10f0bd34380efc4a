internal import ClusterTypes
internal import Messaging
internal import ResourceManager

private let groupNames = ["red", "blue"].compactMap { GroupName($0) }

extension SimulatedCluster {
    /// A client of every node that is in no group and watches the quorum.
    static let observer: UInt32 = 1

    func connectClient(_ node: Int) {
        let member = GroupMember(node: nodes[node].id, processID: nextProcessID)
        nextProcessID += 1
        let group = groupNames[generator.below(groupNames.count)]
        nodes[node].clients.append(LoadClient(member: member, group: group))
        feed(node, .clientConnected(processID: member.processID))
        feed(node, .requested(.join(group), processID: member.processID))
    }

    func scheduleClient(_ node: Int) {
        schedule(
            .clientActs(node: node, life: nodes[node].life),
            after: generator.duration(in: .milliseconds(20)...(.milliseconds(400))))
    }

    /// One step of a machine's clients: mostly messages, sometimes a burst, a new client, or one that goes.
    func actAsClient(_ node: Int) {
        guard isSending else { return }
        defer { scheduleClient(node) }
        if adversity.sendsProbes, adversary.chance(0.5) { sendProbe(node) }
        switch generator.below(100) {
        case 0..<4 where nodes[node].clients.count < 3: connectClient(node)
        case 4..<6: disconnectClient(node)
        case 6..<8: leaveAsClient(node)
        case 8..<14: for _ in 0..<generator.below(40) { sendMessage(node) }
        default: sendMessage(node)
        }
    }

    private func joinedClient(_ node: Int) -> Int? {
        let candidates = nodes[node].clients.indices.filter {
            nodes[node].clients[$0].isJoined && !nodes[node].clients[$0].isLeaving
        }
        return candidates.isEmpty ? nil : candidates[generator.below(candidates.count)]
    }

    private func sendMessage(_ node: Int) {
        guard let index = joinedClient(node) else { return }
        let client = nodes[node].clients[index]
        let id = nextMessageID
        nextMessageID += 1
        var size = generator.chance(0.05) ? generator.below(20_000) : generator.below(200)
        if adversity.sendsLongMessages, adversary.chance(0.05) { size = adversary.below(200_000) }
        orderChecker.messageSent(id, by: client.member, to: client.group)
        feed(
            node,
            .requested(
                .multicast(client.group, NumberedMessage(id: id, size: size).payload),
                processID: client.member.processID))
    }

    private func disconnectClient(_ node: Int) {
        guard let index = joinedClient(node) else { return }
        let client = nodes[node].clients.remove(at: index)
        orderChecker.clientLeft(client.member)
        trace(node, "client \(client.member) dies")
        feed(node, .clientDisconnected(processID: client.member.processID))
    }

    private func leaveAsClient(_ node: Int) {
        guard let index = joinedClient(node) else { return }
        nodes[node].clients[index].isLeaving = true
        let client = nodes[node].clients[index]
        orderChecker.clientLeft(client.member)
        trace(node, "client \(client.member) leaves \(client.group)")
        feed(node, .requested(.leave(client.group), processID: client.member.processID))
    }

    func deliver(_ event: MessagingEvent, to processID: UInt32, on node: Int) {
        if nodes[node].manager?.member.processID == processID {
            deliverToManager(event, on: node)
            return
        }
        if processID == Self.observer {
            if case .quorumChanged(let view) = event {
                quorumChecker.changed(view, on: nodes[node].id, at: now)
                note(view, on: nodes[node].id)
            }
            return
        }
        guard let index = nodes[node].clients.firstIndex(where: { $0.member.processID == processID }) else { return }
        let member = nodes[node].clients[index].member
        switch event {
        case .quorumChanged(let view):
            orderChecker.ringChanged(view.ring, for: member, at: now)
            trace(
                node,
                "\(member): quorum \(view.isQuorate), \(view.votes) of \(view.expectedVotes), ring \(view.ring) \(view.members)"
            )
        case .groupChanged(let configuration):
            trace(
                node,
                "\(member): \(configuration.group) is \(configuration.members), joined \(configuration.joined.map(\.member)), left \(configuration.left.map(\.member))"
            )
            if configuration.members.contains(member) { nodes[node].clients[index].isJoined = true }
            orderChecker.changed(configuration, for: member, at: now)
            if configuration.left.contains(where: { $0.member == member }) { nodes[node].clients.remove(at: index) }
        case .messageDelivered(let message): deliver(message, toClient: index, on: node)
        case .flowControlChanged(let isBlocked): trace(node, "\(member): flow control \(isBlocked)")
        }
    }

    private func deliverToManager(_ event: MessagingEvent, on node: Int) {
        if options.sabotage == .deafenManager, sabotageIsDue, now > .origin + faultTime, case .messageDelivered = event
        {
            sabotageIsDue = false
            return
        }
        scheduleForManager(node, .input(.messaging(event)))
    }

    /// Hands a message to a client, and lies about it once when asked to.
    private func deliver(_ message: GroupMessage, toClient index: Int, on node: Int) {
        let member = nodes[node].clients[index].member
        if let first = nodes[node].clients[index].keptBack {
            nodes[node].clients[index].keptBack = nil
            record(message, to: member, on: node)
            record(first, to: member, on: node)
            return
        }
        // Somebody else must get the same messages, or nobody can notice.
        if sabotageIsDue, now > .origin + faultTime / 2, let members = orderChecker.members(seenBy: member),
            members.count > 1
        {
            switch options.sabotage {
            case .swapDeliveries:
                sabotageIsDue = false
                nodes[node].clients[index].keptBack = message
                return
            case .loseDelivery where message.sender != member:
                sabotageIsDue = false
                return
            case .repeatDelivery:
                sabotageIsDue = false
                record(message, to: member, on: node)
            default: break
            }
        }
        record(message, to: member, on: node)
    }

    private func record(_ message: GroupMessage, to member: GroupMember, on node: Int) {
        let id = NumberedMessage(message.payload)?.id
        trace(node, "\(member): message \(id.map(String.init) ?? "?") of \(message.sender)")
        orderChecker.delivered(id, message, to: member, at: now)
    }
}

/// A payload that shows which message it is and whether it is whole.
struct NumberedMessage {
    let id: UInt64
    let size: Int

    init(id: UInt64, size: Int) {
        self.id = id
        self.size = size
    }

    /// `nil` when any byte is not what was sent.
    init?(_ payload: [UInt8]) {
        guard payload.count >= 8 else { return nil }
        id = payload.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        size = payload.count - 8
        let filler = payload[7] &* 31
        guard payload.dropFirst(8).allSatisfy({ $0 == filler }) else { return nil }
    }

    var payload: [UInt8] {
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: id >> (56 - 8 * UInt64($0))) }
        bytes.append(contentsOf: repeatElement(bytes[7] &* 31, count: size))
        return bytes
    }
}
