/// Names of options that pacemaker-3 no longer has, and what became of them.
///
/// - Source: Pacemaker Explained, release notes of Pacemaker 2.0; behaviour of Pacemaker's upgrade from 2.10.
enum OptionsBefore3 {
    enum Fate: Equatable {
        case renamed(String)
        /// To the defaults of all resources, or of all operations, unless they set it.
        case moved(to: String, as: String, value: String?)
        case dropped(String)
    }

    /// Values of `cluster-infrastructure` that say nothing any more.
    static let formerStacks = ["heartbeat", "openais", "classic openais", "classic openais (with plugin)", "cman"]

    private static let renamed = [
        "cluster_recheck_interval": "cluster-recheck-interval", "dc_deadtime": "dc-deadtime",
        "election_timeout": "election-timeout", "no_quorum_policy": "no-quorum-policy",
        "remove_after_stop": "remove-after-stop", "shutdown_escalation": "shutdown-escalation",
        "startup_fencing": "startup-fencing", "stonith_action": "stonith-action", "stonith_enabled": "stonith-enabled",
        "stop_orphan_actions": "stop-orphan-actions", "stop_orphan_resources": "stop-orphan-resources",
        "symmetric_cluster": "symmetric-cluster", "transition_idle_timeout": "cluster-delay",
    ]

    private static let moved: [String: (section: String, name: String)] = [
        "default-action-timeout": ("op_defaults", "timeout"), "default_action_timeout": ("op_defaults", "timeout"),
        "default-resource-stickiness": ("rsc_defaults", "resource-stickiness"),
        "default_resource_stickiness": ("rsc_defaults", "resource-stickiness"),
        "is-managed-default": ("rsc_defaults", "is-managed"), "is_managed_default": ("rsc_defaults", "is-managed"),
    ]

    private static let dropped = [
        "default-migration-threshold": "set migration-threshold in rsc_defaults instead",
        "default_migration_threshold": "set migration-threshold in rsc_defaults instead",
        "expected-quorum-votes": "quorum is counted by the membership layer itself",
        "notification-agent": "configure an alert instead", "notification-recipient": "configure an alert instead",
    ]

    private static let failureStickiness = [
        "default-resource-failure-stickiness", "default_resource_failure_stickiness",
    ]

    /// All names that are not allowed any more, whatever their value.
    static var formerNames: [String] {
        (Array(renamed.keys) + moved.keys + dropped.keys + failureStickiness).sorted()
    }

    /// What becomes of a cluster option; `nil` when it stays.
    static func fate(of name: String, value: String?) -> Fate? {
        if let new = renamed[name] { return .renamed(new) }
        if let (section, new) = moved[name] { return .moved(to: section, as: new, value: nil) }
        if let reason = dropped[name] { return .dropped(reason) }
        if failureStickiness.contains(name) {
            return value == "-INFINITY"
                ? .moved(to: "rsc_defaults", as: "migration-threshold", value: "1")
                : .dropped("set migration-threshold in rsc_defaults instead")
        }
        if name == "cluster-infrastructure", formerStacks.contains(value ?? "") {
            return .dropped("the membership layer is not chosen here any more")
        }
        return nil
    }
}
