package import Agents
package import CIB
internal import XMLTree

/// What people ask a cluster for: which nodes are up, what runs where, what failed. Computed from a CIB alone.
package struct ClusterStatus: Sendable, Equatable {
    package struct Summary: Sendable, Equatable {
        package var stack: String
        /// The name of the designated controller.
        package var controller: String?
        package var controllerID: String?
        package var version: String
        package var hasQuorum: Bool
        package var lastChange: String
        package var lastChangeBy: String?
        package var lastChangeClient: String?
        package var lastChangeNode: String?
        package var options: Options
    }

    /// Cluster options that change what everything else means.
    package struct Options: Sendable, Equatable {
        package var fencingEnabled = true
        package var isSymmetric = true
        package var quorumPolicy = "stop"
        package var maintenanceMode = false
        package var stopsAllResources = false
        /// Whether nodes that were never seen must be fenced first.
        package var fencesUnseen = true
    }

    package var summary: Summary
    /// Ascending by name.
    package var nodes: [NodeCondition]
    /// Top-level resources in the document's order, then orphans.
    package var resources: [ResourceCondition]
    package var failures: [FailedAction]
    package var bans: [Ban]

    /// - Complexity: linear in the size of the document.
    package init(_ document: CIBDocument) {
        let configuration = document.configuration
        let options = Options(configuration)
        nodes = readNodes(document, options)
        let history = readHistories(document, nodes)
        summary = Summary(document.root, configuration, nodes, options)
        var reader = ResourceReader(configuration: configuration, options: options, nodes: nodes, history: history)
        resources = reader.readAll()
        failures = history.failures
        bans = readBans(configuration)
        for index in nodes.indices {
            nodes[index].runningResources = reader.runningCounts[nodes[index].name] ?? 0
        }
    }

    /// A resource at any depth.
    package func resource(_ id: String) -> ResourceCondition? {
        for resource in resources {
            if let found = resource.find(id) { return found }
        }
        return nil
    }

    /// Every primitive instance.
    package var instances: [ResourceCondition] { resources.flatMap(\.instances) }
}

/// A node as others see it.
package struct NodeCondition: Sendable, Equatable {
    package enum State: String, Sendable {
        case online, pending, offline
        /// Its state is unknown and dangerous: it must be fenced.
        case unclean
    }

    package var name: String
    package var id: String
    package var state: State
    /// Whether its messaging still takes part, whatever its resource manager does.
    package var isInCluster = false
    package var isStandby = false
    /// Standby because a resource failed there with `on-fail=standby`, or until it reboots.
    package var isStandbyTransient = false
    package var isInMaintenance = false
    package var isShuttingDown = false
    package var isController = false
    package var isExpectedUp = false
    package var isRemote = false
    package var runningResources = 0
    /// From the configuration and from the status section, ascending by name; those for the cluster's own use left out.
    package var attributes: [NameValue] = []

    /// As node lists say it: `online`, `standby`, `UNCLEAN (offline)`, …
    package var description: String {
        switch state {
        case .unclean: isInCluster ? "UNCLEAN (online)" : "UNCLEAN (offline)"
        case .pending: "pending"
        case .offline: "OFFLINE"
        case .online where isStandby: runningResources > 0 ? "standby (with active resources)" : "standby"
        case .online where isStandbyTransient: "standby (on-fail)"
        case .online where isInMaintenance: "maintenance"
        case .online: "online"
        }
    }
}

package struct NameValue: Sendable, Equatable {
    package var name: String
    package var value: String
}

/// An operation that did not end as it should.
package struct FailedAction: Sendable, Equatable {
    /// `web_monitor_10000`.
    package var key: String
    package var resource: String
    package var operation: String
    package var intervalMilliseconds: String
    package var node: String
    package var result: ResultCode
    package var callID: String
    package var status: String
    package var exitReason: String
    /// Seconds since 1970; `nil` when not recorded.
    package var lastChange: Int64?
    package var queueMilliseconds: String
    package var executionMilliseconds: String
}

/// A location constraint that keeps a resource off a node for ever.
package struct Ban: Sendable, Equatable {
    package var id: String
    package var resource: String
    package var node: String
    package var score: String
}

// MARK: - Reading

extension ClusterStatus.Options {
    fileprivate init(_ configuration: XMLElement) {
        for set in configuration.child("crm_config")?.children("cluster_property_set") ?? [] {
            for pair in set.children("nvpair") {
                let value = pair["value"] ?? ""
                switch pair["name"] {
                case "stonith-enabled": fencingEnabled = booleanValue(value) ?? true
                case "symmetric-cluster": isSymmetric = booleanValue(value) ?? true
                case "no-quorum-policy": quorumPolicy = value
                case "maintenance-mode": maintenanceMode = booleanValue(value) ?? false
                case "startup-fencing": fencesUnseen = booleanValue(value) ?? true
                case "stop-all-resources": stopsAllResources = booleanValue(value) ?? false
                default: break
                }
            }
        }
    }
}

extension ClusterStatus.Summary {
    fileprivate init(
        _ root: XMLElement, _ configuration: XMLElement, _ nodes: [NodeCondition], _ options: ClusterStatus.Options
    ) {
        var named: [String: String] = [:]
        for set in configuration.child("crm_config")?.children("cluster_property_set") ?? [] {
            for pair in set.children("nvpair") { named[pair["name"] ?? ""] = pair["value"] }
        }
        stack = named["cluster-infrastructure"] ?? "unknown"
        version = named["dc-version"] ?? "unknown"
        controllerID = root["dc-uuid"]
        controller = nodes.first { $0.id == root["dc-uuid"] }?.name
        hasQuorum = booleanValue(root["have-quorum"] ?? "") ?? false
        lastChange = root["cib-last-written"] ?? ""
        lastChangeBy = root["update-user"]
        lastChangeClient = root["update-client"]
        lastChangeNode = root["update-origin"]
        self.options = options
    }
}

private func readBans(_ configuration: XMLElement) -> [Ban] {
    (configuration.child("constraints")?.children("rsc_location") ?? []).compactMap { constraint in
        guard let id = constraint.id, let resource = constraint["rsc"], let node = constraint["node"],
            constraint["score"] == "-INFINITY"
        else { return nil }
        return Ban(id: id, resource: resource, node: node, score: "-INFINITY")
    }
}
