package import Agents
internal import ClusterTypes
internal import XMLTree

/// Fingerprints of the parameters an operation ran with, by which the scheduler sees that the configuration changed.
///
/// - Source: what Pacemaker 2.1's tools compute (`crm_resource --digests`); a value here that differs from theirs makes
///   their scheduler restart the resource.
package struct OperationDigests: Sendable, Equatable {
    /// Of all parameters: `op-digest`.
    package var all = ""
    /// Of those that need a restart when they change: `op-restart-digest`; nil when the agent cannot reload.
    package var restart: String?
    /// The names of those, in the form of `op-force-restart`.
    package var restartParameters: String?
    /// Of those that are not private: `op-secure-digest`; nil when none is private.
    package var secure: String?
    /// The names of the private ones, in the form of `op-secure-params`.
    package var secureParameters: String?

    package init() {}
}

extension OperationDigests {
    /// The digests of a request.
    ///
    /// - Parameter metadata: the agent's description of itself; without it only the digest of all parameters is known.
    package init(_ request: OperationRequest, metadata: AgentMetadata?) {
        let parameters = Self.relevant(request)
        all = Self.digest(parameters)
        guard let metadata, Self.recordsDetails(request.operation) else { return }
        let names = metadata.parameters.map(\.name)
        if request.interval == .zero, let forced = Self.restartParameters(metadata) {
            let forcedNames = Set(forced)
            restart = Self.digest(parameters.filter { forcedNames.contains($0.name) })
            restartParameters = Self.list(forced)
        }
        let hidden = Set(metadata.privateParameters)
        if !hidden.isEmpty {
            secure = Self.digest(parameters.filter { !hidden.contains($0.name) })
            // The incumbent's list is in the reverse of the meta-data's order.
            secureParameters = Self.list(names.reversed().filter { hidden.contains($0) })
        }
    }

    /// The operations whose history carries more than the digest of all parameters.
    static func recordsDetails(_ operation: String) -> Bool {
        [
            "start", "monitor", "promote", "demote", "reload", "reload-agent", "migrate_to", "migrate_from", "notify",
        ].contains(operation)
    }

    /// The parameters whose change needs a restart, in reverse of the meta-data's order; nil when the agent cannot reload.
    private static func restartParameters(_ metadata: AgentMetadata) -> [String]? {
        if metadata.followsAPI11 {
            guard metadata.supports("reload-agent") else { return nil }
            return metadata.parameters.reversed().filter { !$0.isReloadable }.map(\.name)
        }
        // Before API 1.1, `unique` also meant "cannot be reloaded".
        guard metadata.supports("reload") else { return nil }
        return metadata.parameters.reversed().filter(\.isUnique).map(\.name)
    }

    /// Parameters without meta-attributes; a recurring operation's timeout counts as a parameter.
    private static func relevant(_ request: OperationRequest) -> [XMLElement.Attribute] {
        let ignored = ["id", "crm_feature_set", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip"]
        let isRecurring = request.interval != .zero
        return request.attributes.filter {
            if $0.name == "CRM_meta_timeout" { return isRecurring }
            return !$0.name.hasPrefix("CRM_meta_") && !ignored.contains($0.name)
        }
    }

    private static func digest(_ parameters: [XMLElement.Attribute]) -> String {
        parameterDigest(parameters.map { ($0.name, $0.value) })
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "" : "  " + names.joined(separator: " ") + "  "
    }
}
