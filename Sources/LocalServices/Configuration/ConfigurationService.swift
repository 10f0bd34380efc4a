package import ClusterTypes
package import Messaging

/// Administration of the node and the cluster, for programs linked with libcfg.
///
/// - Source: corosync_cfg_…(3), cfg.c for what each request answers.
package struct ConfigurationService: LocalService {
    /// How long programs may think about a shutdown: `cfg.shutdown_timeout`. Default 5 s.
    package var shutdownTimeout: Duration = .seconds(5)

    private let localNode: NodeID
    private var members: [NodeID] = []
    /// Programs that want to be asked before a shutdown, in the order in which they came.
    private var trackers: [ClientID] = []
    private var vote: ShutdownVote?
    /// Requests that wait for the transport's answer.
    private var waiting: [(client: ClientID, request: ConfigurationRequest)] = []
    /// Reloads that were asked for here and are not done.
    private var reloads: [ClientID] = []
    private var isObserving = false
    private var keyChange = KeyChange()

    package init(localNode: NodeID) { self.localNode = localNode }

    package mutating func connected(
        _ client: LocalClient, node: borrowing MessagingNode, into effects: inout [ServiceEffect]
    ) {}

    package mutating func disconnected(_ client: LocalClient, into effects: inout [ServiceEffect]) {
        trackers.removeAll { $0 == client.id }
        waiting.removeAll { $0.client == client.id }
        reloads.removeAll { $0 == client.id }
        if vote?.requester == client.id {
            vote = nil
            effects.append(.cancel(.shutdownVote))
        }
        vote?.left(client.id)
        decide(into: &effects)
    }

    package mutating func requested(
        _ request: LocalRequest, by client: LocalClient, node: borrowing MessagingNode,
        into effects: inout [ServiceEffect]
    ) {
        do {
            answer(try ConfigurationRequest(request), client.id, into: &effects)
        } catch {
            let answer = ConfigurationRequest.answer(to: request.function)
            effects.append(.respond(ResponseHeader.status(answer, .invalidParameter), to: client.id))
        }
    }

    private mutating func answer(
        _ request: ConfigurationRequest, _ client: ClientID, into effects: inout [ServiceEffect]
    ) {
        typealias Answer = ConfigurationRequest.Answer
        func respond(_ answer: UInt32, _ error: ServiceError = .ok) {
            effects.append(.respond(ResponseHeader.status(answer, error), to: client))
        }
        switch request {
        case .linkStatus, .addresses, .nodeStatus:
            waiting.append((client, request))
            if !isObserving { effects.append(.daemon(.observeTransport)) }
            isObserving = true
        case .reenableLinks: respond(Answer.reenableLinks, .notSupported)
        case .killNode(let node, let reason):
            if members.contains(node) {
                effects.append(.messaging(.administered(.killNode(node, reason: reason))))
                respond(Answer.killNode)
            } else {
                respond(Answer.killNode, .notExist)
            }
        case .tryShutdown(let flags): tryShutdown(flags, client, into: &effects)
        case .replyToShutdown(let isAgreed):
            respond(Answer.replyToShutdown, vote == nil ? .access : .ok)
            vote?.answered(client, isAgreed: isAgreed)
            decide(into: &effects)
        case .localNode: effects.append(.respond(ConfigurationAnswer.localNode(localNode), to: client))
        case .reload:
            reloads.append(client)
            effects.append(.messaging(.administered(.reload(requester: client.rawValue))))
        case .reopenLogs:
            effects.append(.daemon(.reopenLogs))
            respond(Answer.reopenLogs)
        case .startTracking:
            respond(Answer.startTracking)
            track(client, into: &effects)
        case .stopTracking:
            respond(Answer.stopTracking)
            trackers.removeAll { $0 == client }
            vote?.left(client)
            decide(into: &effects)
        }
    }

    package mutating func received(
        _ notice: ServiceNotice, node: borrowing MessagingNode, at now: Instant, into effects: inout [ServiceEffect]
    ) {
        switch notice {
        case .synchronised(let membership):
            members = membership.members
            advanceKeys(into: &effects)
        case .administration(let message, let sender): obey(message, from: sender, into: &effects)
        case .statisticsGathered(let transport, _): answerWaiting(transport, into: &effects)
        case .timerFired(.shutdownVote):
            vote?.timedOut()
            decide(into: &effects)
        case .quorumChanged, .flowControlChanged, .groupEvent, .groupMessages, .groupPiece, .bufferRead,
            .configurationVersion,
            .timerFired:
            break
        }
    }

    /// Tells who asked for a reload how it went on this node.
    package mutating func reloaded(
        requester: UInt64, isSuccessful: Bool, into effects: inout [ServiceEffect]
    ) {
        guard let place = reloads.firstIndex(of: ClientID(requester)) else { return }
        let client = reloads.remove(at: place)
        let error: ServiceError = isSuccessful ? .ok : .invalidParameter
        effects.append(
            .respond(ResponseHeader.status(ConfigurationRequest.Answer.reload, error), to: client))
    }
}

// What reaches all nodes.
extension ConfigurationService {
    private mutating func obey(
        _ message: AdministrationMessage, from sender: NodeID, into effects: inout [ServiceEffect]
    ) {
        switch message {
        case .killNode(let node, let reason):
            guard node == localNode else {
                effects.append(.report(.init(.notice, "node \(sender) ends the daemon of node \(node): \(reason)")))
                break
            }
            effects.append(.daemon(.end(reason: "ended by node \(sender): \(reason)")))
        case .shutDown:
            effects.append(.report(.init(.notice, "node \(sender) was shut down by its administrator")))
            if sender == localNode { effects.append(.daemon(.leave)) }
        case .reload(let requester):
            effects.append(.report(.init(.notice, "node \(sender) asks all nodes to read their configuration again")))
            keyChange.began()
            effects.append(.daemon(.reload(requester: sender == localNode ? requester : 0)))
        case .changeKeys(let phase):
            keyChange.reached(phase: phase, by: sender)
            let missing = keyChange.missing(of: members, localNode: localNode).map(\.description)
            if phase == 1, !missing.isEmpty {
                let names = missing.joined(separator: ", ")
                effects.append(
                    .report(.init(.notice, "new keys are used when these nodes have them as well: \(names)")))
            }
            advanceKeys(into: &effects)
        case .reenableLinks: break
        }
    }

    private mutating func advanceKeys(into effects: inout [ServiceEffect]) {
        while let step = keyChange.next(members: members, localNode: localNode) {
            switch step {
            case .use: effects.append(.daemon(.changeKeys(phase: 1)))
            case .forget: effects.append(.daemon(.changeKeys(phase: 2)))
            }
        }
    }
}

// Shutdown.
extension ConfigurationService {
    private mutating func tryShutdown(
        _ flags: ConfigurationRequest.ShutdownFlags, _ client: ClientID, into effects: inout [ServiceEffect]
    ) {
        let answer = ConfigurationRequest.Answer.tryShutdown
        let asked = trackers.filter { $0 != client }
        if flags == .immediate || (vote == nil && asked.isEmpty) {
            effects.append(.respond(ResponseHeader.status(answer, .ok), to: client))
            effects.append(.messaging(.administered(.shutDown)))
            return
        }
        guard vote == nil else {
            effects.append(.respond(ResponseHeader.status(answer, .exist), to: client))
            return
        }
        vote = ShutdownVote(requester: client, isRegardless: flags == .regardless, asked: asked)
        effects.append(.arm(.shutdownVote, after: shutdownTimeout))
        for tracker in asked { ask(tracker, .ok, into: &effects) }
    }

    private mutating func track(_ client: ClientID, into effects: inout [ServiceEffect]) {
        guard !trackers.contains(client) else { return }
        trackers.append(client)
        guard vote != nil, vote?.requester != client else { return }
        vote?.ask(client)
        ask(client, .ok, into: &effects)
    }

    private func ask(_ client: ClientID, _ error: ServiceError, into effects: inout [ServiceEffect]) {
        var writer = ResponseHeader.begin(ConfigurationRequest.Answer.testShutdown, error, bodySize: 8)
        writer.padded(vote?.isRegardless == true ? 1 : 0)
        effects.append(.sendEvent(writer.bytes, to: client))
    }

    private mutating func decide(into effects: inout [ServiceEffect]) {
        guard let vote, vote.decision != .undecided else { return }
        let answer = ConfigurationRequest.Answer.tryShutdown
        let isAgreed = vote.decision == .agreed
        effects.append(.cancel(.shutdownVote))
        effects.append(.respond(ResponseHeader.status(answer, isAgreed ? .ok : .busy), to: vote.requester))
        self.vote = nil
        if isAgreed { effects.append(.messaging(.administered(.shutDown))) }
    }
}

// What only the transport knows.
extension ConfigurationService {
    private mutating func answerWaiting(_ transport: TransportObservation, into effects: inout [ServiceEffect]) {
        isObserving = false
        let waiting = waiting
        self.waiting = []
        for (client, request) in waiting {
            effects.append(.respond(response(to: request, transport), to: client))
        }
    }

    private func response(to request: ConfigurationRequest, _ transport: TransportObservation) -> [UInt8] {
        let answer = ConfigurationRequest.Answer.nodeStatus
        switch request {
        case .linkStatus: return ConfigurationAnswer.linkStatus(transport, localNode: localNode)
        case .nodeStatus(let id, let version):
            guard let node = transport.node(id) else { return ResponseHeader.status(answer, .failedOperation) }
            guard version == 1 else { return ResponseHeader.status(answer, .notSupported) }
            return ConfigurationAnswer.nodeStatus(node)
        case .addresses(let id):
            let isLocal = id == NodeID(0) || id == localNode
            guard let node = transport.node(isLocal ? localNode : id) else {
                return ConfigurationAnswer.addresses([])
            }
            return ConfigurationAnswer.addresses(node.links.map { isLocal ? $0.source : $0.destination })
        case .reenableLinks, .killNode, .tryShutdown, .replyToShutdown, .localNode, .reload, .reopenLogs,
            .startTracking, .stopTracking:
            preconditionFailure("answered at once")
        }
    }
}
