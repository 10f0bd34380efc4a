internal import ClusterTypes
internal import TransitionGraph
internal import XMLTree

// What the controller does itself in a transition.

extension FlawlessCluster {
    /// The node is down afterwards, and nothing is known of what ran there; unfencing is noted in its attributes.
    mutating func fence(_ action: TransitionGraph.Action) {
        if action["CRM_meta_stonith_action"]?.lowercased() == "on" {
            if action.kind != .pseudo { recordUnfencing(action) }
            return
        }
        let fencedAt = String(time.seconds)
        editState(of: action) { state in
            if state["remote_node"] != nil || state["crmd"] == nil {
                (state["in_ccm"], state["node_fenced"]) = ("false", fencedAt)
            } else {
                Self.takeDown(&state)
            }
            state.children.removeAll { $0.name == "lrm" || $0.name == "transient_attributes" }
        }
    }

    mutating func shutDown(_ action: TransitionGraph.Action) {
        editState(of: action) { state in
            Self.takeDown(&state)
            state.children.removeAll { $0.name == "lrm" || $0.name == "transient_attributes" }
        }
    }

    private static func takeDown(_ state: inout XMLElement) {
        (state["in_ccm"], state["crmd"], state["join"], state["expected"]) = ("false", "offline", "down", "down")
    }

    private mutating func recordUnfencing(_ action: TransitionGraph.Action) {
        let values = [
            ("#node-unfenced", String(time.seconds)), ("#digests-all", action["CRM_meta_digests-all"]),
            ("#digests-secure", action["CRM_meta_digests-secure"]),
        ]
        editState(of: action) { state in
            let id = state.id ?? ""
            state.withChild("transient_attributes") { section in
                section.withChild("instance_attributes") { set in
                    set.children.removeAll { pair in values.contains { $0.0 == pair["name"] } }
                    set.children += values.map {
                        XMLElement("nvpair", ["id": "unfenced-\(id)-\($0.0.dropFirst())", "name": $0.0, "value": $0.1])
                    }
                }
            }
        }
    }

    // MARK: - Histories

    mutating func forget(_ action: TransitionGraph.Action) {
        let names = names(action)
        editState(of: action) { state in
            state.withChild("lrm") { lrm in
                lrm.withChild("lrm_resources") { list in
                    list.children.removeAll { $0.id.map(names.contains) ?? false }
                }
            }
        }
    }

    /// A recurring operation that is cancelled is no longer in the history.
    mutating func cancel(_ action: TransitionGraph.Action) {
        let (operation, interval) = (action["CRM_meta_operation"], action["CRM_meta_interval"] ?? "0")
        editHistories(of: action, where: names(action).contains) { history in
            history.children.removeAll { $0["operation"] == operation && ($0["interval"] ?? "0") == interval }
        }
    }

    mutating func clearFailures(_ action: TransitionGraph.Action) {
        guard let resource = action.resource else { return }
        func counts(_ attribute: String) -> Bool {
            for prefix in ["fail-count-", "last-failure-"] where attribute.hasPrefix(prefix) {
                if resource.isRecorded(as: attribute.dropFirst(prefix.count).prefix { $0 != "#" }) { return true }
            }
            return false
        }
        editState(of: action) { state in
            for section in state.children.indices where state.children[section].name == "transient_attributes" {
                for set in state.children[section].children.indices {
                    state.children[section].children[set].children.removeAll { $0["name"].map(counts) ?? false }
                }
            }
        }
        editHistories(of: action, where: { resource.isRecorded(as: $0[...]) }) { history in
            history.children.removeAll { $0.id?.hasSuffix("_last_failure_0") ?? false }
        }
    }
}
