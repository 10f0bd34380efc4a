import CIB
import ClusterTypes
import Fencing
import XMLTree

// The replicated document: what the replica wants done, and the changes that this node makes.
extension ResourceManagerNode {
    mutating func perform(_ effects: [CIBReplica.Effect]) {
        for effect in effects {
            switch effect {
            case .multicast(let payload):
                emit(.messaging(.multicast(.resourceManager, [MessageRoute.replica.rawValue] + payload)))
            case .store(let id, let document, let lineage): emit(.store(id, document, lineage))
            case .applied(let summary, _): applied(summary)
            case .adopted:
                unwritten.documentWasReplaced = true
                refreshConfiguration()
            case .synchronised: settleMembership()
            case .acknowledge(let id, let outcome): acknowledged(id, outcome)
            case .report(let report): self.report(.warning, report.description)
            }
        }
    }

    private mutating func applied(_ summary: CIBChangeSummary) {
        guard summary.changedConfiguration else { return }
        refreshConfiguration()
        let root = document.root
        publish(
            .configurationChanged(
                version: summary.version.description, user: root["update-user"] ?? "",
                client: root["update-client"] ?? ""))
        control(.reconsider(reason: "the configuration changed to \(summary.version)", isUrgent: true))
    }

    /// Takes over what the configuration says about this node's own parts.
    mutating func refreshConfiguration() {
        options = ClusterOptions(of: document)
        let configuration = document.configuration
        dependencies = ResourceDependencies(configuration: configuration)
        let fencing = FencingConfiguration(configuration: configuration)
        perform(fencer.receive(.configurationChanged(fencing), at: now, wallTime: wallTime))
    }

    /// Makes a change in the name of this daemon.
    mutating func change(_ operations: [CIBOperation], for asker: OpenRequests.Asker = .nobody) {
        guard !operations.isEmpty else { return }
        request(
            CIBChange(
                operations,
                origin: CIBOrigin(
                    node: settings.nodeName, client: "lockstepd", user: "root", seconds: wallTime.seconds)),
            for: asker)
    }

    mutating func request(_ change: CIBChange, for asker: OpenRequests.Asker) {
        let id = requests.openChange(for: asker)
        perform(replica.receive(.changeRequested(id, change)))
    }

    private mutating func acknowledged(_ id: CIBRequestID, _ outcome: CIBOutcome) {
        guard let asker = requests.closeChange(id) else { return }
        switch asker {
        case .client(let client, let request): answer(client, request, outcome)
        case .controller:
            if case .refused(let failure) = outcome {
                report(.error, "a change of the cluster's state failed: \(failure)")
            }
            control(.changesSettled)
        case .nobody:
            if case .refused(let failure) = outcome {
                report(.warning, "a record of this node was refused: \(failure)")
            }
        }
    }
}
