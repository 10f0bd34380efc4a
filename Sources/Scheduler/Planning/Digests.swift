import Agents
import ClusterTypes
import XMLTree

/// What a recorded digest says about the parameters an operation ran with.
enum DigestComparison: Sendable { case matches, unknown, mismatch, restart }

struct DigestKey: Hashable, Sendable {
    var resource: ResourceIndex
    var task: String
    var interval: UInt32
}

/// Digests of the parameters an operation would run with now.
struct OperationDigests: Sendable {
    var all = ""
    var restart: String?
    var secure = ""
    var comparison = DigestComparison.matches
}

/// The digest of the parameters an operation runs with, as history entries record it (`op-digest`).
package enum OperationDigest {
    private static let bookkeeping: Set<String> = [
        "id", "crm_feature_set", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip",
    ]

    /// The digest of everything an action carries; meta-attributes do not count, but the timeout of recurring ones does.
    package static func of(attributes: [String: String]) -> String {
        let interval = TextValue.leadingInteger(attributes["CRM_meta_interval"]) ?? 0
        return of(filter(attributes, timeout: interval != 0 ? attributes["CRM_meta_timeout"] : nil))
    }

    static func filter(_ values: [String: String], timeout: String?) -> [String: String] {
        var result = values.filter { !$0.key.hasPrefix("CRM_meta_") && !bookkeeping.contains($0.key) }
        if let timeout { result["CRM_meta_timeout"] = timeout }
        return result
    }

    static func of(_ values: [String: String]) -> String { parameterDigest(values.map { ($0.key, $0.value) }) }
}

extension Scheduling {
    /// Compares the digests of a history entry with those of the present configuration.
    mutating func compareDigests(_ resource: ResourceIndex, _ element: XMLElement, on node: NodeIndex)
        -> OperationDigests
    {
        let interval = UInt32(clamping: TextValue.leadingInteger(element["interval"]) ?? 0)
        let task = element["operation"] ?? ""
        let key = DigestKey(resource: resource, task: task, interval: interval)
        let wasExpired = expiredRecurring.contains(
            ExpiredOperation(resource: resource, node: node, entry: element.id ?? ""))
        let recordedRestart = wasExpired ? "calculated-failure-timeout" : element["op-restart-digest"]
        var digests =
            state.nodes[node].digests[key]
            ?? calculateDigests(
                resource, task, interval, on: node, element, withRestart: recordedRestart != nil,
                secure: options.isSanitized)
        if let calculated = digests.restart, let recordedRestart, calculated != recordedRestart {
            digests.comparison = .restart
        } else if let recorded = element["op-digest"] {
            if recorded != digests.all {
                if !(interval == 0 && digests.comparison == .restart) { digests.comparison = .mismatch }
            } else {
                digests.comparison = .matches
            }
        } else {
            digests.comparison = .unknown
        }
        state.nodes[node].digests[key] = digests
        return digests
    }

    mutating func calculateDigests(
        _ resource: ResourceIndex, _ task: String, _ interval: UInt32, on node: NodeIndex, _ element: XMLElement?,
        withRestart: Bool, secure: Bool
    ) -> OperationDigests {
        var result = OperationDigests()
        var all: [String: String] = [:]
        if let name = remoteAddress(of: resource) { all["addr"] = name }
        for (name, value) in parameters(of: resource, on: node) where all[name] == nil { all[name] = value }
        let definition = definition(resource, task, interval, includingDisabled: true)
        var own: [String: String] = [:]
        var context = RuleContext()
        context.nodeAttributes = state.nodes[node].attributes
        collectPairs(definition?.element, "instance_attributes", context, into: &own)
        if interval == 0, !own.isEmpty { result.comparison = .restart }
        for (name, value) in own where all[name] == nil { all[name] = value }
        let meta = readOperationMeta(resource, task, interval, definition, on: node)
        let filtered = OperationDigest.filter(all, timeout: interval > 0 ? meta["timeout"] : nil)
        result.all = OperationDigest.of(filtered)
        if secure {
            result.secure = secureDigest(resource, node, element, filtered)
        }
        if let element, withRestart {
            var restart = filtered
            if let names = element["op-force-restart"] {
                let wanted = Set(names.split(separator: " ").map(String.init))
                restart = restart.filter { wanted.contains($0.key) }
            }
            result.restart = OperationDigest.of(restart)
        }
        return result
    }

    /// The digest without secrets, as the executor that recorded the entry made it.
    private mutating func secureDigest(
        _ resource: ResourceIndex, _ node: NodeIndex, _ element: XMLElement?, _ all: [String: String]
    ) -> String {
        let names = element.map { $0["op-secure-params"] ?? "" } ?? "passwd password user"
        let version = element?["crm_feature_set"] ?? cib["crm_feature_set"] ?? Self.featureSet
        let hidden = Set(names.split(separator: " ").map(String.init))
        guard compareVersions(version, "3.16.0") < 0 else {
            return OperationDigest.of(all.filter { !hidden.contains($0.key) })
        }
        let isDevice = state.resources[resource].agent?.isFencing == true
        let own = OperationDigest.filter(parameters(of: resource, on: node), timeout: nil)
        return OperationDigest.of(
            own.filter { !hidden.contains($0.key) && !(isDevice && $0.key.hasPrefix("pcmk_")) })
    }

    /// Whether only parameters differ that were blanked in the document.
    func onlySecretsChanged(_ digests: OperationDigests, _ element: XMLElement) -> Bool {
        options.isSanitized && digests.comparison != .matches && digests.secure == element["op-secure-digest"]
    }

    // MARK: - Unfencing

    mutating func unfencingDigests(of device: ResourceIndex, on node: NodeIndex) -> OperationDigests {
        let key = DigestKey(resource: device, task: "stonith-on", interval: 0)
        var digests =
            state.nodes[node].digests[key]
            ?? calculateDigests(device, "stonith-on", 0, on: node, nil, withRestart: false, secure: true)
        state.nodes[node].digests[key] = digests
        let prefix = "\(state.resources[device].id):\(state.resources[device].agent?.type ?? ""):"
        guard let recorded = state.nodes[node].attributes["#digests-all"] else {
            digests.comparison = .unknown
            return digests
        }
        let secure = state.nodes[node].attributes["#digests-secure"] ?? ""
        digests.comparison =
            contains(recorded, prefix + digests.all) || contains(secure, prefix + digests.secure) ? .matches : .mismatch
        return digests
    }

    private func contains(_ text: String, _ part: String) -> Bool {
        let (haystack, needle) = (Array(text.utf8), Array(part.utf8))
        guard haystack.count >= needle.count else { return false }
        return (0...(haystack.count - needle.count)).contains {
            haystack[$0..<($0 + needle.count)].elementsEqual(needle)
        }
    }
}
