package import ClusterTypes
package import Messaging

/// Votes and quorum in detail, for programs linked with libvotequorum.
///
/// - Source: votequorum_overview(3) and its pages; corosync's votequorum.c for answers; ipc_votequorum.h of corosync 3.1.7.
/// - Deviation: there are no quorum devices; what concerns them is answered as corosync answers when none may register.
package struct VoteQuorumService: LocalService {
    private struct Tracker: Sendable {
        var client: ClientID
        /// Given back with every event.
        var context: UInt64
    }

    private let localNode: NodeID
    /// Those who are told changes, in the order in which they asked.
    private var trackers: [Tracker] = []
    /// What was decided last, which they know.
    private var decided: (ring: RingID, isQuorate: Bool, expectedVotes: UInt32)?

    package init(localNode: NodeID) { self.localNode = localNode }

    package mutating func connected(
        _ client: LocalClient, node: borrowing MessagingNode, into effects: inout [ServiceEffect]
    ) {}

    package mutating func disconnected(_ client: LocalClient, into effects: inout [ServiceEffect]) {
        trackers.removeAll { $0.client == client.id }
    }

    package mutating func requested(
        _ request: LocalRequest, by client: LocalClient, node: borrowing MessagingNode,
        into effects: inout [ServiceEffect]
    ) {
        let answer: [UInt8]
        do { answer = try self.answer(VoteQuorumRequest(request), client.id, node, &effects) } catch {
            answer = ResponseHeader.failure(.invalidParameter)
        }
        effects.append(.respond(answer, to: client.id))
    }

    private mutating func answer(
        _ request: VoteQuorumRequest, _ client: ClientID, _ node: borrowing MessagingNode,
        _ effects: inout [ServiceEffect]
    ) -> [UInt8] {
        switch request {
        case .information(let about):
            return VoteQuorumResponse.information(about ?? localNode, node.quorumStatus)
        case .change(let change):
            if let refusal = node.refusal(of: change) {
                effects.append(.report(.init(.notice, "a program's change of votes is refused: \(refusal)")))
                return VoteQuorumResponse.status(Self.error(refusal))
            }
            effects.append(.messaging(.quorumChangeRequested(change)))
            return VoteQuorumResponse.status(.ok)
        case .startTracking(let context, let flags):
            if flags & VoteQuorumRequest.tellsNow != 0 {
                tellNow(Tracker(client: client, context: context), node, &effects)
            }
            if trackers.contains(where: { $0.client == client }) { return VoteQuorumResponse.status(.exist) }
            if flags & VoteQuorumRequest.tellsChanges != 0 {
                trackers.append(Tracker(client: client, context: context))
            }
            return VoteQuorumResponse.status(.ok)
        case .stopTracking:
            let wasTracking = trackers.contains { $0.client == client }
            trackers.removeAll { $0.client == client }
            return VoteQuorumResponse.status(wasTracking ? .ok : .notExist)
        case .registerDevice, .pollDevice: return VoteQuorumResponse.status(.access)
        case .otherOfDevice: return VoteQuorumResponse.status(.notExist)
        }
    }

    private static func error(_ refusal: QuorumRefusal) -> ServiceError {
        switch refusal {
        case .noProvider: .notSupported
        case .unknownNode: .nameNotFound
        case .expectedVotesOutOfRange, .votesOutOfRange: .invalidParameter
        }
    }

    private func tellNow(_ tracker: Tracker, _ node: borrowing MessagingNode, _ effects: inout [ServiceEffect]) {
        let status = node.quorumStatus
        let (ring, members) = (status.view.ring, status.view.members)
        effects.append(.sendEvent(VoteQuorumResponse.nodeList(ring, members, tracker.context), to: tracker.client))
        effects.append(.sendEvent(VoteQuorumResponse.quorum(status, tracker.context), to: tracker.client))
    }

    package mutating func received(
        _ notice: ServiceNotice, node: borrowing MessagingNode, at now: Instant, into effects: inout [ServiceEffect]
    ) {
        switch notice {
        case .synchronised(let membership):
            for tracker in trackers {
                let event = VoteQuorumResponse.nodeList(membership.ring, membership.members, tracker.context)
                effects.append(.sendEvent(event, to: tracker.client))
            }
        case .quorumChanged:
            let status = node.quorumStatus
            let expected = UInt32(clamping: status.view.expectedVotes)
            let known = decided
            decided = (status.view.ring, status.view.isQuorate, expected)
            let isNews = known?.ring != status.view.ring || known?.isQuorate != status.view.isQuorate
            let isOtherNumber = known.map { $0.expectedVotes != expected } ?? false
            for tracker in trackers {
                if isOtherNumber {
                    let event = VoteQuorumResponse.expectedVotes(expected, tracker.context)
                    effects.append(.sendEvent(event, to: tracker.client))
                }
                if isNews {
                    let event = VoteQuorumResponse.quorum(status, tracker.context)
                    effects.append(.sendEvent(event, to: tracker.client))
                }
            }
        case .flowControlChanged, .groupEvent, .groupMessages, .groupPiece, .bufferRead, .administration,
            .configurationVersion,
            .statisticsGathered, .timerFired:
            break
        }
    }
}
