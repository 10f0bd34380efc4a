/// The keys that clients may not set or delete.
///
/// - Source: cmap_keys(8), "read only"; `set_icmap_ro_keys_flag` and votequorum's list in corosync.
package struct ReadOnlyKeys: Sendable, Equatable {
    package var prefixes: [String]
    package var keys: Set<String>

    package init(prefixes: [String] = [], keys: Set<String> = []) {
        self.prefixes = prefixes
        self.keys = keys
    }

    package func contains(_ key: String) -> Bool {
        keys.contains(key) || prefixes.contains { key.utf8.starts(with: $0.utf8) }
    }

    /// The rules of corosync 3.1.7.
    package static let corosync = ReadOnlyKeys(
        prefixes: [
            "internal_configuration.", "runtime.services.", "runtime.config.", "runtime.totem.", "uidgid.config.",
            "system.", "nodelist.",
        ],
        keys: Set(
            [
                "crypto_cipher", "crypto_hash", "crypto_model", "keyfile", "key", "secauth", "ip_version", "rrp_mode",
                "transport", "cluster_name", "netmtu", "threads", "version", "nodeid", "clear_node_high_bit",
            ].map { "totem.\($0)" }
                + [
                    "allow_downscale", "wait_for_all", "last_man_standing", "last_man_standing_window",
                    "expected_votes_tracking", "auto_tie_breaker", "auto_tie_breaker_node",
                ].map { "quorum.\($0)" } + ["config.reload_in_progress", "config.totemconfig_reload_in_progress"]))

    /// Statistics are read only but for the keys that reset them.
    package static func statistics(_ key: String) -> Bool { !key.utf8.starts(with: "stats.clear.".utf8) }
}
