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
        var text = Array(" <parameters".utf8)
        // Sorted as bytes, as strcmp(3) does.
        let sorted = parameters.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for parameter in sorted {
            text.append(UInt8(ascii: " "))
            text.append(contentsOf: parameter.name.utf8)
            text.append(contentsOf: "=\"".utf8)
            appendAsDigested(parameter.value, to: &text)
            text.append(UInt8(ascii: "\""))
        }
        text.append(contentsOf: "/>\n".utf8)
        return md5Digest(of: text)
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "" : "  " + names.joined(separator: " ") + "  "
    }
}

/// Appends a value as the incumbent's serialiser writes it where digests are made: control characters in octal, tabs as
/// four spaces, and everything as it is from the first character on that is not ASCII.
private func appendAsDigested(_ value: String, to text: inout [UInt8]) {
    let bytes = Array(value.utf8)
    for (index, byte) in bytes.enumerated() {
        switch byte {
        case 0x80...:
            text.append(contentsOf: bytes[index...])
            return
        case UInt8(ascii: "<"): text.append(contentsOf: "&lt;".utf8)
        case UInt8(ascii: ">"): text.append(contentsOf: "&gt;".utf8)
        case UInt8(ascii: "\""): text.append(contentsOf: "&quot;".utf8)
        case UInt8(ascii: "'"): text.append(contentsOf: "&apos;".utf8)
        case UInt8(ascii: "&"): text.append(contentsOf: "&amp;".utf8)
        case UInt8(ascii: "\t"): text.append(contentsOf: "    ".utf8)
        case UInt8(ascii: "\n"): text.append(contentsOf: "\\n".utf8)
        case UInt8(ascii: "\r"): text.append(contentsOf: "\\r".utf8)
        case ..<0x20, 0x7f:
            let octal = String(byte, radix: 8)
            text.append(UInt8(ascii: "\\"))
            text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 3 - octal.utf8.count))
            text.append(contentsOf: octal.utf8)
        default: text.append(byte)
        }
    }
}
