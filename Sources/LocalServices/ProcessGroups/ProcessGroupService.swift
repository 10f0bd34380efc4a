package import ClusterTypes
package import Messaging

/// Closed process groups for programs linked with libcpg.
///
/// A connection is one handle of the library: it joins at most one group, under the process ID that the program states, and gets
/// the group's changes and messages in the agreed order.
///
/// - Source: cpg_overview(3) and its pages; corosync's cpg.c for answers and their order.
/// - Deviations: 1. a handle that has left may join again; 2. lists of members name at most 128, what the library has room for;
///   3. a program cannot state the process ID of the daemon itself.
package struct ProcessGroupService: LocalService {
    enum State: Equatable { case unjoined, joining, joined, leaving }

    struct Handle {
        var state = State.unjoined
        var group: GroupName?
        var processID: UInt32 = 0
        /// The program wants to know the ring as soon as it has joined.
        var wantsRing = false
        /// Changes of the group that it was told.
        var changeCount = 0
        /// The same when the message began whose pieces it sends.
        var changeCountAtFirstPiece = 0
        /// What its iterations still have to say, by their numbers.
        var iterations: [UInt64: [GroupIteration.Item]] = [:]
        var buffers = SharedBuffers()
    }

    let localNode: NodeID
    let residentProcessID: UInt32
    /// By connection.
    var handles = ClientTable<Handle>()
    /// All connections in the order in which they came: the order in which they are told things.
    private var order: [ClientID] = []
    /// The handles that are in a group, or on their way in or out, by process.
    private var handlesOfProcess: [UInt32: [ClientID]] = [:]
    var lastIteration: UInt64 = 0

    package init(localNode: NodeID, residentProcessID: UInt32) {
        self.localNode = localNode
        self.residentProcessID = residentProcessID
    }

    // MARK: Clients

    package mutating func connected(
        _ client: LocalClient, node: borrowing MessagingNode, into effects: inout [ServiceEffect]
    ) {
        handles[client.id] = Handle()
        order.append(client.id)
    }

    package mutating func disconnected(_ client: LocalClient, into effects: inout [ServiceEffect]) {
        guard let handle = handles.removeValue(forKey: client.id) else { return }
        order.removeAll { $0 == client.id }
        guard let group = handle.group else { return }
        handlesOfProcess[handle.processID]?.removeAll { $0 == client.id }
        if handlesOfProcess[handle.processID]?.isEmpty == true { handlesOfProcess[handle.processID] = nil }
        if handle.state != .unjoined {
            effects.append(.messaging(.groupRequested(.ended(group, processID: handle.processID))))
        }
    }

    package mutating func requested(
        _ request: LocalRequest, by client: LocalClient, node: borrowing MessagingNode,
        into effects: inout [ServiceEffect]
    ) {
        if request.function == ProcessGroupRequest.multicastFunction {
            _ = multicast(ByteStrings(request.bytes), from: 0, by: client.id, into: &effects)
            return
        }
        let answer: [UInt8]
        do { answer = try self.answer(ProcessGroupRequest(request), client, node, &effects) } catch let error
            as ServiceError
        {
            answer = ResponseHeader.failure(error)
        } catch { answer = ResponseHeader.failure(.invalidParameter) }
        if !answer.isEmpty { effects.append(.respond(answer, to: client.id)) }
    }

    /// The answer, empty when it comes later.
    private mutating func answer(
        _ request: ProcessGroupRequest, _ client: LocalClient, _ node: borrowing MessagingNode,
        _ effects: inout [ServiceEffect]
    ) throws -> [UInt8] {
        switch request {
        case .join(let group, let processID, let flags):
            let error = join(group, processID, flags, client.id, node, &effects)
            return ResponseHeader.status(ProcessGroupResponse.join, error)
        case .leave:
            return ResponseHeader.status(ProcessGroupResponse.leave, leave(client.id, &effects))
        case .membership(let group): return ProcessGroupResponse.membership(node.members(of: group))
        case .localNode: return ProcessGroupResponse.localNode(localNode)
        case .beginIteration(let kind, let group): return try beginIteration(kind, group, client.id, node)
        case .nextOfIteration(let number): return nextOfIteration(number, client.id)
        case .endIteration(let number):
            let known = handles[client.id]?.iterations.removeValue(forKey: number) != nil
            return ResponseHeader.status(ProcessGroupResponse.endIteration, known ? .ok : .library)
        case .finalize: return ResponseHeader.status(ProcessGroupResponse.finalize, .ok)
        case .multicastPiece(let place, let messageSize, let payload):
            let error = multicastPiece(place, messageSize, payload, client.id, &effects)
            return ResponseHeader.status(ProcessGroupResponse.pieceSent, error)
        case .shareBuffer(let path, let size):
            return shareBuffer(path, size, client, &effects)
        case .unshareBuffer(let ticket):
            handles[client.id]?.buffers.remove(ticket)
            effects.append(.unshareBuffer(ticket, of: client.id))
            return ResponseHeader.failure(.ok)
        case .multicastBuffer(let ticket): return multicastBuffer(ticket, client.id, &effects)
        }
    }

    // MARK: Joining and leaving

    private mutating func join(
        _ group: GroupName, _ processID: UInt32, _ flags: UInt32, _ client: ClientID, _ node: borrowing MessagingNode,
        _ effects: inout [ServiceEffect]
    ) -> ServiceError {
        guard let handle = handles[client] else { return .badHandle }
        guard processID != residentProcessID else { return .access }
        if self.handle(of: processID, in: group) != nil { return .exist }
        switch handle.state {
        case .joining, .joined: return .exist
        case .leaving: return .busy
        case .unjoined: break
        }
        // A process of that number was in the group and its departure is still on its way.
        if node.members(of: group).contains(GroupMember(node: localNode, processID: processID)) { return .tryAgain }
        handles[client]?.state = .joining
        handles[client]?.group = group
        handles[client]?.processID = processID
        handles[client]?.wantsRing = flags & ProcessGroupRequest.wantsRingFlag != 0
        handlesOfProcess[processID, default: []].append(client)
        effects.append(.messaging(.groupRequested(.join(group, processID: processID))))
        return .ok
    }

    private mutating func leave(_ client: ClientID, _ effects: inout [ServiceEffect]) -> ServiceError {
        guard let handle = handles[client], let group = handle.group else { return .notExist }
        switch handle.state {
        case .unjoined, .leaving: return .notExist
        case .joining: return .busy
        case .joined:
            handles[client]?.state = .leaving
            effects.append(.messaging(.groupRequested(.leave(group, processID: handle.processID))))
            return .ok
        }
    }

    private func handle(of processID: UInt32, in group: GroupName) -> ClientID? {
        handlesOfProcess[processID]?.first { handles.read($0) { $0.group == group } == true }
    }

    // MARK: Sending

    /// Takes the messages for the group that are next among the requests of a program: the one request that nobody waits for, so
    /// that many come together.
    ///
    /// - Returns: how many requests these are; 0 when the next one is another.
    mutating func multicast(
        _ requests: ByteStrings, from first: Int, by client: ClientID, into effects: inout [ServiceEffect]
    ) -> Int {
        var payloads = ByteStrings(in: requests.block)
        var isSound = true
        var next = first
        while isSound, next < requests.count,
            LocalRequest.function(of: requests[next]) == ProcessGroupRequest.multicastFunction
        {
            if let payload = ProcessGroupRequest.payload(ofMulticast: requests[next]) {
                payloads.append(payload)
            } else {
                isSound = false
            }
            next += 1
        }
        if next == first { return 0 }
        let (state, group, processID) =
            handles.read(client) { ($0.state, $0.group, $0.processID) } ?? (.unjoined, nil, 0)
        let mayMulticast = state == .joined || state == .joining
        if mayMulticast, let group, !payloads.isEmpty {
            effects.append(.messaging(.groupRequested(.multicast(group, processID: processID, payloads))))
        }
        if !mayMulticast || !isSound {
            effects.append(
                .report(.init(.warning, "a local program sent a message to a group in which it is not, or of no size")))
        }
        return next - first
    }

    private mutating func multicastPiece(
        _ place: GroupMessagePiece.Place, _ messageSize: UInt32, _ payload: ArraySlice<UInt8>, _ client: ClientID,
        _ effects: inout [ServiceEffect]
    ) -> ServiceError {
        guard let handle = handles[client], let group = handle.group,
            handle.state == .joined || handle.state == .joining
        else { return .notExist }
        if place == .first { handles[client]?.changeCountAtFirstPiece = handle.changeCount }
        // Members that came in between would get half a message: the program must begin again.
        guard place == .first || handle.changeCountAtFirstPiece == handle.changeCount else { return .interrupt }
        effects.append(
            .messaging(
                .groupRequested(
                    .multicastPiece(
                        group, processID: handle.processID, place, messageSize: messageSize, payload: payload))))
        return .ok
    }

    // MARK: What the ring delivers

    package mutating func received(
        _ notice: ServiceNotice, node: borrowing MessagingNode, at now: Instant, into effects: inout [ServiceEffect]
    ) {
        switch notice {
        case .groupMessages(let messages, let processIDs):
            let clients = processIDs.compactMap { handle(of: $0, in: messages.group) }
            if !clients.isEmpty { effects.append(.sendEvents(ProcessGroupResponse.messages(messages), to: clients)) }
        case .groupEvent(.groupChanged(let change), let processID):
            groupChanged(change, processID, node, &effects)
        case .groupPiece(let piece, let processID):
            guard let client = handle(of: processID, in: piece.group) else { return }
            effects.append(.sendEvents(ProcessGroupResponse.piece(piece), to: [client]))
        case .synchronised(let membership):
            let event = ProcessGroupResponse.ring(membership)
            for client in order { effects.append(.sendEvent(event, to: client)) }
        case .flowControlChanged(let isBlocked): effects.append(.holdRequests(.processGroups, isBlocked))
        case .bufferRead(let outcome, let client): bufferRead(outcome, client, &effects)
        case .groupEvent, .quorumChanged, .administration, .configurationVersion, .statisticsGathered, .timerFired:
            break
        }
    }

    private mutating func groupChanged(
        _ change: GroupConfiguration, _ processID: UInt32, _ node: borrowing MessagingNode,
        _ effects: inout [ServiceEffect]
    ) {
        guard let client = handle(of: processID, in: change.group) else { return }
        let member = GroupMember(node: localNode, processID: processID)
        if change.joined.contains(where: { $0.member == member }) { handles[client]?.state = .joined }
        handles[client]?.changeCount += 1
        effects.append(.sendEvent(ProcessGroupResponse.change(change), to: client))
        if handles[client]?.wantsRing == true {
            handles[client]?.wantsRing = false
            if let membership = node.membership {
                effects.append(.sendEvent(ProcessGroupResponse.ring(membership), to: client))
            }
        }
        guard change.left.contains(where: { $0.member == member }) else { return }
        handles[client]?.state = .unjoined
        handles[client]?.group = nil
        handlesOfProcess[processID]?.removeAll { $0 == client }
    }
}
