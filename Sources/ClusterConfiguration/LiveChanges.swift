/// Settings that somebody changed on a running node through the configuration map, on top of what the file says.
///
/// They hold until the file is read again.
///
/// - Source: cmap_keys(8); `totem_get_param_by_name` of corosync 3.1.7 for the keys of totem that a running node follows.
package struct LiveChanges: Sendable, Equatable, CustomStringConvertible {
    /// By key of the map; `nil` for one that was deleted, so that the default holds.
    package private(set) var values: [String: String?] = [:]

    package init() {}

    package var isEmpty: Bool { values.isEmpty }

    package mutating func set(_ key: String, to value: String?) { values[key] = .some(value) }

    /// Those that are not the same in `earlier`.
    package func changes(since earlier: LiveChanges) -> LiveChanges {
        var changes = LiveChanges()
        changes.values = values.filter { earlier.values[$0.key] != $0.value }
        return changes
    }

    package var description: String {
        values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value ?? "default")" }.joined(separator: ", ")
    }

    /// Whether a running node follows this key of the map.
    package static func follows(_ key: String) -> Bool {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("totem", 2): return totem.contains(String(parts[1]))
        case ("totem", 4): return parts[1] == "interface" && interface.contains(String(parts[3]))
        case ("logging", 2): return logging.contains(String(parts[1]))
        case ("logging", 4): return parts[1] == "logger_subsys" && parts[3] == "debug"
        case ("quorum", 2): return quorum.contains(String(parts[1]))
        default: return false
        }
    }

    private static let totem: Set<String> = [
        "block_unlisted_ips", "cancel_token_hold_on_retransmit", "consensus", "downcheck", "fail_recv_const",
        "heartbeat_failures_allowed", "hold", "join", "knet_compression_level", "knet_compression_model",
        "knet_compression_threshold", "knet_mtu", "knet_pmtud_interval", "max_messages", "max_network_delay", "merge",
        "miss_count_const", "send_join", "seqno_unchanged_const", "token", "token_coefficient", "token_retransmit",
        "token_retransmits_before_loss_const", "token_warning", "window_size",
    ]
    private static let interface: Set<String> = [
        "knet_link_priority", "knet_ping_interval", "knet_ping_precision", "knet_ping_timeout", "knet_pong_count",
    ]
    private static let logging: Set<String> = [
        "debug", "logfile", "logfile_priority", "syslog_facility", "syslog_priority", "timestamp", "to_logfile",
        "to_stderr", "to_syslog",
    ]
    private static let quorum: Set<String> = ["expected_votes", "two_node", "votes"]
}

extension ConfigurationSection {
    /// Puts changes where the file would have them; their entries have no line.
    mutating func apply(_ changes: LiveChanges) {
        for (key, value) in changes.values.sorted(by: { $0.key < $1.key }) {
            let parts = key.split(separator: ".").map(String.init)
            guard let name = parts.last, let first = parts.first, parts.count > 1 else { continue }
            change(section: first) { section in
                switch (parts.count, parts.dropFirst().first) {
                case (4, "interface"):
                    section.change(section: "interface", with: "linknumber", parts[2]) { $0.put(name, value) }
                case (4, "logger_subsys"):
                    section.change(section: "logger_subsys", with: "subsys", parts[2]) { $0.put(name, value) }
                default: section.put(name, value)
                }
            }
        }
    }

    private mutating func put(_ key: String, _ value: String?) {
        entries.removeAll { $0.key == key }
        if let value { entries.append(Entry(key: key, value: value, line: 0)) }
    }

    /// Changes the last section of that name, or a new one: the later entries win.
    private mutating func change(section name: String, _ body: (inout ConfigurationSection) -> Void) {
        if !sections.contains(where: { $0.name == name }) { sections.append(ConfigurationSection(name: name, line: 0)) }
        for place in sections.indices where sections[place].name == name { body(&sections[place]) }
    }

    /// Changes the section of that name in which `key` has that value, or a new one. Link 0 need not say its number.
    private mutating func change(
        section name: String, with key: String, _ value: String, _ body: (inout ConfigurationSection) -> Void
    ) {
        let found = sections.lastIndex { section in
            let stated = section.entries.last { $0.key == key }?.value
            return section.name == name && (stated ?? (key == "linknumber" ? "0" : nil)) == value
        }
        if let found { return body(&sections[found]) }
        var added = ConfigurationSection(name: name, line: 0)
        added.put(key, value)
        body(&added)
        sections.append(added)
    }
}
