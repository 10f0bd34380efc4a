internal import ClusterTypes

/// Closed process groups: which processes of which nodes are in which group, the same on every member at every message.
///
/// Joins, leaves and messages are ordered by the ring, so all nodes apply them alike. When a ring changes, members of
/// nodes that did not come along are removed (`nodeDown`), every node sends the list of its processes, and those not
/// known yet are added (`nodeUp`), all at the place in the order where the synchronisation activates.
///
/// - Source: cpg_overview(3); corosync's cpg.c for messages, reasons and the order of changes.
/// - Deviation: processes missing from their node's list are reported together with those of the lost nodes, before
///   the added ones; messages are delivered only when the sending *process* is a member, not just its node.
struct ProcessGroups: Sendable {
    enum Effect: Equatable {
        case multicast(ProcessGroupMessage)
        /// What a process sends to its group, many messages together.
        case multicastRun(GroupName, processID: UInt32, ByteStrings)
        case deliver(processID: UInt32, MessagingEvent)
        case deliverMessages(processIDs: [UInt32], GroupDelivery)
        case deliverPiece(processID: UInt32, GroupMessagePiece)
        case report(MessagingReport)
    }

    private enum ClientState { case joining, joined, leaving }

    private struct ClientGroup {
        var processID: UInt32
        var group: GroupName
        var state: ClientState
    }

    private let localNode: NodeID
    private var ring: RingID
    /// Every group's members, ascending.
    private var groups: [GroupName: [GroupMember]] = [:]
    /// What the local processes are in, in the order in which they asked.
    private var clients: [ClientGroup] = []
    private var lists: [(sender: NodeID, entries: [ProcessGroupMessage.Entry])] = []
    private var synchronisedMembers: [NodeID] = []
    private var members: [NodeID] = []
    private var leftNodes: [NodeID] = []

    init(localNode: NodeID, ring: RingID) {
        self.localNode = localNode
        self.ring = ring
    }

    /// The members of a group now, ascending.
    func members(of group: GroupName) -> [GroupMember] { groups[group] ?? [] }

    /// The groups that have members, by the bytes of their names.
    var names: [GroupName] { groups.keys.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) } }
}

// What local processes ask for.
extension ProcessGroups {
    mutating func join(_ group: GroupName, processID: UInt32) -> [Effect] {
        guard index(of: group, processID) == nil else {
            return [.report(.init(.warning, "process \(processID) asked to join \(group) twice"))]
        }
        clients.append(ClientGroup(processID: processID, group: group, state: .joining))
        return [.multicast(.join(group, processID: processID, reason: GroupChangeReason.joined.rawValue))]
    }

    mutating func leave(_ group: GroupName, processID: UInt32) -> [Effect] {
        guard let index = index(of: group, processID), clients[index].state != .leaving else {
            return [.report(.init(.warning, "process \(processID) asked to leave \(group), in which it is not"))]
        }
        clients[index].state = .leaving
        return [.multicast(.leave(group, processID: processID, reason: GroupChangeReason.left.rawValue))]
    }

    mutating func multicast(_ payloads: ByteStrings, to group: GroupName, processID: UInt32) -> [Effect] {
        guard let index = index(of: group, processID), clients[index].state != .leaving else {
            return [.report(.init(.warning, "process \(processID) sent to \(group), in which it is not: dropped"))]
        }
        if payloads.ranges.allSatisfy({ $0.count <= MessageLimits.payload }) {
            return [.multicastRun(group, processID: processID, payloads)]
        }
        return payloads.map { payload in
            if payload.count <= MessageLimits.payload {
                return .multicastRun(group, processID: processID, ByteStrings(payload))
            }
            return .report(
                .init(
                    .error,
                    "process \(processID) sent \(payload.count) bytes to \(group), over the limit of "
                        + "\(MessageLimits.payload): dropped"))
        }
    }

    /// A local process is gone without leaving.
    mutating func disconnect(processID: UInt32) -> [Effect] {
        let reason = GroupChangeReason.processDown.rawValue
        let effects = clients.filter { $0.processID == processID && $0.state != .leaving }
            .map { Effect.multicast(.leave($0.group, processID: processID, reason: reason)) }
        clients.removeAll { $0.processID == processID }
        return effects
    }

    /// What a program asks that is known by process and group alone.
    mutating func answer(_ request: GroupRequest) -> [Effect] {
        switch request {
        case .join(let group, let processID): return join(group, processID: processID)
        case .leave(let group, let processID): return leave(group, processID: processID)
        case .ended(let group, let processID):
            guard let index = index(of: group, processID) else { return [] }
            let wasLeaving = clients[index].state == .leaving
            clients.remove(at: index)
            let reason = GroupChangeReason.processDown.rawValue
            return wasLeaving ? [] : [.multicast(.leave(group, processID: processID, reason: reason))]
        case .multicast(let group, let processID, let payloads):
            return multicast(payloads, to: group, processID: processID)
        case .multicastPiece(let group, let processID, let place, let messageSize, let payload):
            guard let index = index(of: group, processID), clients[index].state != .leaving else { return [] }
            return [
                .multicast(
                    .partialMulticast(
                        .init(
                            group: group, processID: processID, place: place, messageSize: messageSize,
                            payload: payload)))
            ]
        }
    }

    private func index(of group: GroupName, _ processID: UInt32) -> Int? {
        clients.firstIndex { $0.processID == processID && $0.group == group }
    }
}

// What the ring delivers, in the agreed order.
extension ProcessGroups {
    mutating func delivered(_ message: ProcessGroupMessage, sender: NodeID) -> [Effect] {
        switch message {
        case .join(let group, let processID, let reason):
            let member = GroupMember(node: sender, processID: processID)
            return insert(member, into: group) ? notify(group, joined: [change(member, reason, or: .joined)]) : []
        case .leave(let group, let processID, let reason):
            let member = GroupMember(node: sender, processID: processID)
            guard remove(member, from: group) else { return [] }
            let effects = notify(group, left: [change(member, reason, or: .left)])
            if sender == localNode { clients.removeAll { $0.processID == processID && $0.group == group } }
            return effects
        case .joinList(let entries):
            lists.append((sender, entries))
            return []
        case .multicast(let group, let processID, let payload):
            return deliver(payload, to: group, from: GroupMember(node: sender, processID: processID))
        case .downList: return []
        case .partialMulticast(let piece):
            return deliver(piece, from: GroupMember(node: sender, processID: piece.processID))
        }
    }

    private func deliver(_ piece: ProcessGroupMessage.Piece, from sender: GroupMember) -> [Effect] {
        guard groups[piece.group]?.contains(sender) == true else { return [] }
        let delivered = GroupMessagePiece(
            group: piece.group, sender: sender, place: piece.place, messageSize: piece.messageSize,
            payload: piece.payload)
        return clients.filter { $0.group == piece.group && $0.state != .joining }
            .map { .deliverPiece(processID: $0.processID, delivered) }
    }

    private func deliver(
        _ payload: ArraySlice<UInt8>, to group: GroupName, from sender: GroupMember
    ) -> [Effect] {
        guard groups[group]?.contains(sender) == true else {
            // Sent in an older configuration, before the sender and this node saw each other in the group.
            return [.report(.init(.debug, "a message of \(sender) to \(group) came before the sender: dropped"))]
        }
        var receivers: [UInt32] = []
        for client in clients where client.group == group && client.state != .joining {
            receivers.append(client.processID)
        }
        if receivers.isEmpty { return [] }
        return [
            .deliverMessages(
                processIDs: receivers, GroupDelivery(group: group, sender: sender, payloads: ByteStrings(payload)))
        ]
    }
}

// The synchronisation of a new ring.
extension ProcessGroups {
    mutating func synchronisationBegan(ring: RingID, members: [NodeID], together: [NodeID]) {
        self.ring = ring
        self.members = members
        leftNodes = synchronisedMembers.filter { !together.contains($0) }
        lists = []
    }

    mutating func sendState() -> [Effect] {
        let own = groups.flatMap { group, members in
            members.filter { $0.node == localNode }
                .map { ProcessGroupMessage.Entry(group: group, processID: $0.processID) }
        }
        let ordered = own.sorted { ($0.processID, $0.group.description) < ($1.processID, $1.group.description) }
        return [
            .multicast(.downList(oldMemberCount: UInt32(clamping: synchronisedMembers.count), left: leftNodes)),
            .multicast(.joinList(ordered)),
        ]
    }

    mutating func synchronisationAborted() { lists = [] }

    mutating func activate() -> [Effect] {
        synchronisedMembers = members
        var listed: [GroupName: Set<GroupMember>] = [:]
        for (sender, entries) in lists where sender != localNode {
            for entry in entries {
                listed[entry.group, default: []].insert(GroupMember(node: sender, processID: entry.processID))
            }
        }
        lists = []
        let names = Set(groups.keys).union(listed.keys).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        var effects: [Effect] = []
        for name in names {
            effects += removeLost(from: name, listed: listed[name] ?? [])
            effects += addListed(listed[name] ?? [], to: name)
        }
        return effects
    }

    private mutating func removeLost(from group: GroupName, listed: Set<GroupMember>) -> [Effect] {
        var left: [GroupMembershipChange] = []
        for member in groups[group] ?? [] where member.node != localNode {
            if leftNodes.contains(member.node) || !members.contains(member.node) {
                left.append(GroupMembershipChange(member, .nodeDown))
            } else if !listed.contains(member) {
                left.append(GroupMembershipChange(member, .processDown))
            }
        }
        for change in left { _ = remove(change.member, from: group) }
        return left.isEmpty ? [] : notify(group, left: left)
    }

    private mutating func addListed(_ listed: Set<GroupMember>, to group: GroupName) -> [Effect] {
        let joined = listed.sorted().filter { insert($0, into: group) }
        return joined.isEmpty ? [] : notify(group, joined: joined.map { GroupMembershipChange($0, .nodeUp) })
    }
}

extension ProcessGroups {
    /// Tells the local members of a group, and completes the joining of those in `joined`.
    private mutating func notify(
        _ group: GroupName, joined: [GroupMembershipChange] = [], left: [GroupMembershipChange] = []
    ) -> [Effect] {
        for change in joined where change.member.node == localNode {
            if let index = index(of: group, change.member.processID), clients[index].state == .joining {
                clients[index].state = .joined
            }
        }
        let configuration = GroupConfiguration(
            group: group, ring: ring, members: groups[group] ?? [], joined: joined, left: left)
        return clients.filter { $0.group == group && $0.state != .joining }
            .map { .deliver(processID: $0.processID, .groupChanged(configuration)) }
    }

    private func change(_ member: GroupMember, _ reason: UInt32, or other: GroupChangeReason) -> GroupMembershipChange {
        GroupMembershipChange(member, GroupChangeReason(rawValue: reason) ?? other)
    }

    /// False when the member was there already.
    private mutating func insert(_ member: GroupMember, into group: GroupName) -> Bool {
        var members = groups[group] ?? []
        let place = members.firstIndex { $0 >= member } ?? members.count
        if place < members.count, members[place] == member { return false }
        members.insert(member, at: place)
        groups[group] = members
        return true
    }

    /// False when the member was not there.
    private mutating func remove(_ member: GroupMember, from group: GroupName) -> Bool {
        guard let place = groups[group]?.firstIndex(of: member) else { return false }
        groups[group]?.remove(at: place)
        if groups[group]?.isEmpty == true { groups[group] = nil }
        return true
    }
}
