internal import XMLTree

extension ConfigurationReview {
    /// What is recorded about nodes and resources that the configuration does not have.
    mutating func reviewStates(_ status: XMLElement) {
        let configured = configuration.child("nodes")?.children("node") ?? []
        let (nodes, ids) = (Set(configured.compactMap { $0["uname"] }), Set(configured.compactMap(\.id)))
        let bundles = configuration.child("resources")?.children("bundle").compactMap(\.id) ?? []
        for state in status.children("node_state") {
            let name = state["uname"] ?? state.id ?? ""
            let isKnown =
                nodes.contains(name) || state.id.map(ids.contains) ?? false || index.nodeNames.contains(name)
                || state["remote_node"] != nil
            guard isKnown else {
                warn(
                    "unpack_node_state",
                    "Ignoring recorded node state for '\(name)' because it is no longer in the configuration", state)
                continue
            }
            for history in state.child("lrm")?.child("lrm_resources")?.children("lrm_resource") ?? [] {
                reviewHistory(history, on: name, bundles)
            }
        }
    }

    /// A resource that runs although the configuration no longer has it.
    private mutating func reviewHistory(_ history: XMLElement, on node: String, _ bundles: [String]) {
        let id = history.id ?? ""
        let base = String(id.prefix { $0 != ":" })
        guard !index.isResource(base), !index.nodeNames.contains(base),
            !bundles.contains(where: { base.hasPrefix($0 + "-") }), Self.isActive(history)
        else { return }
        if flag("stop-orphan-resources") == false {
            warn(
                "process_rsc_state",
                "Resource '\(id)' must be stopped manually on \(node) because cluster is configured not to stop active orphans",
                history)
        } else {
            warn("process_rsc_state", "Detected active orphan \(id) running on \(node)", history)
        }
    }

    /// Whether the last recorded results say that the resource runs.
    private static func isActive(_ history: XMLElement) -> Bool {
        func lastCall(_ matches: (XMLElement) -> Bool) -> Int {
            history.children("lrm_rsc_op").filter(matches).compactMap { $0["call-id"].flatMap { Int($0) } }.max() ?? -1
        }
        let started = lastCall { $0["operation"] != "stop" && ["0", "8"].contains($0["rc-code"]) }
        return started > lastCall { $0["operation"] == "stop" && $0["rc-code"] == "0" || $0["rc-code"] == "7" }
    }
}
