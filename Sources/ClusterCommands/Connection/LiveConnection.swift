package import CIB
package import ClusterClient
internal import JSONText
package import XMLTree

/// A running cluster, behind the local API of one node.
package final class LiveConnection: ClusterConnection {
    private let client: NodeClient
    private let warn: (String) -> Void

    /// - Parameter warn: shows a remark on an answer to the person at the terminal.
    package init(client: NodeClient, warn: @escaping (String) -> Void) {
        self.client = client
        self.warn = warn
    }

    package var isLive: Bool { true }

    package func document() throws(CommandFailure) -> CIBDocument {
        let text = try asking { () throws(RequestFailure) in try client.cib() }
        do { return try CIBDocument(parsing: text) } catch { throw CommandFailure(error) }
    }

    package func query(xpath: String) throws(CommandFailure) -> [XMLElement] {
        let text = try asking { () throws(RequestFailure) in try client.cib(xpath: xpath) }
        do { return try XMLElement(parsing: text).children } catch {
            throw CommandFailure(.protocolError, "the answer to a query cannot be read: \(error)")
        }
    }

    package func change(
        _ operations: [CIBOperation], expecting version: CIBVersion?
    ) throws(CommandFailure) -> CIBVersion {
        let edits = operations.map(CIBEdit.init)
        let answer = try asking { () throws(RequestFailure) in
            try client.change(edits, expectedVersion: version?.description)
        }
        guard let version = CIBVersion(answer.version) else {
            throw CommandFailure(.protocolError, "the answer to a change has the version \"\(answer.version)\"")
        }
        if !answer.isQuorate {
            warn("without quorum: the change is lost when this node meets others that have quorum meanwhile")
        }
        return version
    }

    package func activity() throws(CommandFailure) -> ClusterActivity? {
        let report = try asking { () throws(RequestFailure) in try client.status() }
        let work: ClusterActivity.Work =
            switch report.activity {
            case .idle: report.phase == "member" ? .idle : .computing
            case .computing: .computing
            case .transition(let id, let completed, let actions):
                .transition(id: id, completed: completed, actions: actions)
            }
        return ClusterActivity(
            node: report.node.name, members: report.members.map(\.name), isQuorate: report.isQuorate,
            controller: report.controller, work: work,
            pendingActions: report.pendingActions.map { "\($0.operation) on \($0.node)" }, version: report.version)
    }

    package func forget(_ history: HistoryKind, resource: String?, node: String?) throws(CommandFailure) {
        try asking { () throws(RequestFailure) in
            switch history {
            case .cleanup: try client.cleanUp(resource: resource, node: node)
            case .refresh: try client.refresh(resource: resource, node: node)
            }
        }
    }

    package func fence(node: String, action: String) throws(CommandFailure) {
        var patient = client
        // Power switches take their time; the daemon has the limits.
        patient.timeout = .seconds(600)
        let client = patient
        try asking { () throws(RequestFailure) in try client.fence(node: node, action: action) }
    }

    package func confirmFenced(node: String) throws(CommandFailure) {
        try asking { () throws(RequestFailure) in try client.confirmFenced(node: node) }
    }

    package func setAttribute(
        node: String, name: String, value: String?, lifetime: AttributeLifetime
    ) throws(CommandFailure) {
        try asking { () throws(RequestFailure) in
            try client.setAttribute(node: node, name: name, value: value, untilReboot: lifetime == .reboot)
        }
    }

    package func shutDown() throws(CommandFailure) {
        try asking { () throws(RequestFailure) in try client.shutDown() }
    }

    package func followEvents(_ receive: (String) -> Bool) throws(CommandFailure) {
        try asking { () throws(RequestFailure) in
            var stream = try client.events()
            while let event = try stream.next() {
                if !receive(event.fields.text) { return }
            }
        }
    }

    private func asking<Answer>(_ request: () throws(RequestFailure) -> Answer) throws(CommandFailure) -> Answer {
        do { return try request() } catch { throw CommandFailure(error) }
    }
}

extension CommandFailure {
    fileprivate init(_ failure: RequestFailure) {
        switch failure.code {
        case .notRunning:
            self.init(
                .disconnected, failure.message,
                advice: "Is lockstepd running on this node? With --root DIR, say so here too (or set LOCKSTEP_ROOT).")
        case .forbidden:
            self.init(
                .insufficientPrivileges, failure.message, advice: "root and members of the group haclient may do this.")
        case .invalid: self.init(.dataError, failure.message)
        case .versionConflict: self.init(.outdated, failure.message)
        case .notFound: self.init(.noSuchObject, failure.message)
        case .unavailable: self.init(.unavailable, failure.message)
        case .failed: self.init(.failure, failure.message)
        case .timedOut: self.init(.timeout, failure.message)
        case .badAnswer: self.init(.protocolError, failure.message)
        }
    }
}

extension CIBEdit {
    fileprivate init(_ operation: CIBOperation) {
        switch operation {
        case .create(let element, let scope): self = .create(element.compact(), in: Place(scope))
        case .modify(let element, let scope, let creates):
            self = .modify(element.compact(), in: Place(scope), allowsCreation: creates)
        case .replace(let element, let scope, let creates):
            self = .replace(element.compact(), in: Place(scope), allowsCreation: creates)
        case .delete(let element, let scope): self = .delete(element.compact(), in: Place(scope))
        case .deleteMatching(let xpath, let all): self = .deleteMatching(xpath: xpath, all: all)
        case .erase: self = .erase
        case .bump: self = .bump
        case .upgrade(let schema): self = .upgrade(to: schema)
        case .patch(let patch): self = .patch(patch.xml.compact())
        }
    }
}

extension CIBEdit.Place {
    fileprivate init(_ scope: CIBScope) {
        switch scope {
        case .document: self = .document
        case .section(let section): self = .section(section.rawValue)
        case .xpath(let expression): self = .xpath(expression)
        }
    }
}
