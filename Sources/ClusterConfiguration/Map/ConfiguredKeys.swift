extension ConfigurationMap {
    /// The keys that corosync makes of a corosync.conf(5), with its types.
    ///
    /// - Parameter text: the text of a file that ``ClusterSettings/parse(_:file:)`` accepts; what cannot be read is left out.
    package static func configuredKeys(of text: String, file: String) -> ConfigurationMap {
        var problems: [ConfigurationProblem] = []
        let document = ConfigurationSection.parse(text, file: file, problems: &problems)
        var reader = ConfiguredKeyReader()
        for section in document.sections { reader.read(section, path: section.name) }
        return reader.map
    }
}

/// Walks the sections of a file and names what it finds as corosync's parser does.
///
/// - Source: coroparse.c for names and types.
private struct ConfiguredKeyReader {
    var map = ConfigurationMap()
    private var nodeCount = 0

    mutating func read(_ section: ConfigurationSection, path: String) {
        switch path {
        case "totem.interface": readInterface(section)
        case "logging.logger_subsys": readNamed(section, path: path, by: "subsys")
        case "logging.logging_daemon": readLoggingDaemon(section)
        case "nodelist.node":
            for entry in section.entries { set("nodelist.node.\(nodeCount).\(entry.key)", entry.value, path) }
            nodeCount += 1
        case "uidgid": break  // Users and groups are known by number; whoever looks them up adds the keys.
        default:
            for entry in section.entries { set("\(path).\(entry.key)", entry.value, path) }
            for nested in section.sections { read(nested, path: "\(path).\(nested.name)") }
        }
    }

    private mutating func readInterface(_ section: ConfigurationSection) {
        let number = section.entries.last { $0.key == "linknumber" }.flatMap { UInt8($0.value) } ?? 0
        for entry in section.entries where entry.key != "linknumber" && entry.key != "ringnumber" {
            let kind = ConfiguredKinds.interface[entry.key] ?? .string
            set("totem.interface.\(number).\(entry.key)", MapValue(kind, parsing: entry.value))
        }
        let members = section.sections(named: "member").flatMap { $0.entries.filter { $0.key == "memberaddr" } }
        for (index, member) in members.enumerated() {
            set("totem.interface.\(number).member.\(index)", .string(member.value))
        }
    }

    private mutating func readNamed(_ section: ConfigurationSection, path: String, by key: String) {
        guard let name = section.entries.last(where: { $0.key == key })?.value else { return }
        for entry in section.entries { set("\(path).\(name).\(entry.key)", .string(entry.value)) }
    }

    /// Corosync takes the section of the daemon `corosync` for its own.
    private mutating func readLoggingDaemon(_ section: ConfigurationSection) {
        guard let daemon = section.entries.last(where: { $0.key == "name" })?.value else { return }
        let part = section.entries.last { $0.key == "subsys" }?.value
        let base =
            switch (daemon, part) {
            case ("corosync", nil): "logging"
            case ("corosync", let part?): "logging.logger_subsys.\(part)"
            case (_, nil): "logging.logging_daemon.\(daemon)"
            case (_, let part?): "logging.logging_daemon.\(daemon).\(part)"
            }
        for entry in section.entries where entry.key != "name" || daemon != "corosync" {
            set("\(base).\(entry.key)", .string(entry.value))
        }
    }

    private mutating func set(_ key: String, _ text: String, _ path: String) {
        set(key, MapValue(ConfiguredKinds.kind(of: key, in: path), parsing: text))
    }

    private mutating func set(_ key: String, _ value: MapValue) {
        // A key that the map cannot have is one that no client can ask for.
        _ = try? map.set(key, to: value)
    }
}

extension MapValue {
    /// A number of a kind, or the text itself when it is none in the kind's range.
    fileprivate init(_ kind: Kind, parsing text: String) {
        let number: MapValue? =
            switch kind {
            case .uint8: UInt8(text).map { .uint8($0) }
            case .uint16: UInt16(text).map { .uint16($0) }
            case .uint32: UInt32(text).map { .uint32($0) }
            case .int32: Int32(text).map { .int32($0) }
            case .uint64: UInt64(text).map { .uint64($0) }
            case .int8, .int16, .int64, .float, .double, .string, .binary: nil
            }
        self = number ?? .string(text)
    }
}

/// The keys of corosync.conf(5) that are not strings.
private enum ConfiguredKinds {
    static func kind(of key: String, in path: String) -> MapValue.Kind {
        if let kind = exact[key] { return kind }
        let name = key[(key.lastIndex(of: ".").map { key.index(after: $0) } ?? key.startIndex)...]
        switch (path, name) {
        case ("nodelist.node", "nodeid"), ("nodelist.node", "quorum_votes"): return .uint32
        case ("resources", "watchdog_timeout"): return .uint32
        case (_, "poll_period") where path.utf8.starts(with: "resources.".utf8): return .uint64
        default: return .string
        }
    }

    private static let exact: [String: MapValue.Kind] = {
        var kinds: [String: MapValue.Kind] = ["totem.config_version": .uint64, "totem.knet_compression_level": .int32]
        let numbers = [
            "version", "nodeid", "threads", "token", "token_coefficient", "token_retransmit", "token_warning", "hold",
            "token_retransmits_before_loss_const", "join", "send_join", "consensus", "merge", "downcheck",
            "fail_recv_const", "seqno_unchanged_const", "rrp_token_expired_timeout", "rrp_problem_count_timeout",
            "rrp_problem_count_threshold", "rrp_problem_count_mcast_threshold", "rrp_autorecovery_check_timeout",
            "heartbeat_failures_allowed", "max_network_delay", "window_size", "max_messages", "miss_count_const",
            "knet_pmtud_interval", "knet_mtu", "knet_compression_threshold", "netmtu",
        ]
        for name in numbers { kinds["totem.\(name)"] = .uint32 }
        for name in ["expected_votes", "votes", "last_man_standing_window", "leaving_timeout"] {
            kinds["quorum.\(name)"] = .uint32
        }
        for name in [
            "two_node", "expected_votes_tracking", "allow_downscale", "wait_for_all", "auto_tie_breaker",
            "last_man_standing",
        ] { kinds["quorum.\(name)"] = .uint8 }
        for name in ["timeout", "sync_timeout", "votes"] { kinds["quorum.device.\(name)"] = .uint32 }
        kinds["quorum.device.master_wins"] = .uint8
        return kinds
    }()

    static let interface: [String: MapValue.Kind] = [
        "mcastport": .uint16, "ttl": .uint8, "knet_link_priority": .uint8, "knet_ping_interval": .uint32,
        "knet_ping_timeout": .uint32, "knet_ping_precision": .uint32, "knet_pong_count": .uint32,
    ]
}
