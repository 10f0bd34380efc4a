package import ClusterConfiguration
package import ClusterTypes
package import Messaging
package import Totem

/// The messaging of a node together with the services that local programs reach: what the process `corosync` is elsewhere.
///
/// One value: events in, effects out. Requests of programs become events of the ``MessagingNode``, and what follows from them
/// goes to the services, which answer the programs.
package struct MessagingDaemon: Sendable {
    package enum Event: Sendable {
        case messaging(MessagingNode.Event)
        case clientConnected(LocalClient)
        /// Requests of a client that came together, in order.
        case clientRequested(ByteStrings, by: LocalClient)
        case clientDisconnected(LocalClient)
        case timerFired(ServiceTimer)
        case bufferRead(SharedBufferOutcome, ClientID)
        /// What `DaemonRequest.observeTransport` asked for.
        case transportObserved(TransportObservation)
        /// The configuration was read again; `nil` when it was not usable and nothing has changed.
        case reloaded(Reloaded?, requester: UInt64)
        /// What `DaemonRequest.tune` asked for holds; `nil` when it is not possible and nothing has changed.
        case tuned(Reloaded?)
        /// What `DaemonRequest.readSystem` asked for; `nil` when the system does not say.
        case systemRead(SystemResource, Double?)
        /// What came of a request to the watchdog.
        case watchdog(WatchdogOutcome)
    }

    /// A configuration that was read while the node runs.
    package struct Reloaded: Sendable {
        package var map: ConfigurationMap
        package var ring: RingSettings
        package var quorum: QuorumRules
        package var version: UInt64

        package init(map: ConfigurationMap, ring: RingSettings, quorum: QuorumRules, version: UInt64) {
            self.map = map
            self.ring = ring
            self.quorum = quorum
            self.version = version
        }
    }

    package enum Effect: Sendable, Equatable {
        /// Only of the kinds that concern the network, the disk, and the process `residentProcessID`.
        case messaging(MessagingNode.Effect)
        /// Never `.messaging`.
        case service(ServiceEffect)
    }

    package private(set) var node: MessagingNode
    private var processGroups: ProcessGroupService
    private var quorum: QuorumService
    private var voteQuorum: VoteQuorumService
    package private(set) var configurationMap: ConfigurationMapService
    private var configuration: ConfigurationService
    private var resources = ResourceServices()
    /// The process whose events are not for a service: this daemon's own, in which the resource manager lives.
    private let residentProcessID: UInt32
    private var figures = ClientFigures()
    /// Kept between events for their capacity.
    private var nodeEffects: [MessagingNode.Effect] = []
    private var asked: [ServiceEffect] = []

    /// - Parameters:
    ///   - residentProcessID: the process ID under which the daemon itself is in process groups.
    ///   - map: the configuration map at the start.
    package init(
        _ node: MessagingNode, localNode: NodeID, residentProcessID: UInt32,
        map: ConfigurationMap = ConfigurationMap()
    ) {
        self.node = node
        self.residentProcessID = residentProcessID
        configurationMap = ConfigurationMapService(localNode: localNode, map: map)
        configuration = ConfigurationService(localNode: localNode)
        processGroups = ProcessGroupService(localNode: localNode, residentProcessID: residentProcessID)
        quorum = QuorumService()
        voteQuorum = VoteQuorumService(localNode: localNode)
    }

    /// Applies one event at a moment of the driver's clock and appends what must be done, in order.
    package mutating func receive(_ event: Event, at now: Instant, into effects: inout [Effect]) {
        begin(event, at: now, into: &effects)
        while proceed(at: now, into: &effects) {}
    }

    /// Works on one frame that the ring delivered; false when nothing is left. See ``MessagingNode/proceed(at:into:)``.
    package mutating func proceed(at now: Instant, into effects: inout [Effect]) -> Bool {
        var isProceeding = false
        drive(at: now, into: &effects) { node, nodeEffects in
            isProceeding = node.proceed(at: now, into: &nodeEffects)
        }
        settle(at: now, into: &effects)
        return isProceeding
    }

    /// Applies one event, but leaves what the ring delivers to `proceed`, which is called until it returns false before the next
    /// event comes, or after the last of several requests of clients. So the effects that the other nodes wait for can be performed first.
    package mutating func begin(_ event: Event, at now: Instant, into effects: inout [Effect]) {
        switch event {
        case .messaging(let event):
            if case .started = event { resources.start(&configurationMap, at: now, into: &asked) }
            process(event, at: now, into: &effects)
        case .clientConnected(let client): connect(client)
        case .clientRequested(let requests, let client): answer(requests, client)
        case .clientDisconnected(let client): disconnect(client)
        case .timerFired(let timer):
            if !resources.timerFired(timer, &configurationMap, at: now, into: &asked) {
                tell(.timerFired(timer), at: now)
            }
        case .systemRead(let resource, let reading):
            resources.read(resource, reading, &configurationMap, at: now, into: &asked)
        case .watchdog(let outcome): resources.received(outcome, &configurationMap, into: &asked)
        case .transportObserved(let transport): tell(.statisticsGathered(transport, figures), at: now)
        case .reloaded(let reloaded, let requester): take(reloaded, requester)
        case .tuned(let tuned):
            configurationMap.tuned(tuned?.map, into: &asked)
            if let tuned { adopt(tuned) }
        case .bufferRead(let outcome, let client): tell(.bufferRead(outcome, client), at: now)
        }
        settle(at: now, into: &effects)
    }

    private mutating func take(_ reloaded: Reloaded?, _ requester: UInt64) {
        configurationMap.put("config.totemconfig_reload_in_progress", .uint8(1), into: &asked)
        if let reloaded {
            configurationMap.put("config.reload_in_progress", .uint8(1), into: &asked)
            configurationMap.reload(reloaded.map, into: &asked)
            adopt(reloaded)
            configurationMap.put("config.reload_status", .int32(Int32(ServiceError.ok.rawValue)), into: &asked)
        }
        configurationMap.put("config.totemconfig_reload_in_progress", .uint8(0), into: &asked)
        if reloaded != nil { configurationMap.put("config.reload_in_progress", .uint8(0), into: &asked) }
        configuration.reloaded(requester: requester, isSuccessful: reloaded != nil, into: &asked)
    }

    private mutating func adopt(_ settings: Reloaded) {
        asked.append(.messaging(.reconfigured(settings.ring, version: settings.version)))
        asked.append(.messaging(.quorumRulesChanged(settings.quorum)))
    }

    /// Does what services asked for and what follows from it, until nothing is left.
    private mutating func settle(at now: Instant, into effects: inout [Effect]) {
        var next = 0
        resources.follow(&configurationMap, at: now, into: &asked)
        while next < asked.count {
            let effect = asked[next]
            next += 1
            switch effect {
            case .messaging(let event): process(event, at: now, into: &effects)
            case .daemon(.resetStatistics(let part)):
                if part == .ring || part == .all { node.resetRingStatistics() }
                if part == .clients || part == .all { figures.reset() }
                if part == .transport || part == .all { effects.append(.service(effect)) }
            case .respond(_, let client):
                figures.answered(client)
                effects.append(.service(effect))
            case .sendEvent(_, let client):
                figures.told(client)
                effects.append(.service(effect))
            case .sendEvents(let run, let clients):
                for client in clients { figures.told(client, run.payloads.count) }
                effects.append(.service(effect))
            case .disconnect, .holdRequests, .shareBuffer, .unshareBuffer, .readBuffer, .arm, .cancel, .report, .daemon:
                effects.append(.service(effect))
            }
            resources.follow(&configurationMap, at: now, into: &asked)
        }
        asked.removeAll(keepingCapacity: true)
    }

    private mutating func process(_ event: MessagingNode.Event, at now: Instant, into effects: inout [Effect]) {
        drive(at: now, into: &effects) { node, nodeEffects in node.begin(event, at: now, into: &nodeEffects) }
    }

    /// Lets the node work, and hands on what it wants done.
    private mutating func drive(
        at now: Instant, into effects: inout [Effect],
        _ work: (inout MessagingNode, inout [MessagingNode.Effect]) -> Void
    ) {
        var nodeEffects: [MessagingNode.Effect] = []
        swap(&nodeEffects, &self.nodeEffects)
        work(&node, &nodeEffects)
        for effect in nodeEffects {
            switch effect {
            case .deliver(let event, let processID) where processID != residentProcessID:
                tell(.groupEvent(event, processID: processID), at: now)
            case .deliverMessages(let messages, let processIDs):
                tell(.groupMessages(messages, processIDs: processIDs), at: now)
            case .deliverPiece(let piece, let processID): tell(.groupPiece(piece, processID: processID), at: now)
            case .synchronised(let membership): tell(.synchronised(membership), at: now)
            case .quorumChanged(let view): tell(.quorumChanged(view), at: now)
            case .flowControlChanged(let isBlocked): tell(.flowControlChanged(isBlocked: isBlocked), at: now)
            case .administration(let message, let sender): tell(.administration(message, from: sender), at: now)
            case .configurationVersion(let version, let node): tell(.configurationVersion(version, of: node), at: now)
            case .send, .broadcast, .arm, .cancel, .deliver, .storeRingSequence, .storeExpectedVotes,
                .configurationOutdated, .report:
                effects.append(.messaging(effect))
            }
        }
        nodeEffects.removeAll(keepingCapacity: true)
        swap(&nodeEffects, &self.nodeEffects)
    }

    /// The order in which corosync's services hear of a change: by their numbers.
    private mutating func tell(_ notice: ServiceNotice, at now: Instant) {
        switch notice {
        case .groupEvent, .groupMessages, .groupPiece, .bufferRead:
            processGroups.received(notice, node: node, at: now, into: &asked)
            return
        case .synchronised, .quorumChanged, .flowControlChanged, .administration, .configurationVersion,
            .statisticsGathered, .timerFired:
            break
        }
        configurationMap.received(notice, node: node, at: now, into: &asked)
        configuration.received(notice, node: node, at: now, into: &asked)
        processGroups.received(notice, node: node, at: now, into: &asked)
        quorum.received(notice, node: node, at: now, into: &asked)
        voteQuorum.received(notice, node: node, at: now, into: &asked)
    }

}

// One call for each service: they are values of different types.
extension MessagingDaemon {
    private mutating func connect(_ client: LocalClient) {
        configurationMap.opened(figures.connected(client), into: &asked)
        switch client.service {
        case .configurationMap: configurationMap.connected(client, node: node, into: &asked)
        case .configuration: configuration.connected(client, node: node, into: &asked)
        case .processGroups: processGroups.connected(client, node: node, into: &asked)
        case .quorum: quorum.connected(client, node: node, into: &asked)
        case .voteQuorum: voteQuorum.connected(client, node: node, into: &asked)
        }
    }

    private mutating func answer(_ requests: ByteStrings, _ client: LocalClient) {
        figures.requested(requests.count, by: client.id)
        var next = 0
        while next < requests.count {
            if client.service == .processGroups {
                let taken = processGroups.multicast(requests, from: next, by: client.id, into: &asked)
                if taken > 0 {
                    next += taken
                    continue
                }
            }
            guard let request = LocalRequest(requests[next]) else {
                let size = requests[next].count
                asked.append(.disconnect(client.id, reason: "it sent a request of \(size) bytes, less than a header"))
                return
            }
            answer(request, client)
            next += 1
        }
    }

    private mutating func answer(_ request: LocalRequest, _ client: LocalClient) {
        switch client.service {
        case .configurationMap: configurationMap.requested(request, by: client, node: node, into: &asked)
        case .configuration:
            configuration.shutdownTimeout = configurationMap.shutdownTimeout
            configuration.requested(request, by: client, node: node, into: &asked)
        case .processGroups: processGroups.requested(request, by: client, node: node, into: &asked)
        case .quorum: quorum.requested(request, by: client, node: node, into: &asked)
        case .voteQuorum: voteQuorum.requested(request, by: client, node: node, into: &asked)
        }
    }

    private mutating func disconnect(_ client: LocalClient) {
        figures.disconnected(client)
        configurationMap.closed(client, into: &asked)
        switch client.service {
        case .configurationMap: configurationMap.disconnected(client, into: &asked)
        case .configuration: configuration.disconnected(client, into: &asked)
        case .processGroups: processGroups.disconnected(client, into: &asked)
        case .quorum: quorum.disconnected(client, into: &asked)
        case .voteQuorum: voteQuorum.disconnected(client, into: &asked)
        }
    }
}
