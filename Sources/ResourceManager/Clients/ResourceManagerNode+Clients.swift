import CIB
import ClusterTypes
import Fencing
import XMLTree

// Requests of this node's clients.
extension ResourceManagerNode {
    mutating func serve(_ request: ClientRequest, id: RequestID, for client: ClientIdentity) {
        do {
            try attempt(request, id: id, for: client)
        } catch {
            emit(.respond(id, .refused(error)))
        }
    }

    private mutating func attempt(
        _ request: ClientRequest, id: RequestID, for client: ClientIdentity
    ) throws(ClientFailure) {
        switch request {
        case .status: emit(.respond(id, .status(status)))
        case .queryCIB(let xpath): emit(.respond(id, .elements(try elements(at: xpath))))
        case .changeCIB(let operations, let version):
            try requireLife()
            self.request(
                CIBChange(operations, expectedVersion: version, origin: origin(of: client)), for: .client(id, request))
        case .cleanup(let resource, let node):
            try forget(resource: resource, node: node, onlyFailed: true, request, id: id, for: client)
        case .refresh(let resource, let node):
            try forget(resource: resource, node: node, onlyFailed: false, request, id: id, for: client)
        case .setAttribute(let change):
            let operations = try NodeAttributeEdits(document: document).operations(
                for: change, node: known(change.node))
            try requireLife()
            self.request(CIBChange(operations, origin: origin(of: client)), for: .client(id, request))
        case .fence(let node, let action):
            try askForFencing(of: node, action, id: id, for: client, isConfirmation: false)
        case .confirmFenced(let node): try askForFencing(of: node, .off, id: id, for: client, isConfirmation: true)
        case .shutDown:
            emit(.respond(id, .done))
            beginShutdown()
        }
    }

    /// A change that is asked for while the node is still joining is made, and answered, once it has joined.
    private func requireLife() throws(ClientFailure) {
        guard phase == .running || phase == .leaving else {
            throw ClientFailure(.unavailable, "this node does not run yet, or leaves the cluster")
        }
    }

    private func requireMembership() throws(ClientFailure) {
        try requireLife()
        guard outbox.tag != nil else {
            throw ClientFailure(.unavailable, "this node is not in the cluster yet, or leaves it; try again later")
        }
    }

    private func elements(at xpath: String?) throws(ClientFailure) -> [XMLElement] {
        guard let xpath else { return [document.root] }
        do { return try document.query(xpath: xpath) } catch { throw ClientFailure(error) }
    }

    private func origin(of client: ClientIdentity) -> CIBOrigin {
        CIBOrigin(
            node: settings.nodeName, client: client.client.isEmpty ? "client" : client.client, user: client.user,
            seconds: wallTime.seconds)
    }

    private func known(_ name: String) throws(ClientFailure) -> NodeID {
        guard let node = node(named: name) else {
            throw ClientFailure(.notFound, "there is no node \"\(name)\" in the cluster")
        }
        return node
    }

    private mutating func forget(
        resource: String?, node: String?, onlyFailed: Bool, _ request: ClientRequest, id: RequestID,
        for client: ClientIdentity
    ) throws(ClientFailure) {
        try requireMembership()
        let forgetting = ForgettingHistory(document: document, onlyFailed: onlyFailed)
        let places = try forgetting.places(resource: resource, node: node)
        guard !places.isEmpty else {
            emit(.respond(id, .done))
            return
        }
        let operations = places.flatMap { forgetting.changes(for: $0) }
        self.request(CIBChange(operations, origin: origin(of: client)), for: .client(id, request))
        for place in places { send(.forget(resource: place.resource, node: place.node)) }
    }

    private mutating func askForFencing(
        of target: String, _ action: FencingAction, id: RequestID, for client: ClientIdentity, isConfirmation: Bool
    ) throws(ClientFailure) {
        try requireMembership()
        _ = try known(target)
        if isConfirmation, roster.members.contains(where: { name(of: $0.node) == target }) {
            throw ClientFailure(.invalid, "node \"\(target)\" is a member of the cluster: it is not down")
        }
        lastFencingRequest += 1
        let requestID = FencingRequest.ID("\(settings.nodeName).\(incarnation).\(lastFencingRequest)")
        requests.openFencing(requestID, for: id)
        let request = FencingRequest(
            id: requestID, target: target, action: action, timeout: options.fencingTimeout, delay: nil,
            origin: settings.nodeName, client: client.user)
        send(.fencingWanted(request, isConfirmation: isConfirmation))
    }

    /// A client's change is in the document, on disk where it must be, or refused.
    mutating func answer(_ id: RequestID, _ request: ClientRequest, _ outcome: CIBOutcome) {
        switch outcome {
        case .refused(let failure): emit(.respond(id, .refused(ClientFailure(failure))))
        case .done(let summary, let isQuorate):
            // A change of the configuration is noticed by the controller itself.
            if !summary.changedConfiguration && summary.changedStatus { askToReconsider("a client changed the status") }
            if case .changeCIB = request {
                emit(.respond(id, .changed(summary.version, isQuorate: isQuorate)))
            } else {
                emit(.respond(id, .done))
            }
        }
    }
}

extension ClientFailure {
    init(_ failure: CIBFailure) {
        let code: Code =
            switch failure.code {
            case .versionConflict: .versionConflict
            case .notFound: .notFound
            case .superseded, .notStored: .failed
            case .badRequest, .malformed, .schemaViolation, .olderVersion, .alreadyExists, .patchMismatch,
                .unknownSchema:
                .invalid
            }
        self.init(code, failure.description)
    }
}
