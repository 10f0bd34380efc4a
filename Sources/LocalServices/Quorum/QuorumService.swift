package import ClusterTypes
package import Messaging

/// Whether this partition is quorate, for programs linked with libquorum.
///
/// Programs of model 0 are told the decision and the members; those of model 1 also who joined and left, and the whole name of
/// the ring.
///
/// - Source: quorum_overview(3), quorum_model_initialize(3); corosync's vsf_quorum.c; ipc_quorum.h of corosync 3.1.7.
package struct QuorumService: LocalService {
    /// `CS_TRACK_CURRENT` and `CS_TRACK_CHANGES`: tell at once.
    private static let tellsNow: UInt32 = 1 | 2
    /// `CS_TRACK_CHANGES` and `CS_TRACK_CHANGES_ONLY`: tell from now on.
    private static let tellsChanges: UInt32 = 2 | 4

    private enum Function {
        static let isQuorate: UInt32 = 0
        static let startTracking: UInt32 = 1
        static let stopTracking: UInt32 = 2
        static let type: UInt32 = 3
        static let setModel: UInt32 = 4
    }

    private enum Response {
        static let isQuorate: UInt32 = 0
        static let startTracking: UInt32 = 1
        static let stopTracking: UInt32 = 2
        static let notification: UInt32 = 3
        static let type: UInt32 = 4
        static let setModel: UInt32 = 5
        static let quorumNotification: UInt32 = 6
        static let nodeListNotification: UInt32 = 7
    }

    private enum Model: UInt32 {
        case decisionOnly = 0
        case withNodeList = 1
    }

    private var models: [ClientID: Model] = [:]
    /// Those who are told changes, in the order in which they asked.
    private var trackers: [ClientID] = []
    /// What was decided last, which they know.
    private var decided: (ring: RingID, isQuorate: Bool)?

    package init() {}

    package mutating func connected(
        _ client: LocalClient, node: borrowing MessagingNode, into effects: inout [ServiceEffect]
    ) { models[client.id] = .decisionOnly }

    package mutating func disconnected(_ client: LocalClient, into effects: inout [ServiceEffect]) {
        models[client.id] = nil
        trackers.removeAll { $0 == client.id }
    }

    package mutating func requested(
        _ request: LocalRequest, by client: LocalClient, node: borrowing MessagingNode,
        into effects: inout [ServiceEffect]
    ) {
        let answer: [UInt8]
        do { answer = try self.answer(request, client.id, node, &effects) } catch {
            answer = ResponseHeader.failure(.invalidParameter)
        }
        effects.append(.respond(answer, to: client.id))
    }

    private mutating func answer(
        _ request: LocalRequest, _ client: ClientID, _ node: borrowing MessagingNode, _ effects: inout [ServiceEffect]
    ) throws -> [UInt8] {
        var body = request.body()
        switch request.function {
        case Function.isQuorate: return Self.number(Response.isQuorate, isQuorate(node) ? 1 : 0)
        case Function.startTracking:
            let flags = try body.uint32()
            if flags & Self.tellsNow != 0 { tellNow(client, node, &effects) }
            if trackers.contains(client) { return ResponseHeader.status(Response.startTracking, .exist) }
            if flags & Self.tellsChanges != 0 { trackers.append(client) }
            return ResponseHeader.status(Response.startTracking, .ok)
        case Function.stopTracking:
            trackers.removeAll { $0 == client }
            return ResponseHeader.status(Response.stopTracking, .ok)
        case Function.type: return Self.number(Response.type, node.hasQuorumProvider ? 1 : 0)
        case Function.setModel:
            let model = Model(rawValue: try body.uint32())
            if let model { models[client] = model }
            return Self.number(
                Response.setModel, node.hasQuorumProvider ? 1 : 0, model == nil ? .invalidParameter : .ok)
        default: throw ServiceError.invalidParameter
        }
    }

    private func isQuorate(_ node: borrowing MessagingNode) -> Bool {
        node.quorumView?.isQuorate ?? !node.hasQuorumProvider
    }

    private static func number(_ function: UInt32, _ value: UInt32, _ error: ServiceError = .ok) -> [UInt8] {
        var writer = ResponseHeader.begin(function, error, bodySize: 8)
        writer.padded(value)
        return writer.bytes
    }

    private func tellNow(_ client: ClientID, _ node: borrowing MessagingNode, _ effects: inout [ServiceEffect]) {
        let none = RingID(representative: NodeID(0), sequence: 0)
        let membership = NodeMembership(
            ring: node.membership?.ring ?? none, members: node.membership?.members ?? [], joined: [], left: [])
        if models[client] == .withNodeList { effects.append(.sendEvent(Self.nodeList(membership), to: client)) }
        let view = node.quorumView
        tell(
            client, isQuorate: isQuorate(node), ring: view?.ring ?? none, members: view?.members ?? [], &effects)
    }

    // MARK: Events

    package mutating func received(
        _ notice: ServiceNotice, node: borrowing MessagingNode, at now: Instant, into effects: inout [ServiceEffect]
    ) {
        switch notice {
        case .synchronised(let membership):
            for client in trackers where models[client] == .withNodeList {
                effects.append(.sendEvent(Self.nodeList(membership), to: client))
            }
        case .quorumChanged(let view):
            // Votes may have changed, which is nothing that libquorum knows.
            let isNews = decided?.ring != view.ring || decided?.isQuorate != view.isQuorate
            decided = (view.ring, view.isQuorate)
            for client in trackers where isNews {
                tell(client, isQuorate: view.isQuorate, ring: view.ring, members: view.members, &effects)
            }
        case .flowControlChanged, .groupEvent, .groupMessages, .groupPiece, .bufferRead, .administration,
            .configurationVersion,
            .statisticsGathered, .timerFired:
            break
        }
    }

    private func tell(
        _ client: ClientID, isQuorate: Bool, ring: RingID, members: [NodeID], _ effects: inout [ServiceEffect]
    ) {
        var writer: WireWriter
        switch models[client] {
        case .decisionOnly:
            writer = ResponseHeader.begin(Response.notification, bodySize: 24 + 4 * members.count)
            writer.padded(isQuorate ? 1 : 0)
        case .withNodeList:
            writer = ResponseHeader.begin(Response.quorumNotification, bodySize: 32 + 4 * members.count)
            writer.padded(isQuorate ? 1 : 0)
            writer.padded(ring.representative.rawValue)
        case nil: return
        }
        writer.uint64(ring.sequence)
        writer.list(members)
        effects.append(.sendEvent(writer.bytes, to: client))
    }

    private static func nodeList(_ membership: NodeMembership) -> [UInt8] {
        let nodes = membership.members + membership.joined + membership.left
        var writer = ResponseHeader.begin(Response.nodeListNotification, bodySize: 40 + 4 * nodes.count)
        writer.padded(membership.ring.representative.rawValue)
        writer.uint64(membership.ring.sequence)
        writer.padded(UInt32(clamping: membership.members.count))
        writer.padded(UInt32(clamping: membership.joined.count))
        writer.uint32(UInt32(clamping: membership.left.count))
        for node in nodes { writer.uint32(node.rawValue) }
        writer.zeros(4)
        return writer.bytes
    }
}

extension WireWriter {
    /// A count and a list of nodes at the end of a C structure: the list begins right after the count, in what is padding as far
    /// as the structure's size is concerned, so as many bytes follow it.
    mutating func list(_ nodes: [NodeID]) {
        uint32(UInt32(clamping: nodes.count))
        for node in nodes { uint32(node.rawValue) }
        zeros(4)
    }
}
