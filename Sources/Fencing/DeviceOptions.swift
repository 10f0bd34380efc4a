internal import Agents
internal import ClusterTypes

/// What a device's `pcmk_…` parameters say about using it.
///
/// - Source: pacemaker-fenced(7).
struct DeviceOptions {
    /// How to know which nodes a device can fence: `pcmk_host_check`.
    enum HostCheck {
        case staticList
        /// Ask the device for its list.
        case dynamicList
        /// Ask the device about the node.
        case status
        /// It can fence every node.
        case none
    }

    let device: FencingDevice
    let metadata: AgentMetadata?

    // MARK: - Hosts

    var hostCheck: HostCheck {
        switch device["pcmk_host_check"] {
        case "static-list": return .staticList
        case "dynamic-list": return .dynamicList
        case "status": return .status
        case "none": return .none
        case .some, nil: break
        }
        if device["pcmk_host_list"] != nil || device["pcmk_host_map"] != nil { return .staticList }
        if supports("list") { return .dynamicList }
        return supports("status") ? .status : .none
    }

    /// The nodes that `pcmk_host_list` and `pcmk_host_map` name.
    var staticHosts: [String] {
        let list = (device["pcmk_host_list"] ?? "").split { $0 == "," || $0 == ";" || $0.isWhitespace }.map(String.init)
        return list + hostMap.map(\.name)
    }

    /// What the device calls a node: its entry in `pcmk_host_map`, or its own name.
    func port(of target: String) -> String { hostMap.first { $0.name == target }?.value ?? target }

    /// The parameter that tells the agent which port: `pcmk_host_argument`, else what its meta-data offers.
    var hostArgument: String? {
        if let chosen = device["pcmk_host_argument"] { return chosen == "none" ? nil : chosen }
        guard let metadata else { return "port" }
        return ["port", "plug"].first { metadata.parameter($0) != nil }
    }

    private var hostMap: [(name: String, value: String)] { Self.pairs(device["pcmk_host_map"] ?? "") }

    /// Pairs as in `n1:1;n2:2,3`: `:` or `=` between name and value, `;` or white space between pairs, `\` before a
    /// character that is meant literally.
    static func pairs(_ text: String) -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        var name: String?
        var current = ""
        var isLiteral = false
        for character in text + ";" {
            if isLiteral {
                current.append(character)
                isLiteral = false
            } else if character == "\\" {
                isLiteral = true
            } else if name == nil && (character == ":" || character == "=") {
                name = current
                current = ""
            } else if character == ";" || character.isWhitespace {
                if let name, !name.isEmpty, !current.isEmpty { result.append((name, current)) }
                name = nil
                current = ""
            } else {
                current.append(character)
            }
        }
        return result
    }

    // MARK: - Actions

    /// The word for the agent; a device that cannot reboot is switched off.
    func command(_ action: String) -> String {
        if let chosen = device["pcmk_\(action)_action"], !chosen.isEmpty { return chosen }
        return action == "reboot" && metadata != nil && !supports("reboot") ? "off" : action
    }

    func timeout(_ action: String) -> Duration? {
        device["pcmk_\(action)_timeout"].flatMap { Duration(timeText: $0) }.flatMap { $0 > .zero ? $0 : nil }
    }

    /// How often a failing action is tried in all, 1 to 100; default 2.
    func attempts(_ action: String) -> Int {
        min(100, max(1, device["pcmk_\(action)_retries"].flatMap { Int($0) } ?? 2))
    }

    /// How many actions the device takes at once; default 1, -1 for any number.
    var actionLimit: Int {
        let limit = device["pcmk_action_limit"].flatMap { Int($0) } ?? 1
        return limit < 0 ? .max : max(1, limit)
    }

    // MARK: - Delays

    /// The fixed delay before a node is fenced: `pcmk_delay_base`, one for all or one a node (`n1:0;n2:5s`).
    func baseDelay(_ target: String) -> Duration {
        let text = device["pcmk_delay_base"] ?? ""
        if let duration = Duration(timeText: text) { return duration }
        return Self.pairs(text).first { $0.name == target }.flatMap { Duration(timeText: $0.value) } ?? .zero
    }

    /// The longest delay, random part included: `pcmk_delay_max`, never less than the fixed one.
    func longestDelay(_ target: String) -> Duration {
        max(baseDelay(target), device["pcmk_delay_max"].flatMap { Duration(timeText: $0) } ?? .zero)
    }

    private func supports(_ action: String) -> Bool { metadata?.supports(action) ?? false }
}
