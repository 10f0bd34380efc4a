package import ClusterTypes
package import Totem

/// The whole messaging of one node: the ring, the synchronisation of its members, process groups and quorum.
///
/// One value: events in, effects out. The driver owns sockets, clock, disk and local clients, feeds every event in order
/// and performs every effect in order. What a client gets keeps virtual synchrony: all messages of the old configuration,
/// then whether the new one is quorate, then the changes of its groups, then the messages of the new one.
///
/// - Source: extended virtual synchrony (Moser et al. 1994); corosync's main.c for how the services share the ring.
/// - Deviation: quorum is told before the group changes of the same ring, so that nobody acts on the loss of a member
///   while believing in an old quorum.
package struct MessagingNode: Sendable {
    private var ring: PackedRing
    private var synchronisation: Synchronisation
    var groups: ProcessGroups
    var quorum: VoteQuorum
    var versions: ConfigurationVersions
    /// Messages of each service by function.
    package internal(set) var traffic = ServiceTraffic()
    let localNode: NodeID
    let serviceIDs: [UInt32]
    /// Connected clients, in the order in which they came.
    var clients: [UInt32] = []
    /// What the ring asked for and is not done yet; a queue, because doing it makes the ring ask for more.
    private var pending: [PackedRing.Effect] = []
    /// Group changes and messages of the new configuration, until its quorum is known.
    var held: [(processID: UInt32?, effect: Effect)] = []
    var isHolding = false
    private var announcedQuorum: QuorumView?
    /// The ring whose synchronisation was completed last.
    package private(set) var membership: NodeMembership?
    /// Nodes of the last completed synchronisation that are not in the present ring without interruption.
    private var lostNodes: [NodeID] = []
    private var nextMembers: [NodeID] = []
    /// Nothing is sent or delivered any more.
    package private(set) var hasLeft = false
    /// What passed between the ring and the services; `nil`, so that nothing is kept, unless somebody watches.
    var observations: [RingObservation]?

    /// - Parameters:
    ///   - ring: the settings of the ring, `node` being this node.
    ///   - quorum: the same rules on all nodes, but for this node's own votes.
    ///   - configurationVersion: of the configuration that both come from; 0 when it has none.
    package init(ring settings: RingSettings, quorum rules: QuorumRules, configurationVersion: UInt64 = 0) {
        let alone = RingID(representative: settings.node, sequence: settings.storedRingSequence)
        localNode = settings.node
        ring = PackedRing(settings: settings)
        groups = ProcessGroups(localNode: localNode, ring: alone)
        quorum = VoteQuorum(localNode: localNode, rules: rules, ring: alone)
        versions = ConfigurationVersions(own: configurationVersion)
        let services =
            [ServiceID.configurationMap, ServiceID.processGroups] + (rules.isEnabled ? [ServiceID.voteQuorum] : [])
        serviceIDs = services.map { UInt32($0) }
        synchronisation = Synchronisation(services: serviceIDs)
    }

    /// The quorum that the clients were told last; `nil` before the first ring.
    package var quorumView: QuorumView? { announcedQuorum }

    /// The configuration that messages are delivered in; `nil` before the first ring.
    package var configuration: RingConfiguration? { ring.configuration }

    /// False when no provider is configured: then every partition is quorate.
    package var hasQuorumProvider: Bool { serviceIDs.contains(UInt32(ServiceID.voteQuorum)) }

    /// The members of a process group now, ascending.
    package func members(of group: GroupName) -> [GroupMember] { groups.members(of: group) }

    /// The names of all process groups with members, by their bytes.
    package var groupNames: [GroupName] { groups.names }

    package var ringStatistics: RingStatistics { ring.statistics }

    /// Starts the counting of the ring's packets and changes anew.
    package mutating func resetRingStatistics() { ring.resetStatistics() }

    /// Applies one event at a moment of the driver's clock and appends what must be done, in order.
    package mutating func receive(_ event: Event, at now: Instant, into effects: inout [Effect]) {
        begin(event, at: now, into: &effects)
        while proceed(at: now, into: &effects) {}
    }

    /// Applies one event like `receive`, but leaves what the ring delivers to `proceed`, which is called until it returns false
    /// before the next event comes, or after the last of several requests: the token travels on before anybody here works on
    /// what it brought, and a node that is alone packs messages that come together.
    package mutating func begin(_ event: Event, at now: Instant, into effects: inout [Effect]) {
        switch event {
        case .started: ring.begin(.started, at: now, into: &pending)
        case .packetReceived(let packet, let sender):
            ring.begin(.packetReceived(packet, from: sender), at: now, into: &pending)
        case .timerFired(.ring(let timer)): ring.begin(.timerFired(timer), at: now, into: &pending)
        case .reachabilityChanged(let node, let isReachable):
            ring.begin(.reachabilityChanged(node, isReachable: isReachable), at: now, into: &pending)
        case .daemonMissing(let node): ring.begin(.daemonMissing(node), at: now, into: &pending)
        case .ringSequenceStored(let sequence):
            ring.begin(.ringSequenceStored(sequence), at: now, into: &pending)
        case .timerFired(.lastManStanding):
            perform(quorum.lastManStandingTimerFired(), lane: .application, at: now, into: &effects)
        case .quorumChangeRequested(let change): request(change, at: now, into: &effects)
        case .quorumRulesChanged(let rules):
            perform(quorum.rulesChanged(rules), lane: .application, at: now, into: &effects)
        case .leaveRequested: leave(at: now, into: &effects)
        case .newRingRequested: ring.begin(.newRingRequested, at: now, into: &pending)
        case .administered(let message):
            send(message.encoded(source: localNode), lane: .application, at: now)
        case .reconfigured(let settings, let version):
            ring.begin(.settingsChanged(settings), at: now, into: &pending)
            guard version != versions.own else { break }
            versions.own = version
            let message = ConfigurationMapMessage(
                version: version, reason: ConfigurationMapMessage.Reason.newVersion)
            send(message.encoded(), lane: .application, at: now)
        case .probeRequested(let payload, let guarantee):
            send(Self.probe(payload), guarantee, lane: .application, at: now)
        case .clientConnected(let processID):
            guard !clients.contains(processID) else { break }
            clients.append(processID)
            if let announcedQuorum { effects.append(.deliver(.quorumChanged(announcedQuorum), processID: processID)) }
        case .clientDisconnected(let processID):
            clients.removeAll { $0 == processID }
            held.removeAll { $0.processID == processID }
            perform(groups.disconnect(processID: processID), lane: .application, at: now, into: &effects)
        case .requested(let request, let processID):
            perform(answer(request, processID), lane: .application, at: now, into: &effects)
        case .groupRequested(let request):
            perform(groups.answer(request), lane: .application, at: now, into: &effects)
        }
        settle(at: now, into: &effects)
    }

    /// Works on one frame that the ring delivered, or on one configuration change; false when nothing is left.
    package mutating func proceed(at now: Instant, into effects: inout [Effect]) -> Bool {
        guard ring.proceed(at: now, into: &pending) else { return false }
        settle(at: now, into: &effects)
        return true
    }
}

// What operators ask of quorum.
extension MessagingNode {
    /// All that tools show about quorum.
    package var quorumStatus: QuorumStatus { quorum.status }

    /// Why a change of votes cannot be made; `nil` when it can.
    package func refusal(of change: QuorumChange) -> QuorumRefusal? { quorum.refusal(of: change) }

    private mutating func request(_ change: QuorumChange, at now: Instant, into effects: inout [Effect]) {
        if let refusal = quorum.refusal(of: change) {
            effects.append(.report(.init(.warning, "a change of votes was refused: \(refusal)")))
        } else {
            perform(quorum.request(change), lane: .application, at: now, into: &effects)
        }
    }

    /// With downscaling, the others learn first that this node leaves for good.
    private mutating func leave(at now: Instant, into effects: inout [Effect]) {
        let farewell = quorum.leave()
        if farewell.isEmpty || ring.configuration == nil {
            leaveRing(at: now)
        } else {
            perform(farewell, lane: .application, at: now, into: &effects)
        }
    }

    private mutating func leaveRing(at now: Instant) {
        hasLeft = true
        ring.begin(.leaveRequested, at: now, into: &pending)
    }
}

// Between the ring and the services.
extension MessagingNode {
    /// Does what the ring asked for, and what follows from it, until nothing is left.
    private mutating func settle(at now: Instant, into effects: inout [Effect]) {
        var next = 0
        while next < pending.count {
            let effect = pending[next]
            next += 1
            switch effect {
            case .send(let packet, let node): effects.append(.send(packet, to: node))
            case .broadcast(let packet): effects.append(.broadcast(packet))
            case .arm(let timer, let duration): effects.append(.arm(.ring(timer), after: duration))
            case .cancel(let timer): effects.append(.cancel(.ring(timer)))
            case .storeRingSequence(let sequence): effects.append(.storeRingSequence(sequence))
            case .report(let report): effects.append(.report(MessagingReport(report)))
            case .flowControlChanged(let isBlocked):
                effects.append(.flowControlChanged(isBlocked: isBlocked))
                for client in clients {
                    effects.append(.deliver(.flowControlChanged(isBlocked: isBlocked), processID: client))
                }
            case .configurationChanged(let configuration):
                observations?.append(.configurationChanged(configuration))
                enter(configuration, at: now, into: &effects)
            case .deliver(let sender, let messages): delivered(messages, from: sender, at: now, into: &effects)
            }
        }
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func enter(_ configuration: RingConfiguration, at now: Instant, into effects: inout [Effect]) {
        switch configuration.kind {
        case .transitional: synchronise(.transitional(configuration.members), at: now, into: &effects)
        case .regular:
            synchronise(.regular(configuration.ring, members: configuration.members), at: now, into: &effects)
        }
    }

    private mutating func answer(_ request: MessagingRequest, _ processID: UInt32) -> [ProcessGroups.Effect] {
        guard clients.contains(processID) else {
            return [.report(.init(.warning, "process \(processID) asked for something without being connected"))]
        }
        switch request {
        case .join(let group): return groups.join(group, processID: processID)
        case .leave(let group): return groups.leave(group, processID: processID)
        case .multicast(let group, let payload):
            return groups.multicast(ByteStrings(payload), to: group, processID: processID)
        }
    }
}

// The synchronisation of a new ring.
extension MessagingNode {
    mutating func synchronise(
        _ event: Synchronisation.Event, at now: Instant, into effects: inout [Effect]
    ) {
        for effect in synchronisation.receive(event) {
            switch effect {
            case .begin(let ring, let members, let together):
                lostNodes = (membership?.members ?? []).filter { !together.contains($0) || !members.contains($0) }
                nextMembers = members
                groups.synchronisationBegan(ring: ring, members: members, together: together)
                perform(
                    quorum.synchronisationBegan(ring: ring, members: members, together: together),
                    lane: .synchronisation, at: now, into: &effects)
                versions.synchronisationBegan(members: members)
            case .multicast(let message): send(message.encoded(), lane: .synchronisation, at: now)
            case .sendState(UInt32(ServiceID.configurationMap)):
                let message = ConfigurationMapMessage(
                    version: versions.own, reason: ConfigurationMapMessage.Reason.synchronisation)
                send(message.encoded(), lane: .synchronisation, at: now)
            case .sendState(UInt32(ServiceID.processGroups)):
                perform(groups.sendState(), lane: .synchronisation, at: now, into: &effects)
            case .sendState: perform(quorum.sendState(), lane: .synchronisation, at: now, into: &effects)
            case .activate(UInt32(ServiceID.configurationMap)):
                if !versions.activate() {
                    effects.append(.configurationOutdated(own: versions.own, newest: versions.highest))
                }
            case .activate(UInt32(ServiceID.processGroups)):
                isHolding = true
                perform(groups.activate(), lane: .application, at: now, into: &effects)
            case .activate(UInt32(ServiceID.voteQuorum)):
                perform(quorum.activate(), lane: .application, at: now, into: &effects)
            case .activate: break  // A service that only others have.
            case .abort: groups.synchronisationAborted()
            case .complete: complete(at: now, into: &effects)
            }
        }
    }

    private mutating func complete(at now: Instant, into effects: inout [Effect]) {
        let view = quorum.view
        announce(view, into: &effects)
        isHolding = false
        for (_, effect) in held { effects.append(effect) }
        held.removeAll(keepingCapacity: true)
        let known = membership?.members ?? []
        let joined = nextMembers.filter { !known.contains($0) || lostNodes.contains($0) }
        let membership = NodeMembership(ring: view.ring, members: nextMembers, joined: joined, left: lostNodes)
        self.membership = membership
        effects.append(.synchronised(membership))
        ring.begin(.synchronisationCompleted(view.ring), at: now, into: &pending)
    }

    private mutating func announce(_ view: QuorumView, into effects: inout [Effect]) {
        if view.isQuorate != announcedQuorum?.isQuorate {
            let votes = "\(view.votes) of \(view.expectedVotes) votes, \(view.quorum) needed"
            let report: MessagingReport =
                if view.isQuorate {
                    .init(.notice, "this partition has quorum: \(votes)")
                } else if quorum.isWaitingForAll {
                    .init(.notice, "this partition has no quorum yet: it waits to see all nodes once (\(votes))")
                } else {
                    .init(.warning, "this partition has no quorum: \(votes)")
                }
            effects.append(.report(report))
        }
        announcedQuorum = view
        effects.append(.quorumChanged(view))
        for client in clients { effects.append(.deliver(.quorumChanged(view), processID: client)) }
    }

    /// A message of the synchronisation goes out only in the ring it is for: when the ring has moved on while its last
    /// messages are still being worked through, the next synchronisation makes its own.
    private mutating func send(
        _ message: [UInt8], tail: ArraySlice<UInt8> = [], _ guarantee: Guarantee = .agreed, lane: PackedRing.Lane,
        at now: Instant
    ) {
        send(MessageRun(message, tail: tail), guarantee, lane: lane, at: now)
    }

    private mutating func send(
        _ run: MessageRun, _ guarantee: Guarantee = .agreed, lane: PackedRing.Lane, at now: Instant
    ) {
        if lane == .synchronisation, ring.configuration?.ring != synchronisation.ring { return }
        traffic.sent(run.count, like: run.heads[...])
        observeSending(run, guarantee, lane)
        ring.begin(.multicastRequested(run, guarantee, lane), at: now, into: &pending)
    }
}

extension MessagingNode {
    mutating func perform(
        _ asked: [ProcessGroups.Effect], lane: PackedRing.Lane, at now: Instant, into effects: inout [Effect]
    ) {
        for effect in asked {
            switch effect {
            case .multicast(let message):
                send(message.head(source: localNode), tail: message.tail, lane: lane, at: now)
            case .deliver(let processID, let event):
                deliver(.deliver(event, processID: processID), to: processID, into: &effects)
            case .multicastRun(let group, let processID, let payloads):
                let run = ProcessGroupMessage.run(group, processID: processID, payloads, source: localNode)
                send(run, lane: lane, at: now)
            case .deliverMessages(let processIDs, let messages): deliver(messages, to: processIDs, into: &effects)
            case .deliverPiece(let processID, let piece):
                deliver(.deliverPiece(piece, processID: processID), to: processID, into: &effects)
            case .report(let report): effects.append(.report(report))
            }
        }
    }

    mutating func perform(
        _ asked: [VoteQuorum.Effect], lane: PackedRing.Lane, at now: Instant, into effects: inout [Effect]
    ) {
        for effect in asked {
            switch effect {
            case .multicast(let message): send(message.encoded(), lane: lane, at: now)
            case .changed(let view): announce(view, into: &effects)
            case .armLastManStanding(let window): effects.append(.arm(.lastManStanding, after: window))
            case .cancelLastManStanding: effects.append(.cancel(.lastManStanding))
            case .storeExpectedVotes(let votes): effects.append(.storeExpectedVotes(votes))
            case .leavingAnnounced: leaveRing(at: now)
            case .report(let report): effects.append(.report(report))
            }
        }
    }
}
