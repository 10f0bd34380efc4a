internal import XMLTree

extension ConfigurationReview {
    private enum Kind {
        case flag
        case number
        case time
        case word([String])

        func accepts(_ text: String) -> Bool {
            switch self {
            case .flag: ["true", "on", "yes", "y", "1", "false", "off", "no", "n", "0"].contains(text.lowercased())
            case .number: Int(text) != nil || ["INFINITY", "+INFINITY", "-INFINITY"].contains(text)
            case .time: TimeText.isReadable(text)
            case .word(let words): words.contains(text)
            }
        }
    }

    /// In the order in which the incumbents check them.
    private static let kinds: [(name: String, kind: Kind)] = [
        ("no-quorum-policy", .word(["stop", "freeze", "ignore", "demote", "suicide", "fence"])),
        ("symmetric-cluster", .flag), ("maintenance-mode", .flag), ("start-failure-is-fatal", .flag),
        ("enable-startup-probes", .flag), ("shutdown-lock", .flag), ("shutdown-lock-limit", .time),
        ("stonith-enabled", .flag), ("stonith-action", .word(["reboot", "off", "poweroff"])),
        ("stonith-timeout", .time), ("have-watchdog", .flag), ("concurrent-fencing", .flag),
        ("startup-fencing", .flag), ("priority-fencing-delay", .time), ("cluster-delay", .time),
        ("batch-limit", .number), ("migration-limit", .number), ("stop-all-resources", .flag),
        ("stop-orphan-resources", .flag), ("stop-orphan-actions", .flag), ("remove-after-stop", .flag),
        ("pe-error-series-max", .number), ("pe-warn-series-max", .number), ("pe-input-series-max", .number),
        (
            "node-health-strategy",
            .word(["none", "migrate-on-red", "only-green", "progressive", "custom"])
        ),
        ("node-health-base", .number), ("node-health-green", .number), ("node-health-yellow", .number),
        ("node-health-red", .number),
        ("placement-strategy", .word(["default", "utilization", "minimal", "balanced"])),
    ]

    mutating func reviewOptions() {
        for (name, kind) in Self.kinds {
            guard let option = options[name], let value = option["value"], !kind.accepts(value) else { continue }
            error(
                "cluster_option_value",
                "Using default value for cluster option '\(name)' because '\(value)' is invalid", option)
        }
        if options["stonith-action"]?["value"] == "poweroff" {
            warn(
                "unpack_config",
                "Support for stonith-action of 'poweroff' is deprecated and will be removed in a future release (use 'off' "
                    + "instead)", options["stonith-action"])
        }
        if ["suicide", "fence"].contains(options["no-quorum-policy"]?["value"]), !isFencingEnabled {
            error(
                "unpack_config", "Resetting no-quorum-policy to 'stop' because fencing is disabled",
                options["no-quorum-policy"])
        }
        if flag("remove-after-stop") == true {
            warn(
                "unpack_config",
                "Support for the remove-after-stop cluster property is deprecated and will be removed in a future release",
                options["remove-after-stop"])
        }
        if !isFencingEnabled || flag("startup-fencing") == false {
            warn("unpack_config", "Blind faith: not fencing unseen nodes", isFault: false)
        }
        if !hasQuorum, options["no-quorum-policy"]?["value"] != "ignore" {
            warn(
                "cluster_status", "Fencing and resource management disabled due to lack of quorum", isFault: false)
        }
    }

    mutating func reviewNodes() {
        var names: Set<String> = []
        for node in configuration.child("nodes")?.children("node") ?? [] {
            let name = node["uname"] ?? ""
            if !names.insert(name.lowercased()).inserted {
                warn("pe_create_node", "More than one node entry has name '\(name)'", node)
            }
            if node["type"]?.lowercased() == "ping" {
                warnOnce(
                    "ping", "pe_create_node",
                    "Support for nodes of type 'ping' (such as \(name)) is deprecated and will be removed in a future "
                        + "release", node)
            }
        }
    }
}
