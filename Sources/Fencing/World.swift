internal import Agents
internal import ClusterTypes

/// What the parts of a fencer share while one event is applied.
struct World {
    let configuration: FencingConfiguration
    let metadata: FenceAgentMetadata
    /// For each device the nodes that have it started.
    let startedDevices: [String: [String]]
    let now: Instant
    let wallTime: WallTime

    /// Whether an agent's meta-data is known, or known not to come.
    func metadataIsSettled(_ agent: String) -> Bool { metadata.isSettled(agent) }

    func options(_ device: String) -> DeviceOptions? {
        configuration.device(device).map { DeviceOptions(device: $0, metadata: metadata[$0.agent]) }
    }

    /// Whether a device may be able to fence a node, as far as that is known without asking it.
    func mayFence(_ device: String, _ target: String) -> Bool {
        guard let options = options(device) else { return false }
        switch options.hostCheck {
        case .staticList: return options.staticHosts.contains(target)
        case .dynamicList, .status, .none: return true
        }
    }

    func isStarted(_ device: String, _ node: String) -> Bool { startedDevices[device]?.contains(node) ?? false }
}
